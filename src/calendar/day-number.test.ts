import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDays, addMonths, type Day, daysInMonth } from './day.ts';
import { dayInMonth, dayNumber, monthOf, monthsLater } from './day-number.ts';

const FIRST: Day = { year: 1970, month: 1, day: 1 };
const numberOf = ({ year, month, day }: Day): number => dayNumber(year, month, day);

test('every day from 1970 to 2199 has the number and the months of the calendar', () => {
  for (let number = 0; number < 84_000; number++) {
    const day = addDays(FIRST, number);
    assert.equal(numberOf(day), number);
    assert.equal(monthOf(number), (day.year - 1970) * 12 + day.month - 1);
    for (const months of [1, 3, 12]) {
      assert.equal(monthsLater(number, months), numberOf(addMonths(day, months)));
    }
  }
});

test('a day of the month is cut to the month’s last', () => {
  for (let month = 0; month < 1_000; month++) {
    const year = 1970 + Math.floor(month / 12);
    const last = daysInMonth(year, (month % 12) + 1);
    for (const day of [1, 28, 29, 30, 31]) {
      assert.equal(dayInMonth(month, day), dayNumber(year, (month % 12) + 1, Math.min(day, last)));
    }
  }
});
