/**
 * The thin shell again, on plain objects: reads the standing, asks the decision, carries the effects out. Line by line what
 * `settle.ts`, `apply-input.ts`, `record-fact.ts` and `book-charge-facts.ts` do with SQL; what ties the two together is
 * `cross-check.long.test.ts`, which plays the same sequences on both.
 *
 * Of pledges it knows that a settled gift makes the next, unless the promise is over, that a declined try leaves it behind,
 * and that what is tried in vain for one that is over is given up.
 */
import type { Instant } from '../../../calendar/index.ts';
import { assert, unreachable } from '../../../problems/index.ts';
import type { AttemptInput } from '../../attempt.ts';
import type { BookingEffect } from '../../booking.ts';
import { giftRank, isOpenGift, stepGift } from '../../gift.ts';
import { causeRef } from '../../ledger/ledger.ts';
import {
  type BroughtRow,
  type ChargeBooks,
  type ChargeRef,
  chargeBooksOf,
} from '../../money-facts/charge-account.ts';
import {
  type DisputeStanding,
  decideChargeFact,
  inBookingOrder,
  type WaitingFact,
  waitsForOpening,
} from '../../money-facts/decide-charge-fact.ts';
import {
  assertSoundFact,
  decidePlainFact,
  decidePostedBefore,
  decideToldAgain,
  isAboutCharge,
  keyWordOf,
  type ToldFact,
} from '../../money-facts/decide-fact.ts';
import { isPledgeOver } from '../../pledge.ts';
import { type Attempt, moneyOf } from '../../rows.ts';
import type { Report } from '../../settling/apply-evidence.ts';
import { type AttemptChange, decideInput } from '../../settling/decide-input.ts';
import {
  chargeCause,
  decideSettlement,
  decideUnmatched,
  type ReportedCharge,
  type SettlementEffect,
  type SettlementStanding,
} from '../../settling/decide-settlement.ts';
import type { MemoryFact, MemoryGift, NewsroomInMemory } from './newsroom-in-memory.ts';

/** `readFrom`: what the decision is based on. The newsroom itself, unless a test wants to see what stale reading does. */
export interface Reading {
  readonly readFrom?: NewsroomInMemory;
}

export function applyEvidence(
  room: NewsroomInMemory,
  report: Report,
  at: Instant,
  reading: Reading = {},
): string {
  const { evidence, accountId, objectRef, attemptId } = report;
  if (evidence.state === 'succeeded') {
    return settle(room, attemptId, { accountId, objectRef, succeeded: evidence }, reading);
  }
  const input = { kind: 'evidence', evidence } as const;
  return applyInput(room, { attemptId, accountId, objectRef, input }, at, reading);
}

export function settle(
  room: NewsroomInMemory,
  attemptId: string,
  charge: ReportedCharge,
  { readFrom = room }: Reading = {},
): string {
  const attempt = readFrom.attempts.get(attemptId);
  if (attempt === undefined) return 'no_such_attempt';
  const gift = readFrom.gift(attempt.giftId);
  const { answer, effects } = decideSettlement(
    standingOf(readFrom, { gift, attempt, charge }),
    charge,
  );
  let held = { gift, attempt };
  for (const effect of effects) held = carryOutSettlement(room, held, effect);
  assert(answer !== 'settled' || held.gift.state === 'settled', 'money that fits settles its gift');
  return answer;
}

function standingOf(
  room: NewsroomInMemory,
  of: {
    readonly gift: MemoryGift;
    readonly attempt: Attempt;
    readonly charge: ReportedCharge;
  },
): SettlementStanding {
  const { gift, attempt, charge } = of;
  const others = [...room.attempts.values()].filter(({ id }) => id !== attempt.id);
  return {
    gift,
    attempt,
    posted: isPosted(room, charge),
    anotherSucceeded: others.some(
      ({ giftId, state }) => giftId === gift.id && state === 'succeeded',
    ),
    objectTaken: isTaken(others, charge),
  };
}

function isPosted(room: NewsroomInMemory, charge: ReportedCharge): boolean {
  const cause = `charge|${causeRef(chargeCause(charge))}`;
  return room.transfer(cause, 10) !== undefined || room.transfer(cause, 90) !== undefined;
}

function isTaken(
  attempts: readonly Attempt[],
  object: { readonly accountId: string; readonly objectRef: string | null },
): boolean {
  return (
    object.objectRef !== null &&
    attempts.some(
      ({ accountId, objectRef }) =>
        accountId === object.accountId && objectRef === object.objectRef,
    )
  );
}

interface Held {
  readonly gift: MemoryGift;
  readonly attempt: Attempt;
}

function carryOutSettlement(room: NewsroomInMemory, held: Held, effect: SettlementEffect): Held {
  const { gift, attempt } = held;
  switch (effect.do) {
    case 'write-success': {
      assert(attempt.state !== 'succeeded', 'an attempt succeeds once');
      const { chargeRef } = effect;
      const objectRef = attempt.objectRef ?? effect.objectRef;
      room.writeAttempt({ ...attempt, state: 'succeeded', chargeRef, objectRef, pageUrl: null });
      return held;
    }
    case 'move-gift': {
      const state = stepGift(gift.state, { kind: effect.input });
      assert(giftRank(state) >= giftRank(gift.state), 'the state of a gift never falls');
      const moved = { ...gift, state };
      room.writeGift(moved);
      return { ...held, gift: moved };
    }
    case 'post':
    case 'alarm':
      book(room, effect);
      return held;
    case 'receipt':
      room.receipts.add(gift.id);
      return held;
    case 'carry-pledge-on':
      makeNextGift(room, gift);
      return held;
    case 'keep-late-mandate':
      // Nothing is charged by mandate in memory.
      return held;
    default:
      return unreachable(effect, 'carryOutSettlement');
  }
}

function makeNextGift(room: NewsroomInMemory, gift: MemoryGift): void {
  if (gift.pledgeId === null || gift.periodN === null) return;
  const pledge = room.pledges.get(gift.pledgeId);
  if (pledge !== undefined && isPledgeOver(pledge)) return;
  room.movePledge(gift.pledgeId, { kind: 'gift-settled' });
  const next = gift.periodN + 1;
  for (const { pledgeId, periodN } of room.gifts.values()) {
    if (pledgeId === gift.pledgeId && periodN !== null && periodN >= next) return;
  }
  room.writeGift({ ...gift, id: `${gift.pledgeId}:${next}`, periodN: next, state: 'due' });
}

function book(room: NewsroomInMemory, effect: BookingEffect): boolean {
  if (effect.do === 'post') return room.post(effect);
  room.raise(effect);
  return true;
}

export function applyInput(
  room: NewsroomInMemory,
  change: AttemptChange,
  now: Instant,
  { readFrom = room }: Reading = {},
): string {
  const attempt = readFrom.attempts.get(change.attemptId);
  if (attempt === undefined) return 'no_such_attempt';
  const { accountId } = attempt;
  const wished = { accountId, objectRef: change.objectRef ?? null };
  const objectTaken =
    attempt.objectRef === null && isTaken([...readFrom.attempts.values()], wished);
  const standing = { gift: readFrom.gift(attempt.giftId), attempt, objectTaken };
  const { answer, effects } = decideInput(standing, change, now);
  for (const effect of effects) {
    switch (effect.do) {
      case 'write-attempt':
        assert(
          room.attempts.get(attempt.id)?.state === attempt.state,
          'nobody else moved the attempt under our lock',
        );
        room.writeAttempt(effect.attempt);
        break;
      case 'try-ended':
        afterTryEnded(room, effect.attempt, effect.input);
        break;
      case 'ask-again':
        // When a gift is looked at again is the schedule's business; no worker waits here.
        break;
      case 'alarm':
        room.raise(effect);
        break;
      default:
        return unreachable(effect, 'applyInput');
    }
  }
  return answer;
}

/** What follows for the promise; when it is tried again is the schedule's business. */
function afterTryEnded(room: NewsroomInMemory, attempt: Attempt, input: AttemptInput): void {
  const gift = room.gift(attempt.giftId);
  const pledge = gift.pledgeId === null ? undefined : room.pledges.get(gift.pledgeId);
  if (gift.pledgeId === null || pledge === undefined || !isOpenGift(gift.state)) return;
  if (isPledgeOver(pledge)) {
    const kind = pledge === 'lapsed' ? 'fail' : 'abandon';
    room.writeGift({ ...gift, state: stepGift(gift.state, { kind }) });
  } else if (attempt.mandateId !== null && input.kind === 'evidence') {
    room.movePledge(gift.pledgeId, { kind: 'try-failed' });
  }
}

export function bookUnmatched(room: NewsroomInMemory, charge: ReportedCharge): void {
  const posted = isPosted(room, charge);
  for (const effect of decideUnmatched({ posted }, charge)) book(room, effect);
}

export function recordFact(room: NewsroomInMemory, told: ToldFact, now: Instant): void {
  const { accountId, fact } = told;
  assertSoundFact(told);
  const key = `${fact.kind} ${accountId}:${fact.ref}`;
  const kept = room.facts.get(key);
  if (kept !== undefined) {
    const again = decideToldAgain({ ...kept.fact, refundKey: keyWordOf(kept.fact) }, told);
    if (again.alarm !== null) room.raise(again.alarm);
    if (again.payoutRef === null && again.refundKey === null) return;
    const payoutRef = again.payoutRef ?? kept.fact.payoutRef;
    const { refundKey } = again.refundKey === null ? kept.fact : fact;
    const known = { ...kept.fact, payoutRef, ...(refundKey === undefined ? {} : { refundKey }) };
    room.facts.set(key, { ...kept, fact: known });
    return;
  }
  room.facts.set(key, { accountId, fact, toldAt: now, booked: false });
  if (isAboutCharge(fact.kind)) {
    assert(fact.chargeRef !== null, 'it names its charge');
    bookCharge(room, { accountId, chargeRef: fact.chargeRef }, now);
    return;
  }
  const effect = decidePlainFact(told);
  if (!room.post(effect)) {
    const { cause, code } = effect.posting;
    const row = room.transfer(`${cause.kind}|${causeRef(cause)}`, code);
    assert(row !== undefined, 'a duplicate is there');
    const alarm = decidePostedBefore(moneyOf(row.amount, row.currency), told);
    if (alarm !== null) room.raise(alarm);
  }
  room.facts.set(key, { accountId, fact, toldAt: now, booked: true });
}

/** What the money worker does: books facts whose charge came into the books after them. */
export function bookWaiting(room: NewsroomInMemory, now: Instant): void {
  for (const { accountId, fact, booked } of room.facts.values()) {
    if (booked || fact.chargeRef === null) continue;
    bookCharge(room, { accountId, chargeRef: fact.chargeRef }, now);
  }
}

function bookCharge(room: NewsroomInMemory, charge: ChargeRef, now: Instant): void {
  const facts = factsOf(room, charge);
  if (readBooks(room, charge, facts) === undefined) return;
  const waiting = facts.flatMap(([key, kept]) => {
    const { kind, ref, money, happenedAt } = kept.fact;
    if (kept.booked || !isAboutCharge(kind)) return [];
    const { minor: amount, currency } = money;
    return [{ key, kept, kind, ref, amount, currency, happenedAt, toldAt: kept.toldAt }];
  });
  for (const { key, kept, ...fact } of inBookingOrder(waiting)) {
    const dispute = fact.kind === 'refund' ? null : readDispute(room, charge, fact);
    if (dispute !== null && waitsForOpening(fact, { ...dispute, now })) continue;
    const books = readBooks(room, charge, facts);
    assert(books !== undefined, 'a charge never leaves the books');
    const effects = decideChargeFact({ charge, books, fact, dispute });
    for (const effect of effects) book(room, effect);
    room.facts.set(key, { ...kept, booked: true });
  }
}

type KeyedFact = readonly [string, MemoryFact];

function factsOf(room: NewsroomInMemory, { accountId, chargeRef }: ChargeRef): KeyedFact[] {
  return [...room.facts].filter(
    ([, kept]) => kept.accountId === accountId && kept.fact.chargeRef === chargeRef,
  );
}

function readBooks(
  room: NewsroomInMemory,
  charge: ChargeRef,
  facts: readonly KeyedFact[],
): ChargeBooks | undefined {
  const { accountId, chargeRef } = charge;
  const cause = `charge|${causeRef({ kind: 'charge', accountId, ref: chargeRef })}`;
  const row = room.transfer(cause, 10) ?? room.transfer(cause, 90);
  if (row === undefined) return undefined;
  const pledgeId = row.giftId === null ? null : room.gift(row.giftId).pledgeId;
  const brought: BroughtRow = { ...row, pledgeId };
  let [fromGift, fromUnmatched] = [0n, 0n];
  for (const [, { fact }] of facts) {
    if (fact.kind !== 'refund' && fact.kind !== 'dispute-lost') continue;
    const kind = fact.kind === 'refund' ? 'refund' : 'dispute';
    const back = `${kind}|${accountId}:${fact.ref}`;
    fromGift += sum(room, back, [20, 32]);
    fromUnmatched += sum(room, back, [21, 34]);
  }
  return chargeBooksOf([brought], { fromGift, fromUnmatched });
}

function sum(room: NewsroomInMemory, cause: string, codes: readonly number[]): bigint {
  let total = 0n;
  for (const code of codes) total += room.transfer(cause, code)?.amount ?? 0n;
  return total;
}

function readDispute(
  room: NewsroomInMemory,
  { accountId }: ChargeRef,
  fact: Pick<WaitingFact, 'kind' | 'ref' | 'currency'>,
): DisputeStanding {
  const keptOf = (kind: string): MemoryFact | undefined => {
    const kept = room.facts.get(`${kind} ${accountId}:${fact.ref}`);
    return kept?.fact.money.currency === fact.currency ? kept : undefined;
  };
  const told = (kind: string): bigint => {
    const kept = keptOf(kind);
    const counts = kept !== undefined && (kept.booked || kind === fact.kind);
    return counts ? kept.fact.money.minor : 0n;
  };
  const causes = ['', '#2', '#3'].map((nth) => `dispute|${accountId}:${fact.ref}${nth}`);
  const total = (codes: readonly number[]): bigint =>
    causes.reduce((amount, cause) => amount + sum(room, cause, codes), 0n);
  const count = (code: number): number =>
    causes.filter((cause) => room.transfer(cause, code) !== undefined).length;
  return {
    told: {
      opened: told('dispute-opened'),
      won: told('dispute-won'),
      lost: told('dispute-lost'),
    },
    isOpeningTold: keptOf('dispute-opened') !== undefined,
    posted: { opened: total([30]), won: total([31]), lost: total([32, 34]) },
    opens: count(30),
    wins: count(31),
  };
}
