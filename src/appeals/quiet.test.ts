import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayNumber } from '../calendar/day-number.ts';
import { addDays, addMonths, dayText } from '../calendar/index.ts';
import { QUIET_TIMES, quietUntil } from './quiet.ts';

const FIRST = { year: 1970, month: 1, day: 1 };

test('on each of the 366 days of a leap year every choice gives the calendar’s own day', () => {
  for (let days = 0; days < 366; days++) {
    const today = addDays({ year: 2028, month: 1, day: 1 }, days);
    const until = (choice: keyof typeof QUIET_TIMES) =>
      dayText(
        addDays(
          FIRST,
          quietUntil(QUIET_TIMES[choice], dayNumber(today.year, today.month, today.day)),
        ),
      );
    assert.equal(until('close'), dayText(addDays(today, 30)));
    assert.equal(until('week'), dayText(addDays(today, 7)));
    assert.equal(until('month'), dayText(addMonths(today, 1)));
    assert.equal(until('three-months'), dayText(addMonths(today, 3)));
    assert.equal(until('year'), dayText(addMonths(today, 12)));
  }
});

test('a gift keeps what "three months" keeps, a pledge what "a year" keeps', () => {
  assert.equal(QUIET_TIMES.gift, QUIET_TIMES['three-months']);
  assert.equal(QUIET_TIMES.pledge, QUIET_TIMES.year);
});
