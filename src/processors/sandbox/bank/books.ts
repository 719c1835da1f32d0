/**
 * The bank's books in memory: what the facts of the journal add up to.
 *
 * `apply` is the only writer. It is used alike for a new decision and for replay at start, so a bank that was killed and
 * started again has the same books. It checks what must hold (a payment is paid once, refunds never pass the charge) and
 * throws an assertion where a decision was wrong, before the fact reaches the journal.
 */
import type { Instant } from '../../../calendar/index.ts';
import { assert, unreachable } from '../../../problems/index.ts';
import { KEY_WINDOW_MS } from '../bank-terms.ts';
import type { Fact, JournalEntry } from './facts.ts';
import type {
  BalanceLine,
  BankEvent,
  Charge,
  IssuerSighting,
  Method,
  Payment,
  PaymentOrder,
  Refund,
} from './records.ts';

export interface UsedKey {
  readonly bodyHash: string;
  readonly status: number;
  readonly answer: string;
  readonly at: Instant;
}

type FactOf<Type extends Fact['type']> = Extract<Fact, { type: Type }>;

export class Books {
  readonly payments = new Map<string, Payment>();
  readonly charges = new Map<string, Charge>();
  readonly methods = new Map<string, Method>();
  readonly refunds = new Map<string, Refund>();
  readonly balance: BalanceLine[] = [];
  readonly events = new Map<string, BankEvent>();
  readonly sightings: IssuerSighting[] = [];
  readonly #keys = new Map<string, UsedKey>();
  readonly #paymentsOfAttempt = new Map<string, string[]>();
  readonly #balanceOfSource = new Map<string, BalanceLine>();
  readonly #customers = new Map<string, string>();
  /** Payments that can still expire, so that looking for expired ones does not read all that ever were. */
  readonly #unfinished = new Set<string>();
  /** No unfinished payment expires before this. */
  #nextExpiryMs = Number.POSITIVE_INFINITY;
  /** Which payment each change was about: change n stands at n - 1. */
  readonly #changeLog: string[] = [];

  apply(entry: JournalEntry): void {
    for (const fact of entry.facts) this.#applyFact(fact, entry.at);
  }

  payment(id: string): Payment {
    const payment = this.payments.get(id);
    assert(payment !== undefined, 'a fact names a payment the books hold');
    return payment;
  }

  /** The payments made for one attempt of the merchant, oldest first. More than one only where a key outlived its window. */
  paymentsOfAttempt(attemptId: string): readonly Payment[] {
    return (this.#paymentsOfAttempt.get(attemptId) ?? []).map((id) => this.payment(id));
  }

  /** The payment that says what became of an attempt: the paid one if there is one, else the newest. */
  bestOfAttempt(attemptId: string): Payment | undefined {
    const made = this.paymentsOfAttempt(attemptId);
    return made.find((payment) => payment.state === 'paid') ?? made.at(-1);
  }

  balanceLineOf(sourceId: string): BalanceLine | undefined {
    return this.#balanceOfSource.get(sourceId);
  }

  customerOf(supporterId: string): string | undefined {
    return this.#customers.get(supporterId);
  }

  /** The answer remembered for a key, as long as its window lasts. */
  usedKey(options: { path: string; key: string; now: Instant }): UsedKey | undefined {
    const used = this.#keys.get(keyName(options.path, options.key));
    return used === undefined || isForgotten(used, options.now) ? undefined : used;
  }

  /** Payments whose time has run out. Reads none before the first of them can have. */
  overduePayments(now: Instant): readonly Payment[] {
    if (now.epochMilliseconds < this.#nextExpiryMs) return [];
    const unfinished = [...this.#unfinished].map((id) => this.payment(id));
    const expiryOf = (payment: Payment) => payment.expiresAt.epochMilliseconds;
    const isOverdue = (payment: Payment) => now.epochMilliseconds >= expiryOf(payment);
    const lasting = unfinished.filter((payment) => !isOverdue(payment)).map(expiryOf);
    this.#nextExpiryMs = lasting.reduce(
      (first, expiry) => Math.min(first, expiry),
      Number.POSITIVE_INFINITY,
    );
    return unfinished.filter(isOverdue);
  }

  pendingEvents(): readonly BankEvent[] {
    return [...this.events.values()].filter((event) => event.outcome === 'pending');
  }

  /** Payments that changed after a cursor, by their last change, oldest first. Reads only what changed since. */
  changedAfter(change: number, limit: number): { page: readonly Payment[]; more: boolean } {
    const page: Payment[] = [];
    for (let index = change; index < this.#changeLog.length; index += 1) {
      const payment = this.payment(this.#changeLog[index] ?? '');
      if (payment.change !== index + 1) continue;
      if (page.length === limit) return { page, more: true };
      page.push(payment);
    }
    return { page, more: false };
  }

  #applyFact(fact: Fact, at: Instant): void {
    switch (fact.type) {
      case 'payment_opened':
        this.#open(fact, at);
        break;
      case 'issuer_saw': {
        const { type: _, ...sighting } = fact;
        this.sightings.push({ ...sighting, at });
        break;
      }
      case 'confirmation_asked':
        this.#askConfirmation(fact);
        break;
      case 'card_not_taken':
        this.#notTaken(fact);
        break;
      case 'payment_paid':
        this.#pay(fact, at);
        break;
      case 'payment_closed':
        this.#end(fact.paymentId, 'closed');
        break;
      case 'payment_expired':
        this.#end(fact.paymentId, 'expired');
        break;
      case 'refund_made':
        this.#refund(fact, at);
        break;
      case 'event_written':
        this.events.set(fact.eventId, {
          id: fact.eventId,
          type: fact.eventType,
          paymentId: fact.paymentId,
          at,
          outcome: 'pending',
          tries: 0,
        });
        break;
      case 'event_ended': {
        const event = this.events.get(fact.eventId);
        assert(event !== undefined, 'an event that ended was written before');
        event.outcome = fact.outcome;
        event.tries = fact.tries;
        break;
      }
      case 'key_used':
        this.#rememberKey(fact, at);
        break;
      default:
        unreachable(fact, 'a fact');
    }
  }

  #open({ order }: FactOf<'payment_opened'>, at: Instant): void {
    assert(!this.payments.has(order.id), 'a payment is opened once');
    const payment = newPayment(order, at);
    this.payments.set(order.id, payment);
    this.#touch(payment);
    const { attemptId } = order.references;
    this.#paymentsOfAttempt.set(attemptId, [
      ...(this.#paymentsOfAttempt.get(attemptId) ?? []),
      order.id,
    ]);
    this.#unfinished.add(order.id);
    this.#nextExpiryMs = Math.min(this.#nextExpiryMs, order.expiresAt.epochMilliseconds);
  }

  #askConfirmation(fact: FactOf<'confirmation_asked'>): void {
    const payment = this.#unfinishedPayment(fact.paymentId);
    payment.state = 'needs_confirmation';
    payment.cardToConfirm = fact.cardNumber;
    payment.declineCode = null;
    this.#touch(payment);
  }

  #notTaken(fact: FactOf<'card_not_taken'>): void {
    const payment = this.#unfinishedPayment(fact.paymentId);
    payment.declineCode = fact.code;
    payment.cardToConfirm = null;
    payment.state = fact.final ? 'declined' : 'open';
    if (fact.final) this.#unfinished.delete(payment.id);
    this.#touch(payment);
  }

  #pay(fact: FactOf<'payment_paid'>, at: Instant): void {
    const payment = this.#unfinishedPayment(fact.paymentId);
    assert(payment.chargeId === null, 'a payment is charged once');
    const { amountMinor, currency } = payment;
    if (fact.keptMethod !== null) {
      this.methods.set(fact.keptMethod.id, fact.keptMethod);
      this.#customers.set(fact.keptMethod.supporterId, fact.keptMethod.customerId);
    }
    this.charges.set(fact.chargeId, {
      id: fact.chargeId,
      paymentId: payment.id,
      amountMinor,
      currency,
      at,
      country: fact.country,
      cardNumber: fact.cardNumber,
      methodId: fact.keptMethod?.id ?? payment.methodId,
      refundedMinor: 0n,
    });
    this.#addBalance({
      id: fact.balanceId,
      kind: 'charge',
      sourceId: fact.chargeId,
      amountMinor,
      feeMinor: fact.feeMinor,
      currency,
      at,
    });
    payment.chargeId = fact.chargeId;
    payment.declineCode = null;
    payment.cardToConfirm = null;
    payment.state = 'paid';
    this.#unfinished.delete(payment.id);
    this.#touch(payment);
  }

  #end(paymentId: string, state: 'closed' | 'expired'): void {
    const payment = this.#unfinishedPayment(paymentId);
    payment.state = state;
    payment.cardToConfirm = null;
    this.#unfinished.delete(paymentId);
    this.#touch(payment);
  }

  #refund(fact: FactOf<'refund_made'>, at: Instant): void {
    const charge = this.charges.get(fact.chargeId);
    assert(charge !== undefined, 'a refund names a charge the books hold');
    charge.refundedMinor += fact.amountMinor;
    assert(charge.refundedMinor <= charge.amountMinor, 'refunds never pass the charge');
    const { id: chargeId, currency } = charge;
    this.refunds.set(fact.refundId, {
      id: fact.refundId,
      chargeId,
      amountMinor: fact.amountMinor,
      currency,
      at,
    });
    this.#addBalance({
      id: fact.balanceId,
      kind: 'refund',
      sourceId: fact.refundId,
      amountMinor: -fact.amountMinor,
      feeMinor: 0n,
      currency,
      at,
    });
    this.#touch(this.payment(charge.paymentId));
  }

  #rememberKey(fact: FactOf<'key_used'>, at: Instant): void {
    for (const [name, used] of this.#keys) {
      if (!isForgotten(used, at)) break;
      this.#keys.delete(name);
    }
    const name = keyName(fact.path, fact.key);
    this.#keys.delete(name);
    const { bodyHash, status, answer } = fact;
    this.#keys.set(name, { bodyHash, status, answer, at });
  }

  #addBalance(line: BalanceLine): void {
    this.balance.push(line);
    this.#balanceOfSource.set(line.sourceId, line);
  }

  #unfinishedPayment(id: string): Payment {
    const payment = this.payment(id);
    assert(this.#unfinished.has(id), 'a payment that is over never changes its state');
    return payment;
  }

  #touch(payment: Payment): void {
    this.#changeLog.push(payment.id);
    payment.change = this.#changeLog.length;
  }
}

/** A payment as it is when it was just asked for. Its change number is given when it enters the books. */
export function newPayment(order: PaymentOrder, openedAt: Instant): Payment {
  return {
    ...order,
    openedAt,
    state: 'open',
    declineCode: null,
    cardToConfirm: null,
    chargeId: null,
    change: 0,
  };
}

function isForgotten(used: UsedKey, now: Instant): boolean {
  return now.epochMilliseconds - used.at.epochMilliseconds >= KEY_WINDOW_MS;
}

function keyName(path: string, key: string): string {
  return `${path} ${key}`;
}
