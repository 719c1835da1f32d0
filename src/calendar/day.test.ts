import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addDays,
  addMonths,
  compareDays,
  type Day,
  daysBetween,
  dayText,
  isDay,
  parseDay,
} from './day.ts';
import { PlainDate } from './index.ts';

const anyDay = fc
  .record(
    {
      year: fc.integer({ min: 1600, max: 2400 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 31 }),
    },
    { noNullPrototype: true },
  )
  .filter(isDay);

const temporal = (day: Day) => PlainDate.from(day, { overflow: 'reject' });

test('twenty thousand sums of days and months agree with Temporal', () => {
  fc.assert(
    fc.property(
      anyDay,
      fc.integer({ min: -2000, max: 2000 }),
      fc.integer({ min: -100_000, max: 100_000 }),
      (day, months, days) => {
        assert.equal(dayText(addMonths(day, months)), temporal(day).add({ months }).toString());
        const later = addDays(day, days);
        assert.equal(dayText(later), temporal(day).add({ days }).toString());
        assert.equal(daysBetween(day, later), days);
        assert.equal(Math.sign(compareDays(later, day)), Math.sign(days));
      },
    ),
    { numRuns: 20_000 },
  );
});

test('counting day by day meets every day of four centuries once', () => {
  let day: Day = { year: 1999, month: 12, day: 31 };
  let date = temporal(day);
  for (let count = 0; count < 146_097; count += 1) {
    day = addDays(day, 1);
    date = date.add({ days: 1 });
    if (day.day !== date.day || day.month !== date.month || day.year !== date.year) {
      assert.equal(dayText(day), date.toString());
    }
  }
  assert.equal(dayText(day), '2399-12-31');
});

test('text names a day that exists, or nothing', () => {
  assert.deepEqual(parseDay('2028-02-29'), { year: 2028, month: 2, day: 29 });
  for (const text of [
    '2026-02-29',
    '2100-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-04-00',
    '2026-4-1',
    '',
    ' 2026-04-01',
    '2026-04-01\n',
    '٢٠٢٦-٠٤-٠١',
    '0000-01-01',
  ]) {
    assert.equal(parseDay(text), null, text);
  }
  assert.deepEqual(parseDay('9999-12-31'), { year: 9999, month: 12, day: 31 });
  assert.ok(!isDay({ year: 10_000, month: 1, day: 1 }));
  assert.ok(!isDay({ year: 2026, month: 1, day: 1.5 }));
  fc.assert(fc.property(anyDay, (day) => assert.deepEqual(parseDay(dayText(day)), day)));
});
