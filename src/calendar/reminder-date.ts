/**
 * When a reminder falls due: year-month-day arithmetic only, never a day that overflows into the next month (31 July plus
 * a month is 31 August, and "next month" is 1 August; a public reminder once sent such people to October).
 *
 * Used on the server and in the browser, so it imports nothing but `day.ts`.
 */
import { addDays, addMonths, type Day } from './day.ts';

/** The choices with a date that follows from today alone. */
export const REMINDER_DATE_CHOICES = [
  'in-a-week',
  'in-a-month',
  'in-three-months',
  'next-month',
  'next-month-late',
] as const;
export type ReminderDateChoice = (typeof REMINDER_DATE_CHOICES)[number];

/** From this day of the month on, "next month" in its late form means the month after it. */
const LATE_FROM_DAY = 20;

/** The day on which to remind, for a choice made on `today`. */
export function reminderDate(choice: ReminderDateChoice, today: Day): Day {
  switch (choice) {
    case 'in-a-week':
      return addDays(today, 7);
    case 'in-a-month':
      return addMonths(today, 1);
    case 'in-three-months':
      return addMonths(today, 3);
    case 'next-month':
      return firstOfMonth(today, 1);
    case 'next-month-late':
      return firstOfMonth(today, today.day >= LATE_FROM_DAY ? 2 : 1);
  }
}

function firstOfMonth(today: Day, monthsOn: number): Day {
  return { ...addMonths({ ...today, day: 1 }, monthsOn), day: 1 };
}
