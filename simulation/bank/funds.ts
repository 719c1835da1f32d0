/**
 * What becomes of a simulated company's money after its charges: fees, what comes free, payouts and the lines they consist
 * of, refunds, disputes and their fee. By the company's own arithmetic, and knowing nothing of our ledger.
 *
 * Nothing here waits for a clock: what time alone brings (money that comes free, payouts at the end of a period) is written
 * when somebody next looks or acts, with the moment at which it was due. So everything is told in the order of time.
 */
import { assert, Instant, type Money, type MoneyFact, money, type PlainDate } from '../core.ts';
import type { Charge } from './books.ts';
import type { Habits } from './habits.ts';

/** One line of the company's listing. A line that was paid out is told again, with its payout. */
export interface Telling {
  readonly fact: MoneyFact;
  readonly at: Instant;
}

const DAY_MS = 86_400_000;
const DISPUTE_FEE_MINOR = 15n;

export class Funds {
  readonly tellings: Telling[] = [];
  /** Each fact as it was told last, in the order in which it happened. */
  readonly facts: MoneyFact[] = [];
  readonly #habits: Habits;
  /** Whether this company tells of fees, free money and payouts at all; refunds and disputes it always does. */
  readonly #settles: boolean;
  /** Charges whose money is not free, oldest first. */
  readonly #pending: { readonly charge: Charge; readonly fee: Money }[] = [];
  /** Where in `facts` the lines are that can be paid out. */
  #unpaid: number[] = [];
  readonly #left = new Map<string, bigint>();
  #made = 0;

  constructor(habits: Habits, settles: boolean) {
    this.#habits = habits;
    this.#settles = settles && habits.givesBack;
  }

  get settles(): boolean {
    return this.#settles;
  }

  /** The fee of a charge; the company's own rule, never the program's. */
  feeOf(charged: Money): { readonly ref: (chargeRef: string) => string; readonly money: Money } {
    const fee = money(1n + charged.minor / 50n, charged.currency);
    assert(fee.minor < charged.minor, 'a charge is worth more than its fee');
    return { ref: (chargeRef) => `bt_${chargeRef}`, money: fee };
  }

  capture(charge: Charge): void {
    this.settleUp(charge.at);
    this.#left.set(charge.chargeRef, charge.money.minor);
    if (!this.#settles) return;
    const fee = this.feeOf(charge.money);
    this.#tell('fee', { charge, ref: fee.ref(charge.chargeRef), amount: fee.money, at: charge.at });
    this.#pending.push({ charge, fee: fee.money });
  }

  /** What is left of a charge after what went back and what is disputed, in minor units. */
  leftOf(charge: Charge): bigint {
    return this.#left.get(charge.chargeRef) ?? 0n;
  }

  /** @param key what the merchant calls it; `null` for one made on the company's own pages */
  refund(charge: Charge, amount: Money, at: Instant, key: string | null): string {
    this.settleUp(at);
    this.#take(charge, amount.minor);
    const ref = this.#newRef('refund');
    this.#payable(this.#tell('refund', { charge, ref, amount, at }, { refundKey: key }));
    return ref;
  }

  refundOf(ref: string): MoneyFact {
    const made = this.facts.find((fact) => fact.kind === 'refund' && fact.ref === ref);
    assert(made !== undefined, 'a refund that was made is in the books');
    return made;
  }

  openDispute(charge: Charge, amount: Money, at: Instant): string {
    this.settleUp(at);
    this.#take(charge, amount.minor);
    const ref = this.#newRef('dispute');
    this.#payable(this.#tell('dispute-opened', { charge, ref, amount, at }));
    if (this.#settles) {
      const fee = money(DISPUTE_FEE_MINOR, amount.currency);
      this.#payable(this.#tell('dispute-fee', { charge, ref: `fee_${ref}`, amount: fee, at }));
    }
    return ref;
  }

  decideDispute(
    dispute: { readonly charge: Charge; readonly ref: string; readonly amount: Money },
    as: 'dispute-won' | 'dispute-lost',
    at: Instant,
  ): void {
    this.settleUp(at);
    const decided = this.#tell(as, { ...dispute, at });
    if (as === 'dispute-lost') return;
    this.#take(dispute.charge, -dispute.amount.minor);
    this.#payable(decided);
  }

  /** Writes what time brought: money that came free, and the payouts due meanwhile. */
  settleUp(now: Instant): void {
    if (!this.#settles) return;
    for (let next = this.#pending[0]; next !== undefined; next = this.#pending[0]) {
      const { charge, fee } = next;
      const due = charge.at.add({ hours: 24 * this.#habits.availableAfterDays });
      if (Instant.compare(due, now) > 0) break;
      this.#pending.shift();
      this.#payOutUntil(due);
      const amount = money(charge.money.minor - fee.minor, charge.money.currency);
      const ref = `free_${charge.chargeRef}`;
      this.#payable(this.#tell('available', { charge, ref, amount, at: due }));
    }
    this.#payOutUntil(now);
  }

  /** Everything of one day, and the lines of its payouts. */
  ofDay(day: PlainDate): readonly MoneyFact[] {
    const isOfDay = ({ happenedAt }: MoneyFact) => dayOf(happenedAt) === day.toString();
    const payouts = new Set(
      this.facts.filter((fact) => fact.kind === 'payout' && isOfDay(fact)).map(({ ref }) => ref),
    );
    return this.facts.filter((fact) => isOfDay(fact) || payouts.has(fact.payoutRef ?? ''));
  }

  #take(charge: Charge, minor: bigint): void {
    const left = this.leftOf(charge) - minor;
    assert(left >= 0n && left <= charge.money.minor, 'a charge gives back at most what it brought');
    this.#left.set(charge.chargeRef, left);
  }

  /** Each currency by itself: what is there at the end of a period goes out, if it is more than nothing. */
  #payOutUntil(now: Instant): void {
    const due = [...this.#groups()]
      .map(([currency, lines]) => ({ currency, lines, at: this.#periodAfter(lines) }))
      .filter(({ at }) => Instant.compare(at, now) <= 0)
      .toSorted((a, b) => Instant.compare(a.at, b.at));
    for (const { lines, at } of due) this.#payOut(lines, at);
  }

  #payOut(lines: readonly number[], at: Instant): void {
    const sum = lines.reduce((all, index) => all + signed(this.#fact(index)), 0n);
    if (sum <= 0n) return;
    const [first] = lines;
    assert(first !== undefined, 'what is paid out has lines');
    const { currency } = this.#fact(first).money;
    const ref = this.#newRef('payout');
    for (const index of lines) {
      const fact = { ...this.#fact(index), payoutRef: ref };
      this.facts[index] = fact;
      this.tellings.push({ fact, at });
    }
    const gone = new Set(lines);
    this.#unpaid = this.#unpaid.filter((index) => !gone.has(index));
    this.#tell('payout', { charge: null, ref, amount: money(sum, currency), at });
  }

  #groups(): Map<string, number[]> {
    const groups = new Map<string, number[]>();
    for (const index of this.#unpaid) {
      const { currency } = this.#fact(index).money;
      groups.set(currency, [...(groups.get(currency) ?? []), index]);
    }
    return groups;
  }

  /** The first end of a period after the newest of the lines. */
  #periodAfter(lines: readonly number[]): Instant {
    const periodMs = this.#habits.payoutEveryDays * DAY_MS;
    const newest = Math.max(
      ...lines.map((index) => this.#fact(index).happenedAt.epochMilliseconds),
    );
    return Instant.fromEpochMilliseconds((Math.floor(newest / periodMs) + 1) * periodMs);
  }

  #fact(index: number): MoneyFact {
    const fact = this.facts[index];
    assert(fact !== undefined, 'a line that is kept is in the books');
    return fact;
  }

  #payable(index: number): void {
    if (this.#settles) this.#unpaid.push(index);
  }

  /** @returns where it stands in `facts` */
  #tell(
    kind: MoneyFact['kind'],
    of: {
      readonly charge: Charge | null;
      readonly ref: string;
      readonly amount: Money;
      readonly at: Instant;
    },
    more: Pick<MoneyFact, 'refundKey'> = {},
  ): number {
    const fact: MoneyFact = {
      ...more,
      kind,
      ref: of.ref,
      money: of.amount,
      happenedAt: of.at,
      chargeRef: of.charge?.chargeRef ?? null,
      payoutRef: null,
    };
    const last = this.tellings.at(-1);
    assert(last === undefined || Instant.compare(last.at, of.at) <= 0, 'it is told in its order');
    this.facts.push(fact);
    this.tellings.push({ fact, at: of.at });
    return this.facts.length - 1;
  }

  #newRef(kind: string): string {
    this.#made += 1;
    return `${kind}_${this.#habits.accountId}_${this.#made}`;
  }
}

/** What a line adds to what can be paid out. */
function signed({ kind, money: { minor } }: MoneyFact): bigint {
  return kind === 'available' || kind === 'dispute-won' ? minor : -minor;
}

export function dayOf(at: Instant): string {
  return at.toString().slice(0, 10);
}
