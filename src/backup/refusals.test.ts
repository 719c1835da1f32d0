/** What is not restored: everything that is not exactly what was exported, and every database that is not empty. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { sql } from 'kysely';
import { openDatabase } from '../database/index.ts';
import { MIGRATIONS_DIRECTORY, migrate } from '../database/migrate.ts';
import { type GivingWorld, givingWorld } from '../giving/testing/giving-world.ts';
import { pledgeBy } from '../giving/testing/pledge-story.ts';
import { findExport, openExport } from './open-export.ts';
import { type RestoreOptions, restoreExport } from './restore-export.ts';
import { backUp, restoreWorld, type Scratch, scratchFolder } from './testing/backed-up-world.ts';
import { emptyDatabase } from './testing/empty-database.ts';

let scratch: Scratch;
let world: GivingWorld;
let whole: string;
before(async () => {
  scratch = await scratchFolder();
  world = await givingWorld();
  await pledgeBy(world);
  await world.give();
  whole = (await backUp(world, scratch)).folder;
});
after(async () => {
  await world.close();
  await scratch.remove();
});

/** A copy of the good export, spoilt. */
async function spoilt(spoil: (folder: string) => Promise<void>): Promise<string> {
  const folder = await mkdtemp(join(scratch.folder, 'spoilt-'));
  await cp(whole, folder, { recursive: true });
  await spoil(folder);
  return folder;
}

async function changeManifest(
  folder: string,
  change: (manifest: Record<string, unknown>) => void,
): Promise<void> {
  const path = join(folder, 'manifest.json');
  const manifest: Record<string, unknown> = JSON.parse(await readFile(path, 'utf8'));
  change(manifest);
  await writeFile(path, JSON.stringify(manifest));
}

async function replaceIn(path: string, from: string, to: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  assert.ok(text.includes(from));
  await writeFile(path, text.replace(from, to));
}

/** Tries to restore, and makes sure that nothing stayed. @returns the sentence of the refusal */
async function refusal(folder: string, changes: Partial<RestoreOptions> = {}): Promise<string> {
  const empty = await emptyDatabase();
  const database = openDatabase({ url: empty.url, poolSize: 1 });
  try {
    const opened = await openExport(folder, null);
    await restoreExport({ url: empty.url, opened, clock: world.clock, ...changes });
    return 'it was restored';
  } catch (error) {
    assert.ok(error instanceof Error && error.name === 'ExportRefusal', String(error));
    const { rows } = await sql<{ there: boolean }>`
      select to_regclass('gift') is not null as there`.execute(database.db);
    if (rows[0]?.there === true) {
      const gifts = await database.db.selectFrom('gift').select('id').execute();
      assert.deepEqual(gifts, []);
    }
    return error.message;
  } finally {
    await database.close();
    await empty.drop();
  }
}

describe('files that are not what was exported', () => {
  for (const [name, spoil, sentence] of [
    [
      'one byte more',
      (f: string) => replaceIn(join(f, 'gift.jsonl'), '"500"', '"5000"'),
      /gift\.jsonl is not as it was written: it was changed/,
    ],
    [
      'another amount',
      (f: string) => replaceIn(join(f, 'gift.jsonl'), '"500"', '"501"'),
      /gift\.jsonl is not as it was written: it was changed/,
    ],
    [
      'cut off',
      async (f: string) => {
        const path = join(f, 'attempt.jsonl');
        await truncate(path, (await stat(path)).size - 10);
      },
      /attempt\.jsonl is not as it was written: it is cut off/,
    ],
    [
      'missing',
      (f: string) => rm(join(f, 'pledge.jsonl')),
      /pledge\.jsonl is missing\. Copy the whole folder/,
    ],
    [
      'one too many',
      (f: string) => writeFile(join(f, 'extra.jsonl'), ''),
      /extra\.jsonl is not named in the manifest/,
    ],
    [
      'a table left out of the manifest',
      async (f: string) => {
        await rm(join(f, 'supporter.jsonl'));
        await changeManifest(f, (manifest) => {
          assert.ok(Array.isArray(manifest.files));
          manifest.files = manifest.files.filter(({ table }) => table !== 'supporter');
        });
      },
      /names no file for the table supporter/,
    ],
    [
      'a newer format',
      (f: string) =>
        changeManifest(f, (manifest) => {
          manifest.version = 2;
        }),
      /format 2; this Tuppence reads formats up to 1\. Update Tuppence/,
    ],
    [
      'something else',
      (f: string) =>
        changeManifest(f, (manifest) => {
          manifest.format = 'other';
        }),
      /not the manifest of a Tuppence export/,
    ],
    [
      'no JSON',
      (f: string) => writeFile(join(f, 'manifest.json'), '{'),
      /manifest\.json is damaged: it is not JSON/,
    ],
    [
      'a newer program',
      (f: string) =>
        changeManifest(f, (manifest) => {
          assert.ok(Array.isArray(manifest.migrations));
          manifest.migrations.push({
            number: 9000,
            name: '9000-later.sql',
            sha256: 'a'.repeat(64),
          });
        }),
      /made by a newer Tuppence \(9000-later\.sql\)\. Update/,
    ],
    [
      'another build',
      (f: string) =>
        changeManifest(f, (manifest) => {
          assert.ok(Array.isArray(manifest.migrations));
          manifest.migrations[0].sha256 = 'b'.repeat(64);
        }),
      /another build of Tuppence: its 0001-giving\.sql is not ours/,
    ],
    [
      'other balances',
      (f: string) => replaceIn(join(f, 'manifest.json'), '"credits": "500"', '"credits": "501"'),
      /balances of the restored ledger are not those of the manifest/,
    ],
    [
      'another hash of the journal',
      (f: string) =>
        changeManifest(f, (manifest) => {
          Object.assign(Object(manifest.ledger), { journal_sha256: 'c'.repeat(64) });
        }),
      /two hashes of the journal differ/,
    ],
  ] as const) {
    it(`${name}: refused with a sentence, and nothing stays`, async () => {
      assert.match(await refusal(await spoilt(spoil)), sentence);
    });
  }

  it('rows that break a rule of the database are refused, though every hash is right', async () => {
    // Somebody who can write hashes can write rows: the constraints are in force all the same.
    const other = await givingWorld();
    try {
      await other.give();
      await sql`alter table gift drop constraint gift_amount_minor_check`.execute(other.db);
      await sql`alter table gift disable trigger all`.execute(other.db);
      await sql`update gift set amount_minor = 0`.execute(other.db);
      const { folder } = await backUp(other, scratch);
      assert.match(
        await refusal(folder),
        /gift\.jsonl holds a row that the database refuses: .*gift_amount_minor_check/,
      );
    } finally {
      await other.close();
    }
  });
});

describe('databases that are not empty', () => {
  it('is refused when a single row is there, which stays', async () => {
    const other = await givingWorld();
    try {
      await other.give();
      const opened = await openExport(whole, null);
      const restoring = restoreExport({ url: other.url, opened, clock: other.clock });
      await assert.rejects(restoring, /This database is not empty \((\w+) has rows\)/);
      const gifts = await other.db.selectFrom('gift').select('id').execute();
      assert.equal(gifts.length, 1);
    } finally {
      await other.close();
    }
  });

  it('a second import into the same database is refused', async () => {
    const copy = await restoreWorld(world, whole);
    try {
      const opened = await openExport(whole, null);
      const again = restoreExport({ url: copy.url, opened, clock: world.clock });
      await assert.rejects(again, /not empty/);
    } finally {
      await copy.close();
    }
  });
});

describe('an export of an older version', () => {
  it('is restored in its own shape and then brought up to date', async () => {
    const directory = join(scratch.folder, 'newer-migrations');
    await cp(MIGRATIONS_DIRECTORY, directory, { recursive: true });
    await writeFile(
      join(directory, '9001-rename.sql'),
      `alter table gift rename column appeal_id to asked_by;
       create table note (id bigint primary key);
       insert into note select count(*) from gift;`,
    );
    const empty = await emptyDatabase();
    const database = openDatabase({ url: empty.url, poolSize: 1 });
    try {
      const opened = await openExport(whole, null);
      await restoreExport({
        url: empty.url,
        opened,
        clock: world.clock,
        migrationsDirectory: directory,
      });
      const { rows } = await sql<{ id: bigint; asked: string }>`
        select id, (select max(asked_by) from gift) as asked from note`.execute(database.db);
      assert.equal(rows[0]?.id, 3n, 'the newer migration saw the restored gifts');
    } finally {
      await database.close();
      await empty.drop();
    }
  });

  it('is refused by an empty database that has a newer shape already', async () => {
    const directory = join(scratch.folder, 'newer-migrations');
    const empty = await emptyDatabase();
    const database = openDatabase({ url: empty.url, poolSize: 1 });
    try {
      await migrate({ db: database.db, clock: world.clock, directory });
      const opened = await openExport(whole, null);
      const restoring = restoreExport({
        url: empty.url,
        opened,
        clock: world.clock,
        migrationsDirectory: directory,
      });
      await assert.rejects(restoring, /already has the shape of a newer Tuppence/);
    } finally {
      await database.close();
      await empty.drop();
    }
  });
});

describe('a sealed export', () => {
  it('opens with its identity alone', async () => {
    const identity = await generateX25519Identity();
    const recipients = [
      await identityToRecipient(identity),
      await identityToRecipient(await generateX25519Identity()),
    ];
    const { folder } = await backUp(world, scratch, { recipients });
    assert.ok(!(await readFile(join(folder, 'gift.jsonl.age'))).includes('amount_minor'));
    await assert.rejects(
      openExport(folder, null),
      /is sealed\. Give the file with its age identity/,
    );
    await assert.rejects(openExport(folder, 'nothing'), /holds no line like AGE-SECRET-KEY/);
    const stranger = await generateX25519Identity();
    await assert.rejects(
      openExport(folder, stranger),
      /cannot be opened: .* sealed for another key/,
    );
    const copy = await restoreWorld(world, folder, { identity: `# made today\n${identity}\n` });
    try {
      assert.deepEqual(copy.restored.breaches, []);
      const plain = await backUp({ ...world, url: copy.url }, scratch);
      assert.equal(
        await readFile(join(plain.folder, 'gift.jsonl'), 'utf8'),
        await readFile(join(whole, 'gift.jsonl'), 'utf8'),
      );
    } finally {
      await copy.close();
    }
    const cut = join(folder, 'gift.jsonl.age');
    await truncate(cut, (await stat(cut)).size - 1);
    const empty = await emptyDatabase();
    try {
      const opened = await openExport(folder, identity);
      const restoring = restoreExport({ url: empty.url, opened, clock: world.clock });
      await assert.rejects(restoring, /gift\.jsonl\.age cannot be opened: it is damaged/);
    } finally {
      await empty.drop();
    }
  });
});

describe('what is taken for an export', () => {
  it('is a folder with a manifest, or the manifest; an unfinished folder is none', async () => {
    assert.equal(await findExport(whole), whole);
    assert.equal(await findExport(join(whole, 'manifest.json')), whole);
    assert.equal(await findExport(join(whole, 'gift.jsonl')), undefined);
    const half = join(scratch.folder, 'half');
    await mkdir(half);
    await writeFile(join(half, 'gift.jsonl'), '');
    assert.equal(await findExport(half), undefined);
    assert.equal(await findExport(join(scratch.folder, 'nowhere')), undefined);
  });

  it('is never written over something that is there', async () => {
    await assert.rejects(backUp(world, scratch, { folder: whole }), /is there already/);
  });
});
