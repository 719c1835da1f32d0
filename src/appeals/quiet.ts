/**
 * The one quiet-until date that a device keeps, whatever was chosen.
 *
 * A gift writes what "three months" writes and a pledge what "a year" writes, so that nobody who looks at the device can
 * tell a supporter from somebody who wanted to be left alone. The latest choice wins, even if it is earlier. No Node in here.
 */
import { type DayNumber, monthsLater } from '../calendar/day-number.ts';

/** How long: days, then calendar months. */
export type QuietTime = readonly [days: number, months: number];

/** "Not now". */
export const CLOSED: QuietTime = [30, 0];
export const THREE_MONTHS: QuietTime = [0, 3];
export const YEAR: QuietTime = [0, 12];

/** Every choice by its name. */
export const QUIET_TIMES = {
  close: CLOSED,
  week: [7, 0],
  month: [0, 1],
  'three-months': THREE_MONTHS,
  gift: THREE_MONTHS,
  year: YEAR,
  pledge: YEAR,
} as const satisfies Readonly<Record<string, QuietTime>>;

/**
 * The first day on which this device may be asked again, if the choice is made on `today` (the reader's own day). A
 * reminder is quiet until its own date.
 */
export function quietUntil([days, months]: QuietTime, today: DayNumber): DayNumber {
  return monthsLater(today + days, months);
}
