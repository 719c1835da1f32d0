/**
 * Every seed that ever failed, a tour of seeds in which every command of the money core is called, and a short batch of
 * seeds that other commits do not live.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { COMMANDS } from './commands-drawn.ts';
import { commitHash, firstSeedOf } from './commit.ts';
import { readCorpus } from './corpus.ts';
import { Laboratory } from './laboratory.ts';
import type { Plant } from './plant.ts';
import type { SeedReport } from './seed-report.ts';

const laboratory = new Laboratory();
after(() => laboratory.close());

/** Enough for the seconds a test may take; `npm run simulate` lives thousands. */
const BATCH_MS = 7_000;
const BATCH_MAX = 60;
const CORPUS_MAX = 60;
/** Longer than this the tour is not looked for; it takes some seconds. */
const TOUR_MS = 60_000;

interface Tour {
  /** Commands that need these circumstances; left out: everything that is called anyhow. */
  readonly rare: readonly (keyof typeof COMMANDS)[] | null;
  readonly plant: Plant;
  /** Seeds that called them when they were last looked for. */
  readonly seeds: readonly number[];
}

const CALM = { crash: 0, databaseCut: 0, hangs: 0, outages: false };
const TOURS: readonly Tour[] = [
  { rare: null, plant: {}, seeds: [19, 30] },
  {
    rare: ['acceptUnmatched', 'refundUnmatched', 'resolveHold'],
    plant: { firstCompany: 2, wrongAmounts: true, weather: CALM },
    seeds: [9],
  },
  {
    rare: ['setAccountStatus', 'closeLostCharge', 'importMandate'],
    plant: { weather: { ...CALM, leaves: true, processorDrops: true } },
    seeds: [3, 5],
  },
  { rare: ['retryOurBug'], plant: { weather: { ...CALM, invalidOrders: true } }, seeds: [5] },
  {
    rare: ['releaseParked'],
    plant: { weather: { ...CALM, eager: true, leaves: false, processorDrops: false } },
    seeds: [4],
  },
];

async function wellLived(seed: number, plant: Plant = {}): Promise<SeedReport> {
  const report = await laboratory.run({ seed, plant });
  assert.deepEqual(
    report.breaches.map(({ rule, says }) => `${rule}: ${says}`),
    [],
    `replay: npm run simulate -- --seed ${seed}`,
  );
  return report;
}

describe('the simulator', () => {
  for (const { seed, found } of readCorpus().slice(-CORPUS_MAX)) {
    it(`seed ${seed} of the corpus (${found})`, () => wellLived(seed).then(() => undefined));
  }

  it('lives seed 1 twice in the same way, and seed 2 in another', async () => {
    const first = await laboratory.run({ seed: 1 });
    const again = await laboratory.run({ seed: 1 });
    const other = await laboratory.run({ seed: 2 });
    assert.equal(again.hash, first.hash);
    assert.notEqual(other.hash, first.hash);
    assert.ok(first.charges > 0 && first.stops > 10, 'something happened');
  });

  it('calls every command that the table says somebody draws', async () => {
    const begun = performance.now();
    const missing = new Set(
      Object.entries(COMMANDS).flatMap(([command, { by }]) => (by === null ? [] : [command])),
    );
    const live = async (seed: number, plant: Plant): Promise<void> => {
      const { commands } = await wellLived(seed, plant);
      for (const command of Object.keys(commands)) missing.delete(command);
    };
    for (const { seeds, plant } of TOURS) for (const seed of seeds) await live(seed, plant);
    // When the program changed so that these seeds call less, others are lived, in the circumstances of what is missing.
    for (let seed = 1; missing.size > 0 && performance.now() - begun < TOUR_MS; seed += 1) {
      for (const { plant, rare } of TOURS) {
        const isWanted = rare === null ? missing.size > 0 : rare.some((one) => missing.has(one));
        if (isWanted) await live(seed, plant);
      }
    }
    assert.deepEqual([...missing], []);
  });

  it('finds nothing in a short batch of this commit’s own', async (t) => {
    const begun = performance.now();
    const from = firstSeedOf(commitHash());
    let seeds = 0;
    while (seeds < BATCH_MAX && performance.now() - begun < BATCH_MS) {
      await wellLived(from + seeds);
      seeds += 1;
    }
    assert.ok(seeds >= 1);
    t.diagnostic(`${seeds} seeds from ${from}; npm run simulate -- --seed ${from}`);
  });
});
