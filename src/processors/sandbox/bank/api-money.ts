/** The calls that look at the merchant's money: its balance line by line, a day's books, and where everything is now. */
import type { ApiContext, ApiOptions } from './api-context.ts';
import { readCursor } from './api-looks.ts';
import { json, problem } from './api-once.ts';
import { booksOfDay, statementOfDay } from './daily-books.ts';
import { describeBalanceLine } from './describe.ts';
import { LISTING_LIMIT } from './limits.ts';
import { readDay } from './utc-days.ts';

/** Lines that are new or were paid out since the cursor, by their last change. */
export function listBalance({ bank }: ApiOptions, c: ApiContext): Response {
  const since = readCursor(c);
  if (since === undefined) return problem(400, 'invalid_request', [{ path: ['since'] }]);
  const { page, more } = bank.books.money.linesAfter(since, LISTING_LIMIT);
  return json(200, {
    balance_transactions: page.map((line) => describeBalanceLine(bank.books, line)),
    cursor: String(page.at(-1)?.change ?? since),
    more,
  });
}

/**
 * Every line of one day (UTC), and the lines that went out with its payouts, whenever they were written, in pages. A
 * finished day's lines stay as they are, but for the payouts they go out with.
 */
export function listBooksOfDay({ bank }: ApiOptions, c: ApiContext): Response {
  const since = readCursor(c);
  const day = readDay(c.req.query('day') ?? '');
  if (since === undefined) return problem(400, 'invalid_request', [{ path: ['since'] }]);
  if (day === undefined) return problem(400, 'invalid_request', [{ path: ['day'] }]);
  const lines = statementOfDay(bank.books, day);
  const page = lines.slice(since, since + LISTING_LIMIT);
  return json(200, {
    balance_transactions: page.map((line) => describeBalanceLine(bank.books, line)),
    cursor: String(since + page.length),
    more: since + page.length < lines.length,
  });
}

export function getBooks({ bank }: ApiOptions, c: ApiContext): Response {
  const day = readDay(c.req.query('day') ?? '');
  if (day === undefined) return problem(400, 'invalid_request', [{ path: ['day'] }]);
  const currencies = booksOfDay(bank.books, day).map((row) => ({
    currency: row.currency,
    charges: row.charges,
    refunds: row.refunds,
    charged: String(row.chargedMinor),
    refunded: String(row.refundedMinor),
    disputed: String(row.disputedMinor),
    fees: String(row.feesMinor),
    paid_out: String(row.paidOutMinor),
    net: String(row.netMinor),
  }));
  return json(200, { day: day.toString(), currencies });
}

/** What there is per currency, and what became of everything else. */
export function getBalance({ bank }: ApiOptions, _c: ApiContext): Response {
  const currencies = [...bank.books.money.totals].map(([currency, totals]) => ({
    currency,
    captured: String(totals.capturedMinor),
    refunded: String(totals.refundedMinor),
    disputes_open: String(totals.heldMinor),
    disputes_lost: String(totals.lostMinor),
    fees: String(totals.feesMinor),
    dispute_fees: String(totals.disputeFeesMinor),
    paid_out: String(totals.paidOutMinor),
    pending: String(totals.pendingMinor),
    available: String(totals.availableMinor),
  }));
  return json(200, { currencies });
}
