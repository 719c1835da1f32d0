/**
 * The one quiet-until date that a device keeps, whatever was chosen.
 *
 * A gift writes what "three months" writes and a pledge what "a year" writes, so that nobody who looks at the device can
 * tell a supporter from somebody who wanted to be left alone. The latest choice wins, even if it is earlier. No Node in here.
 */
import { addMonths, type DayNumber } from './day-number.ts';

export type QuietChoice =
  /** "Not now". */
  | { readonly what: 'close' }
  | { readonly what: 'week' | 'month' | 'three-months' | 'year' }
  | { readonly what: 'gift' | 'pledge' }
  | { readonly what: 'reminder'; readonly date: DayNumber };

export type QuietSpan = Exclude<QuietChoice['what'], 'reminder'>;

const MONTHS: Partial<Record<QuietSpan, number>> = {
  month: 1,
  'three-months': 3,
  gift: 3,
  year: 12,
  pledge: 12,
};
const DAYS: Partial<Record<QuietSpan, number>> = { close: 30, week: 7 };

/** The first day on which this device may be asked again, if the choice is made on `today` (the reader's own day). */
export function quietUntil(choice: QuietChoice, today: DayNumber): DayNumber {
  if (choice.what === 'reminder') return choice.date;
  return addMonths(today + (DAYS[choice.what] ?? 0), MONTHS[choice.what] ?? 0);
}
