import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { MIGRATIONS_DIRECTORY, readMigrations } from '../migrate.ts';
import { testDatabase } from './test-database.ts';

const one = await testDatabase();
const two = await testDatabase();
after(() => Promise.all([one.close(), two.close()]));

test('each test database is migrated and its own', async () => {
  await sql`create table only_here (id integer)`.execute(one.db);
  const { rows } = await sql<{ found: string | null }>`
    select to_regclass('only_here')::text as found
  `.execute(two.db);
  assert.equal(rows[0]?.found, null);
  const files = await readMigrations(MIGRATIONS_DIRECTORY);
  const applied = await sql<{ name: string }>`select name from migration`.execute(two.db);
  assert.deepEqual(
    applied.rows.map((row) => row.name).sort(),
    files.map((file) => file.name),
  );
});

test('concurrent connections are real: one waits for the lock of the other', async () => {
  await one.db.connection().execute(async (holder) => {
    await sql`select pg_advisory_lock(1)`.execute(holder);
    const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_lock(1) as got`.execute(
      one.db,
    );
    assert.equal(rows[0]?.got, false);
    await sql`select pg_advisory_unlock(1)`.execute(holder);
  });
});

test('a database is made quickly', async () => {
  const started = performance.now();
  const t = await testDatabase();
  const tookMs = performance.now() - started;
  await t.close();
  // The budget is 150 ms on a quiet machine; a shared one may be slower.
  assert.ok(tookMs < 1_500, `took ${tookMs} ms`);
});
