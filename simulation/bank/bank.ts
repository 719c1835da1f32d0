/**
 * A simulated company: books, habits, and what its supporters' cards do. Everything in here takes effect at once and
 * without faults; the network between it and a program is `line.ts`.
 */
import type { Chance } from '../chance.ts';
import {
  assert,
  type Clock,
  type DeclineAdvice,
  type HostedPaymentOrder,
  Instant,
  type MandateChargeOrder,
  type Money,
  money,
  type PaymentEvidence,
} from '../core.ts';
import { Books, type Charge, type Payment } from './books.ts';
import { Funds } from './funds.ts';
import type { Habits } from './habits.ts';

/** `dropped`: it closed the newsroom's account and answers nothing. `reports`: its last reports can be read. */
export type Standing = 'open' | 'away' | 'dropped' | 'reports';

/** How the cards of one seed behave, in parts of a thousand of the charges without the supporter. */
export interface CardHabits {
  readonly declines: number;
  readonly confirmations: number;
  readonly underWay: number;
}

/** Things that will happen at the company by themselves. */
export type Later = (afterMs: number, what: string, happen: () => void) => void;

export interface BankOptions {
  readonly habits: Habits;
  readonly cards: CardHabits;
  /** Whether it tells of fees, free money and payouts in this seed. */
  readonly settles: boolean;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly later: Later;
  /** Hears of every change of a payment: the place where messages begin. */
  readonly changed: (bank: Bank, payment: Payment) => void;
  /** Hears of money that went back or is disputed. */
  readonly moneyMoved: (bank: Bank, what: string) => void;
}

const DECLINES: readonly { readonly code: string; readonly advice: DeclineAdvice }[] = [
  { code: 'insufficient_funds', advice: 'retry-later' },
  { code: 'insufficient_funds', advice: 'retry-later' },
  { code: 'insufficient_funds', advice: 'retry-later' },
  { code: 'expired_card', advice: 'ask-for-another-method' },
  { code: 'card_replaced', advice: 'retry-after-update' },
  { code: 'authentication_required', advice: 'needs-action' },
  { code: 'stolen_card', advice: 'stop' },
];

const DAY_MS = 86_400_000;

export class Bank {
  readonly books = new Books();
  readonly habits: Habits;
  readonly funds: Funds;
  standing: Standing = 'open';
  /** It ended on its own; what it did after that, nobody can know. */
  hasDroppedUs = false;
  /** Pledges whose cancel was committed with nothing on its way; a charge that is asked for afterwards is a breach of I8. */
  readonly cancelledPledges = new Set<string>();
  readonly chargedAfterCancel: string[] = [];
  /** The rights to charge that it gave, or that another company handed on to it, by their customer's reference. */
  readonly mandates = new Map<
    string,
    { readonly customerRef: string; readonly methodRef: string }
  >();
  /** Charges on a right that it never had. */
  readonly chargedWithoutRight: string[] = [];
  /** It takes every order for an invalid one, as after a change of its rules that nobody here has followed yet. */
  callsOrdersInvalid = false;
  readonly #invalidKeys = new Set<string>();
  readonly #keysSeen = new Set<string>();
  readonly #options: BankOptions;
  #objects = 0;

  constructor(options: BankOptions) {
    this.#options = options;
    this.habits = options.habits;
    this.funds = new Funds(options.habits, options.settles);
  }

  get now(): Instant {
    return this.#options.clock.now();
  }

  /** Called when a charge leaves the program, whatever becomes of it on the way. */
  noteCharge(order: MandateChargeOrder): void {
    const { pledgeId } = order.references;
    const isNew = !this.#keysSeen.has(order.idempotencyKey);
    this.#keysSeen.add(order.idempotencyKey);
    if (isNew && pledgeId !== null && this.cancelledPledges.has(pledgeId)) {
      this.chargedAfterCancel.push(order.idempotencyKey);
    }
    if (!this.mandates.has(order.mandate.customerRef)) {
      this.chargedWithoutRight.push(order.idempotencyKey);
    }
  }

  /** An order that was called invalid stays so, whenever a copy of it arrives. */
  refusesOrder(key: string): boolean {
    if (this.callsOrdersInvalid) this.#invalidKeys.add(key);
    return this.#invalidKeys.has(key);
  }

  openPage(order: HostedPaymentOrder): Payment {
    const expiresAt = this.now.add({ milliseconds: this.habits.pageLifetimeMs });
    return this.books.add({
      objectRef: this.#newObject('page'),
      attemptId: order.references.attemptId,
      giftId: order.references.giftId,
      pledgeId: order.references.pledgeId,
      kind: 'page',
      money: order.money,
      keepsMandate: order.keepMandate !== null && this.habits.chargesMandates,
      madeAt: this.now,
      expiresAt,
      evidence: { state: 'open' },
    });
  }

  charge(order: MandateChargeOrder): Payment {
    const { cards, chance, later } = this.#options;
    const payment = this.books.add({
      objectRef: this.#newObject('charge'),
      attemptId: order.references.attemptId,
      giftId: order.references.giftId,
      pledgeId: order.references.pledgeId,
      kind: 'mandate',
      money: order.money,
      keepsMandate: false,
      madeAt: this.now,
      expiresAt: this.now.add({ hours: 23 }),
      evidence: { state: 'processing' },
    });
    if (chance.hits(cards.declines)) {
      this.#change(payment, { state: 'declined', ...chance.pick(DECLINES) });
    } else if (chance.hits(cards.confirmations)) {
      this.#change(payment, { state: 'needs_action', pageUrl: pageUrlOf(payment) });
      const answers = chance.hits(600);
      later(
        chance.between(1, answers ? 20 : 30) * 3_600_000,
        `confirm ${payment.objectRef}`,
        () => {
          if (payment.evidence.state !== 'needs_action') return;
          if (answers) this.#succeed(payment, payment.money);
          else this.#change(payment, { state: 'expired' });
        },
      );
    } else if (chance.hits(cards.underWay)) {
      const comes = chance.hits(700);
      later(chance.between(1, 6) * DAY_MS, `debit ${payment.objectRef}`, () => {
        if (payment.evidence.state !== 'processing') return;
        if (comes) this.#succeed(payment, payment.money);
        else this.#change(payment, { state: 'declined', ...chance.pick(DECLINES) });
      });
      this.#change(payment, { state: 'processing' });
    } else {
      this.#succeed(payment, payment.money);
    }
    return payment;
  }

  /** Gives back a part or all of what is left of a charge. @returns the refund's reference, or why not */
  refund(
    chargeRef: string,
    amount: Money,
    key: string | null,
  ): { readonly ref: string } | { readonly refused: string } {
    const charge = this.books.charges.get(chargeRef);
    if (charge === undefined) return { refused: 'charge_unknown' };
    if (!this.habits.givesBack) return { refused: 'not_possible' };
    if (amount.minor > this.funds.leftOf(charge)) return { refused: 'more_than_left' };
    const ref = this.funds.refund(charge, amount, this.now, key);
    this.#moved('refund', charge, amount);
    return { ref };
  }

  /** The supporter's bank asks for the money, or for a part of it; weeks later it is decided. */
  dispute(charge: Charge): void {
    const left = this.funds.leftOf(charge);
    if (left <= 0n || !this.habits.givesBack) return;
    const { chance, later } = this.#options;
    const disputed = chance.hits(300) ? (left + 1n) / 2n : left;
    const amount = money(disputed, charge.money.currency);
    const ref = this.funds.openDispute(charge, amount, this.now);
    this.#moved('dispute-opened', charge, amount);
    const as = chance.pick(['dispute-won', 'dispute-lost'] as const);
    later(chance.between(1, 40) * DAY_MS, `${as} ${ref}`, () => {
      this.funds.decideDispute({ charge, ref, amount }, as, this.now);
      this.#moved(as, charge, amount);
    });
  }

  #moved(what: string, charge: Charge, amount: Money): void {
    this.#options.moneyMoved(this, `${what} ${charge.chargeRef} ${amount.minor}`);
  }

  close(payment: Payment): 'closed' | 'already-paid' {
    this.expireIfOver(payment);
    if (payment.evidence.state === 'succeeded') return 'already-paid';
    if (payment.evidence.state === 'processing') return 'already-paid';
    if (payment.evidence.state === 'expired') return 'closed';
    this.#change(payment, { state: 'expired' });
    const { chance, later } = this.#options;
    if (chance.hits(this.habits.paidWhileClosing)) {
      // The supporter's bank said yes in the same moment.
      later(chance.below(6000), `paid while closing ${payment.objectRef}`, () => {
        if (payment.evidence.state === 'expired') this.#succeed(payment, payment.money);
      });
    }
    return 'closed';
  }

  /** The supporter pays on the page; their first card may be declined. @returns what they see */
  pay(pageUrl: string): 'paid' | 'declined' | 'under-way' | 'gone' {
    const payment = this.ofPage(pageUrl);
    if (payment === undefined || this.standing === 'dropped') return 'gone';
    const { chance, later } = this.#options;
    this.expireIfOver(payment);
    const { state } = payment.evidence;
    const isLate =
      state === 'expired' &&
      Instant.compare(
        this.now,
        payment.expiresAt.add({ milliseconds: this.habits.latePaymentMs }),
      ) < 0;
    if (payment.kind === 'mandate' || (state !== 'open' && !isLate)) return 'gone';
    if (this.habits.chargesMandates && chance.hits(150)) {
      this.#change(payment, { state: 'open', declinedCode: 'insufficient_funds' });
      return 'declined';
    }
    const paid = this.#amountPaid(payment);
    if (this.habits.confirmationMs === 0) {
      this.#succeed(payment, paid);
      return 'paid';
    }
    this.#change(payment, { state: 'processing' });
    later(this.habits.confirmationMs, `confirmed ${payment.objectRef}`, () => {
      if (payment.evidence.state === 'processing') this.#succeed(payment, paid);
    });
    return 'under-way';
  }

  ofPage(pageUrl: string): Payment | undefined {
    return this.books.payments.get(pageUrl.split('/').at(-1) ?? '');
  }

  /** A page whose time is over says so when it is looked at; the company writes it down then. */
  expireIfOver(payment: Payment): void {
    const { state } = payment.evidence;
    if (payment.kind !== 'page' || state !== 'open') return;
    if (Instant.compare(this.now, payment.expiresAt) >= 0) {
      this.#change(payment, { state: 'expired' });
    }
  }

  evidenceOf(payment: Payment): PaymentEvidence {
    this.expireIfOver(payment);
    const { evidence } = payment;
    if (evidence.state !== 'open') return evidence;
    return { ...evidence, pageUrl: pageUrlOf(payment) };
  }

  #amountPaid(payment: Payment): Money {
    const { chance } = this.#options;
    if (!chance.hits(this.habits.wrongAmount)) return payment.money;
    const { minor, currency } = payment.money;
    return chance.hits(500) ? money(minor + 7n, currency) : money((minor + 1n) / 2n, currency);
  }

  #succeed(payment: Payment, paid: Money): void {
    const chargeRef = `ch_${payment.objectRef}`;
    assert(payment.evidence.state !== 'succeeded', 'a payment is paid once');
    const { objectRef, giftId, kind } = payment;
    const charge = { chargeRef, objectRef, giftId, kind, money: paid, at: this.now };
    this.books.capture(charge);
    this.funds.capture(charge);
    const fee = this.funds.feeOf(paid);
    const mandate = { customerRef: `cu_${objectRef}`, methodRef: `pm_${objectRef}` };
    if (payment.keepsMandate) this.mandates.set(mandate.customerRef, mandate);
    this.#change(payment, {
      state: 'succeeded',
      chargeRef,
      money: paid,
      happenedAt: this.now,
      payerCountry: 'DE',
      mandate: payment.keepsMandate ? { ...mandate, methodFingerprint: null } : null,
      fee:
        this.habits.tellsFeeWithCharge || !this.funds.settles
          ? { ref: fee.ref(chargeRef), money: fee.money }
          : null,
    });
  }

  #change(payment: Payment, evidence: PaymentEvidence): void {
    this.books.change(payment, evidence, this.now);
    this.#options.changed(this, payment);
  }

  #newObject(kind: string): string {
    this.#objects += 1;
    return `${kind}_${this.habits.accountId}_${this.#objects}`;
  }
}

export function pageUrlOf(payment: Payment): string {
  return `http://127.0.0.1:1/${payment.objectRef}`;
}
