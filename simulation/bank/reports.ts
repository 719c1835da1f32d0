/** What a company reports about its money when it is asked: its listing, page by page, and the whole books of a day. */
import {
  Instant,
  type MoneyFact,
  type MoneyListing,
  type PlainDate,
  type ProcessorDay,
} from '../core.ts';
import type { Bank } from './bank.ts';
import { dayOf } from './funds.ts';

/** Lines of one page of any listing. */
export const LIST_PAGE = 10;

/** Whether the company's reports do not know yet what happened at this moment. */
export function isLagging(bank: Bank, since: Instant): boolean {
  return Instant.compare(since.add({ milliseconds: bank.habits.reportLagMs }), bank.now) > 0;
}

/** What happened to money since the cursor, oldest first. */
export function listFunds(bank: Bank, cursor: string | null): MoneyListing {
  bank.funds.settleUp(bank.now);
  const from = cursor === null ? 0 : Number(cursor);
  const { tellings } = bank.funds;
  const facts: MoneyFact[] = [];
  // What is told late is told late as a whole: nothing after it is told before it.
  for (const { fact, at } of tellings.slice(from, from + LIST_PAGE)) {
    if (isLagging(bank, at)) break;
    facts.push(fact);
  }
  const to = from + facts.length;
  return { facts, cursor: String(to), more: facts.length === LIST_PAGE && to < tellings.length };
}

/** The whole day, from the company's own books; they know at once what its listings tell late. */
export function dayOfBooks(bank: Bank, day: PlainDate): ProcessorDay {
  bank.funds.settleUp(bank.now);
  const charges = [...bank.books.charges.values()]
    .filter(({ at }) => dayOf(at) === day.toString())
    .map(({ objectRef, chargeRef, money }) => ({
      objectRef,
      chargeRef,
      money,
      attemptId: bank.books.payments.get(objectRef)?.attemptId ?? null,
    }));
  return { charges, facts: bank.funds.ofDay(day) };
}
