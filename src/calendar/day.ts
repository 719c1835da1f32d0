/**
 * Days as year, month and day, with the little arithmetic that reminders and pledges need: proleptic Gregorian calendar,
 * whole numbers only, no time, no zone, no `Date`.
 *
 * It stands apart from Temporal so that the browser can reckon a reminder without carrying a polyfill; a property test
 * checks it against Temporal day by day.
 */

export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to the month's last day. */
  readonly day: number;
}

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** The last day of `month` (1 to 12). */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Whether year, month and day name a day that exists, in the years 1 to 9999. */
export function isDay({ year, month, day }: Day): boolean {
  if (![year, month, day].every(Number.isInteger)) return false;
  return (
    year >= 1 &&
    year <= 9999 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month)
  );
}

/** The same day of the month `months` later (or earlier), cut down to the last day of a shorter month. */
export function addMonths(start: Day, months: number): Day {
  const count = start.year * 12 + (start.month - 1) + months;
  const year = Math.floor(count / 12);
  const month = count - year * 12 + 1;
  return { year, month, day: Math.min(start.day, daysInMonth(year, month)) };
}

/** `days` later, or earlier when negative. */
export function addDays(start: Day, days: number): Day {
  return dayOfNumber(dayNumber(start) + days);
}

/** Negative, zero or positive, for sorting. */
export function compareDays(a: Day, b: Day): number {
  return a.year - b.year || a.month - b.month || a.day - b.day;
}

/** Days from `a` to `b`: positive when `b` is later. */
export function daysBetween(a: Day, b: Day): number {
  return dayNumber(b) - dayNumber(a);
}

/** `2026-11-25`. */
export function dayText({ year, month, day }: Day): string {
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** The day that `text` (`2026-11-25` exactly) names, or null where there is no such day. */
export function parseDay(text: string): Day | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return null;
  const day = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  return isDay(day) ? day : null;
}

function pad(number: number, width: number): string {
  return String(number).padStart(width, '0');
}

/** Days of a year that begins on 1 March, before each month: so the leap day comes last and shifts nothing. */
function daysBeforeMonth(month: number): number {
  return Math.floor((153 * month + 2) / 5);
}

const DAYS_IN_400_YEARS = 146_097;

/** Days since 1 March of year 0. */
function dayNumber({ year, month, day }: Day): number {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = month > 2 ? month - 3 : month + 9;
  const leapDays =
    Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + daysBeforeMonth(marchMonth) + day - 1;
}

function dayOfNumber(number: number): Day {
  const era = Math.floor(number / DAYS_IN_400_YEARS);
  const dayOfEra = number - era * DAYS_IN_400_YEARS;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / (DAYS_IN_400_YEARS - 1))) /
      365,
  );
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const dayOfYear = dayOfEra - (yearOfEra * 365 + leapDays);
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - daysBeforeMonth(marchMonth) + 1 };
}
