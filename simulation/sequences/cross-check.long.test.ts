/**
 * The same sequences in memory and on PostgreSQL end in the same rows. Each is a transaction that is rolled back, so a
 * sequence costs its statements and nothing else; two connections, each to a database of its own, because the waiting is
 * the server's: two transactions with the same ids in one database would wait for each other.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SeededRandom } from '../../src/calendar/index.ts';
import { type TestDatabase, testDatabase } from '../../src/database/testing/test-database.ts';
import { crossCheckContext, linesInMemory, playOnPostgres } from './on-postgres.ts';
import { drawOrder, playSequence } from './play.ts';
import { drawStory } from './story.ts';

/** More than a thousand on two cores at rest. */
const BATCH_MS = 10_000;
const LANES = 2;
const STORIES_MAX = 5000;
const STORIES_MIN = 30;

let databases: readonly TestDatabase[] = [];
before(async () => {
  databases = await Promise.all(Array.from({ length: LANES }, () => testDatabase({ poolSize: 1 })));
});
after(async () => {
  for (const database of databases) await database.close();
});

describe('the shell with SQL and the shell in memory', () => {
  it('write the same of the same sequence', async (test) => {
    const begun = performance.now();
    let seeds = 0;
    let played = 0;
    const isEnough = (): boolean => seeds >= STORIES_MAX || performance.now() - begun > BATCH_MS;
    const lane = async ({ db }: TestDatabase): Promise<void> => {
      const context = crossCheckContext(db);
      while (!isEnough()) {
        seeds += 1;
        await compare(context, seeds);
        played += 1;
      }
    };
    await Promise.all(databases.map(lane));
    const seconds = (performance.now() - begun) / 1000;
    test.diagnostic(`${played} sequences in ${seconds.toFixed(1)} s`);
    assert.ok(played >= STORIES_MIN);
  });
});

async function compare(context: ReturnType<typeof crossCheckContext>, seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const story = drawStory(random);
  const sequence = drawOrder(story, random);
  const room = playSequence(story, sequence);
  if (typeof room === 'string') throw new Error(`seed ${seed}: ${room}`);
  const lines = await playOnPostgres(context, story, sequence);
  assert.deepEqual(lines, linesInMemory(room), `seed ${seed}`);
}
