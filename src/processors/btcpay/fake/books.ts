/**
 * The fake server's own books: the invoices of its store, what came on their addresses, and what it tells about them. An
 * invoice's state follows from its payments and the clock as in BTCPay's own watcher: New until enough came (Processing) or
 * the time is over (Expired), Settled when enough of it is confirmed, Invalid when that took longer than the monitoring.
 * An expired invoice that is paid afterwards stays Expired and becomes PaidLate. Coins that are sent to an address are
 * noted whatever the state.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../../calendar/index.ts';
import { assert } from '../../../problems/index.ts';
import { CURRENCIES, type FakeCurrency, SATS_PER_COIN, satsFor, worthOf } from './coins.ts';

export type FakeStatus = 'New' | 'Processing' | 'Expired' | 'Invalid' | 'Settled';
export type FakeOddity = 'None' | 'PaidLate' | 'PaidPartial' | 'Marked' | 'Invalid' | 'PaidOver';
export type FakeMethod = 'BTC-CHAIN' | 'BTC-LN';

export interface FakePayment {
  readonly id: string;
  readonly method: FakeMethod;
  readonly sats: bigint;
  readonly atSeconds: number;
  status: 'Processing' | 'Settled' | 'Invalid';
}

export interface FakeInvoice {
  readonly id: string;
  readonly storeId: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly checkout: Readonly<Record<string, unknown>>;
  readonly receipt: Readonly<Record<string, unknown>>;
  readonly createdSeconds: number;
  readonly expirySeconds: number;
  readonly monitoringSeconds: number;
  readonly destinations: ReadonlyMap<FakeMethod, string>;
  readonly payments: FakePayment[];
  status: FakeStatus;
  oddity: FakeOddity;
  archived: boolean;
}

/** One thing the server tells, before it is put into an envelope. */
export interface FakeEvent {
  readonly type: string;
  readonly invoice: FakeInvoice;
  readonly more: Readonly<Record<string, unknown>>;
  readonly atSeconds: number;
}

export interface NewInvoice {
  readonly minor: bigint;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly checkout: Readonly<Record<string, unknown>>;
  readonly receipt: Readonly<Record<string, unknown>>;
  readonly methods: readonly FakeMethod[];
  readonly expiryMinutes: number;
  readonly monitoringMinutes: number;
}

export const FAKE_STORE = '9CiNzKoANXxmk5ayZngSXrHTiVvvgCrwrpFQd4m2K776';

export class FakeBooks {
  readonly invoices = new Map<string, FakeInvoice>();
  readonly events: FakeEvent[] = [];
  /** Addresses of the real network or of a test one. */
  network: 'live' | 'test' = 'test';
  readonly #clock: Clock;
  #made = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nowSeconds(): number {
    return Math.floor(this.#clock.now().epochMilliseconds / 1000);
  }

  make(order: NewInvoice, storeId: string = FAKE_STORE): FakeInvoice {
    const id = this.#newId('invoice');
    const createdSeconds = this.nowSeconds();
    const expirySeconds = createdSeconds + order.expiryMinutes * 60;
    const { minor, currency, metadata, checkout, receipt, methods } = order;
    assert(!this.invoices.has(id), 'an id is given once');
    const invoice: FakeInvoice = {
      id,
      storeId,
      minor,
      currency,
      metadata,
      checkout,
      receipt,
      createdSeconds,
      expirySeconds,
      monitoringSeconds: expirySeconds + order.monitoringMinutes * 60,
      destinations: new Map(methods.map((method) => [method, this.#destination(method)])),
      payments: [],
      status: 'New',
      oddity: 'None',
      archived: false,
    };
    this.invoices.set(id, invoice);
    this.#tell('InvoiceCreated', invoice);
    return invoice;
  }

  invoice(id: string): FakeInvoice {
    const found = this.invoices.get(id);
    assert(found !== undefined, 'the fake made this invoice');
    this.watch(found);
    return found;
  }

  /** Coins arrive: at once confirmed over Lightning, else when a block has them. */
  pay(
    id: string,
    of: { readonly sats: bigint; readonly method?: FakeMethod; readonly isConfirmed?: boolean },
  ): FakePayment {
    const invoice = this.invoice(id);
    const method = of.method ?? 'BTC-CHAIN';
    assert(of.sats > 0n, 'a payment is of something');
    assert(invoice.destinations.has(method), 'a payment goes to an address of the invoice');
    const isSettled = of.isConfirmed === true || method === 'BTC-LN';
    const payment: FakePayment = {
      id: `${this.#hash('transaction')}-${invoice.payments.length}`,
      method,
      sats: of.sats,
      atSeconds: this.nowSeconds(),
      status: isSettled ? 'Settled' : 'Processing',
    };
    invoice.payments.push(payment);
    this.#tellPayment('InvoiceReceivedPayment', invoice, payment);
    if (isSettled) this.#tellPayment('InvoicePaymentSettled', invoice, payment);
    this.watch(invoice);
    return payment;
  }

  /** A block: everything that waits is confirmed. */
  confirm(id: string): void {
    const invoice = this.invoice(id);
    for (const payment of invoice.payments) {
      if (payment.status !== 'Processing') continue;
      payment.status = 'Settled';
      this.#tellPayment('InvoicePaymentSettled', invoice, payment);
    }
    this.watch(invoice);
  }

  /** The sender spends the coins elsewhere before a block has them. */
  takeBack(id: string): void {
    const invoice = this.invoice(id);
    for (const payment of invoice.payments) {
      if (payment.status === 'Processing') payment.status = 'Invalid';
    }
    this.watch(invoice);
  }

  /** A person at BTCPay says so. */
  mark(id: string, status: 'Settled' | 'Invalid'): void {
    const invoice = this.invoice(id);
    invoice.status = status;
    invoice.oddity = 'Marked';
    const manuallyMarked = true;
    this.#tell(`Invoice${status}`, invoice, {
      manuallyMarked,
      ...(status === 'Settled' ? { overPaid: false } : {}),
    });
  }

  /** Time passes for every invoice. */
  tick(): void {
    for (const invoice of this.invoices.values()) this.watch(invoice);
  }

  currencyOf(invoice: FakeInvoice): FakeCurrency {
    const currency = CURRENCIES.get(invoice.currency);
    assert(currency !== undefined, 'an invoice is in a currency that has a rate');
    return currency;
  }

  /** What an invoice asks for, in satoshis. */
  asked(invoice: FakeInvoice): bigint {
    return satsFor(invoice.minor, this.currencyOf(invoice));
  }

  /** What came, without what was taken back. */
  came(invoice: FakeInvoice): bigint {
    return sum(invoice.payments.filter(({ status }) => status !== 'Invalid'));
  }

  /** What came for invoices and is confirmed, in the currency at the invoice's rate: the store's books, to hold ours against. */
  received(currency: string): bigint {
    const ofCurrency = [...this.invoices.values()].filter((each) => each.currency === currency);
    return ofCurrency.reduce((total, invoice) => {
      const settled = sum(this.#inTurn(invoice).forInvoice.filter(isSettled));
      return total + worthOf(settled, this.currencyOf(invoice));
    }, 0n);
  }

  /** What came after an invoice was paid to the satoshi, and is confirmed, in satoshis. */
  receivedBeside(): bigint {
    return [...this.invoices.values()].reduce(
      (total, invoice) => total + sum(this.#inTurn(invoice).beside.filter(isSettled)),
      0n,
    );
  }

  #inTurn(invoice: FakeInvoice): Readonly<Record<'forInvoice' | 'beside', FakePayment[]>> {
    const forInvoice: FakePayment[] = [];
    const beside: FakePayment[] = [];
    for (const payment of invoice.payments.filter(({ status }) => status !== 'Invalid')) {
      (sum(forInvoice) === this.asked(invoice) ? beside : forInvoice).push(payment);
    }
    return { forInvoice, beside };
  }

  watch(invoice: FakeInvoice): void {
    const { rate } = this.currencyOf(invoice);
    const isUnder = (sats: bigint): boolean => sats * rate < invoice.minor * SATS_PER_COIN;
    const came = this.came(invoice);
    const now = this.nowSeconds();
    const isOver = came > this.asked(invoice);
    if (invoice.status === 'New' && invoice.expirySeconds <= now) {
      invoice.status = 'Expired';
      this.#tell('InvoiceExpired', invoice, { partiallyPaid: invoice.oddity === 'PaidPartial' });
    }
    if (invoice.status === 'New' || invoice.status === 'Expired') {
      if (!isUnder(came) && invoice.status === 'New') {
        invoice.status = 'Processing';
        invoice.oddity = isOver ? 'PaidOver' : 'None';
        this.#tell('InvoiceProcessing', invoice, { overPaid: isOver });
      } else if (!isUnder(came)) {
        invoice.oddity = 'PaidLate';
      } else if (came > 0n) {
        invoice.oddity = 'PaidPartial';
      }
    }
    if (invoice.status !== 'Processing') return;
    invoice.oddity = isOver ? 'PaidOver' : 'None';
    if (isUnder(came)) {
      invoice.status = 'New';
      invoice.oddity = came > 0n ? 'PaidPartial' : 'None';
      return;
    }
    const confirmed = sum(invoice.payments.filter(({ status }) => status === 'Settled'));
    if (!isUnder(confirmed)) {
      invoice.status = 'Settled';
      this.#tell('InvoiceSettled', invoice, { manuallyMarked: false, overPaid: isOver });
    } else if (invoice.monitoringSeconds < now) {
      invoice.status = 'Invalid';
      this.#tell('InvoiceInvalid', invoice, { manuallyMarked: false });
    }
  }

  #tellPayment(type: string, invoice: FakeInvoice, payment: FakePayment): void {
    this.#tell(type, invoice, {
      afterExpiration: payment.atSeconds > invoice.expirySeconds,
      paymentMethodId: payment.method,
      payment: paymentJson(invoice, payment),
    });
  }

  #tell(type: string, invoice: FakeInvoice, more: FakeEvent['more'] = {}): void {
    this.events.push({ type, invoice, more, atSeconds: this.nowSeconds() });
  }

  #newId(what: string): string {
    return BigInt(`0x${this.#hash(what)}`)
      .toString(36)
      .slice(0, 22)
      .toUpperCase();
  }

  #hash(what: string): string {
    this.#made += 1;
    return createHash('sha256').update(`${what} ${this.#made}`).digest('hex');
  }

  #destination(method: FakeMethod): string {
    const letters = this.#hash(method);
    const isLive = this.network === 'live';
    if (method === 'BTC-CHAIN') return `${isLive ? 'bc1q' : 'bcrt1q'}${letters.slice(0, 38)}`;
    return `${isLive ? 'lnbc' : 'lnbcrt'}500u1p${letters.repeat(4)}`;
  }
}

const isSettled = ({ status }: FakePayment): boolean => status === 'Settled';

function sum(payments: readonly FakePayment[]): bigint {
  return payments.reduce((total, { sats }) => total + sats, 0n);
}

/** A payment as it stands in answers and messages; its id is the transaction and its output. */
export function paymentJson(invoice: FakeInvoice, payment: FakePayment): object {
  const { id, method, sats, atSeconds: receivedDate, status } = payment;
  const value = coins(sats);
  const destination = invoice.destinations.get(method);
  return { id, receivedDate, value, fee: '0.00000000', status, destination };
}

export function coins(sats: bigint): string {
  const sign = sats < 0n ? '-' : '';
  const digits = String(sats < 0n ? -sats : sats).padStart(9, '0');
  return `${sign}${digits.slice(0, -8)}.${digits.slice(-8)}`;
}
