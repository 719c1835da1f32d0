/**
 * When a reminder falls due: year-month-day arithmetic only, never a day that overflows into the next month (31 July plus
 * a month is 31 August, and "next month" is 1 August; a public reminder once sent such people to October).
 *
 * Used on the server and in the browser, so it imports nothing but `day.ts`.
 */
import { addDays, addMonths, compareDays, type Day } from './day.ts';

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

/** What a person can choose. `date` comes with the day they picked. */
export type ReminderChoice =
  | { readonly when: 'this-evening' | 'pay-day' | 'in-a-month' }
  | { readonly when: 'date'; readonly day: Day };

/** A local day and hour; the zone is the one the person is in. */
export interface ReminderMoment {
  readonly day: Day;
  readonly hour: number;
}

/** Evening begins then: late enough to be home, early enough to be awake. */
const EVENING_HOUR = 19;
/** Reminders of a day come in its morning. */
const MORNING_HOUR = 9;
/** Nobody is silenced or promised anything further ahead. */
const MOST_MONTHS_AHEAD = 12;

export type ReminderRefusal = 'past' | 'too-far';

/**
 * When to remind somebody who chooses now, at local `hour` of `today`. "This evening" said in the evening is tomorrow's.
 * Pay day is the first day of the coming month. A picked day must lie after today and within a year.
 */
export function reminderMoment(
  choice: ReminderChoice,
  now: { today: Day; hour: number },
): ReminderMoment | { readonly refused: ReminderRefusal } {
  const { today, hour } = now;
  switch (choice.when) {
    case 'this-evening':
      return { day: addDays(today, hour < EVENING_HOUR ? 0 : 1), hour: EVENING_HOUR };
    case 'pay-day':
      return { day: reminderDate('next-month', today), hour: MORNING_HOUR };
    case 'in-a-month':
      return { day: reminderDate('in-a-month', today), hour: MORNING_HOUR };
    case 'date':
      if (compareDays(choice.day, today) <= 0) return { refused: 'past' };
      if (compareDays(choice.day, addMonths(today, MOST_MONTHS_AHEAD)) > 0) {
        return { refused: 'too-far' };
      }
      return { day: choice.day, hour: MORNING_HOUR };
  }
}
