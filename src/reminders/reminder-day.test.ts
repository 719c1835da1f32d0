import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addDays,
  type Day,
  daysBetween,
  daysInMonth,
  dayText,
  type ReminderChoice,
  reminderMoment,
} from '../calendar/index.ts';
import { reminderDay } from './reminder-day.ts';

const FIRST: Day = { year: 1970, month: 1, day: 1 };
const numberOf = (day: Day): number => daysBetween(FIRST, day);
const textOf = (number: number): string => dayText(addDays(FIRST, number));

/** All 366 days of a leap year and the 365 of the next. */
const days = Array.from({ length: 731 }, (_, at) => addDays({ year: 2028, month: 1, day: 1 }, at));
const NOTHING = { payDay: Number.NaN, date: Number.NaN };

/** The calendar's own answer, as a number; null where it refuses. */
function calendars(choice: ReminderChoice, today: Day, hour: number): number | null {
  const moment = reminderMoment(choice, { today, hour });
  return 'refused' in moment ? null : numberOf(moment.day);
}

test('evening, a month and a date agree with the calendar’s table on every day', () => {
  for (const today of days) {
    const now = numberOf(today);
    for (const hour of [0, 18, 19, 23]) {
      const evening = reminderDay({ ...NOTHING, when: 'evening' }, now, hour);
      assert.equal(evening?.day, calendars({ when: 'this-evening' }, today, hour));
      assert.equal(evening?.hour, 19);
    }
    const month = reminderDay({ ...NOTHING, when: 'month' }, now, 12);
    assert.deepEqual(month, { day: calendars({ when: 'in-a-month' }, today, 12), hour: null });
    for (const ahead of [-400, -1, 0, 1, 31, 364, 365, 366, 367]) {
      const day = addDays(today, ahead);
      const date = reminderDay({ ...NOTHING, when: 'date', date: numberOf(day) }, now, 12);
      assert.equal(date?.day ?? null, calendars({ when: 'date', day }, today, 12));
    }
  }
});

test('pay day is the next such day after today, a shorter month takes its last', () => {
  for (const today of days) {
    for (const payDay of [1, 15, 28, 29, 30, 31]) {
      const found = reminderDay({ when: 'pay-day', payDay, date: Number.NaN }, numberOf(today), 12);
      // The plain way: walk on day by day until the day fits its month.
      let day = addDays(today, 1);
      while (day.day !== Math.min(payDay, daysInMonth(day.year, day.month))) day = addDays(day, 1);
      assert.equal(textOf(found?.day ?? 0), dayText(day));
    }
  }
});

test('no choice, no day', () => {
  for (const wish of [
    { ...NOTHING, when: 'null' },
    { ...NOTHING, when: 'pay-day' },
    { ...NOTHING, when: 'pay-day', payDay: 0 },
    { ...NOTHING, when: 'pay-day', payDay: 32 },
    { ...NOTHING, when: 'date' },
  ]) {
    assert.equal(reminderDay(wish, 20_000, 12), null);
  }
});
