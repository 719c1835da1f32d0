/**
 * Several small months collected at once, because a processor keeps a fixed part of every charge: of 2.00 a month a fifth
 * may be lost, of 6.00 every three months a tenth.
 *
 * The promise stays what it was: an amount a month, due on anchor + n. Only its collection is bundled. The gift of period
 * n is charged `months × amount` at the *beginning* of the months n … n+k-1 that it pays for, never for months that have
 * passed: nobody is ever asked for money they had stopped thinking of. Periods n+1 … n+k-1 exist as gifts too, `skipped`,
 * and name the gift that covers them, so `unique (pledge_id, period_n)` makes a second charge for a month that was paid
 * impossible, and n has no gap. The next gift is n+k.
 *
 * **When covered rows are written.** With the money, in the transaction of `settle()`: when it settles, or when it is held
 * because it does not fit (a person may still accept it for these months). Never before, because everything that ends
 * without money must leave the later months free:
 *
 * - *declined*: the pledge is behind with n, is tried again, and lapses. No later month was touched.
 * - *skipped* (paused, or more than a week late after an outage): only month n is given up. The span is not, because a
 *   newsroom must not lose a year to a bad week; a new one begins on the next day of the pledge. That day is always one
 *   that is still to come: a month in the middle of the old span was announced to nobody, so it is never collected late.
 * - *taken back* (undo, refund): the rows stay. The money went back, the months are not asked for again by themselves.
 * - *stopped in the middle of a span*: nothing goes back by itself; the page says so before. The fourteen days of undoing
 *   stand beside it. Covered rows stay: they say what was paid for.
 * - *amount, day or number of months change in the middle of a span*: a span that was paid is history. What changes is the
 *   next gift, which is the only open one; a gift that somebody began to collect keeps what was announced with it.
 * - *late money*: a gift that was skipped while its confirmation was out, and was paid after all, covers months whose own
 *   gift exists by then. If nobody began to collect that gift, it becomes a covered month and the one after the span is
 *   made. If somebody did, a month may have been paid twice: a person is told, and nothing is guessed.
 *
 * A yearly pledge is one charge a year already, so it has no such choice.
 */
import { LARGEST_MINOR, type Money, money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { PledgeUnit } from '../giving.ts';

/** How many months may be collected at once. Every number tiles the year, so a supporter's months stay the same ones. */
export const COLLECT_MONTHS = [1, 2, 3, 6, 12] as const;

export type CollectMonths = (typeof COLLECT_MONTHS)[number];

/** Whether months can be collected so; anybody's number. */
export function isCollectMonths(months: number): months is CollectMonths {
  return COLLECT_MONTHS.some((one) => one === months);
}

/** Digits as sent by a form, or undefined for anything else. */
export function readCollectMonths(text: string): CollectMonths | undefined {
  return COLLECT_MONTHS.find((one) => String(one) === text);
}

/** Whether a pledge of this unit may be collected so. */
export function mayCollect(unit: PledgeUnit | 'once', months: number): months is CollectMonths {
  return isCollectMonths(months) && (months === 1 || unit === 'month');
}

/** What is charged at once. May be more than an amount may be: see {@link isChargeable}. */
export function chargedAtOnce(monthly: Money, months: number): Money {
  assert(isCollectMonths(months), 'months are collected in fixed numbers');
  assert(monthly.minor > 0n, 'a month is at least one minor unit');
  return money(monthly.minor * BigInt(months), monthly.currency);
}

export function isChargeable(charged: Money): boolean {
  return charged.minor >= 1n && charged.minor <= LARGEST_MINOR;
}

/** The amount of one of the periods that a gift pays for. Exact: the whole is a multiple of it. */
export function amountOfPeriod(whole: Money, coversPeriods: number): Money {
  assert(coversPeriods >= 1, 'a gift pays for its own period at least');
  const parts = BigInt(coversPeriods);
  assert(whole.minor % parts === 0n, 'a gift of several months is the same amount for each');
  return money(whole.minor / parts, whole.currency);
}
