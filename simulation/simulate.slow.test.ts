/** Every seed that ever failed, and a short batch of others; each seed of the batch must give one history. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { readCorpus } from './corpus.ts';
import { Laboratory } from './laboratory.ts';

const laboratory = new Laboratory();
after(() => laboratory.close());

/** Enough for the seconds a test may take; `npm run simulate` lives thousands. */
const BATCH_MS = 15_000;
const BATCH_MAX = 60;
const CORPUS_MAX = 60;

async function breachesOf(seed: number): Promise<readonly string[]> {
  const { breaches } = await laboratory.run({ seed });
  return breaches.map(({ rule, says }) => `${rule}: ${says}`);
}

describe('the simulator', () => {
  for (const { seed, found } of readCorpus().slice(-CORPUS_MAX)) {
    it(`seed ${seed} of the corpus (${found})`, async () => {
      assert.deepEqual(await breachesOf(seed), []);
    });
  }

  it('lives seed 1 twice in the same way, and seed 2 in another', async () => {
    const first = await laboratory.run({ seed: 1 });
    const again = await laboratory.run({ seed: 1 });
    const other = await laboratory.run({ seed: 2 });
    assert.equal(again.hash, first.hash);
    assert.notEqual(other.hash, first.hash);
    assert.ok(first.charges > 0 && first.stops > 10, 'something happened');
  });

  it('finds nothing in a short batch', async () => {
    const begun = performance.now();
    let seeds = 0;
    for (let seed = 3; seeds < BATCH_MAX && performance.now() - begun < BATCH_MS; seed += 1) {
      assert.deepEqual(await breachesOf(seed), [], `replay: npm run simulate -- --seed ${seed}`);
      seeds += 1;
    }
    assert.ok(seeds >= 1);
  });
});
