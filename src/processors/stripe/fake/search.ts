/**
 * Search for PaymentIntents: clauses joined by AND, quoted values, and no read-after-write: what changed in the last minute
 * is not found (docs.stripe.com/search).
 */
import { intentJson } from './answers.ts';
import type { FakeBooks } from './books.ts';
import type { FakeIntent } from './records.ts';
import { badParameter } from './refusal.ts';

const CLAUSE =
  /^(?:metadata\[(?:'([^']+)'|"([^"]+)")\]|(status|customer|currency)):(?:'([^']*)'|"([^"]*)")$/;

export function searched(
  books: FakeBooks,
  given: {
    readonly query: string;
    readonly limit?: number | undefined;
    readonly page?: string | undefined;
  },
): object {
  const tests = given.query.split(/\s+and\s+/i).map(readClause);
  const seen = [...books.intents.values()]
    .filter(({ changedAt }) => changedAt + books.account.searchLagSeconds <= books.now())
    .filter((intent) => tests.every((test) => test(intent)))
    .reverse();
  const { limit = 10 } = given;
  const start = given.page === undefined ? 0 : Number(given.page);
  const next = start + limit;
  return {
    object: 'search_result',
    data: seen.slice(start, next).map((intent) => intentJson(books, intent)),
    has_more: next < seen.length,
    next_page: next < seen.length ? String(next) : null,
    url: '/v1/payment_intents/search',
  };
}

function readClause(text: string): (intent: FakeIntent) => boolean {
  const match = CLAUSE.exec(text.trim());
  if (match === null) {
    throw badParameter({ param: 'query', message: 'This query cannot be read.' });
  }
  const key = match[1] ?? match[2];
  const value = match[4] ?? match[5] ?? '';
  if (key !== undefined) return ({ metadata }) => metadata[key] === value;
  switch (match[3]) {
    case 'status':
      return ({ status }) => status === value;
    case 'customer':
      return ({ customerId }) => customerId === value;
    default:
      return ({ currency }) => currency === value;
  }
}
