import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { Instant, ManualClock } from '../calendar/index.ts';
import { openDatabase } from './connection.ts';
import { MigrationError, migrate, nextMigration, readMigrations } from './migrate.ts';
import { type TestDatabase, testDatabase } from './testing/test-database.ts';

const clock = new ManualClock('2026-11-25T03:00:00Z');
const empty = await mkdtemp(join(tmpdir(), 'tuppence-migrations-'));
const folders = [empty];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

let t: TestDatabase;
let directory: string;

beforeEach(async (context) => {
  // A database of no migrations at all.
  t = await testDatabase({ migrationsDirectory: empty });
  directory = await mkdtemp(join(tmpdir(), 'tuppence-migrations-'));
  folders.push(directory);
  if ('after' in context) context.after(() => t.close());
});

const write = (name: string, text: string): Promise<void> => writeFile(join(directory, name), text);

const tables = async (): Promise<readonly string[]> => {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' order by tablename collate "C"
  `.execute(t.db);
  return rows.map((row) => row.name);
};

test('files are applied in order, once, with several statements each, and recorded', async () => {
  await write('0001-one.sql', 'create table one (id integer);\ninsert into one values (1);\n');
  await write('0002-two.sql', 'create table two as select id from one;');
  await write('readme.txt', 'not a migration');
  const heard: string[] = [];
  const options = { db: t.db, clock, directory, onApply: (name: string) => heard.push(name) };
  assert.deepEqual(await migrate(options), ['0001-one.sql', '0002-two.sql']);
  assert.deepEqual(heard, ['0001-one.sql', '0002-two.sql']);
  assert.deepEqual(await migrate(options), []);
  assert.deepEqual(await tables(), ['migration', 'one', 'two']);
  const { rows } = await sql<{ number: number; applied_at: Instant }>`
    select number, applied_at from migration order by number
  `.execute(t.db);
  assert.deepEqual(
    rows.map((row) => row.number),
    [1, 2],
  );
  assert.ok(Instant.compare(rows[0]?.applied_at ?? clock.now(), clock.now()) === 0);
});

test('many processes may start at once: each file is applied by one of them', async () => {
  for (let number = 1; number <= 4; number += 1) {
    await write(
      `000${number}-t.sql`,
      `create table t${number} (id integer); select pg_sleep(0.05);`,
    );
  }
  const pools = Array.from({ length: 5 }, () => openDatabase({ url: t.url, poolSize: 2 }));
  const results = await Promise.all(pools.map(({ db }) => migrate({ db, clock, directory })));
  const applied = results.flat().sort();
  assert.deepEqual(applied, ['0001-t.sql', '0002-t.sql', '0003-t.sql', '0004-t.sql']);
  await Promise.all(pools.map(({ close }) => close()));
});

test('waiting for another process is not cut short by the statement timeout', async () => {
  await write('0001-slow.sql', 'select pg_sleep(0.4); create table slow (id integer);');
  const impatient = openDatabase({ url: t.url, statementTimeoutMs: 100 });
  const results = await Promise.all([
    migrate({ db: impatient.db, clock, directory }),
    migrate({ db: impatient.db, clock, directory }),
  ]);
  assert.deepEqual(results.flat(), ['0001-slow.sql']);
  await impatient.close();
});

test('a file that fails leaves nothing behind, and those before it stay', async () => {
  await write('0001-good.sql', 'create table good (id integer);');
  await write('0002-bad.sql', 'create table half (id integer);\ncreate table half (id integer);');
  const failing = migrate({ db: t.db, clock, directory });
  await assert.rejects(failing, (error: unknown) => {
    assert.ok(error instanceof MigrationError);
    assert.match(error.message, /0002-bad\.sql could not be applied: .*half.* as it was/);
    return true;
  });
  assert.deepEqual(await tables(), ['good', 'migration']);
  await write('0002-bad.sql', 'create table half (id integer);');
  assert.deepEqual(await migrate({ db: t.db, clock, directory }), ['0002-bad.sql']);
});

test('a file that changed after it was applied is refused; line ends do not count', async () => {
  await write('0001-one.sql', 'create table one (\n  id integer\n);\n');
  await migrate({ db: t.db, clock, directory });
  await write('0001-one.sql', 'create table one (\r\n  id integer\r\n);\r\n');
  assert.deepEqual(await migrate({ db: t.db, clock, directory }), []);
  await write('0001-one.sql', 'create table one (\n  id bigint\n);\n');
  await assert.rejects(
    migrate({ db: t.db, clock, directory }),
    /0001-one\.sql has changed since it was applied/,
  );
});

test('a database of a newer program is refused', async () => {
  await write('0001-one.sql', 'select 1;');
  await write('0002-two.sql', 'select 1;');
  await migrate({ db: t.db, clock, directory });
  await rm(join(directory, '0002-two.sql'));
  await assert.rejects(
    migrate({ db: t.db, clock, directory }),
    /migrated by a newer Tuppence \(0002-two\.sql\)/,
  );
});

test('a file slipped in below one already applied is refused', async () => {
  await write('0002-two.sql', 'select 1;');
  await migrate({ db: t.db, clock, directory });
  await write('0001-one.sql', 'select 1;');
  await assert.rejects(
    migrate({ db: t.db, clock, directory }),
    /0001-one\.sql comes before 0002-two\.sql/,
  );
});

test('names are checked', async () => {
  await write('0001-one.sql', 'select 1;');
  await write('0001-other.sql', 'select 1;');
  await assert.rejects(readMigrations(directory), /carry the same number/);
  await rm(join(directory, '0001-other.sql'));
  await write('2-Two.sql', 'select 1;');
  await assert.rejects(readMigrations(directory), /is not named like 0001-what-it-does\.sql/);
});

test('with nothing recorded the first file is next, with all recorded none is', () => {
  const file = { number: 1, name: '0001-a.sql', text: '', sha256: 'x' };
  assert.equal(nextMigration([file], []), file);
  assert.equal(nextMigration([file], [file]), undefined);
  assert.equal(nextMigration([], []), undefined);
});

test('the program’s own migrations are well named', async () => {
  const files = await readMigrations(join(import.meta.dirname, 'migrations'));
  assert.ok(files.length > 0);
});
