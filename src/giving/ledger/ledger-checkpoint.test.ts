import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { checkInvariants } from './invariants.ts';
import { createCheckpointWorker } from './ledger-checkpoint.ts';
import { readBalances } from './ledger-store.ts';

let world: GivingWorld;
before(async () => {
  world = await givingWorld();
  for (let gifts = 0; gifts < 4; gifts += 1) await world.give();
  await world.give({ interval: 'month' });
});
after(() => world.close());

const take = (steps = { worth: 1n, atMost: 1_000n }) =>
  createCheckpointWorker(world.dependencies, steps).runOnce();

async function lastId(): Promise<bigint> {
  const { rows } = await sql<{ id: bigint }>`
    select coalesce(max(through_id), 0)::bigint as id from ledger_checkpoint
  `.execute(world.db);
  return rows[0]?.id ?? 0n;
}

/** Posts one minor unit from a new hand, in a transaction that stays open until `end`. */
async function postSlowly(end: Promise<void>): Promise<void> {
  await world.db.transaction().execute(async (tx) => {
    await sql`
      insert into ledger_transfer
        (group_id, debit, credit, amount, currency, code, cause_kind, cause_ref, happened_at, at)
      select gen_random_uuid(), debit, credit, 1, currency, 90, 'charge', gen_random_uuid()::text, happened_at, at
      from ledger_transfer limit 1
    `.execute(tx);
    await end;
  });
}

describe('checkpoints of the ledger', () => {
  it('are not taken for a handful of postings', async () => {
    assert.equal(await createCheckpointWorker(world.dependencies).runOnce(), 0);
    assert.equal(await lastId(), 0n);
  });

  it('change no balance, step by step until nothing is left', async () => {
    const before = await readBalances(world.db);
    let steps = 0;
    while ((await take({ worth: 1n, atMost: 2n })) > 0) {
      steps += 1;
      assert.deepEqual(await readBalances(world.db), before);
      assert.deepEqual(await checkInvariants(world.db), []);
    }
    assert.ok(steps >= 2, `${steps} steps`);
    const { rows } = await sql<{ id: bigint }>`select max(id) as id from ledger_transfer`.execute(
      world.db,
    );
    assert.equal(await lastId(), rows[0]?.id);
  });

  it('count what comes after them, and can all be thrown away', async () => {
    await world.give();
    const balances = await readBalances(world.db);
    await sql`delete from ledger_checkpoint`.execute(world.db);
    assert.deepEqual(await readBalances(world.db), balances);
    assert.ok((await take()) > 0);
    assert.deepEqual(await readBalances(world.db), balances);
  });

  it('never pass by a posting whose number is drawn and not yet committed', async () => {
    const before = await lastId();
    let end = () => {};
    const slow = postSlowly(
      new Promise((resolve) => {
        end = resolve;
      }),
    );
    // Another posting, with a larger number, is committed while the first is still open.
    await postSlowly(Promise.resolve());
    assert.equal(await take(), 0, 'a checkpoint now would miss the slow one for ever');
    assert.equal(await lastId(), before);
    end();
    await slow;
    assert.ok((await take()) > 0);
    const breaches = await checkInvariants(world.db);
    assert.deepEqual(
      breaches.filter(({ says }) => says.includes('checkpoint')),
      [],
    );
  });

  it('are the same from two processes at once', async () => {
    await world.give();
    await Promise.all([take(), take(), take()]);
    const breaches = await checkInvariants(world.db);
    assert.deepEqual(
      breaches.filter(({ says }) => says.includes('checkpoint')),
      [],
    );
  });
});
