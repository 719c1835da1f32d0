import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addDays,
  type Day,
  dayText,
  PlainDate,
  REMINDER_DATE_CHOICES,
  reminderDate,
} from './index.ts';

/** All 366 days of a leap year and the 365 of the year after it. */
const DAYS: readonly Day[] = Array.from({ length: 731 }, (_, index) =>
  addDays({ year: 2028, month: 1, day: 1 }, index),
);

test('each choice on each day of a leap year and a plain one agrees with Temporal', () => {
  for (const today of DAYS) {
    const date = PlainDate.from(today);
    const first = date.with({ day: 1 });
    const expected = {
      'in-a-week': date.add({ weeks: 1 }),
      'in-a-month': date.add({ months: 1 }),
      'in-three-months': date.add({ months: 3 }),
      'next-month': first.add({ months: 1 }),
      'next-month-late': first.add({ months: today.day < 20 ? 1 : 2 }),
    };
    for (const choice of REMINDER_DATE_CHOICES) {
      assert.equal(dayText(reminderDate(choice, today)), expected[choice].toString());
    }
  }
});
