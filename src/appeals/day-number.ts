/**
 * Days as the device keeps them: whole days since 1 January 1970, so that a day takes three characters in storage and
 * "how long ago" is a subtraction. The arithmetic is the calendar's own. No Node in here.
 */
import {
  addDays,
  addMonths as addMonthsToDay,
  type Day,
  daysBetween,
  parseDay,
} from '../calendar/day.ts';

/** Whole days since 1970-01-01. */
export type DayNumber = number;

const FIRST: Day = { year: 1970, month: 1, day: 1 };

export function dayNumber(day: Day): DayNumber {
  return daysBetween(FIRST, day);
}

export function dayOf(number: DayNumber): Day {
  return addDays(FIRST, number);
}

/** `months` later, cut to the last day of a shorter month. */
export function addMonths(number: DayNumber, months: number): DayNumber {
  return dayNumber(addMonthsToDay(dayOf(number), months));
}

/** The number of `YYYY-MM-DD`; anything else, and a day that does not exist, is `null`. */
export function parseDayNumber(text: unknown): DayNumber | null {
  const day = typeof text === 'string' ? parseDay(text) : null;
  return day === null ? null : dayNumber(day);
}
