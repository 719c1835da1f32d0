/** The calls that only look, and the one that closes: payments, what changed, charges. */

import type { ApiContext, ApiOptions } from './api-context.ts';
import { json, problem } from './api-once.ts';
import { closePayment } from './decisions.ts';
import { describeCharge, describePayment } from './describe.ts';
import { LISTING_LIMIT } from './limits.ts';

export function closeOnePayment({ bank }: ApiOptions, c: ApiContext): Response {
  const payment = bank.books.payments.get(c.req.param('id') ?? '');
  if (payment === undefined) return problem(404, 'payment_unknown');
  bank.decide((desk) => ({ facts: closePayment(desk, payment), outcome: undefined }));
  return json(200, describePayment(bank.books, payment));
}

export function getPayment({ bank }: ApiOptions, c: ApiContext): Response {
  const payment = bank.books.payments.get(c.req.param('id') ?? '');
  return payment === undefined
    ? problem(404, 'payment_unknown')
    : json(200, describePayment(bank.books, payment));
}

/** The payment made for an attempt: the paid one if there is one, else the newest. */
export function findPayment({ bank }: ApiOptions, c: ApiContext): Response {
  const attempt = c.req.query('attempt');
  if (attempt === undefined) return problem(400, 'invalid_request', [{ path: ['attempt'] }]);
  const payment = bank.books.bestOfAttempt(attempt);
  return json(200, {
    payment: payment === undefined ? null : describePayment(bank.books, payment),
  });
}

export function listChanges({ bank }: ApiOptions, c: ApiContext): Response {
  const since = readCursor(c);
  if (since === undefined) return problem(400, 'invalid_request', [{ path: ['since'] }]);
  const { page, more } = bank.books.changedAfter(since, LISTING_LIMIT);
  return json(200, {
    payments: page.map((payment) => describePayment(bank.books, payment)),
    cursor: String(page.at(-1)?.change ?? since),
    more,
  });
}

export function listCharges({ bank }: ApiOptions, c: ApiContext): Response {
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

export function getCharge({ bank }: ApiOptions, c: ApiContext): Response {
  const charge = bank.books.charges.get(c.req.param('id') ?? '');
  if (charge === undefined) return problem(404, 'charge_unknown');
  return json(200, describeCharge(bank.books, bank.books.payment(charge.paymentId), charge));
}

export function readCursor(c: ApiContext): number | undefined {
  const text = c.req.query('since') ?? '0';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
