import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figureLines, summaryLine } from './report.ts';
import { halfSpread, interleave, median, quantile } from './statistics.ts';

test('medians and quartiles', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(quantile([10, 20, 30, 40, 50], 0.25), 20);
  assert.equal(halfSpread([10, 20, 30, 40, 50]), 10);
  assert.ok(Number.isNaN(median([])));
});

test('two things are run in turns, who begins changes, and the first of each is not counted', async () => {
  const order: string[] = [];
  const rates = { ours: [1, 50, 60, 70], baseline: [1, 100, 100, 100] };
  const next = (who: 'ours' | 'baseline') => async () => {
    order.push(who);
    return rates[who].shift() ?? Number.NaN;
  };
  const comparison = await interleave({
    rounds: 3,
    ours: next('ours'),
    baseline: next('baseline'),
  });
  assert.deepEqual(order, [
    ...['ours', 'baseline'],
    ...['ours', 'baseline'],
    ...['baseline', 'ours'],
    ...['ours', 'baseline'],
  ]);
  assert.deepEqual(
    { ...comparison, spread: Math.round(comparison.spread * 1000) },
    { ours: 60, baseline: 100, ratio: 0.6, spread: 50 },
  );
});

test('a missed budget is said aloud', () => {
  const figure = {
    name: 'one',
    what: 'something',
    absolute: '7 ms',
    ratio: 0.5,
    spread: 0.1,
    baseline: 'nothing',
    budget: '< 5 ms',
    holds: false,
  };
  assert.match(figureLines(figure)[0] ?? '', /^MISSES/);
  assert.equal(
    summaryLine([figure, { ...figure, name: 'two', holds: true }]),
    '1 of 2 budgets hold; missed: one.',
  );
});
