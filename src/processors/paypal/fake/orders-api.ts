/** The fake's orders: made, changed, taken, as PayPal does, and refused where PayPal refuses. */
import { toMinor } from './amounts.ts';
import { type FakeAnswer, NO_SUCH, orderJson, refused } from './answers.ts';
import type { FakeBooks, FakeOrder } from './books.ts';
import { type OrderRequest, orderRequest, patchRequest } from './requests.ts';

export interface OrdersOptions {
  /** What becomes of an order whose payer's instrument was declined: PayPal does not document it. */
  afterDecline: 'APPROVED' | 'PAYER_ACTION_REQUIRED';
  /** How an order with a kept method that is no more is refused: PayPal's documents name several ways. */
  goneMethod: FakeAnswer;
  /** Whether an order may be changed. */
  patches: boolean;
  /** After this many hours an order that is not taken is no more. */
  orderHours: number;
}

export class OrdersApi {
  readonly #books: FakeBooks;
  readonly #options: OrdersOptions;
  readonly #origin: () => string;

  constructor(books: FakeBooks, options: OrdersOptions, origin: () => string) {
    this.#books = books;
    this.#options = options;
    this.#origin = origin;
  }

  create(body: unknown): FakeAnswer {
    const read = orderRequest.safeParse(body);
    if (!read.success) return refused('INVALID_PARAMETER_SYNTAX', 'INVALID_REQUEST', 400);
    const [unit] = read.data.purchase_units;
    const { currency_code: currency, value } = unit.amount;
    const gross = toMinor(value, currency);
    if (gross === null) return refused('DECIMAL_PRECISION');
    if (gross === 0n) return refused('CANNOT_BE_ZERO_OR_NEGATIVE');
    const { paypal } = read.data.payment_source;
    return 'vault_id' in paypal
      ? this.#charge(this.#make(read.data, gross), paypal.vault_id)
      : this.#opened(this.#make(read.data, gross));
  }

  #make(request: OrderRequest, gross: bigint): FakeOrder {
    const [unit] = request.purchase_units;
    const { paypal } = request.payment_source;
    const page = 'vault_id' in paypal ? null : paypal.experience_context;
    const now = this.#books.now();
    return {
      id: this.#books.newId('O'),
      intent: request.intent,
      status: 'PAYER_ACTION_REQUIRED',
      gross,
      currency: unit.amount.currency_code,
      customId: unit.custom_id,
      invoiceId: unit.invoice_id,
      returnUrl: page?.return_url ?? null,
      cancelUrl: page?.cancel_url ?? null,
      keeps: 'attributes' in paypal && paypal.attributes !== undefined,
      createdAt: now,
      updatedAt: now,
      payer: null,
      capture: null,
      token: null,
      customerId: null,
    };
  }

  #opened(order: FakeOrder): FakeAnswer {
    this.#books.orders.set(order.id, order);
    return { status: 200, json: orderJson(order, this.#origin()) };
  }

  #charge(order: FakeOrder, tokenId: string): FakeAnswer {
    const token = this.#books.tokens.get(tokenId);
    if (token === undefined) return this.#options.goneMethod;
    if (this.#isInvoicePaid(order.invoiceId)) return refused('DUPLICATE_INVOICE_ID');
    const { payer } = token;
    if (payer.pays === 'declined') return refused('INSTRUMENT_DECLINED');
    if (payer.pays === 'cannot-pay') return refused('PAYER_CANNOT_PAY');
    order.payer = payer;
    this.#books.orders.set(order.id, order);
    this.#books.take(order);
    return { status: 201, json: orderJson(order, this.#origin()) };
  }

  get(id: string): FakeAnswer {
    const order = this.#find(id);
    return order === null ? NO_SUCH : { status: 200, json: orderJson(order, this.#origin()) };
  }

  patch(id: string, body: unknown): FakeAnswer {
    const order = this.#find(id);
    if (order === null) return NO_SUCH;
    const read = patchRequest.safeParse(body);
    if (!read.success) return refused('INVALID_PARAMETER', 'INVALID_REQUEST', 400);
    if (order.status === 'COMPLETED') return refused('ORDER_ALREADY_COMPLETED');
    if (!this.#options.patches) return refused('NOT_PATCHABLE');
    order.intent = read.data[0].value;
    order.updatedAt = this.#books.now();
    return { status: 204 };
  }

  capture(id: string): FakeAnswer {
    const order = this.#find(id);
    if (order === null) return NO_SUCH;
    if (order.capture !== null) return refused('ORDER_ALREADY_CAPTURED');
    if (order.intent !== 'CAPTURE') return refused('ACTION_DOES_NOT_MATCH_INTENT');
    if (order.status !== 'APPROVED' || order.payer === null) return refused('ORDER_NOT_APPROVED');
    if (this.#isInvoicePaid(order.invoiceId)) return refused('DUPLICATE_INVOICE_ID');
    if (order.payer.pays === 'declined') {
      order.status = this.#options.afterDecline;
      return refused('INSTRUMENT_DECLINED');
    }
    if (order.payer.pays === 'cannot-pay') return refused('PAYER_CANNOT_PAY');
    this.#books.take(order);
    return { status: 201, json: orderJson(order, this.#origin()) };
  }

  /** The account's setting against paying an invoice twice is on, as it is in a new account. */
  #isInvoicePaid(invoiceId: string): boolean {
    return [...this.#books.orders.values()].some(
      (order) => order.invoiceId === invoiceId && order.capture?.status === 'COMPLETED',
    );
  }

  #find(id: string): FakeOrder | null {
    const order = this.#books.orders.get(id);
    if (order === undefined) return null;
    const lapsesAt = order.createdAt.add({ hours: this.#options.orderHours }).epochMilliseconds;
    const isLapsed = order.capture === null && this.#books.now().epochMilliseconds >= lapsesAt;
    return isLapsed ? null : order;
  }
}
