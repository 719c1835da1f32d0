/**
 * The day, and for an evening the hour, on which somebody is reminded who chooses now. Day numbers only, so that the
 * reader's browser reckons with the same lines; a test holds them against the calendar's own dates.
 */
import { type DayNumber, dayInMonth, monthOf, monthsLater } from '../calendar/day-number.ts';

export const WHENS = ['evening', 'month', 'pay-day', 'date'] as const;
export type When = (typeof WHENS)[number];

export interface ReminderWish {
  readonly when: string;
  /** For pay day: the day of the month on which the reader is paid, 1 to 31; a shorter month takes its last day. */
  readonly payDay: number;
  /** For a date: the day, or not a number where none was picked. */
  readonly date: DayNumber;
}

export interface ReminderDay {
  readonly day: DayNumber;
  /** An hour of the reader's own clock; `null` for a whole day. */
  readonly hour: number | null;
}

const EVENING_HOUR = 19;

/** `null` for no choice, a pay day that is none, or a date that is not after `today` and within a year. */
export function reminderDay(
  { when, payDay, date }: ReminderWish,
  today: DayNumber,
  hour: number,
): ReminderDay | null {
  if (when === 'evening') {
    // Said in the evening it is tomorrow's.
    return { day: hour < EVENING_HOUR ? today : today + 1, hour: EVENING_HOUR };
  }
  const day =
    when === 'month'
      ? monthsLater(today, 1)
      : when === 'pay-day'
        ? nextPayDay(payDay, today)
        : date;
  return day > today && day <= monthsLater(today, 12) ? { day, hour: null } : null;
}

/** The first day after `today` that is the pay day of its month. */
function nextPayDay(payDay: number, today: DayNumber): DayNumber {
  if (!(payDay >= 1 && payDay <= 31)) return Number.NaN;
  const month = monthOf(today);
  const here = dayInMonth(month, payDay);
  return here > today ? here : dayInMonth(month + 1, payDay);
}
