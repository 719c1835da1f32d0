/**
 * Checkpoints of the ledger: what every account came to, up to one transfer, so that a balance is a few rows and what came
 * after them. Adding up two million postings took the desk two seconds; with a checkpoint it takes a few milliseconds.
 *
 * They are derived and hold no truth of their own: all of them can be deleted at any time and are made again, and the
 * invariants compare the newest with the transfers themselves.
 */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { sqlState } from '../transaction.ts';
import type { Worker } from '../worker.ts';

export interface CheckpointSteps {
  /** So many postings since the last checkpoint are added up in a few milliseconds; more are worth another one. */
  readonly worth: bigint;
  /** At most so many are added at once, so that a large ledger catches up in steps that each end in time. */
  readonly atMost: bigint;
}
const STEPS: CheckpointSteps = { worth: 20_000n, atMost: 500_000n };
/** Known to the trigger in the migration. */
const POSTING_LOCK = 727_010_003;
/** While we wait for those who post, the next ones wait for us. */
const PATIENCE_MS = 200;

export function createCheckpointWorker(
  context: Pick<GivingContext, 'db' | 'clock'>,
  steps: CheckpointSteps = STEPS,
): Worker {
  assert(steps.worth >= 0n && steps.atMost > 0n, 'each step adds up something');
  return {
    name: 'ledger-checkpoint',
    async runOnce() {
      const { db, clock } = context;
      const fresh = await freshPostings(db);
      if (fresh.count < steps.worth) return 0;
      const throughId = await largestSettledId(db, fresh.throughId + steps.atMost);
      if (throughId === null) return 0;
      assert(throughId >= fresh.throughId, 'the ledger only grows');
      const { numAffectedRows } = await sql`
        with last as (
          select coalesce(max(through_id), 0) as through_id from ledger_checkpoint
          where through_id <= ${throughId}::bigint
        ), moved as (
          select account, debits, credits
          from ledger_checkpoint join last using (through_id)
          union all
          select debit, sum(amount), 0 from ledger_transfer, last
          where id > last.through_id and id <= ${throughId}::bigint group by debit
          union all
          select credit, 0, sum(amount) from ledger_transfer, last
          where id > last.through_id and id <= ${throughId}::bigint group by credit
        )
        insert into ledger_checkpoint (through_id, account, debits, credits, at)
        select ${throughId}::bigint, account, sum(debits), sum(credits), ${clock.now()}::timestamptz
        from moved group by account
        on conflict do nothing
      `.execute(db);
      return Number(numAffectedRows ?? 0n);
    },
  };
}

/** Counted by ids; those that were drawn and never used make it a little more. */
async function freshPostings(db: Db): Promise<{ throughId: bigint; count: bigint }> {
  const { rows } = await sql<{ through_id: bigint; largest: bigint }>`
    select coalesce((select max(through_id) from ledger_checkpoint), 0)::bigint as through_id,
      coalesce((select max(id) from ledger_transfer), 0)::bigint as largest
  `.execute(db);
  const row = rows[0];
  assert(row !== undefined, 'a question without a table has one answer');
  assert(row.through_id <= row.largest, 'a checkpoint stands for postings that are there');
  return { throughId: row.through_id, count: row.largest - row.through_id };
}

/** The largest id, `atMost` at most, of which is known that no smaller one can still appear; null: too much is being posted just now. */
async function largestSettledId(db: Db, atMost: bigint): Promise<bigint | null> {
  try {
    return await db.transaction().execute(async (tx) => {
      await sql.raw(`set local lock_timeout = ${PATIENCE_MS}`).execute(tx);
      await sql`select pg_advisory_xact_lock(${POSTING_LOCK}::bigint)`.execute(tx);
      // A statement of its own: it sees whatever those committed for whom we waited.
      const { rows } = await sql<{ id: bigint | null }>`
        select least(max(id), ${atMost}::bigint) as id from ledger_transfer
      `.execute(tx);
      const id = rows[0]?.id ?? null;
      assert(id === null || id <= atMost, 'a step is bounded');
      return id;
    });
  } catch (error) {
    if (sqlState(error) === '55P03') return null;
    throw error;
  }
}
