import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { StatementNames } from './prepared-statements.ts';
import { testDatabase } from './testing/test-database.ts';

const t = await testDatabase({ poolSize: 1 });
after(() => t.close());

const prepared = async (): Promise<readonly string[]> => {
  const { rows } = await sql<{ statement: string }>`
    select statement from pg_prepared_statements
  `.execute(t.db);
  return rows.map((row) => row.statement);
};

test('a text is prepared from its fifth use on', async () => {
  const ask = (n: number) => sql<{ n: number }>`select ${n}::int as n`.execute(t.db);
  for (let n = 0; n < 4; n += 1) await ask(n);
  assert.deepEqual(await prepared(), []);
  assert.equal((await ask(7)).rows[0]?.n, 7);
  assert.equal((await ask(8)).rows[0]?.n, 8);
  assert.deepEqual(await prepared(), ['select $1::int as n']);
});

test('a table that changes under a running program costs one statement, not all of them', async () => {
  await sql`create table changing (id int)`.execute(t.db);
  await sql`insert into changing values (1)`.execute(t.db);
  const ask = () => sql<object>`select * from changing where id = ${1}`.execute(t.db);
  for (let n = 0; n < 6; n += 1) await ask();
  await sql`alter table changing add column more text`.execute(t.db);
  await assert.rejects(ask, /cached plan must not change result type/);
  for (let n = 0; n < 6; n += 1) {
    assert.deepEqual((await ask()).rows, [{ id: 1, more: null }]);
  }
});

test('texts of every length do not pile up', () => {
  const names = new StatementNames();
  for (let length = 0; length < 1_000; length += 1) {
    for (let use = 0; use < 10; use += 1) names.nameOf(`select ${length}`);
  }
  assert.equal(names.nameOf('select 999'), undefined);
  assert.equal(typeof names.nameOf('select 0'), 'string');
});
