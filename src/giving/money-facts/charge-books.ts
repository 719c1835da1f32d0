/**
 * The books of one charge, read under its lock: what it brought, as what it was booked, and what went back of it.
 *
 * The lock is the charge's own (an advisory lock named after it), because a charge need not have a gift, and because the
 * rows of the ledger cannot be locked: nobody may update them. Whoever holds a gift as well took the gift first.
 */
import { sql } from 'kysely';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { IncomeAccount } from '../ledger/chart-of-accounts.ts';
import { causeRef } from '../ledger/ledger.ts';
import type { Purse } from './returns.ts';

export interface ChargeRef {
  readonly accountId: string;
  readonly chargeRef: string;
}

export interface ChargeBooks {
  readonly currency: string;
  /** What it brought. */
  readonly amount: bigint;
  /** `gift`: settled its gift. `unmatched`: nobody can explain it. `accepted`: a person made a gift of it. */
  readonly as: 'gift' | 'unmatched' | 'accepted';
  /** The gift it settled or became; for unmatched money the gift it was meant for, where that is known. */
  readonly giftId: string | null;
  readonly income: IncomeAccount;
  readonly purse: Purse;
}

/** Nobody else decides about this charge until the transaction ends. */
export async function lockCharge(tx: Tx, charge: ChargeRef): Promise<void> {
  const name = `charge:${causeRef({ kind: 'charge', accountId: charge.accountId, ref: charge.chargeRef })}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
}

/** How the acceptance of a charge is written in the ledger: one person's act per charge. */
export function acceptanceRef(charge: ChargeRef): string {
  return `accepted:${charge.chargeRef}`;
}

/** The charge's books, or undefined when it is not in them (yet). Decide on them only under {@link lockCharge}. */
export async function readChargeBooks(
  db: Db | Tx,
  charge: ChargeRef,
): Promise<ChargeBooks | undefined> {
  const { accountId, chargeRef } = charge;
  const cause = causeRef({ kind: 'charge', accountId, ref: chargeRef });
  const accepted = causeRef({ kind: 'person', accountId, ref: acceptanceRef(charge) });
  const { rows } = await sql<{
    code: number;
    amount: bigint;
    currency: string;
    gift_id: string | null;
    pledge_id: string | null;
  }>`
    select t.code, t.amount, t.currency, t.gift_id, gift.pledge_id
    from ledger_transfer t left join gift on gift.id = t.gift_id
    where (t.cause_kind = 'charge' and t.cause_ref = ${cause} and t.code in (10, 90))
      or (t.cause_kind = 'person' and t.cause_ref = ${accepted} and t.code = 91)
  `.execute(db);
  const booked = rows.find((row) => row.code !== 91);
  if (booked === undefined) return undefined;
  assert(rows.length <= 2, 'a charge is booked once and accepted once');
  const acceptance = rows.find((row) => row.code === 91);
  assert(acceptance === undefined || booked.code === 90, 'only unmatched money is accepted');
  const gone = await readReturned(db, charge);
  const giftTotal = booked.code === 10 ? booked.amount : (acceptance?.amount ?? 0n);
  const owner = acceptance ?? booked;
  return {
    currency: booked.currency,
    amount: booked.amount,
    as: booked.code === 10 ? 'gift' : acceptance === undefined ? 'unmatched' : 'accepted',
    giftId: owner.gift_id,
    income: owner.pledge_id === null ? 'gifts_once' : 'gifts_recurring',
    purse: {
      gift: floor(giftTotal - gone.fromGift),
      unmatched: floor(booked.amount - giftTotal - gone.fromUnmatched),
    },
  };
}

function floor(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}

/** What went back, by refund or lost dispute, out of the gift and out of unmatched money. */
async function readReturned(
  db: Db | Tx,
  { accountId, chargeRef }: ChargeRef,
): Promise<{ readonly fromGift: bigint; readonly fromUnmatched: bigint }> {
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
