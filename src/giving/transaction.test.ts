import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { type TestDatabase, testDatabase } from '../database/testing/test-database.ts';
import { inTransaction, sqlState } from './transaction.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
  await sql`create table sheet (id integer primary key)`.execute(database.db);
});
after(() => database.close());

async function rows(): Promise<number> {
  const { rows: found } = await sql<{
    count: number;
  }>`select count(*)::int as count from sheet`.execute(database.db);
  return found[0]?.count ?? -1;
}

describe('a transaction that may be looked at twice', () => {
  it('runs once more after a unique violation, and keeps nothing of the first run', async () => {
    await sql`insert into sheet values (1)`.execute(database.db);
    let runs = 0;
    const result = await inTransaction(database.db, async (tx) => {
      runs += 1;
      await sql`insert into sheet values (${10 + runs})`.execute(tx);
      if (runs === 1) await sql`insert into sheet values (1)`.execute(tx);
      return runs;
    });
    assert.equal(result, 2);
    assert.equal(await rows(), 2);
  });

  it('gives up after the second unique violation', async () => {
    let runs = 0;
    const work = inTransaction(database.db, async (tx) => {
      runs += 1;
      await sql`insert into sheet values (1)`.execute(tx);
    });
    await assert.rejects(work, (error) => sqlState(error) === '23505');
    assert.equal(runs, 2);
  });

  it('does not repeat what a second look cannot mend', async () => {
    let runs = 0;
    const work = inTransaction(database.db, async () => {
      runs += 1;
      throw new Error('no');
    });
    await assert.rejects(work, /no/);
    assert.equal(runs, 1);
  });

  it('reads the code of a database error and of nothing else', () => {
    assert.equal(sqlState(new Error('x')), undefined);
    assert.equal(sqlState('23505'), undefined);
    assert.equal(sqlState(Object.assign(new Error('x'), { code: '40001' })), '40001');
  });
});
