/**
 * The one quiet-until date that a device keeps, whatever was chosen.
 *
 * A gift writes what "three months" writes and a pledge what "a year" writes, so that nobody who looks at the device can
 * tell a supporter from somebody who wanted to be left alone. The latest choice wins, even if it is earlier. No Node in here.
 */
import { type DayNumber, monthsLater } from '../calendar/day-number.ts';

export type QuietSpan = 'close' | 'week' | 'month' | 'three-months' | 'year' | 'gift' | 'pledge';

/** Days and months of quiet. "close" is "Not now". */
const SPANS: Readonly<Record<QuietSpan, readonly [days: number, months: number]>> = {
  close: [30, 0],
  week: [7, 0],
  month: [0, 1],
  'three-months': [0, 3],
  gift: [0, 3],
  year: [0, 12],
  pledge: [0, 12],
};

/**
 * The first day on which this device may be asked again, if the choice is made on `today` (the reader's own day). A
 * reminder is quiet until its own date.
 */
export function quietUntil(span: QuietSpan, today: DayNumber): DayNumber {
  const [days, months] = SPANS[span];
  return monthsLater(today + days, months);
}
