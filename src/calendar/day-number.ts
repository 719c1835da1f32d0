/**
 * Days as plain numbers, whole days since 1 January 1970: what a reader's device keeps and reckons with, because the
 * element's whole script has six kilobytes. A property test checks it against `day.ts`, day by day.
 *
 * `Date.UTC` is used as the pure function it is: year, month and day in, a number out, no clock and no zone.
 */

/** Whole days since 1970-01-01. */
export type DayNumber = number;

/** The number of a day; months and days past their end run on. `month` is 1 to 12. */
export function dayNumber(year: number, month: number, day: number): DayNumber {
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

/** Months since January 1970 of the month that holds the day, which lies in 1970 or later. */
export function monthOf(day: DayNumber): number {
  // No month is longer than 31 days, so this starts at or before the right one.
  let month = Math.floor(day / 31);
  while (firstOf(month + 1) <= day) month++;
  return month;
}

/** The `dayOfMonth`-th of a month (months since January 1970), cut to the month's last day. */
export function dayInMonth(month: number, dayOfMonth: number): DayNumber {
  return Math.min(firstOf(month) + dayOfMonth, firstOf(month + 1)) - 1;
}

/** `months` later, cut to the last day of a shorter month. */
export function monthsLater(day: DayNumber, months: number): DayNumber {
  const month = monthOf(day);
  return dayInMonth(month + months, day - firstOf(month) + 1);
}

function firstOf(month: number): DayNumber {
  return dayNumber(1970, month + 1, 1);
}
