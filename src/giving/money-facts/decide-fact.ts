/**
 * What one thing told about money means before any charge is looked at: pure. Whether it waits for its charge, what a
 * plain fact posts, and what a fact told again with other words is.
 */
import { equalMoney, type Money } from '../../money/index.ts';
import { AssertionFailure, assert, unreachable } from '../../problems/index.ts';
import type { AlarmEffect, PostEffect } from '../booking.ts';
import { causeRef } from '../ledger/ledger.ts';
import type { MoneyFact } from '../processor.ts';
import type { ChargeFactKind } from './decide-charge-fact.ts';

export interface ToldFact {
  readonly accountId: string;
  readonly fact: MoneyFact;
}

/** Refunds and disputes are booked with their charge, and wait until it is in the books. */
export function isAboutCharge(kind: MoneyFact['kind']): kind is ChargeFactKind {
  switch (kind) {
    case 'refund':
    case 'dispute-opened':
    case 'dispute-won':
    case 'dispute-lost':
      return true;
    case 'fee':
    case 'available':
    case 'payout':
    case 'dispute-fee':
      return false;
    default:
      return unreachable(kind, 'isAboutCharge');
  }
}

export function assertSoundFact({ accountId, fact }: ToldFact): void {
  assert(accountId !== '' && fact.ref !== '', 'what is told has a name');
  assert(fact.money.minor > 0n, 'what is told about money is at least one minor unit');
  assert(!isAboutCharge(fact.kind) || fact.chargeRef !== null, 'it names its charge');
  assert(fact.kind === 'refund' || fact.refundKey == null, 'only a refund was ordered with a key');
}

/** Fees, money set free, payouts: they need no charge. A fee may have come with its charge already. */
export function decidePlainFact({ accountId, fact }: ToldFact): PostEffect {
  const code = plainCode(fact.kind);
  return {
    do: 'post',
    posting: {
      code,
      cause: { kind: code === 13 ? 'payout' : 'balance-transaction', accountId, ref: fact.ref },
      money: fact.money,
      income: 'gifts_once',
      giftId: null,
      happenedAt: fact.happenedAt,
      ...(fact.chargeRef === null
        ? {}
        : { groupOf: { kind: 'charge' as const, accountId, ref: fact.chargeRef } }),
    },
    duplicate: 'keep',
  };
}

function plainCode(kind: MoneyFact['kind']): 11 | 12 | 13 | 33 {
  switch (kind) {
    case 'fee':
      return 11;
    case 'available':
      return 12;
    case 'payout':
      return 13;
    case 'dispute-fee':
      return 33;
    case 'refund':
    case 'dispute-opened':
    case 'dispute-won':
    case 'dispute-lost':
      throw new AssertionFailure('refunds and disputes are booked with their charge');
    default:
      return unreachable(kind, 'plainCode');
  }
}

/** What was kept of a fact when it was told first. */
export interface KeptWords {
  readonly money: Money;
  readonly chargeRef: string | null;
  readonly payoutRef: string | null;
  /** As {@link keyWordOf} has it. */
  readonly refundKey: string | null;
}

/** How a refund's key is kept: `null`, the processor cannot say; empty, its record has none. */
export function keyWordOf(fact: Pick<MoneyFact, 'refundKey'>): string | null {
  return fact.refundKey === undefined ? null : (fact.refundKey ?? '');
}

export interface ToldAgain {
  readonly alarm: AlarmEffect | null;
  /** The payout it went out with, where that is news. */
  readonly payoutRef: string | null;
  /** The key it was ordered with, where that is news. */
  readonly refundKey: string | null;
}

/** Another amount under the same id is for a person; a payout that became known is news. */
export function decideToldAgain(kept: KeptWords, told: ToldFact): ToldAgain {
  const { accountId, fact } = told;
  assertSoundFact(told);
  const same =
    equalMoney(kept.money, fact.money) &&
    (!isAboutCharge(fact.kind) || kept.chargeRef === fact.chargeRef);
  return {
    alarm: same ? null : otherAmount(`${fact.kind}:${accountId}:${fact.ref}`),
    payoutRef: kept.payoutRef === null ? fact.payoutRef : null,
    refundKey: kept.refundKey === null ? keyWordOf(fact) : null,
  };
}

/** A plain fact that was posted before, with its charge: the amount must be the same. */
export function decidePostedBefore(booked: Money, told: ToldFact): AlarmEffect | null {
  const { posting } = decidePlainFact(told);
  if (equalMoney(booked, told.fact.money)) return null;
  return otherAmount(`${told.fact.kind}:${causeRef(posting.cause)}`);
}

function otherAmount(ref: string): AlarmEffect {
  return { do: 'alarm', kind: 'amount-changed', ref, giftId: null, detail: null };
}
