/**
 * Between PostgreSQL versions, both ways: the built-in server and the system's, which may be as old as 15 and sort text by
 * another locale. The files must be equal all the same.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { sql } from 'kysely';
import {
  type EmbeddedPostgres,
  EmbeddedPostgresError,
  openDatabase,
  startEmbeddedPostgres,
} from '../database/index.ts';
import { FAST_AND_LOSSY, fastestFolder, realRandom } from '../database/testing/test-server.ts';
import { givingWorld } from '../giving/testing/giving-world.ts';
import { pledgeBy } from '../giving/testing/pledge-story.ts';
import { backUp, restoreWorld, type Scratch, scratchFolder } from './testing/backed-up-world.ts';
import { fillTheRest } from './testing/varied-world.ts';

let scratch: Scratch;
let directory: string;
let system: EmbeddedPostgres | undefined;
before(async () => {
  scratch = await scratchFolder();
  directory = await mkdtemp(join(fastestFolder(), 'backup-system-'));
  try {
    system = await startEmbeddedPostgres({
      directory,
      random: realRandom,
      settings: FAST_AND_LOSSY,
      bundledPackage: null,
    });
  } catch (error) {
    if (!(error instanceof EmbeddedPostgresError)) throw error;
  }
});
after(async () => {
  await system?.stop();
  await rm(directory, { recursive: true, force: true });
  await scratch.remove();
});

async function versionOf(url: string): Promise<string> {
  const { db, close } = openDatabase({ url, poolSize: 1 });
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db);
  await close();
  return rows[0]?.version.split(' ')[1] ?? '';
}

it('from the built-in server to the system’s and back: equal bytes', async (t) => {
  if (system === undefined) {
    t.skip('NO OTHER PostgreSQL IS INSTALLED: restoring between versions was not tested');
    return;
  }
  const world = await givingWorld();
  try {
    await pledgeBy(world);
    await world.liveUntil('2026-04-15T12:00:00Z');
    const supporter = await world.db.selectFrom('supporter').select('id').executeTakeFirstOrThrow();
    await fillTheRest(world.db, supporter.id);
    const first = await backUp(world, scratch);
    const there = await restoreWorld(world, first.folder, { server: system.url });
    try {
      t.diagnostic(`from ${await versionOf(world.url)} to ${await versionOf(there.url)} and back`);
      const second = await backUp({ ...world, url: there.url }, scratch);
      assert.deepEqual(second.manifest.files, first.manifest.files);
      const back = await restoreWorld(world, second.folder);
      const third = await backUp({ ...world, url: back.url }, scratch);
      await back.close();
      for (const { table } of first.manifest.files) {
        const [one, other] = [first, third].map(({ folder }) =>
          readFile(join(folder, `${table}.jsonl`), 'utf8'),
        );
        assert.equal(await one, await other, table);
      }
      assert.deepEqual(third.manifest.ledger, first.manifest.ledger);
    } finally {
      await there.close();
    }
  } finally {
    await world.close();
  }
});
