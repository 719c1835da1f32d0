/**
 * What a refund or a dispute posts, given the books of its charge: pure. How much comes out of which account is decided
 * in `returns.ts`; this turns it into postings, and says what a person must look at.
 *
 * A refund is one object and posts once. Of a dispute up to three things are told (opened, won, lost), in any order, and
 * each posts what the ledger still lacks of what they say together; a second hold or release of the same dispute has a
 * cause of its own (`#2`, `#3`), because cause and code are unique together.
 *
 * How a dispute ended waits until it was told that it began, so that the hold is booked with its own day, whichever came
 * first, and nobody is called about two ends that fit together once the beginning is known. Won or lost implies opened,
 * even where that is never told: after {@link OPENING_PATIENCE_HOURS} it is booked without.
 */
import { Instant } from '../../calendar/index.ts';
import { isCurrency, type Money, money } from '../../money/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import type { AlarmEffect, BookingEffect, PostEffect } from '../booking.ts';
import { causeRef } from '../ledger/ledger.ts';
import type { ChargeBooks, ChargeRef } from './charge-account.ts';
import { type DisputePosted, type DisputeTold, decideDispute, decideReturn } from './returns.ts';

export type ChargeFactKind = 'refund' | 'dispute-opened' | 'dispute-won' | 'dispute-lost';

/** A fact that was kept and is not booked yet. */
export interface WaitingFact {
  readonly kind: ChargeFactKind;
  readonly ref: string;
  readonly amount: bigint;
  readonly currency: string;
  /** By the processor's clock. */
  readonly happenedAt: Instant;
  /** By ours. */
  readonly toldAt: Instant;
}

/** How long the end of a dispute waits for its beginning. Listings tell what happened first, first: this hardly happens. */
export const OPENING_PATIENCE_HOURS = 12;

/** Whether the end of a dispute still waits for its beginning. */
export function waitsForOpening(
  fact: Pick<WaitingFact, 'kind' | 'toldAt'>,
  of: { readonly isOpeningTold: boolean; readonly now: Instant },
): boolean {
  switch (fact.kind) {
    case 'refund':
    case 'dispute-opened':
      return false;
    case 'dispute-won':
    case 'dispute-lost': {
      if (of.isOpeningTold) return false;
      const until = fact.toldAt.add({ hours: OPENING_PATIENCE_HOURS });
      return Instant.compare(of.now, until) < 0;
    }
    default:
      return unreachable(fact.kind, 'waitsForOpening');
  }
}

/** In which order the facts of one charge are booked: a dispute begins before it ends, all else as it was told. */
export function inBookingOrder<Fact extends Pick<WaitingFact, 'kind'>>(
  facts: readonly Fact[],
): readonly Fact[] {
  const isBeginning = ({ kind }: Fact): number => (kind === 'dispute-opened' ? 0 : 1);
  const ordered = facts.toSorted((a, b) => isBeginning(a) - isBeginning(b));
  assert(ordered.length === facts.length, 'every fact is booked in its turn');
  return ordered;
}

/** What is booked of the dispute of a fact by now, and what the ledger has of it. */
export interface DisputeStanding {
  /** What was told of it and is booked, and the fact itself. What waits for its turn does not count yet. */
  readonly told: DisputeTold;
  /** Whether anybody told by now that it began, booked or not. */
  readonly isOpeningTold: boolean;
  readonly posted: DisputePosted;
  /** How many transfers of code 30 and of code 31 there are. */
  readonly opens: number;
  readonly wins: number;
}

export interface ChargeFactStanding {
  readonly charge: ChargeRef;
  readonly books: ChargeBooks;
  readonly fact: WaitingFact;
  /** Null for a refund. */
  readonly dispute: DisputeStanding | null;
}

export function decideChargeFact(standing: ChargeFactStanding): readonly BookingEffect[] {
  const { fact, dispute } = standing;
  assert(fact.amount > 0n, 'what is told about money is at least one minor unit');
  switch (fact.kind) {
    case 'refund':
      assert(dispute === null, 'a refund is no dispute');
      return refundEffects(standing);
    case 'dispute-opened':
    case 'dispute-won':
    case 'dispute-lost':
      assert(dispute !== null, 'a dispute is decided from all that was told of it');
      return disputeEffects(standing, dispute);
    default:
      return unreachable(fact.kind, 'decideChargeFact');
  }
}

function refundEffects(standing: ChargeFactStanding): readonly BookingEffect[] {
  const { fromGift, fromUnmatched, beyond } = decideReturn(
    purseFor(standing),
    standing.fact.amount,
  );
  return [
    ...part(standing, { code: 20, amount: fromGift, nth: 1 }),
    ...part(standing, { code: 21, amount: fromUnmatched, nth: 1 }),
    ...tooMuch(standing, beyond),
  ];
}

function disputeEffects(
  standing: ChargeFactStanding,
  dispute: DisputeStanding,
): readonly BookingEffect[] {
  const { told, posted, opens, wins } = dispute;
  assert(told.opened + told.won + told.lost > 0n, 'the fact itself is told');
  const step = decideDispute(told, posted);
  const effects: BookingEffect[] = [
    ...part(standing, { code: 30, amount: step.open, nth: opens + 1 }),
    ...part(standing, { code: 31, amount: step.win, nth: wins + 1 }),
  ];
  if (step.lose > 0n) {
    const { fromGift, fromUnmatched, beyond } = decideReturn(purseFor(standing), step.lose);
    effects.push(
      ...part(standing, { code: 32, amount: fromGift, nth: 1 }),
      ...part(standing, { code: 34, amount: fromUnmatched, nth: 1 }),
      ...tooMuch(standing, beyond),
    );
  }
  if (step.contradiction) effects.push(contradiction(standing));
  return effects;
}

/** Money of another currency than the charge's can come out of nothing that the charge brought. */
function purseFor({ books, fact }: ChargeFactStanding): ChargeBooks['purse'] {
  return fact.currency === books.currency ? books.purse : { gift: 0n, unmatched: 0n };
}

/** Posts a part of what a fact says, if there is any. */
function part(
  { charge, books, fact }: ChargeFactStanding,
  of: {
    readonly code: 20 | 21 | 30 | 31 | 32 | 34;
    readonly amount: bigint;
    readonly nth: number;
  },
): readonly PostEffect[] {
  assert(of.amount >= 0n, 'nothing is posted backwards');
  if (of.amount === 0n) return [];
  // Three kinds of facts are told of a dispute, each once, and each posts a code at most once.
  assert(of.nth <= 3, 'a dispute is held and released at most three times');
  const { accountId, chargeRef } = charge;
  return [
    {
      do: 'post',
      posting: {
        code: of.code,
        cause: {
          kind: fact.kind === 'refund' ? 'refund' : 'dispute',
          accountId,
          ref: of.nth === 1 ? fact.ref : `${fact.ref}#${of.nth}`,
        },
        money: moneyOf(of.amount, fact.currency),
        income: books.income,
        giftId: books.giftId,
        happenedAt: fact.happenedAt,
        groupOf: { kind: 'charge', accountId, ref: chargeRef },
      },
      duplicate: 'fail',
    },
  ];
}

function moneyOf(minor: bigint, currency: string): Money {
  assert(isCurrency(currency), 'a stored currency has a row in the table');
  return money(minor, currency);
}

function tooMuch(
  { charge, books, fact }: ChargeFactStanding,
  beyond: bigint,
): readonly AlarmEffect[] {
  const sameCurrency = fact.currency === books.currency;
  if (beyond === 0n && sameCurrency) return [];
  return [
    {
      do: 'alarm',
      kind: 'returned-too-much',
      ref: causeRef({ kind: 'charge', accountId: charge.accountId, ref: charge.chargeRef }),
      giftId: books.giftId,
      detail: sameCurrency ? fact.kind : 'another currency',
    },
  ];
}

function contradiction({ charge, books, fact }: ChargeFactStanding): AlarmEffect {
  const cause = causeRef({ kind: 'dispute', accountId: charge.accountId, ref: fact.ref });
  return {
    do: 'alarm',
    kind: 'amount-changed',
    ref: `dispute:${cause}`,
    giftId: books.giftId,
    detail: 'both won and lost',
  };
}
