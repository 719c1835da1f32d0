/**
 * The listing of money: every quarter of an hour, and soon after a message says that money moved, each processor is asked
 * what happened to money since last time. What it tells is kept and booked by `record-fact.ts`; what waits for its charge
 * is booked as soon as the charge is. Right without a single webhook, like the poller of payments.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { assertionText, isFailedAssertion } from '../alarms/park-gift.ts';
import { ringIfUnreadable } from '../alarms/ring-if-unreadable.ts';
import type { GivingContext } from '../context.ts';
import type { Processor } from '../processor.ts';
import { inTransaction } from '../transaction.ts';
import type { Worker } from '../worker.ts';
import { bookChargeFacts } from './book-charge-facts.ts';
import type { ChargeRef } from './charge-books.ts';
import { OPENING_PATIENCE_HOURS } from './decide-charge-fact.ts';
import { parkCharge } from './park-charge.ts';
import { recordFacts } from './record-facts.ts';
import { ringForWaiting } from './ring-for-waiting.ts';

const EVERY_MINUTES = 15;
const LEASE_SECONDS = 300;
/** Pages of one run: the next run goes on from the stored cursor. */
const PAGES_MAX = 20;
const CHARGES_MAX = 100;

export function createMoneyWorker(context: GivingContext): Worker {
  return {
    name: 'money',
    async runOnce() {
      await context.ready();
      let handled = 0;
      for (const processor of context.processors) {
        if (processor.listMoneySince === undefined) continue;
        const from = await claim(context, processor.accountId);
        if (from !== undefined) handled += (await readListing(context, processor, from)).listed;
      }
      return handled + (await bookWaiting(context)) + (await ringForWaiting(context));
    },
  };
}

/** A message said that money moved: the listing is read at the next opportunity. */
export async function readMoneySoon(context: GivingContext, accountId: string): Promise<void> {
  await context.db
    .updateTable('processor_account')
    .set({ money_at: context.clock.now() })
    .where('id', '=', accountId)
    .execute();
}

async function claim(
  context: GivingContext,
  accountId: string,
): Promise<{ readonly cursor: string | null } | undefined> {
  const now = context.clock.now();
  const { rows } = await sql<{ cursor: string | null }>`
    update processor_account set money_lease_until = ${now.add({ seconds: LEASE_SECONDS })},
      money_at = ${now.add({ minutes: EVERY_MINUTES })}
    where id = ${accountId} and status <> 'dropped' and money_at <= ${now} and money_lease_until <= ${now}
    returning money_cursor as cursor
  `.execute(context.db);
  return rows[0];
}

/** Reads the listing to its end now. @returns whether the end was reached, so that what is not listed did not happen */
export async function readMoneyNow(context: GivingContext, processor: Processor): Promise<boolean> {
  if (processor.listMoneySince === undefined) return false;
  const row = await context.db
    .selectFrom('processor_account')
    .select('money_cursor as cursor')
    .where('id', '=', processor.accountId)
    .executeTakeFirstOrThrow();
  return (await readListing(context, processor, row)).whole;
}

async function readListing(
  context: GivingContext,
  processor: Processor,
  from: { readonly cursor: string | null },
): Promise<{ readonly listed: number; readonly whole: boolean }> {
  const { accountId } = processor;
  let { cursor } = from;
  let listed = 0;
  let whole = false;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const listing = await processor.listMoneySince?.(cursor);
    if (listing === undefined) break;
    if ('kind' in listing) {
      await ringIfUnreadable(context, { accountId, list: 'money' }, listing);
      break;
    }
    const now = context.clock.now();
    await recordFacts(context, { accountId, facts: listing.facts, now });
    listed += listing.facts.length;
    const moved = listing.cursor !== cursor;
    cursor = listing.cursor;
    // Stored only after everything before it was kept, so a crash repeats a page instead of losing one.
    await context.db
      .updateTable('processor_account')
      .set({ money_cursor: cursor })
      .where('id', '=', accountId)
      .execute();
    whole = !listing.more;
    if (whole || !moved) break;
  }
  await context.db
    .updateTable('processor_account')
    .set({
      money_lease_until: '-infinity',
      ...(whole ? { money_whole_at: context.clock.now() } : {}),
    })
    .where('id', '=', accountId)
    .execute();
  return { listed, whole };
}

/** Books facts whose charge came into the books after them. @returns how many charges it booked for */
async function bookWaiting(context: GivingContext): Promise<number> {
  let booked = 0;
  for (const charge of await waitingCharges(context.db, context.clock.now())) {
    if (await bookOrPark(context, charge)) booked += 1;
  }
  return booked;
}

/** A charge that the program does not understand must not hold up the others: its gift is parked, and a person told. */
async function bookOrPark(context: GivingContext, charge: ChargeRef): Promise<boolean> {
  const now = context.clock.now();
  try {
    await inTransaction(context.db, (tx) => bookChargeFacts(tx, { ...charge, now }));
    return true;
  } catch (error) {
    if (!isFailedAssertion(error)) throw error;
    await parkCharge(context, { charge, detail: assertionText(error) });
    return false;
  }
}

/**
 * Charges that are booked by now and have facts that waited for that. How a dispute ended waits on while its beginning is
 * not told, for some hours (`waitsForOpening()` says the same).
 */
export async function waitingCharges(db: Db | Tx, now: Instant): Promise<readonly ChargeRef[]> {
  const patience = now.subtract({ hours: OPENING_PATIENCE_HOURS });
  const { rows } = await sql<ChargeRef>`
    select distinct fact.processor_account_id as "accountId", fact.charge_ref as "chargeRef"
    from money_fact fact join ledger_transfer t on t.cause_kind = 'charge'
      and t.cause_ref = fact.processor_account_id || ':' || fact.charge_ref and t.code in (10, 90)
    where fact.booked_at is null and (
      fact.kind in ('refund', 'dispute-opened') or fact.told_at <= ${patience} or exists (
        select from money_fact opened
        where opened.processor_account_id = fact.processor_account_id and opened.ref = fact.ref
          and opened.kind = 'dispute-opened' and opened.currency = fact.currency
      )
    )
    limit ${CHARGES_MAX}
  `.execute(db);
  assert(rows.length <= CHARGES_MAX, 'a batch is bounded');
  return rows;
}
