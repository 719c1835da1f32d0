import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { openDatabase } from './connection.ts';
import { testDatabase } from './testing/test-database.ts';

const t = await testDatabase();
after(() => t.close());

const backendOf = async (db: typeof t.db): Promise<number> => {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  assert.ok(rows[0] !== undefined);
  return rows[0].pid;
};

const cut = (pid: number) => sql`select pg_terminate_backend(${pid})`.execute(t.db);

test('a connection cut while idle is heard of and replaced', async () => {
  const lost: Error[] = [];
  const { db, close } = openDatabase({
    url: t.url,
    poolSize: 1,
    onConnectionLost: (error) => lost.push(error),
  });
  const first = await backendOf(db);
  await cut(first);
  for (let tries = 0; lost.length === 0 && tries < 200; tries += 1) await sleep(10);
  assert.equal(lost.length, 1);
  assert.notEqual(await backendOf(db), first);
  await close();
});

test('a connection cut inside a transaction fails that transaction, not the process', async () => {
  const { db, close } = openDatabase({ url: t.url, poolSize: 1 });
  const transaction = db.transaction().execute(async (tx) => {
    await sql`create table never_there (id integer)`.execute(tx);
    await cut(await backendOf(tx));
    // Between two statements: the moment in which an unheard error would end the process.
    await sleep(50);
    await sql`select 1`.execute(tx);
  });
  await assert.rejects(transaction);
  const { rows } = await sql<{ found: unknown }>`
    select to_regclass('never_there') as found
  `.execute(db);
  assert.equal(rows[0]?.found, null);
  await close();
});

test('a server that is not there makes queries fail in time', async () => {
  const { db, close } = openDatabase({
    url: 'postgres://nobody:x@127.0.0.1:1/none',
    connectTimeoutMs: 2_000,
  });
  await assert.rejects(sql`select 1`.execute(db), { code: 'ECONNREFUSED' });
  await close();
});

test('a statement that takes too long is cancelled', async () => {
  const { db, close } = openDatabase({ url: t.url, statementTimeoutMs: 50 });
  await assert.rejects(sql`select pg_sleep(5)`.execute(db), { code: '57014' });
  await close();
});

test('a forgotten transaction is rolled back by the server', async () => {
  const { db, close } = openDatabase({ url: t.url, idleInTransactionTimeoutMs: 50, poolSize: 1 });
  const forgotten = db.transaction().execute(async (tx) => {
    await sql`select 1`.execute(tx);
    await sleep(300);
    await sql`select 1`.execute(tx);
  });
  await assert.rejects(forgotten);
  await close();
});

test('the name of the tier is visible to an operator', async () => {
  const { db, close } = openDatabase({ url: t.url, applicationName: 'tuppence teller' });
  const { rows } = await sql<{ name: string }>`
    select application_name as name from pg_stat_activity where pid = pg_backend_pid()
  `.execute(db);
  assert.equal(rows[0]?.name, 'tuppence teller');
  await close();
});

test('closing waits for the query in hand, and may be asked twice', async () => {
  const { db, close } = openDatabase({ url: t.url });
  const running = sql<{ done: boolean }>`select true as done from pg_sleep(0.1)`.execute(db);
  await sleep(20);
  await Promise.all([close(), close()]);
  assert.equal((await running).rows[0]?.done, true);
});

test('more transactions than connections wait for one another and all get done', async () => {
  const { db, close } = openDatabase({ url: t.url, poolSize: 2 });
  await sql`create table counted (id integer primary key, n integer not null)`.execute(t.db);
  await sql`insert into counted values (1, 0)`.execute(t.db);
  const add = () =>
    db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ n: number }>`
        select n from counted where id = 1 for update
      `.execute(tx);
      await sql`update counted set n = ${(rows[0]?.n ?? 0) + 1} where id = 1`.execute(tx);
    });
  await Promise.all(Array.from({ length: 20 }, add));
  const { rows } = await sql<{ n: number }>`select n from counted`.execute(db);
  assert.equal(rows[0]?.n, 20);
  await close();
});
