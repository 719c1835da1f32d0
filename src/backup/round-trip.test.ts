/** What was exported is what is restored: byte for byte, and alive. */
import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { z } from 'zod';
import { checkInvariants } from '../giving/ledger/invariants.ts';
import { type GivingWorld, givingWorld } from '../giving/testing/giving-world.ts';
import { pledgeBy } from '../giving/testing/pledge-story.ts';
import { readTables } from './catalogue.ts';
import { ruleOf, TABLES_OF_EXPORT } from './tables-of-export.ts';
import { backUp, restoreWorld, type Scratch, scratchFolder } from './testing/backed-up-world.ts';
import { fillTheRest, HAPPENINGS, happen, PLANTED } from './testing/varied-world.ts';

let scratch: Scratch;
before(async () => {
  scratch = await scratchFolder();
});
after(() => scratch.remove());

async function inWorld(story: (world: GivingWorld) => Promise<void>): Promise<void> {
  const world = await givingWorld();
  try {
    await story(world);
  } finally {
    await world.close();
  }
}

async function supporterOf(world: GivingWorld): Promise<string> {
  const row = await world.db.selectFrom('supporter').select('id').executeTakeFirstOrThrow();
  return row.id;
}

/** Every file but the manifest, by name. */
async function contents(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of await readdir(folder)) {
    if (name !== 'manifest.json') found[name] = await readFile(join(folder, name), 'utf8');
  }
  return found;
}

describe('the list of tables', () => {
  it('names every table of the database with its decision, and nothing else', async () => {
    await inWorld(async ({ db }) => {
      const tables = (await readTables(db)).map(({ name }) => name);
      assert.deepEqual(Object.keys(TABLES_OF_EXPORT).toSorted(), tables);
    });
  });

  it('leaves every lease behind, and no column that is not there', async () => {
    await inWorld(async ({ db }) => {
      for (const { name, columns } of await readTables(db)) {
        const rule = ruleOf(name);
        if (rule?.travels !== true) continue;
        const names = columns.map((column) => column.name);
        const without = rule.without ?? [];
        for (const column of without) assert.ok(names.includes(column), `${name}.${column}`);
        for (const lease of names.filter((one) => one.includes('lease'))) {
          assert.ok(without.includes(lease), `${name}.${lease}`);
        }
      }
    });
  });
});

describe('an export', () => {
  it('restored and exported again is the same bytes, whatever happened before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...HAPPENINGS, ...HAPPENINGS], { minLength: 16 }),
        async (happenings) => {
          await inWorld(async (world) => {
            await world.give();
            for (const happening of happenings) await happen(world, happening);
            await fillTheRest(world.db, await supporterOf(world));
            const first = await backUp(world, scratch);
            const copy = await restoreWorld(world, first.folder);
            try {
              const second = await backUp({ ...world, url: copy.url }, scratch);
              assert.deepEqual(await contents(second.folder), await contents(first.folder));
              assert.deepEqual(second.manifest.ledger, first.manifest.ledger);
              assert.deepEqual(second.manifest.files, first.manifest.files);
              assert.deepEqual(
                copy.restored.breaches,
                await checkInvariants(world.db),
                'the copy is as right as what it was made from',
              );
            } finally {
              await copy.close();
            }
          });
        },
      ),
      { numRuns: 4 },
    );
  });

  it('tries every type of column in that test', async () => {
    await inWorld(async (world) => {
      await world.give();
      for (const happening of HAPPENINGS) await happen(world, happening);
      await fillTheRest(world.db, await supporterOf(world));
      const { manifest, folder } = await backUp(world, scratch);
      const types = new Set(
        manifest.files.flatMap(({ columns }) => columns.map(({ type }) => type)),
      );
      const tried = new Set<string>();
      for (const { table, columns } of manifest.files) {
        const text = await readFile(join(folder, `${table}.jsonl`), 'utf8');
        const rows = z
          .array(z.record(z.string(), z.unknown()))
          .parse(text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])));
        for (const { name, type } of columns) {
          if (rows.some((row) => row[name] !== null)) tried.add(type);
        }
      }
      assert.deepEqual([...tried].toSorted(), [...types].toSorted());
    });
  });

  it('holds nothing of a person, and nothing that a running process owns', async () => {
    await inWorld(async (world) => {
      await pledgeBy(world);
      await fillTheRest(world.db, await supporterOf(world));
      const { folder } = await backUp(world, scratch);
      const everything = Object.values(await contents(folder)).join('\n');
      for (const secret of Object.values(PLANTED)) {
        assert.ok(!everything.includes(secret), secret);
        const encoded = Buffer.from(secret).toString('base64').slice(0, 24);
        assert.ok(!everything.includes(encoded), `${secret} in base64`);
      }
      for (const word of ['lease', 'desk_session', 'secret_hash', 'AGE-SECRET-KEY']) {
        assert.ok(!everything.includes(word), word);
      }
      for (const name of await readdir(folder)) {
        assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600, name);
      }
      assert.equal((await stat(folder)).mode & 0o777, 0o700);
    });
  });

  it('made while gifts are written all the time is of one moment', async () => {
    await inWorld(async (world) => {
      await pledgeBy(world);
      let isOver = false;
      const writing = (async () => {
        while (!isOver) {
          await Promise.all([world.give(), world.give({ interval: 'month' })]);
          world.clock.advance({ minutes: 20 });
          await world.settleDown();
        }
      })();
      const made = [];
      for (let round = 0; round < 4; round += 1) made.push(await backUp(world, scratch));
      isOver = true;
      await writing;
      const sizes = new Set(made.map(({ manifest }) => manifest.ledger.transfers));
      assert.ok(sizes.size > 1, 'gifts were written between the exports');
      for (const { folder } of made.slice(-2)) {
        const copy = await restoreWorld(world, folder);
        try {
          assert.deepEqual(copy.restored.breaches, []);
        } finally {
          await copy.close();
        }
      }
    });
  });
});

describe('a restored newsroom', () => {
  it('counts on after the largest number, and refuses what it always refused', async () => {
    await inWorld(async (world) => {
      await pledgeBy(world);
      const { folder } = await backUp(world, scratch);
      const copy = await restoreWorld(world, folder);
      try {
        const largest = await copy.db
          .selectFrom('outbox')
          .select(({ fn }) => fn.max('id').as('id'))
          .executeTakeFirstOrThrow();
        const { rows } = await sql<{ id: bigint }>`
          insert into outbox (dedupe_key, kind, ref, next_at, created_at)
          values ('k', 'receipt', 'r', now(), now()) returning id`.execute(copy.db);
        assert.equal(rows[0]?.id, BigInt(largest.id) + 1n);
        const changed = sql`update ledger_transfer set amount = 1`.execute(copy.db);
        await assert.rejects(changed, /append-only/);
      } finally {
        await copy.close();
      }
    });
  });

  it('takes every message of before without changing anything', async () => {
    await inWorld(async (world) => {
      await pledgeBy(world);
      await world.liveUntil('2026-04-15T12:00:00Z');
      const { folder } = await backUp(world, scratch);
      const copy = await restoreWorld(world, folder);
      try {
        world.clock.advance({ minutes: 20 });
        await copy.settleDown();
        const journal = () => copy.db.selectFrom('ledger_transfer').selectAll().execute();
        const before = await journal();
        for (const objectRef of world.processor.payments.keys()) {
          for (const eventId of [`evt_${objectRef}`, `again_${objectRef}`]) {
            const message = world.processor.message(objectRef, eventId);
            await copy.giving.takeWebhook({ accountId: 'fake', ...message });
          }
        }
        await copy.settleDown();
        assert.deepEqual(await journal(), before);
        assert.deepEqual(await checkInvariants(copy.db), []);
      } finally {
        await copy.close();
      }
    });
  });
});
