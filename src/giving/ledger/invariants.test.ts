/** A check that cannot fail proves nothing: each rule of the books is broken by hand, past the schema, and must be found. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { sqlState } from '../transaction.ts';
import { checkInvariants } from './invariants.ts';

let world: GivingWorld;
let once = '';
let renewal = '';

before(async () => {
  world = await givingWorld();
  once = await world.give();
  renewal = await world.give({ interval: 'month' });
  await world.db.schema.alterTable('gift').dropConstraint('gift_period').execute();
  await sql`drop index attempt_one_live, attempt_one_success, ledger_transfer_received`.execute(
    world.db,
  );
});
after(() => world.close());

/** Thrown to undo what a test broke. */
class Undo extends Error {}

async function rulesBrokenBy(statements: readonly string[]): Promise<readonly string[]> {
  let broken: readonly string[] = [];
  await assert.rejects(
    world.db.transaction().execute(async (tx) => {
      // Triggers and foreign keys sleep in this transaction alone, as in a restore.
      await sql`set local session_replication_role = replica`.execute(tx);
      for (const statement of statements) await sql.raw(statement).execute(tx);
      broken = (await checkInvariants(tx)).map(({ rule }) => rule);
      throw new Undo();
    }),
    (error) => {
      assert.ok(error instanceof Undo, `${sqlState(error)} ${String(error)}`);
      return true;
    },
  );
  return broken;
}

const at = "'2026-02-01T00:00:00Z'";

function attempt(giftId: string, n: number, state: string, more = ''): string {
  const sent = state === 'planned' ? 'null' : at;
  const charge = state === 'succeeded' ? `'ch_planted_${n}'` : 'null';
  return `insert into attempt (id, gift_id, n, processor_account_id, request_hash, state, first_sent_at, charge_ref, created_at)
    values (gen_random_uuid(), '${giftId}', ${n}, 'fake', '01234567890123456789', '${state}', ${sent}, ${charge}, ${at}) ${more}`;
}

describe('the invariants', () => {
  it('hold before anything is broken', async () => {
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  const PLANTED: readonly [string, string, () => readonly string[]][] = [
    [
      'I1',
      'a transfer between two currencies',
      () => [
        `insert into ledger_account (processor_account_id, currency, kind, name) values ('fake', 'USD', 'asset', 'bank')`,
        `update ledger_transfer set credit = (select id from ledger_account where currency = 'USD') where gift_id = '${once}'`,
      ],
    ],
    [
      'I1',
      'a checkpoint that does not add up',
      () => [
        `insert into ledger_checkpoint (through_id, account, debits, credits, at)
         select (select max(id) from ledger_transfer), debit, sum(amount) + 1, 0, ${at} from ledger_transfer group by debit`,
      ],
    ],
    [
      'I2',
      'a settled gift that was never booked',
      () => [`delete from ledger_transfer where gift_id = '${once}'`],
    ],
    [
      'I2',
      'another amount in the books',
      () => [`update ledger_transfer set amount = 499 where gift_id = '${once}'`],
    ],
    [
      'I2',
      'a gift booked twice',
      () => [
        `insert into ledger_transfer (group_id, debit, credit, amount, currency, code, gift_id, cause_kind, cause_ref, happened_at, at)
         select group_id, debit, credit, amount, currency, code, gift_id, cause_kind, cause_ref || '2', happened_at, at
         from ledger_transfer where gift_id = '${once}'`,
      ],
    ],
    [
      'I2',
      'money booked for a gift that did not settle',
      () => [`update gift set state = 'failed', settled_at = null where id = '${once}'`],
    ],
    ['I3', 'two successes', () => [attempt(once, 2, 'succeeded')]],
    ['I4', 'two live attempts', () => [attempt(once, 2, 'sent'), attempt(once, 3, 'unknown')]],
    ['I5', 'a gap between periods', () => [`update gift set period_n = 2 where period_n = 1`]],
    ['I5', 'the same period twice', () => [`update gift set period_n = 0 where period_n = 1`]],
    ['I5', 'a pledge that lost count', () => [`update pledge set next_n = 9`]],
    [
      'I7',
      'more returned than received',
      () => [
        `insert into ledger_transfer (group_id, debit, credit, amount, currency, code, gift_id, cause_kind, cause_ref, happened_at, at)
         select group_id, credit, debit, 501, currency, 20, gift_id, 'refund', 'fake:re_1', happened_at, at
         from ledger_transfer where gift_id = '${once}'`,
      ],
    ],
    [
      'I6',
      'money paid out that no processor told of',
      () => [
        `insert into ledger_transfer (group_id, debit, credit, amount, currency, code, cause_kind, cause_ref, happened_at, at)
         select group_id, credit, debit, 5, currency, 13, 'payout', 'fake:po_1', happened_at, at
         from ledger_transfer where gift_id = '${once}'`,
      ],
    ],
    [
      'I7',
      'a dispute that gave back more than it held',
      () => [
        `insert into ledger_transfer (group_id, debit, credit, amount, currency, code, cause_kind, cause_ref, happened_at, at)
         select group_id, credit, debit, 5, currency, 31, 'dispute', 'fake:dp_1', happened_at, at
         from ledger_transfer where gift_id = '${once}'`,
      ],
    ],
    [
      'I8',
      'a charge sent after the pledge ended',
      () => [
        `update pledge set state = 'cancelled', ended_at = '2026-01-01T00:00:00Z'`,
        `update attempt set mandate_id = (select id from mandate limit 1) where gift_id = '${renewal}'`,
      ],
    ],
    ['I10', 'a settled gift without a receipt', () => [`delete from outbox where ref = '${once}'`]],
    [
      'I12',
      'a settled gift without a successful attempt',
      () => [`update attempt set state = 'expired', charge_ref = null where gift_id = '${once}'`],
    ],
    [
      'I15',
      'a gift in another currency than its pledge',
      () => [`update pledge set currency = 'USD'`],
    ],
    [
      'I17',
      'an open gift nobody looks at',
      () => [`update gift set next_at = null where state = 'due'`],
    ],
  ];
  for (const [rule, what, statements] of PLANTED) {
    it(`${rule} finds ${what}`, async () => {
      const broken = await rulesBrokenBy(statements());
      assert.ok(broken.includes(rule), `found only ${broken.join(' ')}`);
    });
  }

  it('names rows to look at, at most five', async () => {
    await assert.rejects(
      world.db.transaction().execute(async (tx) => {
        await sql`set local session_replication_role = replica`.execute(tx);
        await sql`delete from outbox`.execute(tx);
        const breaches = await checkInvariants(tx);
        const missing = breaches.find(({ rule }) => rule === 'I10');
        assert.deepEqual([missing?.count, missing?.examples.length], [2, 2]);
        assert.ok(missing?.examples.includes(once));
        throw new Undo();
      }),
      Undo,
    );
  });
});
