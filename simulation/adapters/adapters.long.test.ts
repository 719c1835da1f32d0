/** A few of the worlds that `npm run companies` lives many of. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { liveMonths } from './months.ts';

const SEEDS = [1];
const STEPS = 60;

describe('months of the real adapters on fakes of their companies', () => {
  for (const seed of SEEDS) {
    it(`seed ${seed}`, async (t) => {
      const { breaches, begun, takings } = await liveMonths({ seed, steps: STEPS });
      assert.deepEqual(breaches, [], `npm run companies -- --seed ${seed} --steps ${STEPS}`);
      assert.ok(begun > 8 && takings > 3, 'something happened');
      t.diagnostic(`${begun} gifts begun, ${takings} taken`);
    });
  }
});
