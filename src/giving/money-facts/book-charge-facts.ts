/**
 * Booking the refunds and disputes of one charge, all that were told so far, under the charge's lock. What to post is
 * decided in `decide-charge-fact.ts` from the charge's books; this reads, posts and marks.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { causeRef } from '../ledger/ledger.ts';
import { writeBooking } from '../write-booking.ts';
import { type ChargeRef, lockCharge, readChargeBooks } from './charge-books.ts';
import { type DisputeStanding, decideChargeFact, type WaitingFact } from './decide-charge-fact.ts';
import { isAboutCharge } from './decide-fact.ts';
import type { DisputeTold } from './returns.ts';

interface Booking extends ChargeRef {
  readonly now: Instant;
}

/** Books what waits for a charge, in the caller's transaction. @returns `waiting` when the charge is not in the books */
export async function bookChargeFacts(tx: Tx, booking: Booking): Promise<'booked' | 'waiting'> {
  await lockCharge(tx, booking);
  if ((await readChargeBooks(tx, booking)) === undefined) return 'waiting';
  const waiting = await readWaiting(tx, booking);
  for (const fact of waiting) {
    // Read again for each: the one before changed what is left.
    const books = await readChargeBooks(tx, booking);
    assert(books !== undefined, 'a charge never leaves the books');
    const dispute = fact.kind === 'refund' ? null : await readDispute(tx, booking, fact);
    const effects = decideChargeFact({ charge: booking, books, fact, dispute });
    for (const effect of effects) await writeBooking(tx, effect, booking.now);
  }
  await tx
    .updateTable('money_fact')
    .set({ booked_at: booking.now })
    .where('processor_account_id', '=', booking.accountId)
    .where('charge_ref', '=', booking.chargeRef)
    .where('booked_at', 'is', null)
    .execute();
  return 'booked';
}

async function readWaiting(tx: Tx, { accountId, chargeRef }: ChargeRef): Promise<WaitingFact[]> {
  const rows = await tx
    .selectFrom('money_fact')
    .select(['kind', 'ref', 'amount_minor as amount', 'currency', 'happened_at as happenedAt'])
    .where('processor_account_id', '=', accountId)
    .where('charge_ref', '=', chargeRef)
    .where('booked_at', 'is', null)
    .where('kind', 'in', ['refund', 'dispute-opened', 'dispute-won', 'dispute-lost'])
    .orderBy('told_at')
    .orderBy('ref')
    .execute();
  return rows.map((row) => {
    assert(isAboutCharge(row.kind), 'only refunds and disputes wait for a charge');
    return { ...row, kind: row.kind };
  });
}

/** All that was told about the dispute of a fact, booked or not, and what the ledger has of it. */
async function readDispute(
  tx: Tx,
  { accountId }: ChargeRef,
  fact: WaitingFact,
): Promise<DisputeStanding> {
  const told = await readTold(tx, { accountId, fact });
  const ref = causeRef({ kind: 'dispute', accountId, ref: fact.ref });
  const { rows } = await sql<{
    opened: bigint;
    won: bigint;
    lost: bigint;
    opens: number;
    wins: number;
  }>`
    select coalesce(sum(amount) filter (where code = 30), 0)::bigint as opened,
      coalesce(sum(amount) filter (where code = 31), 0)::bigint as won,
      coalesce(sum(amount) filter (where code in (32, 34)), 0)::bigint as lost,
      count(*) filter (where code = 30)::int as opens, count(*) filter (where code = 31)::int as wins
    from ledger_transfer
    where cause_kind = 'dispute' and cause_ref in (${ref}, ${`${ref}#2`}, ${`${ref}#3`})
  `.execute(tx);
  const row = rows[0];
  assert(row !== undefined, 'a sum has one row');
  const { opened, won, lost, opens, wins } = row;
  return { told, posted: { opened, won, lost }, opens, wins };
}

async function readTold(
  tx: Tx,
  of: { readonly accountId: string; readonly fact: WaitingFact },
): Promise<DisputeTold> {
  const { accountId, fact } = of;
  const rows = await tx
    .selectFrom('money_fact')
    .select(['kind', 'amount_minor'])
    .where('processor_account_id', '=', accountId)
    .where('ref', '=', fact.ref)
    .where('currency', '=', fact.currency)
    .where('kind', 'in', ['dispute-opened', 'dispute-won', 'dispute-lost'])
    .execute();
  const amountOf = (kind: WaitingFact['kind']): bigint =>
    rows.find((row) => row.kind === kind)?.amount_minor ?? 0n;
  return {
    opened: amountOf('dispute-opened'),
    won: amountOf('dispute-won'),
    lost: amountOf('dispute-lost'),
  };
}
