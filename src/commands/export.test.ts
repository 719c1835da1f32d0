/** The commands a person uses to back up, restore and move a newsroom, against real databases. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Scratch, scratchFolder } from '../backup/testing/backed-up-world.ts';
import { emptyDatabase } from '../backup/testing/empty-database.ts';
import { fillTheRest } from '../backup/testing/varied-world.ts';
import { openDatabase, readCustody } from '../database/index.ts';
import { type GivingWorld, givingWorld } from '../giving/testing/giving-world.ts';
import { pledgeBy } from '../giving/testing/pledge-story.ts';
import { readExportArguments } from './export.ts';
import { type Ran, runTuppence } from './testing/run-tuppence.ts';

let scratch: Scratch;
before(async () => {
  scratch = await scratchFolder();
});
after(() => scratch.remove());

function tuppence(
  world: Pick<GivingWorld, 'url' | 'clock'>,
  ...argv: readonly string[]
): Promise<Ran> {
  return runTuppence({ ...world, dataDirectory: join(scratch.folder, 'data') }, argv);
}

async function inWorld(story: (world: GivingWorld) => Promise<void>): Promise<void> {
  const world = await givingWorld();
  try {
    await story(world);
  } finally {
    await world.close();
  }
}

describe('arguments of export', () => {
  for (const argv of [[], ['a', 'b'], ['a', '--to', 'bob'], ['a', '--everything']]) {
    it(`${JSON.stringify(argv)} gets a sentence`, () =>
      assert.equal(typeof readExportArguments(argv), 'string'));
  }
});

describe('backing up and restoring', () => {
  it('says what was written, restores it, and waits for a word before it collects', async () => {
    await inWorld(async (world) => {
      await pledgeBy(world);
      const folder = join(scratch.folder, 'night');
      const exported = await tuppence(world, 'export', folder);
      assert.equal(exported.code, 0, exported.complained);
      assert.match(exported.printed, /Exported \d+ rows of \d+ tables into .*night\./);
      assert.match(exported.printed, /The journal has 1 transfers; its hash is [0-9a-f]{64}/);
      const second = await tuppence(world, 'export', folder);
      assert.equal(second.code, 1);
      assert.match(second.complained, /Nothing was exported\. .*night is there already/);
      assert.deepEqual(
        (await readdir(scratch.folder)).filter((name) => /unfinished/.test(name)),
        [],
      );

      const empty = await emptyDatabase();
      const copy = { url: empty.url, clock: world.clock };
      const restored = await tuppence(copy, 'import', folder);
      assert.equal(restored.code, 0, restored.complained);
      assert.match(restored.printed, /The ledger is equal to the exported one: 1 transfers/);
      assert.match(restored.printed, /Collecting is paused/);
      const again = await tuppence(copy, 'import', folder);
      assert.equal(again.code, 1);
      assert.match(again.complained, /Nothing was restored\. This database is not empty/);

      const asked = await tuppence(copy, 'resume');
      assert.equal(asked.code, 1);
      assert.match(asked.complained, /people are charged twice\. Turn that one off for good/);
      const early = await tuppence(copy, 'resume', '--other-is-off');
      assert.equal(early.code, 1);
      assert.match(early.complained, /the payments of fake have not been read to their end/);
      const { db, close } = openDatabase({ url: empty.url, poolSize: 1 });
      world.clock.advance({ minutes: 20 });
      await db.updateTable('processor_account').set({ poll_whole_at: world.clock.now() }).execute();
      const resumed = await tuppence(copy, 'resume', '--other-is-off');
      assert.equal(resumed.code, 0, resumed.complained);
      assert.match(resumed.printed, /Collecting goes on\./);
      assert.equal((await readCustody(db)).state, 'acting');
      await close();
      await empty.drop();
    });
  });

  it('does not start without the keys of the newsroom it was copied from, unless they are given up', async () => {
    await inWorld(async (world) => {
      await world.give();
      const supporter = await world.db
        .selectFrom('supporter')
        .select('id')
        .executeTakeFirstOrThrow();
      await fillTheRest(world.db, supporter.id);
      const folder = join(scratch.folder, 'keyless');
      await tuppence(world, 'export', folder);
      const empty = await emptyDatabase();
      const copy = { url: empty.url, clock: world.clock };
      assert.equal((await tuppence(copy, 'import', folder)).code, 0);
      const started = await tuppence(copy, 'start');
      assert.equal(started.code, 1);
      assert.match(started.complained, /number\.key and letters\.key .* are not in .*keys\./);
      assert.deepEqual(await readdir(join(scratch.folder, 'data')), []);
      const given = await tuppence(copy, 'resume', '--new-keys');
      assert.match(given.printed, /open nothing any more/);
      const names = await readdir(join(scratch.folder, 'data', 'keys'));
      assert.ok(names.includes('number.key') && names.includes('letters.key'));
      await empty.drop();
    });
  });

  it('reports as lines of JSON', async () => {
    await inWorld(async (world) => {
      await world.give();
      const folder = join(scratch.folder, 'json');
      const exported = JSON.parse((await tuppence(world, 'export', folder, '--json')).printed);
      assert.equal(exported.kind, 'exported');
      assert.equal(exported.transfers, 1);
      const empty = await emptyDatabase();
      const copy = { url: empty.url, clock: world.clock };
      const restored = JSON.parse((await tuppence(copy, 'import', folder, '--json')).printed);
      assert.deepEqual([restored.kind, restored.transfers, restored.acts], ['restored', 1, false]);
      await empty.drop();
    });
  });
});

describe('moving', () => {
  it('stops the copy that was left, for workers, supporters and the next start', async () => {
    await inWorld(async (world) => {
      const pledgeId = await pledgeBy(world);
      const folder = join(scratch.folder, 'van');
      const exported = await tuppence(world, 'export', folder, '--move');
      assert.equal(exported.code, 0, exported.complained);
      assert.match(exported.printed, /This copy takes nothing more/);
      assert.ok((await readFile(join(folder, 'manifest.json'), 'utf8')).includes('"moves": true'));

      await assert.rejects(world.giving.beginGift(world.intent()), { code: '25006' });
      await assert.rejects(world.giving.cancelPledge(pledgeId), { code: '25006' });
      const charged = world.processor.captured('EUR');
      world.clock.advance({ hours: 24 * 40 });
      for (const worker of world.giving.workers) {
        if (worker.name === 'collector') assert.equal(await worker.runOnce(), 0);
      }
      assert.equal(world.processor.captured('EUR'), charged);

      const started = await tuppence(world, 'start');
      assert.equal(started.code, 1);
      assert.match(started.complained, /was exported on .* to live elsewhere/);
      const twice = await tuppence(world, 'export', `${folder}-2`, '--move');
      assert.match(twice.complained, /was moved already/);
      assert.equal((await tuppence(world, 'check')).code, 0);

      const empty = await emptyDatabase();
      const copy = { url: empty.url, clock: world.clock };
      const restored = await tuppence(copy, 'import', folder);
      assert.equal(restored.code, 0, restored.complained);
      assert.match(restored.printed, /This newsroom was moved here/);
      const { db, close } = openDatabase({ url: empty.url, poolSize: 1 });
      assert.equal((await readCustody(db)).state, 'acting');
      await close();
      await empty.drop();
    });
  });

  it('can be taken back where the export was never started', async () => {
    await inWorld(async (world) => {
      await tuppence(world, 'export', join(scratch.folder, 'back'), '--move');
      assert.equal((await tuppence(world, 'resume')).code, 1);
      const back = await tuppence(world, 'resume', '--take-back');
      assert.equal(back.code, 0);
      assert.match(back.printed, /Destroy the export/);
      await world.give();
    });
  });

  it('waits for what began before the mark, so that nothing is left behind', async () => {
    await inWorld(async (world) => {
      await world.give();
      let commit = () => {};
      let inserted = () => {};
      const isInserted = new Promise<void>((resolve) => {
        inserted = resolve;
      });
      const late = world.db.transaction().execute(async (tx) => {
        await tx
          .insertInto('supporter')
          .values({
            id: '00000000-0000-7000-8000-00000000feed',
            zone: null,
            language: null,
            created_at: world.clock.now(),
          })
          .execute();
        inserted();
        await new Promise<void>((resolve) => {
          commit = resolve;
        });
      });
      await isInserted;
      const folder = join(scratch.folder, 'late');
      const moving = tuppence(world, 'export', folder, '--move');
      while ((await readCustody(world.db)).state !== 'moved') {
        await new Promise((resolve) => setImmediate(resolve));
      }
      commit();
      await late;
      assert.equal((await moving).code, 0);
      const supporters = await readFile(join(folder, 'supporter.jsonl'), 'utf8');
      assert.ok(supporters.includes('00000000feed'));
    });
  });
});
