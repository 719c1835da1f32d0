/**
 * The merchant's door: JSON over HTTP under `/v1`, with the secret key as a bearer token.
 *
 * Requests that move money go through `answerOnce`; the others only look. Every call can be spoilt by an ordered fault.
 * Nothing here decides: routes translate the wire into decisions and records back into the wire.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { type Currency, parseCurrency } from '../../../money/index.ts';
import {
  type ChargeMandateRequest,
  chargeMandateRequest,
  type OpenPaymentRequest,
  openPaymentRequest,
  refundRequest,
} from '../wire.ts';
import { answerOnce, type DecidedAnswer, json, problem } from './api-once.ts';
import type { Bank } from './bank.ts';
import { booksOfDay, readDay } from './daily-books.ts';
import { chargeMethod, closePayment, openHosted } from './decisions.ts';
import { describeBalanceLine, describeCharge, describePayment } from './describe.ts';
import type { Desk } from './desk.ts';
import type { ApiCall, FaultBox } from './faults.ts';
import { issuerLog } from './issuer-log.ts';
import {
  amountProblem,
  CONFIRMATION_LIFETIME_HOURS,
  LISTING_LIMIT,
  PAGE_LIFETIME_HOURS,
} from './limits.ts';
import type { LostAnswers } from './lost-answers.ts';
import type { Payment, PaymentOrder, References } from './records.ts';
import { refundCharge } from './refunds.ts';
import { reset, spoil } from './spoiling.ts';
import type { Timers } from './timers.ts';

interface ApiEnvironment {
  Bindings: HttpBindings;
}
type ApiContext = Context<ApiEnvironment>;

export interface ApiOptions {
  readonly bank: Bank;
  readonly faults: FaultBox;
  readonly lostAnswers: LostAnswers;
  readonly secretKey: string;
  readonly timers: Timers;
  readonly stopped: AbortSignal;
}

export function createApi(options: ApiOptions): Hono<ApiEnvironment> {
  const { bank } = options;
  const api = new Hono<ApiEnvironment>();
  api.use('*', async (c, next) => {
    if (!isSecretKey(c.req.header('authorization'), options.secretKey)) {
      return problem(401, 'key_wrong');
    }
    bank.refresh();
    return next();
  });
  const on =
    (call: ApiCall, handler: (c: ApiContext) => Response | Promise<Response>) =>
    async (c: ApiContext): Promise<Response> => {
      const answer = () => Promise.resolve(handler(c));
      const order = options.faults.take(call, paymentIdOf(bank, c));
      if (order === undefined) return answer();
      const { timers, stopped } = options;
      return spoil({ order, connection: c.env, timers, stopped, call: answer });
    };

  api.post(
    '/payments',
    on('open_payment', (c) => openPayment(options, c)),
  );
  api.post(
    '/mandate-payments',
    on('charge_mandate', (c) => chargeMandate(options, c)),
  );
  api.post(
    '/refunds',
    on('refund', (c) => refund(options, c)),
  );
  api.post(
    '/payments/:id/close',
    on('close_payment', (c) => close(options, c)),
  );
  api.get(
    '/payments/:id',
    on('get_payment', (c) => getPayment(options, c)),
  );
  api.get(
    '/payments',
    on('find_payment', (c) => findPayment(options, c)),
  );
  api.get(
    '/changes',
    on('list_changes', (c) => listChanges(options, c)),
  );
  api.get(
    '/charges',
    on('other', (c) => listCharges(options, c)),
  );
  api.get(
    '/charges/:id',
    on('other', (c) => getCharge(options, c)),
  );
  api.get(
    '/balance-transactions',
    on('other', (c) => listBalance(options, c)),
  );
  api.get(
    '/books',
    on('other', (c) => getBooks(options, c)),
  );
  api.get(
    '/issuer-log',
    on('other', () => json(200, { issuers: issuerLog(bank) })),
  );
  api.all('*', () => problem(404, 'no_such_call'));
  return api;
}

function openPayment({ bank }: ApiOptions, c: ApiContext): Promise<Response> {
  return answerOnce({
    request: c.req.raw,
    path: '/payments',
    bank,
    schema: openPaymentRequest,
    decide: (desk, request) => {
      const amount = readAmount(request);
      if (!amount.ok) return refused(amount.code);
      const order: PaymentOrder = {
        ...commonOrder(desk, request),
        ...amount.order,
        kind: 'hosted',
        keepMandate: request.keep_mandate,
        language: request.language,
        returnUrl: request.return_url,
        cancelUrl: request.cancel_url,
        methodId: null,
        expiresAt: desk.now.add({ hours: PAGE_LIFETIME_HOURS }),
      };
      return {
        facts: openHosted(order),
        status: 200,
        body: () => describePayment(bank.books, bank.books.payment(order.id)),
      };
    },
  });
}

async function chargeMandate(options: ApiOptions, c: ApiContext): Promise<Response> {
  const { bank, lostAnswers } = options;
  let charged: string | undefined;
  const answer = await answerOnce({
    request: c.req.raw,
    path: '/mandate-payments',
    bank,
    schema: chargeMandateRequest,
    decide: (desk, request) => {
      const amount = readAmount(request);
      if (!amount.ok) return refused(amount.code);
      const order: PaymentOrder = {
        ...commonOrder(desk, request),
        ...amount.order,
        kind: 'mandate',
        keepMandate: null,
        language: 'en',
        returnUrl: null,
        cancelUrl: null,
        methodId: request.method,
        expiresAt: desk.now.add({ hours: CONFIRMATION_LIFETIME_HOURS }),
      };
      charged = order.id;
      return mandateAnswer(desk, order, request);
    },
  });
  const isLost = charged !== undefined && lostAnswers.startFor(bank.books.payment(charged));
  return isLost ? reset(c.env) : answer;
}

/** 402 when it was declined, else 200; the payment in both. */
function mandateAnswer(
  desk: Desk,
  order: PaymentOrder,
  request: ChargeMandateRequest,
): DecidedAnswer {
  const held = desk.books.methods.get(request.method);
  const method = held?.customerId === request.customer ? held : undefined;
  const facts = chargeMethod(desk, order, method);
  const isDeclined = facts.some((fact) => fact.type === 'card_not_taken');
  const payment = () => describePayment(desk.books, desk.books.payment(order.id));
  return isDeclined
    ? { facts, status: 402, body: () => ({ error: { code: 'declined' }, payment: payment() }) }
    : { facts, status: 200, body: payment };
}

function refund({ bank }: ApiOptions, c: ApiContext): Promise<Response> {
  return answerOnce({
    request: c.req.raw,
    path: '/refunds',
    bank,
    schema: refundRequest,
    decide: (desk, request) => {
      const { charge: chargeId, amount, currency } = request;
      const decision = refundCharge(desk, { chargeId, currency, amountMinor: BigInt(amount) });
      if (decision.kind === 'refused') return refused(decision.code);
      const body = () => ({ id: decision.refundId, amount, currency });
      return { facts: decision.facts, status: 200, body };
    },
  });
}

function close({ bank }: ApiOptions, c: ApiContext): Response {
  const payment = bank.books.payments.get(c.req.param('id') ?? '');
  if (payment === undefined) return problem(404, 'payment_unknown');
  bank.decide((desk) => ({ facts: closePayment(desk, payment), outcome: undefined }));
  return json(200, describePayment(bank.books, payment));
}

function getPayment({ bank }: ApiOptions, c: ApiContext): Response {
  const payment = bank.books.payments.get(c.req.param('id') ?? '');
  return payment === undefined
    ? problem(404, 'payment_unknown')
    : json(200, describePayment(bank.books, payment));
}

/** The payment made for an attempt: the paid one if there is one, else the newest. */
function findPayment({ bank }: ApiOptions, c: ApiContext): Response {
  const attempt = c.req.query('attempt');
  if (attempt === undefined) return problem(400, 'invalid_request', [{ path: ['attempt'] }]);
  const payment = bestOfAttempt(bank, attempt);
  return json(200, {
    payment: payment === undefined ? null : describePayment(bank.books, payment),
  });
}

function bestOfAttempt(bank: Bank, attempt: string): Payment | undefined {
  const made = bank.books.paymentsOfAttempt(attempt);
  return made.find((payment) => payment.state === 'paid') ?? made.at(-1);
}

function listChanges({ bank }: ApiOptions, c: ApiContext): Response {
  const since = readCursor(c);
  if (since === undefined) return problem(400, 'invalid_request', [{ path: ['since'] }]);
  const { page, more } = bank.books.changedAfter(since, LISTING_LIMIT);
  return json(200, {
    payments: page.map((payment) => describePayment(bank.books, payment)),
    cursor: String(page.at(-1)?.change ?? since),
    more,
  });
}

function listCharges({ bank }: ApiOptions, c: ApiContext): Response {
  const since = readCursor(c);
  if (since === undefined) return problem(400, 'invalid_request', [{ path: ['since'] }]);
  const page = [...bank.books.charges.values()].slice(since, since + LISTING_LIMIT);
  return json(200, {
    charges: page.map((charge) =>
      describeCharge(bank.books, bank.books.payment(charge.paymentId), charge),
    ),
    cursor: String(since + page.length),
    more: since + page.length < bank.books.charges.size,
  });
}

function getCharge({ bank }: ApiOptions, c: ApiContext): Response {
  const charge = bank.books.charges.get(c.req.param('id') ?? '');
  if (charge === undefined) return problem(404, 'charge_unknown');
  return json(200, describeCharge(bank.books, bank.books.payment(charge.paymentId), charge));
}

function listBalance({ bank }: ApiOptions, c: ApiContext): Response {
  const since = readCursor(c);
  if (since === undefined) return problem(400, 'invalid_request', [{ path: ['since'] }]);
  const lines = bank.books.balance.slice(since, since + LISTING_LIMIT);
  return json(200, {
    balance_transactions: lines.map(describeBalanceLine),
    cursor: String(since + lines.length),
    more: since + lines.length < bank.books.balance.length,
  });
}

function getBooks({ bank }: ApiOptions, c: ApiContext): Response {
  const day = readDay(c.req.query('day') ?? '');
  if (day === undefined) return problem(400, 'invalid_request', [{ path: ['day'] }]);
  const currencies = booksOfDay(bank.books, day).map((row) => ({
    currency: row.currency,
    charges: row.charges,
    refunds: row.refunds,
    charged: String(row.chargedMinor),
    refunded: String(row.refundedMinor),
    fees: String(row.feesMinor),
    net: String(row.netMinor),
  }));
  return json(200, { day: day.toString(), currencies });
}

function commonOrder(desk: Desk, request: OpenPaymentRequest | ChargeMandateRequest) {
  const { attempt, gift, supporter, pledge } = request.references;
  const references: References = {
    attemptId: attempt,
    giftId: gift,
    supporterId: supporter,
    pledgeId: pledge,
  };
  return {
    id: desk.newId('pay'),
    references,
    statementText: request.statement_text,
    refusedCountries: request.refused_countries,
  };
}

type AmountReading =
  | {
      readonly ok: true;
      readonly order: { readonly amountMinor: bigint; readonly currency: Currency };
    }
  | { readonly ok: false; readonly code: string };

function readAmount(request: {
  readonly amount: string;
  readonly currency: string;
}): AmountReading {
  const currency = parseCurrency(request.currency);
  if (currency === null) return { ok: false, code: 'currency_unknown' };
  const amountMinor = BigInt(request.amount);
  const code = amountProblem(amountMinor);
  return code === null ? { ok: true, order: { amountMinor, currency } } : { ok: false, code };
}

function refused(code: string): DecidedAnswer {
  return { facts: [], status: 400, body: () => ({ error: { code } }) };
}

function readCursor(c: ApiContext): number | undefined {
  const text = c.req.query('since') ?? '0';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function paymentIdOf(bank: Bank, c: ApiContext): string | null {
  const attempt = c.req.query('attempt');
  if (attempt !== undefined) return bestOfAttempt(bank, attempt)?.id ?? null;
  return c.req.param('id') ?? null;
}

/** Compares digests, so that neither the length nor the first wrong character of a guess shows in the time taken. */
function isSecretKey(header: string | undefined, secretKey: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${secretKey}`));
}
