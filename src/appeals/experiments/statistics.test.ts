import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Comparison,
  logSampleRatioEvidence,
  rateInterval,
  ratioInterval,
  type Tally,
} from './statistics.ts';

const CAP = 10_000n;
const tally = (values: readonly bigint[]): Tally => ({
  sum: values.reduce((sum, value) => sum + value, 0n),
  squares: values.reduce((sum, value) => sum + value * value, 0n),
});
const alike = (times: number, value: bigint) => tally(Array.from({ length: times }, () => value));
const halves = { controlShare: 50, variantShare: 50, cap: CAP, alpha: 0.05 } as const;
const between = (control: Tally, variant: Tally, rest: Partial<Comparison> = {}) =>
  ratioInterval({ ...halves, control, variant, ...rest });

const values = fc.array(fc.bigInt({ min: 1n, max: CAP }), { maxLength: 300 });

test('without a gift, and with one, nothing is known', () => {
  const nothing = { low: 0, high: Number.POSITIVE_INFINITY };
  assert.deepEqual(between(tally([]), tally([])), nothing);
  assert.deepEqual(between(tally([]), tally([CAP])), nothing);
  assert.deepEqual(between(tally([CAP]), tally([])), nothing);
});

test('one huge gift decides nothing, because it is capped', () => {
  const { low } = between(alike(40, 500n), tally([...Array<bigint>(40).fill(500n), CAP]));
  assert.ok(low < 1);
});

test('a planted difference that is large is seen, and the interval holds it', () => {
  const { low, high } = between(alike(1000, 2000n), alike(1500, 2000n));
  assert.ok(low > 1.2 && low < 1.5 && high > 1.5 && high < 1.9, `${low} to ${high}`);
});

test('the observed ratio always lies inside, and the sides are mirror images', () => {
  fc.assert(
    fc.property(values, values, fc.integer({ min: 5, max: 95 }), (a, b, variantShare) => {
      const [control, variant] = [tally(a), tally(b)];
      const shares = { controlShare: 100 - variantShare, variantShare };
      const { low, high } = between(control, variant, shares);
      if (control.sum > 0n && variant.sum > 0n) {
        const observed =
          Number(variant.sum) / variantShare / (Number(control.sum) / (100 - variantShare));
        assert.ok(low <= observed && observed <= high, `${low} ${observed} ${high}`);
      }
      const mirrored = between(variant, control, {
        controlShare: variantShare,
        variantShare: 100 - variantShare,
      });
      if (low > 0) assert.ok(Math.abs(mirrored.high * low - 1) < 1e-9);
      else assert.equal(mirrored.high, Number.POSITIVE_INFINITY);
    }),
    { numRuns: 60 },
  );
});

test('a smaller chance of being wrong never makes the interval narrower', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const wide = between(tally(a), tally(b), { alpha: 0.01 });
      const narrow = between(tally(a), tally(b), { alpha: 0.05 });
      assert.ok(wide.low <= narrow.low && wide.high >= narrow.high);
    }),
    { numRuns: 40 },
  );
});

/**
 * Exact, without chance: gifts of the cap come one by one and a slot deals each to a variant, looked at after every one.
 * Only the two counts matter, so all 2^80 ways are added up by their chances. With no true difference the bets win
 * nothing on average, so the chance of ever ruling out "no difference" is at most α, over all eighty looks together.
 */
test('over every possible deal of eighty gifts, looked at after each, the chance of ever being wrong keeps its promise', () => {
  for (const [share, alpha] of [
    [50, 0.05],
    [20, 0.05],
    [50, 0.5],
  ] as const) {
    const p = share / 100;
    let right = new Map([[0, 1]]);
    let wrong = 0;
    for (let gifts = 1; gifts <= 80; gifts += 1) {
      const next = new Map<number, number>();
      for (const [ofVariant, chance] of right) {
        for (const [to, part] of [
          [ofVariant + 1, chance * p],
          [ofVariant, chance * (1 - p)],
        ] as const) {
          next.set(to, (next.get(to) ?? 0) + part);
        }
      }
      right = new Map();
      for (const [ofVariant, chance] of next) {
        const { low, high } = between(alike(gifts - ofVariant, CAP), alike(ofVariant, CAP), {
          controlShare: 100 - share,
          variantShare: share,
          alpha,
        });
        if (low > 1 || high < 1) wrong += chance;
        else right.set(ofVariant, chance);
      }
    }
    assert.ok(wrong <= alpha, `${wrong} at a share of ${share} and α = ${alpha}`);
    assert.ok(wrong > alpha / 1000, 'some deals do look like a difference');
  }
});

test('what cannot be is refused', () => {
  const one = alike(1, 500n);
  assert.throws(() => between({ sum: 1n, squares: CAP * CAP }, one), /more than the cap/);
  assert.throws(() => between(one, one, { variantShare: 0 }), /nobody sees/);
  assert.throws(() => between(one, one, { alpha: 0 }), /chance/);
  assert.throws(() => rateInterval({ happened: 2, of: 1, alpha: 0.05 }), /could/);
});

test('the interval of a rate holds it, and says nothing of nothing', () => {
  assert.deepEqual(rateInterval({ happened: 0, of: 0, alpha: 0.05 }), { low: 0, high: 1 });
  const { low, high } = rateInterval({ happened: 100, of: 1000, alpha: 0.05 });
  assert.ok(low > 0.06 && low < 0.1 && high > 0.1 && high < 0.15);
  assert.equal(rateInterval({ happened: 0, of: 50, alpha: 0.05 }).low, 0);
  assert.equal(rateInterval({ happened: 50, of: 50, alpha: 0.05 }).high, 1);
});

/** Exact again: every path of twelve tosses of a fair coin. */
test('over every path of fourteen tosses, at most a fifth ever rule out the true rate', () => {
  let wrong = 0;
  const tosses = 14;
  for (let path = 0; path < 2 ** tosses; path += 1) {
    let happened = 0;
    for (let of = 1; of <= tosses; of += 1) {
      happened += (path >> (of - 1)) & 1;
      const { low, high } = cachedRate(happened, of);
      if (low > 0.5 || high < 0.5) {
        wrong += 1;
        break;
      }
    }
  }
  const chance = wrong / 2 ** tosses;
  assert.ok(chance <= 0.2 && chance > 0, `${chance}`);
});

const rates = new Map<string, { low: number; high: number }>();
function cachedRate(happened: number, of: number) {
  const key = `${happened}/${of}`;
  const known = rates.get(key) ?? rateInterval({ happened, of, alpha: 0.2 });
  rates.set(key, known);
  return known;
}

test('shares that are planned are not doubted, shares that are not are', () => {
  const evidence = (counts: readonly number[], clump = 1, shares: readonly number[] = [50, 50]) =>
    logSampleRatioEvidence({ counts, shares, clump });
  const alarm = Math.log(1000);
  assert.ok(evidence([50_000, 50_200]) < 0);
  assert.ok(evidence([50_000, 52_000]) > alarm);
  assert.ok(evidence([50_000, 50_700], 4) < alarm, 'clumps are no proof');
  assert.ok(evidence([30_000, 30_100, 30_050], 1, [34, 33, 33]) < alarm);
  assert.ok(evidence([90_000, 10_050], 1, [90, 10]) < 0);
  assert.ok(Math.abs(evidence([0, 0])) < 1e-9, 'nothing counted is no evidence');
  // One toss of a fair coin is no evidence either way, which also holds the gamma function to its digits.
  assert.ok(Math.abs(evidence([1, 0])) < 1e-9);
});
