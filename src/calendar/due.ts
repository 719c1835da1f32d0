/**
 * When the gifts of a pledge are due: gift n on anchor + n, always counted from the original anchor, the day cut down to
 * a shorter month and restored when the month is long enough. 31 January gives 28 February, 31 March, 30 April; counting
 * on from the last date would drift to the 28th for ever (polarsource/polar#10664, NPSP#5332).
 *
 * One function makes both the date that is shown and the date that is charged. Numbers (n) are the keys, dates follow.
 */
import { assert, unreachable } from '../problems/index.ts';
import { PlainDate } from './clock.ts';

export type DueUnit = 'month' | 'year';

export interface DueSchedule {
  /** The day of gift 0. */
  readonly anchor: PlainDate;
  readonly unit: DueUnit;
}

export interface Due {
  readonly n: number;
  readonly date: PlainDate;
}

/** How late a missed gift may still be collected. */
export const CATCH_UP_DAYS = 7;

/** The day of gift `n` (0 is the anchor itself). */
export function dueDate(schedule: DueSchedule, n: number): PlainDate {
  assert(Number.isSafeInteger(n) && n >= 0, 'gifts of a pledge are numbered 0, 1, 2 and on');
  const { anchor, unit } = schedule;
  switch (unit) {
    case 'month':
      return anchor.add({ months: n }, { overflow: 'constrain' });
    case 'year':
      return anchor.add({ years: n }, { overflow: 'constrain' });
    default:
      return unreachable(unit, 'the unit of a pledge');
  }
}

/** Gifts `from` to `from + count - 1`. They tile: one in every month (or year), none skipped, none twice. */
export function dueSeries(schedule: DueSchedule, range: { from: number; count: number }): Due[] {
  return Array.from({ length: range.count }, (_, index) => {
    const n = range.from + index;
    return { n, date: dueDate(schedule, n) };
  });
}

/** The first gift on or after `from`. Nothing before it is charged. */
export function nextDue(schedule: DueSchedule, from: PlainDate): Due {
  const latest = latestDue(schedule, from);
  if (latest?.date.equals(from)) return latest;
  const n = latest === null ? 0 : latest.n + 1;
  return { n, date: dueDate(schedule, n) };
}

/** The newest gift that is due on `today` or was before, or null before the anchor. */
export function latestDue(schedule: DueSchedule, today: PlainDate): Due | null {
  const { anchor, unit } = schedule;
  if (PlainDate.compare(today, anchor) < 0) return null;
  const years = today.year - anchor.year;
  const guess = unit === 'year' ? years : years * 12 + today.month - anchor.month;
  const date = dueDate(schedule, guess);
  if (PlainDate.compare(date, today) <= 0) return { n: guess, date };
  return { n: guess - 1, date: dueDate(schedule, guess - 1) };
}

export interface CatchUp {
  /** The one gift to collect now, or null. */
  readonly collect: number | null;
  /** The gifts that are given up for ever, oldest first. */
  readonly skipped: readonly number[];
}

/**
 * What to do after an outage: at most the latest due gift is collected, and only up to {@link CATCH_UP_DAYS} after its
 * day; every older one is skipped, and the latest too when it is older than that. Nobody is charged twice to make up.
 * `last` is the newest gift already settled or skipped, -1 where there is none.
 */
export function catchUp(schedule: DueSchedule, state: { last: number; today: PlainDate }): CatchUp {
  const latest = latestDue(schedule, state.today);
  if (latest === null || latest.n <= state.last) return { collect: null, skipped: [] };
  const daysLate = latest.date.until(state.today, { largestUnit: 'days' }).days;
  const inTime = daysLate <= CATCH_UP_DAYS;
  const first = state.last + 1;
  const count = latest.n - first + (inTime ? 0 : 1);
  return {
    collect: inTime ? latest.n : null,
    skipped: Array.from({ length: count }, (_, index) => first + index),
  };
}
