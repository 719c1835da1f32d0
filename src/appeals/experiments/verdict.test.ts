import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Definition } from './experiment.ts';
import { type Evidence, resultsOf, type VariantCounts } from './verdict.ts';

const definition: Definition = {
  key: 'letter-who-speaks-2026-11-26',
  appealId: 'letter',
  question: 'Who?',
  hypothesis: 'A person.',
  variants: [
    { id: 'a', share: 50 },
    { id: 'b', share: 50 },
  ],
  metric: 'capped-value-per-ask',
  currency: 'USD',
  capMinor: '10000',
  monthlyPayments: 10,
  yearlyPayments: 1,
  leastAsks: 20_000,
  leastDays: 14,
  plannedDays: 56,
  leastEffectPercent: 10,
  wrongPercent: 5,
  guardrails: { closed: 25, postponed: 50, complaints: 50, cancelled: 50 },
  stopRule: 'After 56 days.',
  appealHash: 'ab'.repeat(32),
};

function counts(
  variantId: string,
  gifts: number,
  changes: Partial<VariantCounts> = {},
): VariantCounts {
  return {
    variantId,
    asks: 100_000n,
    closed: 5000n,
    postponed: 800n,
    gifts,
    sum: BigInt(gifts) * 2000n,
    squares: BigInt(gifts) * 4_000_000n,
    uncapped: BigInt(gifts) * 2000n,
    otherCurrencies: 0,
    pledges: 100,
    cancelled: 4,
    undone: 1,
    ...changes,
  };
}

function verdict(pair: readonly VariantCounts[], changes: Partial<Evidence> = {}) {
  const evidence = { definition, counts: pair, days: 28, asksPerReader: 4, isUnchanged: true };
  return resultsOf({ ...evidence, ...changes });
}

const better = [counts('a', 400), counts('b', 800)];

test('a difference is told once it is surely there, for better and for worse', () => {
  assert.equal(verdict(better).verdict.kind, 'more');
  assert.equal(verdict([counts('a', 800), counts('b', 400)]).verdict.kind, 'less');
  assert.deepEqual(verdict([counts('a', 400), counts('b', 410)]).verdict, {
    kind: 'not-known',
    isOver: false,
  });
  const over = verdict([counts('a', 400), counts('b', 410)], { days: 56 });
  assert.deepEqual(over.verdict, { kind: 'not-known', isOver: true });
  const alike = verdict([counts('a', 60_000), counts('b', 60_000)]);
  assert.equal(alike.verdict.kind, 'no-difference');
});

test('before the registered sample, time and gifts nothing is told, however large the difference', () => {
  const early = (changes: Partial<Evidence>, pair = better) => verdict(pair, changes);
  assert.deepEqual(early({ days: 13 }).verdict, { kind: 'too-early', reason: 'days' });
  assert.equal(early({ days: 13 }).variants[1]?.lift, null, 'and no interval is drawn');
  const few = better.map((one) => ({ ...one, asks: 19_999n }));
  assert.deepEqual(early({}, few).verdict, { kind: 'too-early', reason: 'asks' });
  const none = [counts('a', 2), counts('b', 8)];
  assert.deepEqual(early({}, none).verdict, { kind: 'too-early', reason: 'gifts' });
});

test('doubt comes before money: changed words, then shares, then guardrails', () => {
  const [a, b] = [counts('a', 400), counts('b', 800, { closed: 9000n })];
  assert.deepEqual(verdict([a, b]).verdict, {
    kind: 'guardrail',
    variantId: 'b',
    guardrail: 'closed',
  });
  const uneven = [a, { ...b, asks: 110_000n }];
  assert.equal(verdict(uneven).verdict.kind, 'void-ratio');
  assert.equal(verdict(uneven, { isUnchanged: false }).verdict.kind, 'void-changed');
  assert.notEqual(verdict([a, { ...b, asks: 100_600n }]).verdict.kind, 'void-ratio');
});

test('each guardrail stops a variant by itself, also before there is enough for a verdict', () => {
  const cases: readonly (readonly [string, Partial<VariantCounts>])[] = [
    ['closed', { closed: 9000n }],
    ['postponed', { postponed: 1800n }],
    ['complaints', { undone: 80 }],
    ['cancelled', { cancelled: 60 }],
  ];
  for (const [guardrail, changes] of cases) {
    const told = verdict([counts('a', 400), counts('b', 800, changes)], { days: 3 });
    assert.deepEqual(told.verdict, { kind: 'guardrail', variantId: 'b', guardrail });
  }
});

test('twice the pledges may end twice as often: what is compared is the part that ends', () => {
  const told = verdict([
    counts('a', 400, { pledges: 1000, cancelled: 40 }),
    counts('b', 800, { pledges: 2000, cancelled: 80 }),
  ]);
  assert.equal(told.verdict.kind, 'more');
});

test('with several variants each comparison gets its part of the error, and the surest one is named', () => {
  const three: Definition = {
    ...definition,
    variants: [
      { id: 'a', share: 34 },
      { id: 'b', share: 33 },
      { id: 'c', share: 33 },
    ],
  };
  const asks = { asks: 100_000n };
  const pair = verdict(better).variants[1]?.lift;
  const told = verdict([counts('a', 400, asks), counts('b', 800, asks), counts('c', 900, asks)], {
    definition: three,
    asksPerReader: 8,
  });
  assert.ok(told.verdict.kind === 'more' && told.verdict.variantId === 'c');
  const among = told.variants[1]?.lift;
  assert.ok(pair && among, 'both are compared');
  assert.ok(among.high / among.low > pair.high / pair.low, 'compared with more, it is less sure');
});

test('the order of the variants does not matter beyond the control', () => {
  const three = (ids: readonly string[]): Definition => ({
    ...definition,
    variants: ids.map((id, at) => ({ id, share: at === 0 ? 34 : 33 })),
  });
  const [a, b, c] = [counts('a', 400), counts('b', 800), counts('c', 900)];
  const one = verdict([a, b, c], { definition: three(['a', 'b', 'c']) });
  const other = verdict([a, c, b], { definition: three(['a', 'c', 'b']) });
  assert.deepEqual(one.verdict, other.verdict);
});
