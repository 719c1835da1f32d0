/**
 * What a charge means for a gift: pure, so that every order of telling can be tried by the million.
 *
 * `settle()` locks the gift, reads the standing in a new statement, asks here, and carries the effects out. Nothing else
 * decides whether money settles a gift, and nothing here reads or writes.
 *
 * - The very charge that settled this attempt, told again: `already`. Its fee may be news; another amount is for a person.
 * - Money that fits (right amount, currency and account; nothing settled yet; a charge no book knows): `settled`.
 * - Everything else: `hold`. It arrived, so it is booked on `unmatched`, once, and a person is told. A gift that is
 *   settled stays settled.
 *
 * `already` needs the same charge: a second one under the same attempt (a key that outlived its window) must land on
 * `unmatched`, not vanish. A charge held once is not booked a second time when it is told with the full amount later.
 */
import { equalMoney } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { AlarmEffect, BookingEffect, PostEffect } from '../booking.ts';
import type { IncomeAccount } from '../ledger/chart-of-accounts.ts';
import { type Cause, causeRef } from '../ledger/ledger.ts';
import type { Succeeded } from '../processor.ts';
import type { AlarmKind } from '../reports/reports.ts';
import type { Attempt, Gift } from '../rows.ts';

/** A charge as one processor account reports it. */
export interface ReportedCharge {
  readonly accountId: string;
  readonly objectRef: string | null;
  readonly succeeded: Succeeded;
}

/** What must be known to decide: read in one statement that began after the gift was locked. */
export interface SettlementStanding {
  readonly gift: Pick<Gift, 'id' | 'money' | 'state' | 'pledgeId'>;
  readonly attempt: Pick<Attempt, 'id' | 'giftId' | 'state' | 'accountId' | 'chargeRef'>;
  /** The charge is in the books, as a gift or as unmatched. */
  readonly posted: boolean;
  readonly anotherSucceeded: boolean;
  /** The processor's object is already another attempt's. */
  readonly objectTaken: boolean;
}

/** What must be done for it, in this order and in one transaction. */
export type SettlementEffect =
  | {
      readonly do: 'write-success';
      readonly chargeRef: string;
      /** Left out where it is another attempt's already: then our id in the processor's record decided. */
      readonly objectRef: string | null;
    }
  | { readonly do: 'move-gift'; readonly input: 'settle' | 'hold' }
  | BookingEffect
  | { readonly do: 'receipt' }
  | { readonly do: 'carry-pledge-on' }
  /** The right to charge later is told after the money: some processors make it in a step of its own. */
  | { readonly do: 'keep-late-mandate' };

export interface SettlementDecision {
  readonly answer: 'settled' | 'already' | 'hold';
  readonly effects: readonly SettlementEffect[];
}

export function decideSettlement(
  standing: SettlementStanding,
  charge: ReportedCharge,
): SettlementDecision {
  const { gift, attempt } = standing;
  assertSoundCharge(charge);
  assert(attempt.giftId === gift.id, 'an attempt belongs to the gift that was locked');
  assert(
    (attempt.state === 'succeeded') === (attempt.chargeRef !== null),
    'a success, and nothing else, names its charge',
  );
  if (isSameCharge(standing, charge)) return toldAgain(standing, charge);
  return fits(standing, charge) ? settles(standing, charge) : holds(standing, charge);
}

function isSameCharge({ attempt }: SettlementStanding, charge: ReportedCharge): boolean {
  return (
    attempt.state === 'succeeded' &&
    attempt.chargeRef === charge.succeeded.chargeRef &&
    attempt.accountId === charge.accountId
  );
}

function fits(standing: SettlementStanding, charge: ReportedCharge): boolean {
  const { gift, attempt } = standing;
  return (
    attempt.state !== 'succeeded' &&
    gift.state !== 'settled' &&
    equalMoney(gift.money, charge.succeeded.money) &&
    attempt.accountId === charge.accountId &&
    !standing.posted &&
    !standing.anotherSucceeded
  );
}

/** The fee may be news; another amount for a charge in the books is for a person. */
function toldAgain({ gift }: SettlementStanding, charge: ReportedCharge): SettlementDecision {
  if (!equalMoney(gift.money, charge.succeeded.money)) {
    return { answer: 'hold', effects: [alarm('amount-changed', gift, charge)] };
  }
  const isMandateTold = gift.pledgeId !== null && charge.succeeded.mandate !== null;
  return {
    answer: 'already',
    effects: [
      ...feeEffects(charge),
      ...(isMandateTold ? [{ do: 'keep-late-mandate' } as const] : []),
    ],
  };
}

function settles(standing: SettlementStanding, charge: ReportedCharge): SettlementDecision {
  const { gift } = standing;
  assert(gift.state !== 'settled', 'a gift settles once');
  const objectRef = standing.objectTaken ? null : charge.objectRef;
  return {
    answer: 'settled',
    effects: [
      { do: 'write-success', chargeRef: charge.succeeded.chargeRef, objectRef },
      { do: 'move-gift', input: 'settle' },
      ...chargeEffects(gift, charge, 10),
      { do: 'receipt' },
      { do: 'carry-pledge-on' },
    ],
  };
}

/** Money that does not fit is booked on `unmatched`, once, and a person is told. */
function holds(standing: SettlementStanding, charge: ReportedCharge): SettlementDecision {
  const { gift, posted } = standing;
  const moves = gift.state !== 'settled' && gift.state !== 'integrity_hold';
  return {
    answer: 'hold',
    effects: [
      // A charge in the books may be told again with its fee, which is a fact of its own.
      ...(posted ? feeEffects(charge) : chargeEffects(gift, charge, 90)),
      ...(moves ? [{ do: 'move-gift', input: 'hold' } as const] : []),
      alarm(gift.state === 'settled' ? 'unmatched' : 'hold', gift, charge),
    ],
  };
}

/** Money that belongs to no attempt of ours: booked once, and a person is told. */
export function decideUnmatched(
  standing: { readonly posted: boolean },
  charge: ReportedCharge,
): readonly BookingEffect[] {
  assertSoundCharge(charge);
  if (standing.posted) return feeEffects(charge);
  return [...chargeEffects(null, charge, 90), alarm('unmatched', null, charge)];
}

/** How a charge is named in the ledger. */
export function chargeCause(charge: ReportedCharge): Cause {
  return { kind: 'charge', accountId: charge.accountId, ref: charge.succeeded.chargeRef };
}

export function incomeOf(gift: Pick<Gift, 'pledgeId'> | null): IncomeAccount {
  return gift?.pledgeId == null ? 'gifts_once' : 'gifts_recurring';
}

function assertSoundCharge(charge: ReportedCharge): void {
  assert(charge.succeeded.chargeRef !== '', 'a charge has a reference');
  assert(charge.accountId !== '', 'a charge happened at an account');
  assert(charge.succeeded.money.minor > 0n, 'a charge moved at least one minor unit');
}

type PostedFor = Pick<Gift, 'id' | 'money' | 'pledgeId'> | null;

function chargeEffects(
  gift: PostedFor,
  charge: ReportedCharge,
  code: 10 | 90,
): readonly PostEffect[] {
  assert(code !== 10 || gift !== null, 'money is received for a gift');
  assert(
    code !== 10 || equalMoney(gift?.money ?? charge.succeeded.money, charge.succeeded.money),
    'a gift is booked with its own amount',
  );
  return [
    {
      do: 'post',
      posting: {
        code,
        cause: chargeCause(charge),
        money: charge.succeeded.money,
        income: incomeOf(gift),
        giftId: gift?.id ?? null,
        happenedAt: charge.succeeded.happenedAt,
      },
      duplicate: 'fail',
    },
    ...feeEffects(charge),
  ];
}

/**
 * The fee as the processor reports it; several sources may tell the same one, before its charge or after it. So the row
 * takes nothing from who tells it: no gift, and the fee's own time. It belongs to the group of its charge.
 */
function feeEffects(charge: ReportedCharge): readonly PostEffect[] {
  const { fee } = charge.succeeded;
  if (fee === null || fee.money.minor <= 0n) return [];
  assert(fee.ref !== '', 'a fee is known by its balance transaction');
  return [
    {
      do: 'post',
      posting: {
        code: 11,
        cause: { kind: 'balance-transaction', accountId: charge.accountId, ref: fee.ref },
        money: fee.money,
        income: 'gifts_once',
        giftId: null,
        happenedAt: fee.happenedAt ?? charge.succeeded.happenedAt,
        groupOf: chargeCause(charge),
      },
      duplicate: 'keep',
    },
  ];
}

function alarm(
  kind: AlarmKind,
  gift: { readonly id: string } | null,
  charge: ReportedCharge,
): AlarmEffect {
  return {
    do: 'alarm',
    kind,
    ref: causeRef(chargeCause(charge)),
    giftId: gift?.id ?? null,
    detail: null,
  };
}
