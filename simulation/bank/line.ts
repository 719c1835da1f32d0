/**
 * The network between one life of the program and a company, as the processor port: requests get lost on the way there or
 * back, arrive late, hang, or meet a server that says 500. Nothing the network does is a decline; every fault is answered
 * as unknown, which is what the adapters promise.
 */
import { createHash } from 'node:crypto';
import type { Chance } from '../chance.ts';
import {
  assert,
  type EvidenceAnswer,
  type HostedPaymentAnswer,
  type HostedPaymentOrder,
  type Instant,
  type LookUpAnswer,
  type LookUpQuestion,
  type MandateChargeOrder,
  type MoneyListing,
  type OrderRefused,
  type PaymentListing,
  type PlainDate,
  type Processor,
  type ProcessorCapabilities,
  type ProcessorDay,
  type ProcessorKind,
  type RefundAnswer,
  type RefundOrder,
  type Unknown,
  type WebhookReading,
} from '../core.ts';
import type { Life } from '../life.ts';
import type { Weather } from '../weather.ts';
import { type Bank, pageUrlOf } from './bank.ts';
import type { Payment } from './books.ts';
import { MONEY_MOVED } from './post-office.ts';
import { dayOfBooks, isLagging, LIST_PAGE, listFunds } from './reports.ts';

export interface LineOptions {
  readonly bank: Bank;
  readonly life: Life;
  readonly chance: Chance;
  readonly weather: () => Weather;
  /** Passes the time of a call that hangs, in which others may go on. */
  readonly hang: () => Promise<void>;
  /** Takes effect at the company some minutes after we gave up. */
  readonly lateArrival: (effect: () => void) => void;
  /** Hears of every call about an attempt that leaves the program, whatever becomes of it. */
  readonly asked: (attemptId: string) => void;
}

/** What a company says that calls an order of ours invalid. */
export const ORDER_INVALID = 'order_invalid';

const unknown = (reason: Unknown['reason']): Unknown => ({ kind: 'unknown', reason });

export class Line implements Processor {
  readonly kind: ProcessorKind;
  readonly accountId: string;
  readonly capabilities: ProcessorCapabilities;
  readonly listMoneySince?: (cursor: string | null) => Promise<MoneyListing | Unknown>;
  readonly booksOfDay?: (day: PlainDate) => Promise<ProcessorDay | Unknown>;
  readonly #options: LineOptions;

  constructor(options: LineOptions) {
    this.#options = options;
    const { habits } = options.bank;
    if (habits.givesBack) this.listMoneySince = (cursor) => this.#listMoney(cursor);
    if (options.weather().nightly) this.booksOfDay = (day) => this.#booksOfDay(day);
    this.kind = habits.kind;
    this.accountId = habits.accountId;
    this.capabilities = {
      currencies: ['EUR', 'USD', 'JPY'],
      chargesMandates: habits.chargesMandates,
      payerCountry: 'after-authorisation',
      idempotencyWindowMs: habits.keyWindowMs,
      minimumMinor: {},
      pageOrigins: ['http://127.0.0.1:1'],
    };
  }

  async openHostedPayment(order: HostedPaymentOrder): Promise<HostedPaymentAnswer> {
    const { bank, life, asked } = this.#options;
    life.border();
    asked(order.references.attemptId);
    const made = await this.#makePayment(order, () => bank.openPage(order));
    if (made.kind === 'unknown') return made;
    if (made.kind === 'refused') return { kind: 'refused', code: made.code };
    const { payment } = made;
    return { kind: 'opened', objectRef: payment.objectRef, pageUrl: pageUrlOf(payment) };
  }

  async chargeMandate(order: MandateChargeOrder): Promise<EvidenceAnswer | OrderRefused> {
    const { bank, life, asked } = this.#options;
    life.border();
    bank.noteCharge(order);
    asked(order.references.attemptId);
    const made = await this.#makePayment(order, () => bank.charge(order));
    if (made.kind === 'unknown') return made;
    if (made.kind === 'refused') {
      return made.code === ORDER_INVALID ? made : unknown('unexpected');
    }
    const { objectRef, attemptId } = made.payment;
    return { kind: 'evidence', objectRef, attemptId, evidence: bank.evidenceOf(made.payment) };
  }

  async closeHostedPayment(objectRef: string): Promise<'closed' | 'already-paid' | 'unknown'> {
    const { bank } = this.#options;
    const answer = await this.#call(
      () => {
        const payment = bank.books.payments.get(objectRef);
        return payment === undefined ? unknown('unexpected') : bank.close(payment);
      },
      { takesOrders: true },
    );
    return typeof answer === 'string' ? answer : 'unknown';
  }

  async lookUp(question: LookUpQuestion): Promise<LookUpAnswer> {
    const { bank, asked, life } = this.#options;
    life.border();
    const about = question.attemptId ?? bank.books.payments.get(question.objectRef)?.attemptId;
    if (about !== undefined) asked(about);
    return await this.#call<LookUpAnswer>(() => {
      const payment = this.#find(question);
      if (payment === undefined) return { kind: 'not-found' };
      const { objectRef, attemptId } = payment;
      return { kind: 'evidence', objectRef, attemptId, evidence: bank.evidenceOf(payment) };
    });
  }

  async listSince(cursor: string | null): Promise<PaymentListing | Unknown> {
    const { bank } = this.#options;
    return await this.#call<PaymentListing | Unknown>(() => {
      const since = cursor === null ? 0 : Number(cursor);
      const changed = [...bank.books.payments.values()]
        .filter((payment) => payment.change > since && !this.#isLagging(payment.changedAt))
        .toSorted((a, b) => a.change - b.change);
      const page = changed.slice(0, LIST_PAGE);
      return {
        payments: page.map((payment) => ({
          objectRef: payment.objectRef,
          attemptId: payment.attemptId,
          evidence: bank.evidenceOf(payment),
        })),
        cursor: String(page.at(-1)?.change ?? since),
        more: changed.length > page.length,
      };
    });
  }

  async refund(order: RefundOrder): Promise<RefundAnswer> {
    const { bank } = this.#options;
    // Its adapter knows that without asking.
    if (!bank.habits.givesBack) return { kind: 'refused', code: 'not_possible' };
    const made = await this.#write(order.idempotencyKey, order, () =>
      bank.refund(order.chargeRef, order.money, order.idempotencyKey),
    );
    if (made.kind !== 'made') return made;
    const { happenedAt } = bank.funds.refundOf(made.ref);
    return { kind: 'refunded', refundRef: made.ref, money: order.money, happenedAt };
  }

  async #listMoney(cursor: string | null): Promise<MoneyListing | Unknown> {
    const { bank } = this.#options;
    return await this.#call<MoneyListing | Unknown>(() => listFunds(bank, cursor));
  }

  async #booksOfDay(day: PlainDate): Promise<ProcessorDay | Unknown> {
    const { bank } = this.#options;
    return await this.#call<ProcessorDay | Unknown>(() => dayOfBooks(bank, day));
  }

  readWebhook(input: { readonly body: Uint8Array }): WebhookReading {
    const [eventId = '', objectRef = '', attemptId = ''] = new TextDecoder()
      .decode(input.body)
      .split(' ');
    if (eventId === '') return { kind: 'refused', reason: 'unreadable' };
    if (objectRef === MONEY_MOVED) {
      const nobody = { objectRef: null, attemptId: null };
      return {
        kind: 'verified',
        event: { eventId, type: 'money.moved', ...nobody, movesMoney: true },
      };
    }
    return {
      kind: 'verified',
      event: { eventId, type: 'payment.changed', objectRef, attemptId },
    };
  }

  async #makePayment(
    order: HostedPaymentOrder | MandateChargeOrder,
    pay: () => Payment,
  ): Promise<
    | Unknown
    | { readonly kind: 'refused'; readonly code: string }
    | { readonly kind: 'made'; readonly payment: Payment }
  > {
    const { bank } = this.#options;
    const { books, habits } = bank;
    const key = order.idempotencyKey;
    if (habits.keyWindowMs === null) {
      // Without keys an adapter lists by our id before it makes anything; two at the same moment may both find nothing.
      const known = await this.#call(() => books.ofAttempt(key) ?? null);
      if (known !== null && 'kind' in known && known.kind === 'unknown') return known;
      if (known !== null) return { kind: 'made', payment: known };
    }
    const make = () =>
      bank.refusesOrder(key) ? { refused: ORDER_INVALID } : { ref: pay().objectRef };
    const made = await this.#write(key, order, make);
    if (made.kind !== 'made') return made;
    const payment = books.payments.get(made.ref);
    assert(payment !== undefined, 'what was made is in the books');
    return { kind: 'made', payment };
  }

  /** A request that makes something: once per key and window. */
  async #write(
    key: string,
    body: unknown,
    make: () => { readonly ref: string } | { readonly refused: string },
  ): Promise<
    | Unknown
    | { readonly kind: 'refused'; readonly code: string }
    | { readonly kind: 'made'; readonly ref: string }
  > {
    const { bank, chance, weather } = this.#options;
    const { books, habits } = bank;
    const bodyHash = createHash('sha256').update(stableText(body)).digest('hex');
    const once = () => {
      const memory = books.keyMemory(key);
      const ageMs = memory?.at.until(bank.now).total('milliseconds') ?? 0;
      if (memory !== undefined && habits.keyWindowMs !== null && ageMs < habits.keyWindowMs) {
        if (memory.bodyHash !== bodyHash) return { kind: 'refused', code: 'key_reused' } as const;
        if (memory.madeRef === null) return unknown('server-error');
        return { kind: 'made', ref: memory.madeRef } as const;
      }
      const fails = habits.replaysFailures && chance.hits(weather().refusals);
      const made = fails && chance.hits(500) ? null : make();
      if (made !== null && 'refused' in made)
        return { kind: 'refused', code: made.refused } as const;
      const madeRef = fails || made === null ? null : made.ref;
      books.remember(key, { at: bank.now, bodyHash, madeRef });
      return madeRef === null ? unknown('server-error') : ({ kind: 'made', ref: madeRef } as const);
    };
    return await this.#call(once, { takesOrders: true });
  }

  /** One request and its answer through the weather. */
  async #call<T>(effect: () => T, request = { takesOrders: false }): Promise<T | Unknown> {
    const { bank, life, chance, hang, lateArrival } = this.#options;
    const weather = this.#options.weather();
    life.border();
    await this.#turns();
    const isReachable =
      bank.standing === 'open' || (bank.standing === 'reports' && !request.takesOrders);
    if (!isReachable || chance.hits(weather.lostBefore)) return this.#heard(unknown('connection'));
    if (chance.hits(weather.refusals)) {
      return this.#heard(unknown(chance.pick(['server-error', 'busy', 'conflict'] as const)));
    }
    if (request.takesOrders && chance.hits(weather.lateArrival)) {
      lateArrival(() => void effect());
      return this.#heard(unknown('timeout'));
    }
    const answer = effect();
    if (chance.hits(weather.hangs)) {
      await hang();
      return this.#heard(unknown('timeout'));
    }
    await this.#turns();
    if (chance.hits(weather.lostAfter)) {
      return this.#heard(unknown(chance.pick(['timeout', 'unreadable'] as const)));
    }
    return this.#heard(answer);
  }

  #heard<T>(answer: T): T {
    this.#options.life.border();
    return answer;
  }

  /** Lets others in between, as a network would. */
  async #turns(): Promise<void> {
    const turns = this.#options.weather().shuffledTransactions ? this.#options.chance.below(8) : 1;
    for (let turn = 0; turn < turns; turn += 1) await undefined;
  }

  #find(question: LookUpQuestion): Payment | undefined {
    const { books } = this.#options.bank;
    if (question.objectRef !== null) {
      const known = books.payments.get(question.objectRef);
      if (known !== undefined) return known;
    }
    if (question.attemptId === null) return undefined;
    const made = books.ofAttempt(question.attemptId);
    return made === undefined || this.#isLagging(made.madeAt) ? undefined : made;
  }

  #isLagging(since: Instant): boolean {
    return isLagging(this.#options.bank, since);
  }
}

function stableText(body: unknown): string {
  return JSON.stringify(body, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
