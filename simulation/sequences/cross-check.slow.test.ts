/** The same sequences in memory and on PostgreSQL end in the same rows. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SeededRandom } from '../../src/calendar/index.ts';
import { type TestDatabase, testDatabase } from '../../src/database/testing/test-database.ts';
import { crossCheckContext, linesInMemory, playOnPostgres } from './on-postgres.ts';
import { drawOrder, playSequence } from './play.ts';
import { drawStory } from './story.ts';

/** Some thousands on a machine at rest. */
const BATCH_MS = 25_000;
const STORIES_MAX = 3000;
const STORIES_MIN = 30;

let database: TestDatabase;
before(async () => {
  database = await testDatabase({ poolSize: 1 });
});
after(() => database.close());

describe('the shell with SQL and the shell in memory', () => {
  it('write the same of the same sequence', async (test) => {
    const context = crossCheckContext(database.db);
    const begun = performance.now();
    let stories = 0;
    for (; stories < STORIES_MAX && performance.now() - begun < BATCH_MS; stories += 1) {
      const random = new SeededRandom(stories + 1);
      const story = drawStory(random);
      const sequence = drawOrder(story, random);
      const room = playSequence(story, sequence);
      if (typeof room === 'string') throw new Error(`seed ${stories + 1}: ${room}`);
      const lines = await playOnPostgres(context, story, sequence);
      assert.deepEqual(lines, linesInMemory(room), `seed ${stories + 1}`);
    }
    test.diagnostic(`${stories} sequences`);
    assert.ok(stories >= STORIES_MIN);
  });
});
