import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addDays,
  type Day,
  dayText,
  PlainDate,
  parseDay,
  REMINDER_DATE_CHOICES,
  reminderDate,
  reminderMoment,
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

test('a reminder always lies ahead', () => {
  const choices = [{ when: 'this-evening' }, { when: 'pay-day' }, { when: 'in-a-month' }] as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...DAYS),
      fc.integer({ min: 0, max: 23 }),
      fc.constantFrom(...choices),
      (today, hour, choice) => {
        const moment = reminderMoment(choice, { today, hour });
        assert.ok('day' in moment);
        const ahead = PlainDate.from(today).until(PlainDate.from(moment.day)).total('days');
        assert.ok(ahead * 24 + moment.hour > hour);
      },
    ),
  );
});

test('what people choose, in days and hours', () => {
  const now = { today: { year: 2026, month: 11, day: 25 }, hour: 12 };
  const on = (year: number, month: number, day: number, hour: number) => ({
    day: { year, month, day },
    hour,
  });
  assert.deepEqual(reminderMoment({ when: 'this-evening' }, now), on(2026, 11, 25, 19));
  assert.deepEqual(
    reminderMoment({ when: 'this-evening' }, { ...now, hour: 19 }),
    on(2026, 11, 26, 19),
  );
  assert.deepEqual(reminderMoment({ when: 'pay-day' }, now), on(2026, 12, 1, 9));
  assert.deepEqual(reminderMoment({ when: 'in-a-month' }, now), on(2026, 12, 25, 9));
});

test('a picked day lies after today and within a year', () => {
  const now = { today: { year: 2026, month: 11, day: 25 }, hour: 12 };
  const picked = (text: string) => {
    const day = parseDay(text);
    assert.ok(day !== null);
    const moment = reminderMoment({ when: 'date', day }, now);
    return 'refused' in moment ? moment.refused : dayText(moment.day);
  };
  assert.equal(picked('2026-11-25'), 'past');
  assert.equal(picked('2025-12-25'), 'past');
  assert.equal(picked('2026-11-26'), '2026-11-26');
  assert.equal(picked('2027-11-25'), '2027-11-25');
  assert.equal(picked('2027-11-26'), 'too-far');
});
