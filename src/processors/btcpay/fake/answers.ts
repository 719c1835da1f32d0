/** The fake's JSON, by the published descriptions: what an adapter must read, and what it must not keep. */
import { coins, type FakeBooks, type FakeInvoice, type FakeMethod, paymentJson } from './books.ts';
import { textOf, worthOf } from './coins.ts';

export interface FakeAnswer {
  readonly status: number;
  readonly json?: unknown;
}

export function problem(status: number, code: string, message = `fake: ${code}`): FakeAnswer {
  return { status, json: { code, message } };
}

/** BTCPay answers 422 where the description says 400. */
export function invalid(...paths: readonly string[]): FakeAnswer {
  return { status: 422, json: paths.map((path) => ({ path, message: `fake: ${path}` })) };
}

export const NOT_THERE = problem(404, 'invoice-not-found', 'The invoice was not found');

export function invoiceJson(books: FakeBooks, invoice: FakeInvoice, origin: string): object {
  books.watch(invoice);
  const currency = books.currencyOf(invoice);
  const { decimals } = currency;
  return {
    id: invoice.id,
    storeId: invoice.storeId,
    amount: textOf(invoice.minor, decimals),
    paidAmount: textOf(worthOf(books.came(invoice), currency), decimals),
    currency: invoice.currency,
    type: 'Standard',
    checkoutLink: `${origin}/i/${invoice.id}`,
    createdTime: invoice.createdSeconds,
    expirationTime: invoice.expirySeconds,
    monitoringExpiration: invoice.monitoringSeconds,
    status: invoice.status,
    additionalStatus: invoice.oddity,
    availableStatusesForManualMarking: invoice.status === 'Settled' ? [] : ['Settled', 'Invalid'],
    archived: invoice.archived,
    metadata: invoice.metadata,
    checkout: invoice.checkout,
    receipt: invoice.receipt,
  };
}

export function methodsJson(books: FakeBooks, invoice: FakeInvoice): readonly object[] {
  books.watch(invoice);
  const { rate, decimals } = books.currencyOf(invoice);
  const asked = books.asked(invoice);
  const came = books.came(invoice);
  return [...invoice.destinations].map(([method, destination]) => {
    const payments = invoice.payments.filter((each) => each.method === method);
    const counted = payments.filter(({ status }) => status !== 'Invalid');
    return {
      paymentMethodId: method,
      currency: 'BTC',
      destination,
      paymentLink: linkOf(method, destination, asked - came),
      rate: textOf(rate, decimals),
      paymentMethodPaid: coins(counted.reduce((total, { sats }) => total + sats, 0n)),
      totalPaid: coins(came),
      due: coins(asked - came),
      amount: coins(asked),
      paymentMethodFee: '0.00000000',
      payments: counted.map((payment) => paymentJson(invoice, payment)),
      activated: true,
      additionalData: {},
    };
  });
}

/** With payjoin switched on, a wallet that follows BTCPay's own link asks BTCPay's own server. */
function linkOf(method: FakeMethod, destination: string, due: bigint): string {
  if (method === 'BTC-LN') return `lightning:${destination}`;
  const amount = due > 0n ? coins(due) : coins(0n);
  return `bitcoin:${destination}?amount=${amount}&pj=https://btcpay.example/BTC/pj`;
}

export function rateText(currency: { readonly rate: bigint; readonly decimals: number }): string {
  return textOf(currency.rate, currency.decimals);
}
