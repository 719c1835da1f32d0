/**
 * The bank's books in memory: what the facts of the journal add up to. Payments are kept here, their money in
 * `money-books.ts`.
 *
 * `apply` is the only writer. It is used alike for a new decision and for replay at start, so a bank that was killed and
 * started again has the same books. It checks what must hold (a payment is paid once, refunds never pass the charge) and
 * throws an assertion where a decision was wrong, before the fact reaches the journal.
 */
import type { Instant } from '../../../calendar/index.ts';
import { assert, unreachable } from '../../../problems/index.ts';
import { ChangeLog } from './change-log.ts';
import type { Fact, JournalEntry } from './facts.ts';
import { MoneyBooks } from './money-books.ts';
import type {
  BankEvent,
  Charge,
  IssuerSighting,
  Method,
  Payment,
  PaymentOrder,
} from './records.ts';
import { behaviourOf } from './test-cards.ts';
import { type UsedKey, UsedKeys } from './used-keys.ts';
import { midnight } from './utc-days.ts';

type FactOf<Type extends Fact['type']> = Extract<Fact, { type: Type }>;

export class Books {
  readonly payments = new Map<string, Payment>();
  readonly money = new MoneyBooks();
  readonly charges: ReadonlyMap<string, Charge> = this.money.charges;
  readonly methods = new Map<string, Method>();
  readonly events = new Map<string, BankEvent>();
  readonly sightings: IssuerSighting[] = [];
  /** Charges whose owners will dispute them by themselves. */
  readonly willDispute = new Set<Charge>();
  readonly #keys = new UsedKeys();
  readonly #paymentsOfAttempt = new Map<string, string[]>();
  readonly #customers = new Map<string, string>();
  /** Payments that can still expire, so that looking for expired ones does not read all that ever were. */
  readonly #unfinished = new Set<string>();
  /** No unfinished payment expires before this. */
  #nextExpiryMs = Number.POSITIVE_INFINITY;
  /** No daily payout is made before this. */
  #nextPayoutMs = Number.NEGATIVE_INFINITY;
  readonly #changes = new ChangeLog<Payment>();

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

  customerOf(supporterId: string): string | undefined {
    return this.#customers.get(supporterId);
  }

  /** The answer remembered for a key, as long as its window lasts. */
  usedKey(options: { path: string; key: string; now: Instant }): UsedKey | undefined {
    return this.#keys.find(options);
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

  /** True once on each day, so that the balance is not gone through with every request. */
  isPayoutDay(now: Instant): boolean {
    if (now.epochMilliseconds < this.#nextPayoutMs) return false;
    this.#nextPayoutMs = midnight(now, 1).epochMilliseconds;
    return true;
  }

  pendingEvents(): readonly BankEvent[] {
    return [...this.events.values()].filter((event) => event.outcome === 'pending');
  }

  /** Payments that changed after a cursor, by their last change, oldest first. Reads only what changed since. */
  changedAfter(change: number, limit: number): { page: readonly Payment[]; more: boolean } {
    return this.#changes.after(change, limit);
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
        this.money.refund(fact, at);
        this.#chargeShrank(fact.chargeId);
        this.#changes.touch(this.payment(this.money.charge(fact.chargeId).paymentId));
        break;
      case 'funds_released':
        this.money.release(fact, at);
        break;
      case 'dispute_opened':
        this.money.openDispute(fact, at);
        this.willDispute.delete(this.money.charge(fact.chargeId));
        break;
      case 'dispute_decided':
        this.money.decideDispute(fact, at);
        break;
      case 'payout_made':
        this.money.payOut(fact, at);
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
        this.#keys.remember(fact, {
          bodyHash: fact.bodyHash,
          status: fact.status,
          answer: fact.answer,
          at,
        });
        break;
      default:
        unreachable(fact, 'a fact');
    }
  }

  #open({ order }: FactOf<'payment_opened'>, at: Instant): void {
    assert(!this.payments.has(order.id), 'a payment is opened once');
    const payment = newPayment(order, at);
    this.payments.set(order.id, payment);
    this.#changes.touch(payment);
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
    this.#changes.touch(payment);
  }

  #notTaken(fact: FactOf<'card_not_taken'>): void {
    const payment = this.#unfinishedPayment(fact.paymentId);
    payment.declineCode = fact.code;
    payment.cardToConfirm = null;
    payment.state = fact.final ? 'declined' : 'open';
    if (fact.final) this.#unfinished.delete(payment.id);
    this.#changes.touch(payment);
  }

  #pay(fact: FactOf<'payment_paid'>, at: Instant): void {
    const payment = this.#unfinishedPayment(fact.paymentId);
    assert(payment.chargeId === null, 'a payment is charged once');
    const { amountMinor, currency } = payment;
    if (fact.keptMethod !== null) {
      this.methods.set(fact.keptMethod.id, fact.keptMethod);
      this.#customers.set(fact.keptMethod.supporterId, fact.keptMethod.customerId);
    }
    const charge: Charge = {
      id: fact.chargeId,
      paymentId: payment.id,
      amountMinor,
      currency,
      at,
      country: fact.country,
      cardNumber: fact.cardNumber,
      methodId: fact.keptMethod?.id ?? payment.methodId,
      refundedMinor: 0n,
      disputedMinor: 0n,
    };
    this.money.capture(charge, fact);
    if (behaviourOf(charge.cardNumber) === 'disputed') this.willDispute.add(charge);
    payment.chargeId = fact.chargeId;
    payment.declineCode = null;
    payment.cardToConfirm = null;
    payment.state = 'paid';
    this.#unfinished.delete(payment.id);
    this.#changes.touch(payment);
  }

  #end(paymentId: string, state: 'closed' | 'expired'): void {
    const payment = this.#unfinishedPayment(paymentId);
    payment.state = state;
    payment.cardToConfirm = null;
    this.#unfinished.delete(paymentId);
    this.#changes.touch(payment);
  }

  /** Nobody disputes a charge of which nothing is left. */
  #chargeShrank(chargeId: string): void {
    const charge = this.money.charge(chargeId);
    if (this.money.leftOf(charge) === 0n) this.willDispute.delete(charge);
  }

  #unfinishedPayment(id: string): Payment {
    const payment = this.payment(id);
    assert(this.#unfinished.has(id), 'a payment that is over never changes its state');
    return payment;
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
