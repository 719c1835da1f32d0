/**
 * A small story about one gift: how it stands, everything that will be told about it, and the truth that the nightly
 * reconciliation tells in the end. Drawn from numbers alone, so that a seed, or a list of numbers that fast-check
 * shrinks, gives the same story.
 *
 * **Which sets have one final state.** A set of facts is what processors know in the end: of every attempt how it ended
 * and which charges it made, of every charge its fees, refunds, disputes and payouts. Messages are copies of these facts
 * and of what was true on the way (open, processing, needs action). They may come in any order, late, repeatedly or
 * never; what was dropped is told by the reconciliation. Then there is one final state (`strict`), to the last row of the
 * ledger, but where the world itself has several endings, and which of them it is depends on who was heard first: several
 * charges that would all fit the gift; one charge told with two amounts or under two attempts; more going back of a
 * charge than it brought; a dispute both won and lost. There the final state is one for each such ending (`play.ts` groups
 * by it), and the sums on every account are one in any case but the first two.
 */
import { Instant } from '../../src/calendar/index.ts';
import type { AttemptInput, AttemptState } from '../../src/giving/attempt.ts';
import type { MoneyFact, PaymentEvidence, Succeeded } from '../../src/giving/processor.ts';
import type { Attempt } from '../../src/giving/rows.ts';
import type { Report } from '../../src/giving/settling/apply-evidence.ts';
import type { ReportedCharge } from '../../src/giving/settling/decide-settlement.ts';
import { NewsroomInMemory } from '../../src/giving/testing/memory/newsroom-in-memory.ts';
import { type Money, money } from '../../src/money/index.ts';

/** Something that reaches us, or that we do. */
export type Told =
  | { readonly kind: 'evidence'; readonly report: Report }
  | { readonly kind: 'fact'; readonly accountId: string; readonly fact: MoneyFact }
  | { readonly kind: 'stranger'; readonly charge: ReportedCharge }
  | { readonly kind: 'own'; readonly attemptId: string; readonly input: AttemptInput };

export interface Story {
  readonly room: NewsroomInMemory;
  /** What may be told, in any order, any number of times. */
  readonly told: readonly Told[];
  /** What is told in the end, in any order. */
  readonly truth: readonly Told[];
  /** The world has one ending. */
  readonly strict: boolean;
}

export interface Draw {
  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number;
}

export const GIFT_ID = '00000000-0000-4000-8000-0000000000a1';
export const PLEDGE_ID = '00000000-0000-4000-8000-0000000000b1';
export const ACCOUNT = 'one';
export const OTHER_ACCOUNT = 'other';
export const ATTEMPT_IDS = [
  '00000000-0000-4000-8000-0000000000c1',
  '00000000-0000-4000-8000-0000000000c2',
  '00000000-0000-4000-8000-0000000000c3',
] as const;
export const BEGAN = Instant.from('2026-03-01T09:00:00Z');

const RIGHT = money(1000n, 'EUR');
const WRONG = [money(100_000n, 'EUR'), money(300n, 'EUR'), money(1000n, 'USD')] as const;
const FEE = money(59n, 'EUR');
const GIVEN_UP = ['declined', 'expired', 'not_found'] as const;
const UNDER_WAY = ['planned', 'sent', 'unknown', 'needs_action'] as const;

/** Parts of a hundred. */
function chance(draw: Draw, percent: number): boolean {
  return draw.below(100) >= 100 - percent;
}

function pick<T>(draw: Draw, list: readonly [T, ...T[]]): T {
  return list[draw.below(list.length)] ?? list[0];
}

class StoryTeller {
  readonly told: Told[] = [];
  readonly truth: Told[] = [];
  readonly #draw: Draw;
  #fitting = 0;
  #twoEndings = false;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  get strict(): boolean {
    return this.#fitting <= 1 && !this.#twoEndings;
  }

  attempt(attempt: Attempt): void {
    const draw = this.#draw;
    this.#onTheWay(attempt);
    const charges = this.#charges(attempt.n);
    if (charges.length === 0 || chance(draw, 15)) {
      const ended: PaymentEvidence = chance(draw, 50)
        ? { state: 'expired' }
        : { state: 'declined', code: 'insufficient_funds', advice: 'retry-later' };
      this.#both(this.#report(attempt, ended));
    }
    for (const charge of charges) this.#charge(attempt, charge);
  }

  /** What was true for a while. It may be told or not; it changes no ending. */
  #onTheWay(attempt: Attempt): void {
    const draw = this.#draw;
    const seen: readonly PaymentEvidence[] = [
      { state: 'open' },
      { state: 'open', declinedCode: 'card_declined' },
      { state: 'processing' },
      { state: 'needs_action', pageUrl: 'https://pay.example/' },
    ];
    for (const evidence of seen) {
      if (chance(draw, 30)) this.told.push(this.#report(attempt, evidence));
    }
    const own = ['send', 'answer-not-heard', 'page-not-heard'] as const;
    for (const kind of own) {
      if (chance(draw, 20)) {
        this.told.push({ kind: 'own', attemptId: attempt.id, input: { kind } });
      }
    }
  }

  #report(attempt: Attempt, evidence: PaymentEvidence, accountId = ACCOUNT): Told {
    const objectRef = chance(this.#draw, 80) ? `object_${attempt.n}` : null;
    return {
      kind: 'evidence',
      report: { attemptId: attempt.id, accountId, objectRef, evidence },
    };
  }

  #charges(n: number): readonly { readonly ref: string; readonly amount: Money }[] {
    const draw = this.#draw;
    const of = (ref: string, amount: Money) => ({ ref: `charge_${n}${ref}`, amount });
    const turn = draw.below(100);
    if (turn < 45) return [];
    if (turn < 85) return [of('', RIGHT)];
    if (turn < 92) return [of('', pick(draw, WRONG))];
    if (turn < 96) return [of('', RIGHT), of('_again', RIGHT)];
    return [of('', RIGHT), of('_again', pick(draw, WRONG))];
  }

  #charge(attempt: Attempt, charge: { readonly ref: string; readonly amount: Money }): void {
    const draw = this.#draw;
    const { ref, amount } = charge;
    const accountId = chance(draw, 3) ? OTHER_ACCOUNT : ACCOUNT;
    if (amount === RIGHT && accountId === ACCOUNT) this.#fitting += 1;
    const fee = chance(draw, 60)
      ? { ref: `fee_${ref}`, money: FEE, happenedAt: happenedAt(`fee fee_${ref}`) }
      : null;
    const without = succeeded(ref, amount, null);
    if (fee !== null) this.told.push(this.#report(attempt, without, accountId));
    this.#both(this.#report(attempt, succeeded(ref, amount, fee), accountId));
    if (chance(draw, 2)) {
      this.#twoEndings = true;
      const other = amount === RIGHT ? money(900n, 'EUR') : RIGHT;
      this.#both(this.#report(attempt, succeeded(ref, other, null), accountId));
    }
    if (attempt.n > 1 && chance(draw, 2)) {
      this.#twoEndings = true;
      this.#both(this.#report({ ...attempt, id: ATTEMPT_IDS[0] }, without, accountId));
    }
    if (fee !== null && chance(draw, 40)) this.#fact(accountId, 'fee', `fee_${ref}`, FEE, ref);
    this.#afterwards(accountId, ref, amount);
  }

  /** Refunds in parts, disputes, money set free and paid out. */
  #afterwards(accountId: string, ref: string, amount: Money): void {
    const draw = this.#draw;
    const parts = draw.below(100) < 60 ? 0 : 1 + draw.below(3);
    const tooMuch = parts > 0 && chance(draw, 8);
    const part = tooMuch ? amount.minor : amount.minor / 4n;
    for (let nth = 1; nth <= parts; nth += 1) {
      const back = money(part - BigInt(nth), amount.currency);
      this.#fact(accountId, 'refund', `refund_${ref}_${nth}`, back, ref);
    }
    if (chance(draw, 25)) this.#dispute(accountId, ref, amount);
    if (chance(draw, 30)) this.#fact(accountId, 'available', `free_${ref}`, amount, null);
    if (chance(draw, 15)) this.#fact(accountId, 'payout', `payout_${ref}`, amount, null);
  }

  #dispute(accountId: string, ref: string, amount: Money): void {
    const draw = this.#draw;
    const name = `dispute_${ref}`;
    // Banks dispute the whole or a part; now and then the messages of one dispute do not agree.
    const of = (): Money => money(amount.minor / BigInt(1 + draw.below(2)), amount.currency);
    const held = of();
    const said = (): Money => (chance(draw, 10) ? of() : held);
    if (chance(draw, 80)) this.#fact(accountId, 'dispute-opened', name, held, ref);
    const end = draw.below(10);
    if (end < 4 || end === 9) this.#fact(accountId, 'dispute-won', name, said(), ref);
    if (end >= 4 && end < 8) this.#fact(accountId, 'dispute-lost', name, said(), ref);
    if (end === 9) this.#fact(accountId, 'dispute-lost', name, said(), ref);
    if (chance(draw, 50)) {
      this.#fact(accountId, 'dispute-fee', `${name}_fee`, money(1500n, 'EUR'), null);
    }
  }

  #fact(
    accountId: string,
    kind: MoneyFact['kind'],
    ref: string,
    amount: Money,
    chargeRef: string | null,
  ): void {
    const payoutRef = chance(this.#draw, 20) ? `payout_${ref}` : null;
    const fact = {
      kind,
      ref,
      money: amount,
      happenedAt: happenedAt(`${kind} ${ref}`),
      chargeRef,
      payoutRef,
    };
    this.#both({ kind: 'fact', accountId, fact });
  }

  stranger(): void {
    const charge: ReportedCharge = {
      accountId: ACCOUNT,
      objectRef: null,
      succeeded: succeeded('charge_strange', RIGHT, null),
    };
    this.#both({ kind: 'stranger', charge });
    this.#afterwards(ACCOUNT, 'charge_strange', RIGHT);
  }

  #both(told: Told): void {
    this.told.push(told);
    this.truth.push(told);
  }
}

function succeeded(chargeRef: string, amount: Money, fee: Succeeded['fee']): Succeeded {
  return {
    state: 'succeeded',
    chargeRef,
    money: amount,
    happenedAt: happenedAt(`charge ${chargeRef}`),
    payerCountry: null,
    mandate: null,
    fee,
  };
}

/** The processor's own time of an object: the same whoever tells it, and another than that of other objects. */
function happenedAt(name: string): Instant {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 86_400;
  return BEGAN.subtract({ seconds: sum });
}

export function blankAttempt(n: number, state: AttemptState): Attempt {
  return {
    id: ATTEMPT_IDS[n - 1] ?? ATTEMPT_IDS[0],
    giftId: GIFT_ID,
    n,
    mandateId: null,
    accountId: ACCOUNT,
    requestHash: 'the hash of what will be sent',
    state,
    firstSentAt: state === 'planned' ? null : BEGAN,
    objectRef: null,
    chargeRef: null,
    pageUrl: null,
    heard: null,
    declineCode: null,
    advice: null,
    asked: 0,
    createdAt: BEGAN,
  };
}

/** A gift with one to three attempts: all but the last were given up. */
export function drawStory(draw: Draw): Story {
  const room = new NewsroomInMemory();
  const isPledged = chance(draw, 30);
  room.writeGift({
    id: GIFT_ID,
    money: RIGHT,
    state: chance(draw, 10) ? 'abandoned' : 'collecting',
    pledgeId: isPledged ? PLEDGE_ID : null,
    periodN: isPledged ? 0 : null,
  });
  const attempts = 1 + draw.below(3);
  const teller = new StoryTeller(draw);
  for (let n = 1; n <= attempts; n += 1) {
    const state = n < attempts ? pick(draw, GIVEN_UP) : pick(draw, UNDER_WAY);
    const attempt = blankAttempt(n, state);
    room.writeAttempt(attempt);
    teller.attempt(attempt);
  }
  if (chance(draw, 10)) teller.stranger();
  return { room, told: teller.told, truth: teller.truth, strict: teller.strict };
}
