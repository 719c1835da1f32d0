/**
 * The merchant's door: JSON over HTTP under `/v1`, with the secret key as a bearer token.
 *
 * Calls that move money (`api-orders.ts`) are answered once per key; the others (`api-looks.ts`, `api-money.ts`) only look. Every call
 * can be spoilt by an ordered fault. Nothing here decides: routes translate the wire into decisions and records back.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { ApiContext, ApiEnvironment, ApiOptions } from './api-context.ts';
import {
  closeOnePayment,
  findPayment,
  getCharge,
  getPayment,
  listChanges,
  listCharges,
} from './api-looks.ts';
import { getBalance, getBooks, listBalance, listBooksOfDay } from './api-money.ts';
import { json, problem } from './api-once.ts';
import { chargeMandate, openPayment, refund } from './api-orders.ts';
import type { Bank } from './bank.ts';
import { describeIssuer } from './describe.ts';
import type { ApiCall } from './faults.ts';
import { issuerLog } from './issuer-log.ts';
import { spoil } from './spoiling.ts';

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
    on('close_payment', (c) => closeOnePayment(options, c)),
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
    on('list_money', (c) => listBalance(options, c)),
  );
  api.get(
    '/books/lines',
    on('books_of_day', (c) => listBooksOfDay(options, c)),
  );
  api.get(
    '/balance',
    on('other', (c) => getBalance(options, c)),
  );
  api.get(
    '/books',
    on('other', (c) => getBooks(options, c)),
  );
  api.get(
    '/issuer-log',
    on('other', () => json(200, { issuers: issuerLog(bank).map(describeIssuer) })),
  );
  api.all('*', () => problem(404, 'no_such_call'));
  return api;
}

function paymentIdOf(bank: Bank, c: ApiContext): string | null {
  const attempt = c.req.query('attempt');
  if (attempt !== undefined) return bank.books.bestOfAttempt(attempt)?.id ?? null;
  return c.req.param('id') ?? null;
}

/** Compares digests, so that neither the length nor the first wrong character of a guess shows in the time taken. */
function isSecretKey(header: string | undefined, secretKey: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${secretKey}`));
}
