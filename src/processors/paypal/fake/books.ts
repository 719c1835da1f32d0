/**
 * The fake PayPal's own books: orders, captures, refunds, kept methods, the lines of its reports and the events it tells.
 * It knows nothing of our ledger; tests hold the two against each other.
 */
import type { Clock, Instant } from '../../../calendar/index.ts';
import { assert } from '../../../problems/index.ts';
import { feeOf, moneyJson } from './amounts.ts';

/** How the account behind an approval or a kept method pays. */
export interface FakePayer {
  /** `null`: PayPal does not tell. */
  readonly country: string | null;
  readonly pays: 'at-once' | 'pending' | 'declined' | 'cannot-pay' | 'capture-declined';
}

export interface FakeCapture {
  readonly id: string;
  readonly orderId: string;
  status: 'COMPLETED' | 'PENDING' | 'DECLINED' | 'REFUNDED' | 'PARTIALLY_REFUNDED';
  readonly gross: bigint;
  readonly fee: bigint;
  readonly currency: string;
  readonly customId: string;
  readonly at: Instant;
  refunded: bigint;
}

export interface FakeToken {
  readonly id: string;
  readonly customerId: string;
  payer: FakePayer;
}

export interface FakeOrder {
  readonly id: string;
  intent: string;
  status: 'CREATED' | 'PAYER_ACTION_REQUIRED' | 'APPROVED' | 'COMPLETED' | 'VOIDED';
  readonly gross: bigint;
  readonly currency: string;
  readonly customId: string;
  readonly invoiceId: string;
  readonly returnUrl: string | null;
  readonly cancelUrl: string | null;
  readonly keeps: boolean;
  readonly createdAt: Instant;
  updatedAt: Instant;
  payer: FakePayer | null;
  capture: FakeCapture | null;
  token: FakeToken | null;
  /** The customer that a token will be made for. */
  customerId: string | null;
}

export interface FakeLine {
  readonly id: string;
  readonly code: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly currency: string;
  readonly at: Instant;
  readonly about: string | null;
  readonly custom: string | null;
}

export interface FakeRefund {
  readonly id: string;
  readonly captureId: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly at: Instant;
  status: 'COMPLETED' | 'PENDING';
}

export interface FakeEvent {
  readonly id: string;
  readonly type: string;
  readonly resource: object;
  readonly at: Instant;
}

export class FakeBooks {
  readonly orders = new Map<string, FakeOrder>();
  readonly captures = new Map<string, FakeCapture>();
  readonly refunds = new Map<string, FakeRefund>();
  readonly tokens = new Map<string, FakeToken>();
  readonly lines: FakeLine[] = [];
  readonly events: FakeEvent[] = [];
  /** Makes the token of an agreed mandate when told to, not with the payment. */
  tokensLater = false;
  readonly #clock: Clock;
  #made = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): Instant {
    return this.#clock.now();
  }

  /** Seventeen capitals and digits, as PayPal's ids are. */
  newId(letter: string): string {
    this.#made += 1;
    return `${letter}${String(this.#made).padStart(12, '0')}FAKE`;
  }

  order(id: string): FakeOrder {
    const found = this.orders.get(id);
    assert(found !== undefined, 'the fake made this order');
    return found;
  }

  /** The payer agrees on the page. Nothing moves. */
  approve(orderId: string, payer: FakePayer): void {
    const order = this.order(orderId);
    assert(order.capture === null, 'what is paid is not approved again');
    order.payer = payer;
    order.status = 'APPROVED';
    order.updatedAt = this.now();
    this.tell('CHECKOUT.ORDER.APPROVED', {
      id: order.id,
      purchase_units: [{ custom_id: order.customId }],
    });
  }

  /** Takes the money of an order, whose payer and instrument were looked at. */
  take(order: FakeOrder): FakeCapture {
    assert(order.capture === null && order.payer !== null, 'an order is taken once');
    const { pays } = order.payer;
    const { gross, currency, customId } = order;
    const status =
      pays === 'pending' ? 'PENDING' : pays === 'capture-declined' ? 'DECLINED' : 'COMPLETED';
    const capture: FakeCapture = {
      id: this.newId('C'),
      orderId: order.id,
      status,
      gross,
      fee: feeOf(gross),
      currency,
      customId,
      at: this.now(),
      refunded: 0n,
    };
    this.captures.set(capture.id, capture);
    order.capture = capture;
    order.status = 'COMPLETED';
    order.updatedAt = this.now();
    if (status === 'COMPLETED') this.#bookCapture(capture);
    this.#tellCapture(capture);
    if (order.keeps && status !== 'DECLINED') this.#keep(order);
    return capture;
  }

  /** What was pending is there (an eCheck was cleared). */
  clear(captureId: string): void {
    const capture = this.captures.get(captureId);
    assert(capture?.status === 'PENDING', 'only what is pending clears');
    capture.status = 'COMPLETED';
    this.#bookCapture(capture);
    this.#tellCapture(capture);
  }

  #bookCapture(capture: FakeCapture): void {
    this.line({
      id: capture.id,
      code: 'T0006',
      amount: capture.gross,
      fee: -capture.fee,
      currency: capture.currency,
      about: null,
      custom: capture.customId,
    });
  }

  #tellCapture(capture: FakeCapture): void {
    this.tell(`PAYMENT.CAPTURE.${capture.status}`, {
      id: capture.id,
      custom_id: capture.customId,
      status: capture.status,
      amount: moneyJson(capture.gross, capture.currency),
      supplementary_data: { related_ids: { order_id: capture.orderId } },
    });
  }

  #keep(order: FakeOrder): void {
    order.customerId = this.newId('P').slice(-10);
    if (!this.tokensLater) this.makeToken(order.id);
  }

  /** Makes the token of an order's mandate. */
  makeToken(orderId: string): FakeToken {
    const order = this.order(orderId);
    assert(order.customerId !== null && order.payer !== null, 'its payer agreed to it');
    const token = {
      id: this.newId('t').toLowerCase(),
      customerId: order.customerId,
      payer: order.payer,
    };
    this.tokens.set(token.id, token);
    order.token = token;
    this.tell('VAULT.PAYMENT-TOKEN.CREATED', { id: token.id, metadata: { order_id: orderId } });
    return token;
  }

  refundCapture(capture: FakeCapture, amount: bigint, custom: string | null): FakeRefund {
    assert(capture.refunded + amount <= capture.gross, 'no more goes back than came');
    capture.refunded += amount;
    capture.status = capture.refunded === capture.gross ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
    const { currency } = capture;
    const id = this.newId('R');
    const made: FakeRefund = {
      id,
      captureId: capture.id,
      amount,
      currency,
      at: this.now(),
      status: 'COMPLETED',
    };
    this.refunds.set(id, made);
    this.line({ id, code: 'T1107', amount: -amount, currency, about: capture.id, custom });
    this.tell('PAYMENT.CAPTURE.REFUNDED', { id, custom_id: custom ?? capture.customId });
    return made;
  }

  /** A dispute, step by step, as its lines are: held, then let go or taken. A chargeback has its fee. */
  dispute(
    captureId: string,
    step: 'held' | 'won' | 'lost' | 'chargeback' | 'chargeback-won',
  ): void {
    const capture = this.captures.get(captureId);
    assert(capture !== undefined, 'a dispute is about a payment');
    const { gross, currency } = capture;
    const add = (code: string, amount: bigint): void =>
      this.line({ id: this.newId('D'), code, amount, currency, about: captureId, custom: null });
    if (step === 'held') add('T1110', -gross);
    if (step === 'won') add('T1111', gross);
    if (step === 'lost') {
      add('T1106', -gross);
      add('T1111', gross);
    }
    if (step === 'chargeback') {
      add('T1201', -gross);
      add('T0106', -2000n);
    }
    if (step === 'chargeback-won') add('T1202', gross);
    const type = step === 'held' || step === 'chargeback' ? 'CREATED' : 'RESOLVED';
    this.tell(`CUSTOMER.DISPUTE.${type}`, { dispute_id: `PP-D-${captureId}` });
  }

  /** To the newsroom's bank. @returns the id of the withdrawal */
  withdraw(amount: bigint, currency: string): string {
    const id = this.newId('W');
    this.line({ id, code: 'T0400', amount: -amount, currency, about: null, custom: null });
    return id;
  }

  line(line: Omit<FakeLine, 'at' | 'fee'> & { readonly fee?: bigint }): void {
    this.lines.push({ fee: 0n, ...line, at: this.now() });
  }

  tell(type: string, resource: object): void {
    this.events.push({ id: `WH-${this.newId('E')}`, type, resource, at: this.now() });
  }

  /** All that lines did to the balance of a currency. */
  balance(currency: string): bigint {
    return this.lines
      .filter((line) => line.currency === currency)
      .reduce((sum, line) => sum + line.amount + line.fee, 0n);
  }
}
