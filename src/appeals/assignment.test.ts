import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dealtSlots, positionsOfSlots, SLOTS, variantPosition } from './assignment.ts';

const everySlot = Array.from({ length: SLOTS }, (_, slot) => slot);

const experiments = fc
  .tuple(
    fc.string({ maxLength: 60 }),
    fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 4 }),
  )
  .map(([experimentKey, cuts]) => {
    const ends = [...cuts.slice(1).sort((a, b) => a - b), 100];
    const variants = ends.map((end, at) => ({ share: end - (ends[at - 1] ?? 0) }));
    return { experimentKey, variants };
  });

test('shares are exact over all slots, for every key', () => {
  fc.assert(
    fc.property(experiments, (experiment) => {
      const seen = everySlot.map((slot) => variantPosition(experiment, slot));
      for (const [position, { share }] of experiment.variants.entries()) {
        assert.equal(seen.filter((one) => one === position).length, share);
      }
      assert.deepEqual(positionsOfSlots(experiment), seen, 'counted as it is seen');
    }),
    { numRuns: 25 },
  );
});

test('a slot always sees the same variant; without one it is the control', () => {
  fc.assert(
    fc.property(experiments, fc.nat({ max: 99 }), (experiment, slot) => {
      assert.equal(variantPosition(experiment, slot), variantPosition(experiment, slot));
      assert.equal(variantPosition(experiment, null), 0);
    }),
  );
});

test('the next experiment’s split is unrelated to the last', () => {
  const halves = { variants: [{ share: 50 }, { share: 50 }] };
  const overlaps = Array.from({ length: 60 }, (_, at) => {
    const one = { ...halves, experimentKey: `letter-${at}` };
    const next = { ...halves, experimentKey: `letter-${at + 1}` };
    return everySlot.filter((slot) => variantPosition(one, slot) === variantPosition(next, slot))
      .length;
  });
  // Unrelated halves agree on 50 of 100 slots, give or take five; the mean of 60 varies by less than one.
  const mean = overlaps.reduce((sum, overlap) => sum + overlap, 0) / overlaps.length;
  assert.ok(Math.abs(mean - 50) < 2, `mean ${mean}`);
  assert.ok(overlaps.every((overlap) => overlap > 20 && overlap < 80));
});

test('the deal of a known key stays as it is: readers keep their variant over versions', () => {
  assert.deepEqual(dealtSlots('letter-1').slice(0, 10), DEALT);
  assert.deepEqual(
    dealtSlots('letter-1').toSorted((a, b) => a - b),
    everySlot,
  );
});

const DEALT: readonly number[] = [77, 59, 3, 97, 22, 60, 85, 9, 15, 73];
