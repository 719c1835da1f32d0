/**
 * Counting the fees of the last months, so that pages can say what arrives without adding anything up: every few hours
 * each account's newest gifts are counted by amount and fee, and the counts replace those of the time before.
 *
 * A fee may be told with its charge (booked as code 11 in the charge's group) or later by the listing of money (a fact that names the
 * charge); either is the processor's own word, and a gift for which neither came is left out. What went back or was
 * disputed later does not matter here: the fee was taken. Only fees in the gift's own currency can be set off against it.
 */

import { sql } from 'kysely';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import type { Worker } from '../worker.ts';
import { FIT_MIN } from './what-arrives.ts';

const EVERY_HOURS = 6;
/** While hardly anything is known, a new newsroom looks again sooner. */
const SOON_MINUTES = 5;
const SEEN_DAYS = 90;
/** Gifts of one account that are looked at: enough for any amount that is given often, and a bound on the work. */
const GIFTS_MAX = 10_000;
/** Different pairs that are kept of each currency, those seen most. */
const PAIRS_MAX = 400;

export function createFeeWorker(context: GivingContext): Worker {
  return {
    name: 'fees',
    async runOnce() {
      await context.ready();
      let counted = 0;
      for (const { accountId } of context.processors) {
        if (await claim(context, accountId)) counted += await countFees(context, accountId);
      }
      return counted;
    },
  };
}

async function claim(context: GivingContext, accountId: string): Promise<boolean> {
  const now = context.clock.now();
  const { rows } = await sql<{ id: string }>`
    update processor_account set fees_at = ${now.add({ hours: EVERY_HOURS })}
    where id = ${accountId} and fees_at <= ${now}
    returning id
  `.execute(context.db);
  assert(rows.length <= 1, 'an account is one row');
  return rows.length === 1;
}

/** @returns how many pairs were counted */
async function countFees(context: GivingContext, accountId: string): Promise<number> {
  const since = context.clock.now().subtract({ hours: 24 * SEEN_DAYS });
  return await context.db.transaction().execute(async (tx) => {
    await tx.deleteFrom('fee_observed').where('processor_account_id', '=', accountId).execute();
    const { numAffectedRows } = await sql`
      with newest as (
        select gift.id, gift.currency, gift.amount_minor, attempt.charge_ref
        from gift join attempt on attempt.gift_id = gift.id and attempt.state = 'succeeded'
        where gift.settled_at >= ${since} and attempt.processor_account_id = ${accountId}
        order by gift.settled_at desc
        limit ${GIFTS_MAX}
      ), fees as (
        select newest.currency, newest.amount_minor, coalesce(
          (select sum(fact.amount_minor) from money_fact fact
           where fact.processor_account_id = ${accountId} and fact.charge_ref = newest.charge_ref
             and fact.kind = 'fee' and fact.currency = newest.currency),
          (select sum(booked.amount) from ledger_transfer settled
             join ledger_transfer booked on booked.group_id = settled.group_id and booked.code = 11
           where settled.gift_id = newest.id and settled.code = 10 and booked.currency = newest.currency
             and not exists (select from ledger_transfer fixed where fixed.reverses = booked.id))
        )::bigint as fee_minor
        from newest
      ), pairs as (
        select currency, amount_minor, fee_minor, count(*)::int as seen,
          row_number() over (partition by currency order by count(*) desc, amount_minor, fee_minor) as place
        from fees where fee_minor is not null
        group by currency, amount_minor, fee_minor
      )
      insert into fee_observed (processor_account_id, currency, amount_minor, fee_minor, seen)
      select ${accountId}, currency, amount_minor, fee_minor, seen from pairs where place <= ${PAIRS_MAX}
    `.execute(tx);
    const pairs = Number(numAffectedRows ?? 0n);
    assert(pairs >= 0, 'pairs are counted from nought');
    await tx
      .updateTable('processor_account')
      .set({ fees_at: context.clock.now().add({ minutes: SOON_MINUTES }) })
      .where('id', '=', accountId)
      .where(({ eb, selectFrom }) =>
        eb(
          selectFrom('fee_observed')
            .select(({ fn }) => fn.coalesce(fn.sum<bigint>('seen'), sql<bigint>`0`).as('gifts'))
            .where('processor_account_id', '=', accountId),
          '<',
          BigInt(FIT_MIN),
        ),
      )
      .execute();
    return pairs;
  });
}
