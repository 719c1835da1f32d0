/**
 * Booking the refunds and disputes of one charge, all that were told so far, under the charge's lock. What to post is
 * decided in `decide-charge-fact.ts` from the charge's books; this reads, posts and marks.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { endAlarmsOfCharge } from '../alarms/resolve-ended.ts';
import { causeRef } from '../ledger/ledger.ts';
import { writeBooking } from '../write-booking.ts';
import { type ChargeRef, lockCharge, readChargeBooks } from './charge-books.ts';
import {
  type DisputeStanding,
  decideChargeFact,
  inBookingOrder,
  type WaitingFact,
  waitsForOpening,
} from './decide-charge-fact.ts';
import { isAboutCharge } from './decide-fact.ts';
import type { DisputeTold } from './returns.ts';

interface Booking extends ChargeRef {
  readonly now: Instant;
}

/** How a fact is named among those of its charge. */
export function factKey(fact: Pick<WaitingFact, 'kind' | 'ref'>): string {
  return `${fact.kind} ${fact.ref}`;
}

/**
 * Books what waits for a charge, in the caller's transaction.
 * @returns what was booked, by {@link factKey}: nothing when the charge is not in the books
 */
export async function bookChargeFacts(tx: Tx, booking: Booking): Promise<ReadonlySet<string>> {
  await lockCharge(tx, booking);
  const booked = new Set<string>();
  if ((await readChargeBooks(tx, booking)) === undefined) return booked;
  const waiting = inBookingOrder(await readWaiting(tx, booking));
  for (const fact of waiting) {
    if (await bookOne(tx, booking, fact)) booked.add(factKey(fact));
  }
  if (booked.size > 0) {
    const books = await readChargeBooks(tx, booking);
    assert(books !== undefined, 'a charge that something was booked for has books');
    await endAlarmsOfCharge(tx, { charge: booking, books, now: booking.now });
  }
  assert(booked.size <= waiting.length, 'nothing is booked that did not wait');
  return booked;
}

/** @returns false when it goes on waiting, for the beginning of its dispute */
async function bookOne(tx: Tx, booking: Booking, fact: WaitingFact): Promise<boolean> {
  const { now } = booking;
  const dispute = fact.kind === 'refund' ? null : await readDispute(tx, booking, fact);
  if (dispute !== null && waitsForOpening(fact, { ...dispute, now })) return false;
  // Read again for each: the one before changed what is left.
  const books = await readChargeBooks(tx, booking);
  assert(books !== undefined, 'a charge never leaves the books');
  const effects = decideChargeFact({ charge: booking, books, fact, dispute });
  for (const effect of effects) await writeBooking(tx, effect, now);
  const { numUpdatedRows } = await tx
    .updateTable('money_fact')
    .set({ booked_at: now })
    .where('processor_account_id', '=', booking.accountId)
    .where('kind', '=', fact.kind)
    .where('ref', '=', fact.ref)
    .where('booked_at', 'is', null)
    .executeTakeFirst();
  assert(numUpdatedRows === 1n, 'under the lock of its charge a fact is booked once');
  return true;
}

async function readWaiting(tx: Tx, { accountId, chargeRef }: ChargeRef): Promise<WaitingFact[]> {
  const rows = await tx
    .selectFrom('money_fact')
    .select([
      'kind',
      'ref',
      'amount_minor as amount',
      'currency',
      'happened_at as happenedAt',
      'told_at as toldAt',
    ])
    .where('processor_account_id', '=', accountId)
    .where('charge_ref', '=', chargeRef)
    .where('booked_at', 'is', null)
    .where('kind', 'in', ['refund', 'dispute-opened', 'dispute-won', 'dispute-lost'])
    .orderBy('told_at')
    .orderBy('ref')
    .orderBy('kind')
    .execute();
  return rows.map((row) => {
    assert(isAboutCharge(row.kind), 'only refunds and disputes wait for a charge');
    return { ...row, kind: row.kind };
  });
}

/** What is booked of the dispute of a fact, with the fact itself, and what the ledger has of it. */
async function readDispute(
  tx: Tx,
  { accountId }: ChargeRef,
  fact: WaitingFact,
): Promise<DisputeStanding> {
  const { told, isOpeningTold } = await readTold(tx, { accountId, fact });
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
  assert(won <= opened && lost <= opened, 'no more comes back, or is lost, than was held');
  return { told, isOpeningTold, posted: { opened, won, lost }, opens, wins };
}

async function readTold(
  tx: Tx,
  of: { readonly accountId: string; readonly fact: WaitingFact },
): Promise<{ readonly told: DisputeTold; readonly isOpeningTold: boolean }> {
  const { accountId, fact } = of;
  const rows = await tx
    .selectFrom('money_fact')
    .select(['kind', 'amount_minor', 'booked_at'])
    .where('processor_account_id', '=', accountId)
    .where('ref', '=', fact.ref)
    .where('currency', '=', fact.currency)
    .where('kind', 'in', ['dispute-opened', 'dispute-won', 'dispute-lost'])
    .execute();
  assert(rows.length >= 1 && rows.length <= 3, 'of a dispute each of three things is told once');
  const amountOf = (kind: WaitingFact['kind']): bigint => {
    const row = rows.find((one) => one.kind === kind);
    const counts = row !== undefined && (row.booked_at !== null || kind === fact.kind);
    return counts ? row.amount_minor : 0n;
  };
  return {
    told: {
      opened: amountOf('dispute-opened'),
      won: amountOf('dispute-won'),
      lost: amountOf('dispute-lost'),
    },
    isOpeningTold: rows.some(({ kind }) => kind === 'dispute-opened'),
  };
}
