/**
 * The own books of a simulated company: what it was asked for, what it took, and what it remembers of keys. It knows
 * nothing of our tables, so that what it took can be compared with what our ledger says.
 */
import { assert, type Instant, type Money, type PaymentEvidence } from '../core.ts';

export interface Payment {
  readonly objectRef: string;
  readonly attemptId: string;
  readonly giftId: string;
  readonly pledgeId: string | null;
  readonly kind: 'page' | 'mandate';
  readonly money: Money;
  readonly keepsMandate: boolean;
  readonly madeAt: Instant;
  /** For a page: when it stops taking payments. */
  readonly expiresAt: Instant;
  evidence: PaymentEvidence;
  /** Number of its newest change, in the order of all changes. */
  change: number;
  changedAt: Instant;
}

/** Money that moved. It is never taken out of these books again. */
export interface Charge {
  readonly chargeRef: string;
  readonly objectRef: string;
  readonly giftId: string;
  readonly kind: 'page' | 'mandate';
  readonly money: Money;
  readonly at: Instant;
}

interface KeyMemory {
  readonly at: Instant;
  readonly bodyHash: string;
  /** Reference of what was made under it; null: a failure was stored. */
  readonly madeRef: string | null;
}

export class Books {
  readonly payments = new Map<string, Payment>();
  readonly charges = new Map<string, Charge>();
  readonly #keys = new Map<string, KeyMemory>();
  #changes = 0;

  add(payment: Omit<Payment, 'change' | 'changedAt'>): Payment {
    assert(!this.payments.has(payment.objectRef), 'an object has an id of its own');
    this.#changes += 1;
    const added = { ...payment, change: this.#changes, changedAt: payment.madeAt };
    this.payments.set(added.objectRef, added);
    return added;
  }

  change(payment: Payment, evidence: PaymentEvidence, now: Instant): void {
    this.#changes += 1;
    payment.evidence = evidence;
    payment.change = this.#changes;
    payment.changedAt = now;
  }

  /** Writes down that money moved. */
  capture(charge: Charge): void {
    assert(!this.charges.has(charge.chargeRef), 'a charge is captured once');
    this.charges.set(charge.chargeRef, charge);
  }

  /** The payment made for an attempt: the paid one if there is one, else the newest. */
  ofAttempt(attemptId: string): Payment | undefined {
    const all = [...this.payments.values()].filter((one) => one.attemptId === attemptId);
    return all.find(({ evidence }) => evidence.state === 'succeeded') ?? all.at(-1);
  }

  remember(key: string, memory: KeyMemory): void {
    this.#keys.set(key, memory);
  }

  keyMemory(key: string): KeyMemory | undefined {
    return this.#keys.get(key);
  }
}
