import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addDays,
  addMonths,
  compareDays,
  type Day,
  daysBetween,
  daysInMonth,
  dayText,
  reminderDate,
} from '../calendar/index.ts';
import { reminderDay } from './reminder-day.ts';

const FIRST: Day = { year: 1970, month: 1, day: 1 };
const numberOf = (day: Day): number => daysBetween(FIRST, day);
const textOf = (number: number): string => dayText(addDays(FIRST, number));

/** All 366 days of a leap year and the 365 of the next. */
const days = Array.from({ length: 731 }, (_, at) => addDays({ year: 2028, month: 1, day: 1 }, at));
const NOTHING = { payDay: Number.NaN, date: Number.NaN };

test('evening is today’s until it has begun, then tomorrow’s', () => {
  for (const today of days) {
    for (const hour of [0, 18, 19, 23]) {
      const evening = reminderDay({ ...NOTHING, when: 'evening' }, numberOf(today), hour);
      const day = addDays(today, hour < 19 ? 0 : 1);
      assert.deepEqual(evening, { day: numberOf(day), hour: 19 });
    }
  }
});

test('a month on is the calendar’s own month on', () => {
  for (const today of days) {
    const month = reminderDay({ ...NOTHING, when: 'month' }, numberOf(today), 12);
    assert.deepEqual(month, { day: numberOf(reminderDate('in-a-month', today)), hour: null });
  }
});

test('a picked day lies after today and within a year', () => {
  for (const today of days) {
    const furthest = addMonths(today, 12);
    for (const ahead of [-400, -1, 0, 1, 31, 364, 365, 366, 367]) {
      const day = addDays(today, ahead);
      const fits = compareDays(day, today) > 0 && compareDays(day, furthest) <= 0;
      const found = reminderDay(
        { ...NOTHING, when: 'date', date: numberOf(day) },
        numberOf(today),
        12,
      );
      assert.deepEqual(found, fits ? { day: numberOf(day), hour: null } : null);
    }
  }
  const today: Day = { year: 2026, month: 11, day: 25 };
  const picked = (year: number, month: number, day: number) =>
    reminderDay(
      { ...NOTHING, when: 'date', date: numberOf({ year, month, day }) },
      numberOf(today),
      12,
    )?.day ?? null;
  assert.equal(picked(2026, 11, 25), null);
  assert.equal(picked(2025, 12, 25), null);
  assert.equal(textOf(picked(2026, 11, 26) ?? 0), '2026-11-26');
  assert.equal(textOf(picked(2027, 11, 25) ?? 0), '2027-11-25');
  assert.equal(picked(2027, 11, 26), null);
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
