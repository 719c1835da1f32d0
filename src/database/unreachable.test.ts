import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { openDatabase } from './connection.ts';
import { testDatabase } from './testing/test-database.ts';
import { isDatabaseUnreachable } from './unreachable.ts';

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail('it worked'),
    (error: unknown) => error,
  );
}

test('a port where nobody listens is out of reach', async () => {
  const nowhere = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' });
  assert.ok(isDatabaseUnreachable(await errorOf(sql`select 1`.execute(nowhere.db))));
  await nowhere.close();
});

test('a pool whose connections are all taken is out of reach, a wrong statement is not', async () => {
  const place = await testDatabase();
  const small = openDatabase({ url: place.url, poolSize: 1, connectTimeoutMs: 50 });
  await small.db.transaction().execute(async () => {
    assert.ok(isDatabaseUnreachable(await errorOf(sql`select 1`.execute(small.db))));
  });
  assert.ok(!isDatabaseUnreachable(await errorOf(sql`select nonsense`.execute(small.db))));
  assert.ok(!isDatabaseUnreachable(await errorOf(sql`select 1/0`.execute(small.db))));
  await small.close();
  assert.ok(isDatabaseUnreachable(await errorOf(sql`select 1`.execute(small.db))));
  await place.close();
});

test('a connection that the server ends is out of reach', async () => {
  const place = await testDatabase();
  const other = openDatabase({ url: place.url, applicationName: 'to-be-ended' });
  const waiting = errorOf(sql`select pg_sleep(20)`.execute(other.db));
  for (let tries = 0; tries < 100; tries += 1) {
    const { rows } = await sql<{ ended: boolean }>`
      select pg_terminate_backend(pid) as ended from pg_stat_activity
      where application_name = 'to-be-ended' and state = 'active'
    `.execute(place.db);
    if (rows.length > 0) break;
  }
  assert.ok(isDatabaseUnreachable(await waiting));
  await other.close();
  await place.close();
});

test('a connection that breaks between two queries of a transaction is out of reach', async () => {
  const place = await testDatabase();
  const other = openDatabase({ url: place.url, applicationName: 'to-be-broken' });
  const between = other.db.transaction().execute(async (tx) => {
    await sql`select 1`.execute(tx);
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'to-be-broken'
    `.execute(place.db);
    // The driver hears of it when it reads next, and then refuses every further query of this connection.
    await errorOf(sql`select 1`.execute(tx));
    await sql`select 2`.execute(tx);
  });
  const error = await errorOf(between);
  assert.match(String(error), /not queryable/);
  assert.ok(isDatabaseUnreachable(error));
  await other.close();
  await place.close();
});

test('what is no error of a database is not mistaken for one', () => {
  for (const error of [new Error('boom'), new TypeError('x'), 'ECONNREFUSED', undefined]) {
    assert.ok(!isDatabaseUnreachable(error));
  }
});
