import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CATCH_UP_DAYS,
  catchUp,
  type DueUnit,
  dueDate,
  dueSeries,
  latestDue,
  nextDue,
  PlainDate,
} from './index.ts';

const day = fc
  .integer({ min: 0, max: 60_000 })
  .map((days) => new PlainDate(1990, 1, 1).add({ days }));
const schedule = fc.record({ anchor: day, unit: fc.constantFrom<DueUnit>('month', 'year') });

const monthsOf = (date: PlainDate) => date.year * 12 + date.month;

test('gifts tile: one in every month or year, on the anchor day or the last day of a shorter month', () => {
  fc.assert(
    fc.property(schedule, fc.integer({ min: 0, max: 600 }), (pledge, n) => {
      const date = dueDate(pledge, n);
      assert.equal(monthsOf(date) - monthsOf(pledge.anchor), pledge.unit === 'month' ? n : 12 * n);
      assert.equal(date.day, Math.min(pledge.anchor.day, date.daysInMonth));
    }),
    { numRuns: 2000 },
  );
});

test('the next gift is the first on or after the day, the latest the last on or before it', () => {
  fc.assert(
    fc.property(schedule, day, (pledge, from) => {
      const next = nextDue(pledge, from);
      assert.ok(PlainDate.compare(next.date, from) >= 0);
      assert.ok(next.date.equals(dueDate(pledge, next.n)));
      if (next.n > 0) assert.ok(PlainDate.compare(dueDate(pledge, next.n - 1), from) < 0);

      const latest = latestDue(pledge, from);
      if (latest === null) assert.ok(PlainDate.compare(pledge.anchor, from) > 0);
      else {
        assert.ok(PlainDate.compare(latest.date, from) <= 0);
        assert.ok(PlainDate.compare(dueDate(pledge, latest.n + 1), from) > 0);
      }
    }),
    { numRuns: 2000 },
  );
});

test('after an outage every open gift is collected or skipped once, and at most one is collected', () => {
  fc.assert(
    fc.property(schedule, day, fc.integer({ min: -1, max: 40 }), (pledge, today, last) => {
      const { collect, skipped } = catchUp(pledge, { last, today });
      const handled = collect === null ? skipped : [...skipped, collect];
      const due = latestDue(pledge, today)?.n ?? -1;
      assert.deepEqual(
        handled,
        Array.from({ length: Math.max(0, due - last) }, (_, index) => last + 1 + index),
      );
      if (collect !== null) {
        assert.equal(collect, due);
        assert.ok(
          PlainDate.compare(dueDate(pledge, collect).add({ days: CATCH_UP_DAYS }), today) >= 0,
        );
      } else if (handled.length > 0) {
        assert.ok(PlainDate.compare(dueDate(pledge, due).add({ days: CATCH_UP_DAYS }), today) < 0);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a schedule is counted from gift 0', () => {
  const pledge = { anchor: PlainDate.from('2024-02-29'), unit: 'year' } as const;
  assert.deepEqual(
    dueSeries(pledge, { from: 3, count: 2 }).map(({ n, date }) => `${n} ${date}`),
    ['3 2027-02-28', '4 2028-02-29'],
  );
  assert.throws(() => dueDate(pledge, -1), /numbered/);
  assert.throws(() => dueDate(pledge, 1.5), /numbered/);
});
