/**
 * The books of one charge, read under its lock: what it brought, as what it was booked, and what went back of it.
 *
 * The lock is the charge's own (an advisory lock named after it), because a charge need not have a gift, and because the
 * rows of the ledger cannot be locked: nobody may update them. Nobody who locked a gift's row may wait for it: whoever holds
 * it posts, a posting names its gift, and its foreign key waits for that row.
 */
import { sql } from 'kysely';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { causeRef } from '../ledger/ledger.ts';
import {
  type BroughtRow,
  type ChargeBooks,
  type ChargeRef,
  chargeBooksOf,
  type Returned,
} from './charge-account.ts';

export type { ChargeBooks, ChargeRef } from './charge-account.ts';

/** Nobody else decides about this charge until the transaction ends. */
export async function lockCharge(tx: Tx, charge: ChargeRef): Promise<void> {
  const name = `charge:${causeRef({ kind: 'charge', accountId: charge.accountId, ref: charge.chargeRef })}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
}

/** How the acceptance of a charge is written in the ledger: one person's act per charge. */
export function acceptanceRef(charge: ChargeRef): string {
  return `accepted:${charge.chargeRef}`;
}

/** The charge's books, or undefined when it is not in them: not yet, or not any more, by a correction. Decide on them only under {@link lockCharge}. */
export async function readChargeBooks(
  db: Db | Tx,
  charge: ChargeRef,
): Promise<ChargeBooks | undefined> {
  const { accountId, chargeRef } = charge;
  const cause = causeRef({ kind: 'charge', accountId, ref: chargeRef });
  const accepted = causeRef({ kind: 'person', accountId, ref: acceptanceRef(charge) });
  const { rows } = await sql<BroughtRow>`
    select t.code, t.amount, t.currency, t.gift_id as "giftId", gift.pledge_id as "pledgeId"
    from ledger_transfer t left join gift on gift.id = t.gift_id
    where (t.cause_kind = 'charge' and t.cause_ref = ${cause} and t.code in (10, 90)
        and not exists (select from ledger_transfer fixed where fixed.reverses = t.id))
      or (t.cause_kind = 'person' and t.cause_ref = ${accepted} and t.code = 91)
  `.execute(db);
  if (!rows.some((row) => row.code !== 91)) return undefined;
  return chargeBooksOf(rows, await readReturned(db, charge));
}

/** What went back, by refund or lost dispute, out of the gift and out of unmatched money. */
async function readReturned(db: Db | Tx, { accountId, chargeRef }: ChargeRef): Promise<Returned> {
  const { rows } = await sql<{ from_gift: bigint; from_unmatched: bigint }>`
    select coalesce(sum(t.amount) filter (where t.code in (20, 32)), 0)::bigint as from_gift,
      coalesce(sum(t.amount) filter (where t.code in (21, 34)), 0)::bigint as from_unmatched
    from money_fact fact join ledger_transfer t
      on t.cause_kind = case fact.kind when 'refund' then 'refund' else 'dispute' end
        and t.cause_ref = fact.processor_account_id || ':' || fact.ref
    where fact.processor_account_id = ${accountId} and fact.charge_ref = ${chargeRef}
      and fact.kind in ('refund', 'dispute-lost') and t.code in (20, 21, 32, 34)
  `.execute(db);
  const row = rows[0];
  assert(row !== undefined, 'a sum has one row');
  return { fromGift: row.from_gift, fromUnmatched: row.from_unmatched };
}
