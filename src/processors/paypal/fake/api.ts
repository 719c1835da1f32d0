/** The fake's API: who may call, which call is which, answers from memory by key, reports with their lag. */
import { createHash } from 'node:crypto';
import { Instant } from '../../../calendar/index.ts';
import { toMinor } from './amounts.ts';
import {
  captureJson,
  type FakeAnswer,
  FORBIDDEN,
  lineJson,
  NO_SUCH,
  refundJson,
  refused,
  tokenJson,
  UNAUTHORISED,
} from './answers.ts';
import type { FakeBooks } from './books.ts';
import { OrdersApi, type OrdersOptions } from './orders-api.ts';
import { refundRequest } from './requests.ts';

export interface FakeCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface FakeSettings extends OrdersOptions {
  clientId: string;
  clientSecret: string;
  tokenSeconds: number;
  scopes: string;
  reportLagHours: number;
  /** More lines than that in one query are refused. */
  reportLinesMax: number;
  webhook: { id: string; url: string; events: readonly string[] };
  balances: readonly string[];
  /** Paths that the app has no permission for. */
  forbidden: RegExp | null;
  refundsPending: boolean;
}

const HOUR_MS = 3_600_000;
const ORDER_KEY_MS = 6 * HOUR_MS;
const REFUND_KEY_MS = 45 * 24 * HOUR_MS;
const REPORT_DAYS_MAX = 31;

export class FakeApi {
  readonly orders: OrdersApi;
  /** Keys that were sent again with another body: PayPal would answer the old call. */
  readonly changedBodies: string[] = [];
  readonly #books: FakeBooks;
  readonly #settings: FakeSettings;
  readonly #answered = new Map<string, { atMs: number; body: string; answer: FakeAnswer }>();
  #tokens = new Map<string, number>();
  #tokensMade = 0;

  constructor(books: FakeBooks, settings: FakeSettings, origin: () => string) {
    this.#books = books;
    this.#settings = settings;
    this.orders = new OrdersApi(books, settings, origin);
  }

  /** PayPal knows none of the tokens it gave any more. */
  forgetTokens(): void {
    this.#tokens = new Map();
  }

  answer(call: FakeCall): FakeAnswer {
    const { pathname } = new URL(call.path, 'http://fake');
    if (pathname === '/v1/oauth2/token') return this.#token(call);
    if (!this.#isAuthorised(call)) {
      return UNAUTHORISED;
    }
    if (this.#settings.forbidden?.test(pathname) === true) return FORBIDDEN;
    return this.#byKey(call, () => this.#route(call));
  }

  #token({ method, headers, body }: FakeCall): FakeAnswer {
    const { clientId, clientSecret, tokenSeconds, scopes } = this.#settings;
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    if (method !== 'POST' || body !== 'grant_type=client_credentials') return { status: 400 };
    if (headers.authorization !== basic) {
      const description = 'Client Authentication failed';
      return { status: 401, json: { error: 'invalid_client', error_description: description } };
    }
    this.#tokensMade += 1;
    const bearer = `A21AAFAKE${this.#tokensMade}`;
    this.#tokens.set(bearer, this.#nowMs() + tokenSeconds * 1000);
    return {
      status: 200,
      json: {
        scope: scopes,
        access_token: bearer,
        token_type: 'Bearer',
        app_id: 'APP-FAKE',
        expires_in: tokenSeconds,
        nonce: 'n',
      },
    };
  }

  get tokensMade(): number {
    return this.#tokensMade;
  }

  #isAuthorised({ headers }: FakeCall): boolean {
    const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    const until = this.#tokens.get(bearer);
    return until !== undefined && this.#nowMs() < until;
  }

  /** The same key is answered with what was answered first, whatever is sent with it. */
  #byKey(call: FakeCall, act: () => FakeAnswer): FakeAnswer {
    const key = call.headers['paypal-request-id'];
    if (call.method !== 'POST' || key === undefined) return act();
    if (key.length > 108) return refused('INVALID_STRING_LENGTH', 'INVALID_REQUEST', 400);
    const name = `${call.path} ${key}`;
    const known = this.#answered.get(name);
    const windowMs = call.path.endsWith('/refund') ? REFUND_KEY_MS : ORDER_KEY_MS;
    const body = createHash('sha256').update(call.body).digest('hex');
    if (known !== undefined && this.#nowMs() - known.atMs < windowMs) {
      if (known.body !== body) this.changedBodies.push(key);
      return known.answer;
    }
    const answer = act();
    this.#answered.set(name, { atMs: this.#nowMs(), body, answer });
    return answer;
  }

  #route(call: FakeCall): FakeAnswer {
    const url = new URL(call.path, 'http://fake');
    const [version, group, kind, id, act] = url.pathname.split('/').slice(1);
    const area = `${call.method} /${version}/${group}/${kind}${id === undefined ? '' : '/*'}${act === undefined ? '' : `/${act}`}`;
    const object = id ?? '';
    switch (area) {
      case 'POST /v2/checkout/orders':
        return this.orders.create(parse(call.body));
      case 'GET /v2/checkout/orders/*':
        return this.orders.get(object);
      case 'PATCH /v2/checkout/orders/*':
        return this.orders.patch(object, parse(call.body));
      case 'POST /v2/checkout/orders/*/capture':
        return this.orders.capture(object);
      case 'GET /v2/payments/captures/*': {
        const capture = this.#books.captures.get(object);
        return capture === undefined ? NO_SUCH : { status: 200, json: captureJson(capture) };
      }
      case 'POST /v2/payments/captures/*/refund':
        return this.#refund(object, parse(call.body));
      case 'GET /v3/vault/payment-tokens/*': {
        const token = this.#books.tokens.get(object);
        return token === undefined ? NO_SUCH : { status: 200, json: tokenJson(token) };
      }
      case 'GET /v3/vault/payment-tokens':
        return this.#tokensOf(url.searchParams.get('customer_id'));
      case 'GET /v1/reporting/transactions':
        return this.#transactions(url.searchParams);
      case 'GET /v1/reporting/balances':
        return this.#balances();
      case 'GET /v1/notifications/webhooks/*':
        return this.#webhook(object);
      default:
        return { status: 404 };
    }
  }

  #refund(captureId: string, body: unknown): FakeAnswer {
    const capture = this.#books.captures.get(captureId);
    if (capture === undefined) return NO_SUCH;
    const read = refundRequest.safeParse(body);
    if (!read.success) return refused('INVALID_PARAMETER_SYNTAX', 'INVALID_REQUEST', 400);
    const { amount, custom_id: custom } = read.data;
    const minor = toMinor(amount.value, amount.currency_code);
    if (minor === null) return refused('DECIMAL_PRECISION');
    if (amount.currency_code !== capture.currency) {
      return refused('REFUND_CAPTURE_CURRENCY_MISMATCH');
    }
    if (capture.status === 'PENDING') return refused('PENDING_CAPTURE');
    if (capture.refunded === capture.gross) return refused('CAPTURE_FULLY_REFUNDED');
    if (capture.refunded + minor > capture.gross) return refused('REFUND_AMOUNT_EXCEEDED');
    const made = this.#books.refundCapture(capture, minor, custom);
    const status = this.#settings.refundsPending ? 'PENDING' : 'COMPLETED';
    return { status: 201, json: { ...refundJson(made), status } };
  }

  #tokensOf(customerId: string | null): FakeAnswer {
    const found = [...this.#books.tokens.values()].filter((each) => each.customerId === customerId);
    const json = { customer: { id: customerId }, payment_tokens: found.map(tokenJson) };
    return { status: 200, json };
  }

  #transactions(query: URLSearchParams): FakeAnswer {
    const from = readTime(query.get('start_date'));
    const to = readTime(query.get('end_date'));
    const size = Number(query.get('page_size') ?? '100');
    const page = Number(query.get('page') ?? '1');
    const fits = from !== null && to !== null && from < to && size >= 1 && size <= 500 && page >= 1;
    if (!fits || to - from > REPORT_DAYS_MAX * 24 * HOUR_MS) {
      return refused('INVALID_PARAMETER_VALUE', 'INVALID_REQUEST', 400);
    }
    const refreshedMs = this.#nowMs() - this.#settings.reportLagHours * HOUR_MS;
    const seen = this.#books.lines.filter(({ at }) => {
      const atMs = Math.floor(at.epochMilliseconds / 1000) * 1000;
      return atMs >= from && atMs <= to && at.epochMilliseconds <= refreshedMs;
    });
    if (seen.length > this.#settings.reportLinesMax) {
      return refused('RESULTSET_TOO_LARGE', 'RESULTSET_TOO_LARGE', 400);
    }
    // Newest first: nothing promises another order.
    const lines = seen.toReversed().slice((page - 1) * size, page * size);
    return {
      status: 200,
      json: {
        // PayPal leaves the list out where it is empty.
        ...(lines.length === 0 ? {} : { transaction_details: lines.map(lineJson) }),
        account_number: 'FAKEACCOUNT',
        start_date: query.get('start_date'),
        end_date: query.get('end_date'),
        last_refreshed_datetime: timeText(refreshedMs),
        page,
        total_items: seen.length,
        total_pages: Math.ceil(seen.length / size),
      },
    };
  }

  #balances(): FakeAnswer {
    const balances = this.#settings.balances.map((currency) => ({
      currency,
      total_balance: { currency_code: currency, value: '0.00' },
    }));
    return { status: 200, json: { balances, account_id: 'FAKEACCOUNT' } };
  }

  #webhook(id: string): FakeAnswer {
    const { webhook } = this.#settings;
    if (id !== webhook.id) return NO_SUCH;
    const event_types = webhook.events.map((name) => ({ name }));
    return { status: 200, json: { id, url: webhook.url, event_types } };
  }

  #nowMs(): number {
    return this.#books.now().epochMilliseconds;
  }
}

function timeText(ms: number): string {
  return Instant.fromEpochMilliseconds(Math.floor(ms / 1000) * 1000).toString();
}

/** Whole seconds and an offset, as PayPal wants them; `null` else. */
function readTime(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:?\d\d)$/.test(text))
    return null;
  return Instant.from(text).epochMilliseconds;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
