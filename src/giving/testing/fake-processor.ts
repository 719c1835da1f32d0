/**
 * A processor for tests, with books of its own and faults on demand: answers lost before or after their effect, keys that
 * are honoured, messages repeated as often as a test likes. It knows nothing of our tables, so that what it thinks it
 * took can be compared with what our ledger says.
 */
import type { Clock, Instant } from '../../calendar/index.ts';
import { type Currency, type Money, money } from '../../money/index.ts';
import type {
  DeclineAdvice,
  EvidenceAnswer,
  HostedPaymentAnswer,
  HostedPaymentOrder,
  LookUpAnswer,
  LookUpQuestion,
  MandateChargeOrder,
  OrderRefused,
  OurReferences,
  PaymentEvidence,
  PaymentListing,
  Processor,
  ProcessorCapabilities,
  ProcessorKind,
  RefundAnswer,
  Unknown,
  WebhookReading,
} from '../processor.ts';

/** What becomes of the next call: nothing arrives, or it takes effect and the answer is lost. */
export type Fault = 'lost-before' | 'lost-after' | 'refused';

export type ChargeOutcome =
  | { readonly kind: 'pays' }
  | { readonly kind: 'declines'; readonly code: string; readonly advice: DeclineAdvice }
  | { readonly kind: 'needs-action' }
  | { readonly kind: 'processing' };

export interface FakePayment {
  readonly objectRef: string;
  readonly attemptId: string | null;
  readonly references: OurReferences | null;
  readonly key: string;
  readonly money: Money;
  readonly keepMandate: boolean;
  evidence: PaymentEvidence;
  changedAt: number;
}

export interface FakeProcessorOptions {
  readonly clock: Clock;
  readonly accountId?: string;
  readonly kind?: ProcessorKind;
  readonly capabilities?: Partial<ProcessorCapabilities>;
}

export class FakeProcessor implements Processor {
  readonly kind: ProcessorKind;
  readonly accountId: string;
  readonly capabilities: ProcessorCapabilities;
  readonly payments = new Map<string, FakePayment>();
  /** Every call that reached it, in order. */
  readonly calls: string[] = [];
  /** Faults of the next calls that could move money, first in first out. */
  readonly faults: Fault[] = [];
  /** So many look-ups from now on are not answered. */
  lookUpsLost = 0;
  /** How charges on mandates end. */
  outcome: ChargeOutcome = { kind: 'pays' };
  /** Runs while a charge on a mandate is being made, before it takes effect: the place for a race. */
  duringCharge: (() => Promise<void>) | null = null;
  /** Charged by the fee it reports. */
  feeMinor: bigint | null = null;
  payerCountry: string | null = 'DE';
  readonly #clock: Clock;
  readonly #byKey = new Map<string, string>();
  #counter = 0;

  constructor(options: FakeProcessorOptions) {
    this.#clock = options.clock;
    this.accountId = options.accountId ?? 'fake';
    this.kind = options.kind ?? 'sandbox';
    this.capabilities = {
      currencies: ['EUR', 'USD', 'JPY'],
      chargesMandates: true,
      payerCountry: 'before-authorisation',
      idempotencyWindowMs: 24 * 3_600_000,
      minimumMinor: {},
      pageOrigins: ['http://127.0.0.1:1'],
      ...options.capabilities,
    };
  }

  async openHostedPayment(order: HostedPaymentOrder): Promise<HostedPaymentAnswer> {
    this.calls.push(`open ${order.idempotencyKey}`);
    await nextTurn();
    const fault = this.faults.shift();
    if (fault === 'lost-before') return { kind: 'unknown', reason: 'connection' };
    if (fault === 'refused') return { kind: 'refused', code: 'invalid_order' };
    const payment = this.#once(order.idempotencyKey, () => ({
      attemptId: order.references.attemptId,
      references: order.references,
      money: order.money,
      keepMandate: order.keepMandate !== null && this.capabilities.chargesMandates,
      evidence: { state: 'open' },
    }));
    if (fault === 'lost-after') return { kind: 'unknown', reason: 'timeout' };
    return { kind: 'opened', objectRef: payment.objectRef, pageUrl: pageOf(payment) };
  }

  async closeHostedPayment(objectRef: string): Promise<'closed' | 'already-paid' | 'unknown'> {
    this.calls.push(`close ${objectRef}`);
    await nextTurn();
    if (this.faults.shift() !== undefined) return 'unknown';
    const payment = this.payments.get(objectRef);
    if (payment === undefined) return 'unknown';
    if (payment.evidence.state === 'succeeded') return 'already-paid';
    this.#change(payment, { state: 'expired' });
    return 'closed';
  }

  async chargeMandate(order: MandateChargeOrder): Promise<EvidenceAnswer | OrderRefused> {
    this.calls.push(`charge ${order.idempotencyKey}`);
    await nextTurn();
    await this.duringCharge?.();
    const fault = this.faults.shift();
    if (fault === 'lost-before') return { kind: 'unknown', reason: 'connection' };
    if (fault === 'refused') return { kind: 'refused', code: 'invalid_order' };
    const payment = this.#once(order.idempotencyKey, (objectRef) => ({
      attemptId: order.references.attemptId,
      references: order.references,
      money: order.money,
      keepMandate: false,
      evidence: this.#outcomeEvidence(objectRef, order.money),
    }));
    if (fault === 'lost-after') return { kind: 'unknown', reason: 'timeout' };
    return { kind: 'evidence', objectRef: payment.objectRef, evidence: payment.evidence };
  }

  async lookUp(question: LookUpQuestion): Promise<LookUpAnswer> {
    this.calls.push('lookUp');
    await nextTurn();
    if (this.lookUpsLost > 0) {
      this.lookUpsLost -= 1;
      return { kind: 'unknown', reason: 'timeout' };
    }
    const payment =
      (question.objectRef === null ? undefined : this.payments.get(question.objectRef)) ??
      [...this.payments.values()].find(
        ({ attemptId }) => attemptId !== null && attemptId === question.attemptId,
      );
    if (payment === undefined) return { kind: 'not-found' };
    const { objectRef, evidence, attemptId } = payment;
    return { kind: 'evidence', objectRef, evidence, attemptId };
  }

  async refund(): Promise<RefundAnswer> {
    return { kind: 'unknown', reason: 'unexpected' };
  }

  async listSince(cursor: string | null): Promise<PaymentListing | Unknown> {
    this.calls.push('list');
    await nextTurn();
    const since = cursor === null ? 0 : Number(cursor);
    const changed = [...this.payments.values()]
      .filter((payment) => payment.changedAt > since)
      .sort((a, b) => a.changedAt - b.changedAt);
    const page = changed.slice(0, 10);
    return {
      payments: page.map(({ objectRef, attemptId, evidence, references }) => ({
        objectRef,
        attemptId,
        evidence,
        ...(references === null ? {} : { references }),
      })),
      cursor: String(page.at(-1)?.changedAt ?? since),
      more: changed.length > page.length,
    };
  }

  readWebhook(input: { readonly body: Uint8Array; readonly headers: Headers }): WebhookReading {
    if (input.headers.get('fake-signature') !== 'good') {
      return { kind: 'refused', reason: 'signature' };
    }
    const [eventId, objectRef, attemptId] = new TextDecoder().decode(input.body).split(' ');
    if (eventId === undefined) return { kind: 'refused', reason: 'unreadable' };
    return {
      kind: 'verified',
      event: {
        eventId,
        type: 'payment.changed',
        objectRef: objectRef || null,
        attemptId: attemptId || null,
      },
    };
  }

  /** A message about a payment, as it would be sent. */
  message(objectRef: string, eventId = `evt_${objectRef}`): { body: Uint8Array; headers: Headers } {
    const attemptId = this.payments.get(objectRef)?.attemptId ?? '';
    return {
      body: new TextEncoder().encode(`${eventId} ${objectRef} ${attemptId}`),
      headers: new Headers({ 'fake-signature': 'good' }),
    };
  }

  /** The supporter pays on the page. @returns the payment */
  pay(
    pageUrl: string,
    paid: { readonly money?: Money; readonly chargeRef?: string } = {},
  ): FakePayment {
    const payment = this.ofPage(pageUrl);
    const amount = paid.money ?? payment.money;
    this.#change(payment, {
      ...this.#succeeded(paid.chargeRef ?? `ch_${payment.objectRef}`, amount),
      mandate: payment.keepMandate ? mandateOf(payment) : null,
    });
    return payment;
  }

  /** Says something else about a payment from now on. */
  say(payment: FakePayment, evidence: PaymentEvidence): void {
    this.#change(payment, evidence);
  }

  /** A payment that none of our attempts made. */
  strange(amount: Money): FakePayment {
    return this.#once(`strange_${this.#counter}`, (objectRef) => ({
      attemptId: null,
      references: null,
      money: amount,
      keepMandate: false,
      evidence: this.#succeeded(`ch_${objectRef}`, amount),
    }));
  }

  ofPage(pageUrl: string): FakePayment {
    const payment = this.payments.get(pageUrl.split('/').at(-1) ?? '');
    if (payment === undefined) throw new Error(`no page ${pageUrl}`);
    return payment;
  }

  ofAttempt(attemptId: string): FakePayment {
    const payment = [...this.payments.values()].find((one) => one.attemptId === attemptId);
    if (payment === undefined) throw new Error(`no payment of attempt ${attemptId}`);
    return payment;
  }

  /** What it thinks it took, in minor units: the other side of our processor accounts. */
  captured(currency: Currency): bigint {
    let sum = 0n;
    for (const { evidence } of this.payments.values()) {
      if (evidence.state === 'succeeded' && evidence.money.currency === currency) {
        sum += evidence.money.minor;
      }
    }
    return sum;
  }

  #succeeded(chargeRef: string, amount: Money): PaymentEvidence & { state: 'succeeded' } {
    const happenedAt: Instant = this.#clock.now();
    return {
      state: 'succeeded',
      chargeRef,
      money: amount,
      happenedAt,
      payerCountry: this.payerCountry,
      mandate: null,
      fee:
        this.feeMinor === null
          ? null
          : { ref: `bt_${chargeRef}`, money: money(this.feeMinor, amount.currency) },
    };
  }

  #outcomeEvidence(objectRef: string, amount: Money): PaymentEvidence {
    const { outcome } = this;
    switch (outcome.kind) {
      case 'pays':
        return this.#succeeded(`ch_${objectRef}`, amount);
      case 'declines':
        return { state: 'declined', code: outcome.code, advice: outcome.advice };
      case 'needs-action':
        return { state: 'needs_action', pageUrl: `http://127.0.0.1:1/confirm/${objectRef}` };
      case 'processing':
        return { state: 'processing' };
    }
  }

  /** The same key gives the same payment, however often it is sent. */
  #once(
    key: string,
    make: (
      objectRef: string,
    ) => Pick<FakePayment, 'attemptId' | 'references' | 'money' | 'keepMandate' | 'evidence'>,
  ): FakePayment {
    const known = this.payments.get(this.#byKey.get(key) ?? '');
    if (known !== undefined) return known;
    this.#counter += 1;
    const objectRef = `pay_${this.accountId}_${this.#counter}`;
    const payment: FakePayment = {
      ...make(objectRef),
      objectRef,
      key,
      changedAt: this.#nextChange(),
    };
    this.payments.set(objectRef, payment);
    this.#byKey.set(key, objectRef);
    return payment;
  }

  #changes = 0;

  #nextChange(): number {
    this.#changes += 1;
    return this.#changes;
  }

  #change(payment: FakePayment, evidence: PaymentEvidence): void {
    payment.evidence = evidence;
    payment.changedAt = this.#nextChange();
  }
}

function pageOf(payment: FakePayment): string {
  return `http://127.0.0.1:1/pay/${payment.objectRef}`;
}

function mandateOf(payment: FakePayment) {
  return {
    customerRef: `cus_${payment.objectRef}`,
    methodRef: `pm_${payment.objectRef}`,
    methodFingerprint: `fp_${payment.objectRef}`,
  };
}

/** Lets other calls in between, as a network would. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
