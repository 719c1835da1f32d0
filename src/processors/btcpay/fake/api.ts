/**
 * The fake's interface: what it answers to each call, by method and path, with the permissions that each needs. Faults
 * and the socket are elsewhere.
 */
import {
  type FakeAnswer,
  invalid,
  invoiceJson,
  methodsJson,
  NOT_THERE,
  problem,
  rateText,
} from './answers.ts';
import { FAKE_STORE, type FakeBooks, type FakeInvoice, type FakeMethod } from './books.ts';
import { CURRENCIES, minorOf } from './coins.ts';
import { invoiceRequest, listQuery } from './requests.ts';

export interface FakeCall {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface FakeWebhook {
  readonly url: string;
  readonly enabled: boolean;
  readonly automaticRedelivery: boolean;
  readonly events: readonly string[] | 'everything';
}

export interface FakeSettings {
  apiKey: string;
  permissions: readonly string[];
  methods: readonly FakeMethod[];
  storeName: string;
  lightningDescription: string | null;
  anyoneCanCreateInvoice: boolean;
  archived: boolean;
  networkFeeMode: 'Never' | 'Always' | 'MultiplePaymentsOnly';
  synchronized: boolean;
  webhooks: readonly FakeWebhook[];
  /** How far the server's clock is ahead. */
  aheadSeconds: number;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly permission: string | null;
  readonly answer: (call: ReadCall) => FakeAnswer;
}

interface ReadCall {
  readonly query: URLSearchParams;
  readonly body: string;
  /** What stands in the path for the invoice. */
  readonly id: string;
}

const S = 'btcpay.store';

export class FakeApi {
  readonly #books: FakeBooks;
  readonly #settings: FakeSettings;
  readonly #origin: () => string;
  readonly #routes: readonly Route[];

  constructor(books: FakeBooks, settings: FakeSettings, origin: () => string) {
    this.#books = books;
    this.#settings = settings;
    this.#origin = origin;
    const store = `/stores/${FAKE_STORE}`;
    const route = (
      [method, path]: readonly [string, string],
      permission: string | null,
      answer: Route['answer'],
    ): Route => ({ method, path: new RegExp(`^/api/v1${path}$`), permission, answer });
    const ID = '(?:/stores/[A-Za-z0-9]+)?/invoices/([^/]+)';
    this.#routes = [
      route(['GET', '/health'], null, () => ({
        status: 200,
        json: { synchronized: settings.synchronized },
      })),
      route(['GET', '/api-keys/current'], '', () => ({
        status: 200,
        json: { apiKey: settings.apiKey, label: 'fake', permissions: settings.permissions },
      })),
      route(['GET', store], `${S}.canviewstoresettings`, () => this.#store()),
      route(['GET', `${store}/payment-methods`], `${S}.canviewstoresettings`, () => ({
        status: 200,
        json: settings.methods.map((paymentMethodId) => ({ paymentMethodId, enabled: true })),
      })),
      route(['GET', `${store}/rates`], `${S}.canviewstoresettings`, (call) => rates(call)),
      route(['GET', `${store}/webhooks`], `${S}.webhooks.canmodifywebhooks`, () =>
        this.#webhooks(),
      ),
      route(['GET', `${store}/invoices`], `${S}.canviewinvoices`, (call) => this.#list(call)),
      route(['POST', `${store}/invoices`], `${S}.cancreateinvoice`, (call) => this.#make(call)),
      route(['GET', ID], `${S}.canviewinvoices`, (call) =>
        this.#ofInvoice(call, (invoice) => invoiceJson(books, invoice, this.#origin())),
      ),
      route(['GET', `${ID}/payment-methods`], `${S}.canviewinvoices`, (call) =>
        this.#ofInvoice(call, (invoice) => methodsJson(books, invoice)),
      ),
    ];
  }

  answer(call: FakeCall): FakeAnswer {
    const url = new URL(call.path, 'http://fake');
    for (const { method, path, permission, answer } of this.#routes) {
      const match = method === call.method ? path.exec(url.pathname) : null;
      if (match === null) continue;
      const refusal = this.#refusal(call, permission);
      if (refusal !== null) return refusal;
      return answer({ query: url.searchParams, body: call.body, id: match[1] ?? '' });
    }
    return { status: 404, json: undefined };
  }

  #refusal(call: FakeCall, permission: string | null): FakeAnswer | null {
    if (permission === null) return null;
    const { apiKey, permissions } = this.#settings;
    if (call.headers.authorization !== `token ${apiKey}`) {
      return problem(401, 'unauthenticated', 'Authentication is required');
    }
    const may = permissions.some((each) =>
      [permission, `${permission}:${FAKE_STORE}`, 'unrestricted'].includes(each),
    );
    if (permission === '' || may) return null;
    return { status: 403, json: { code: 'missing-permission', message: 'fake', permission } };
  }

  #store(): FakeAnswer {
    const { storeName, lightningDescription, anyoneCanCreateInvoice, archived, networkFeeMode } =
      this.#settings;
    return {
      status: 200,
      json: {
        id: FAKE_STORE,
        name: storeName,
        lightningDescriptionTemplate: lightningDescription,
        anyoneCanCreateInvoice,
        archived,
        defaultCurrency: 'EUR',
        speedPolicy: 'MediumSpeed',
        networkFeeMode,
      },
    };
  }

  #webhooks(): FakeAnswer {
    const json = this.#settings.webhooks.map(
      ({ url, enabled, automaticRedelivery, events }, at) => ({
        id: `FakeWebhook${at}`,
        url,
        enabled,
        automaticRedelivery,
        authorizedEvents: {
          everything: events === 'everything',
          specificEvents: events === 'everything' ? [] : events,
        },
      }),
    );
    return { status: 200, json };
  }

  #ofInvoice(call: ReadCall, show: (invoice: FakeInvoice) => unknown): FakeAnswer {
    const invoice = this.#books.invoices.get(call.id);
    if (invoice === undefined || invoice.storeId !== FAKE_STORE) return NOT_THERE;
    return { status: 200, json: show(invoice) };
  }

  /** Newest first, as BTCPay lists. */
  #list(call: ReadCall): FakeAnswer {
    const read = listQuery.safeParse(Object.fromEntries(call.query));
    if (!read.success) return invalid('query');
    const { orderId, startDate, endDate, skip = 0, take = 50, includePaymentMethods } = read.data;
    const books = this.#books;
    books.tick();
    const found = [...books.invoices.values()]
      .filter((each) => !each.archived)
      .filter((each) => orderId === undefined || each.metadata.orderId === orderId)
      .filter((each) => startDate === undefined || each.createdSeconds >= startDate)
      .filter((each) => endDate === undefined || each.createdSeconds <= endDate)
      .toReversed()
      .slice(skip, skip + take);
    const json = found.map((invoice) => ({
      ...invoiceJson(books, invoice, this.#origin()),
      ...(includePaymentMethods === 'true' ? { paymentMethods: methodsJson(books, invoice) } : {}),
    }));
    return { status: 200, json };
  }

  #make(call: ReadCall): FakeAnswer {
    const read = invoiceRequest.safeParse(parse(call.body));
    if (!read.success) return invalid(...read.error.issues.map(({ path }) => path.join('.')));
    const { amount, currency: code, metadata, checkout, receipt } = read.data;
    const currency = CURRENCIES.get(code);
    // What BTCPay answers when no rate can be had.
    if (currency === undefined) return problem(400, 'generic-error', 'no rate');
    const minor = minorOf(amount, currency.decimals);
    if (minor === null || minor === 0n) return invalid('amount');
    const methods = checkout.paymentMethods.filter((each) => this.#settings.methods.includes(each));
    if (methods.length === 0) return problem(400, 'generic-error', 'no payment method available');
    const { expirationMinutes: expiryMinutes, monitoringMinutes } = checkout;
    const invoice = this.#books.make({
      minor,
      currency: code,
      metadata,
      checkout: { ...checkout, paymentMethods: methods },
      receipt,
      methods,
      expiryMinutes,
      monitoringMinutes,
    });
    return { status: 200, json: invoiceJson(this.#books, invoice, this.#origin()) };
  }
}

function rates({ query }: ReadCall): FakeAnswer {
  const json = query.getAll('currencyPair').map((currencyPair) => {
    const currency = CURRENCIES.get(currencyPair.replace('BTC_', ''));
    return currency === undefined
      ? { currencyPair, errors: ['RateUnavailable'], rate: null }
      : { currencyPair, errors: [], rate: rateText(currency) };
  });
  return { status: 200, json };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
