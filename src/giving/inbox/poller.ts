/**
 * The poller: every quarter of an hour each processor is asked which payments changed, from where we stopped last time.
 * Webhooks may all be lost (some processors stop after an hour); the books must be right without them.
 *
 * What it lists goes the same way as a webhook's look-up. A payment that is none of our attempts is put into the inbox,
 * which parks it for a day and then books its money as unmatched.
 */

import { sql } from 'kysely';
import type { GivingContext } from '../context.ts';
import type { PaymentListing, Processor } from '../processor.ts';
import { applyEvidence } from '../settling/apply-evidence.ts';
import type { Worker } from '../worker.ts';
import { keepEvent, knownAttempt } from './inbox.ts';

const EVERY_MINUTES = 15;
const LEASE_SECONDS = 300;
/** Pages of one run: the next run goes on from the stored cursor. */
const PAGES_MAX = 20;

export function createPoller(context: GivingContext): Worker {
  return {
    name: 'poller',
    async runOnce() {
      await context.ready();
      let handled = 0;
      for (const processor of context.processors) {
        const cursor = await claimPoll(context, processor.accountId);
        if (cursor !== undefined) handled += await poll(context, { processor, cursor });
      }
      return handled;
    },
  };
}

/** @returns the cursor to go on from, or undefined when it is not time or somebody else is at it */
async function claimPoll(
  context: GivingContext,
  accountId: string,
): Promise<string | null | undefined> {
  const now = context.clock.now();
  const { rows } = await sql<{ cursor: string | null }>`
    update processor_account set poll_lease_until = ${now.add({ seconds: LEASE_SECONDS })}
    where id = ${accountId} and status <> 'dropped' and poll_at <= ${now} and poll_lease_until <= ${now}
    returning poll_cursor as cursor
  `.execute(context.db);
  return rows[0]?.cursor;
}

/** @returns how many payments were listed */
async function poll(
  context: GivingContext,
  from: { readonly processor: Processor; readonly cursor: string | null },
): Promise<number> {
  const { processor } = from;
  let { cursor } = from;
  let listed = 0;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const listing = await processor.listSince(cursor);
    if ('kind' in listing) break;
    for (const payment of listing.payments) await applyListed(context, { processor, payment });
    listed += listing.payments.length;
    const moved = listing.cursor !== cursor;
    cursor = listing.cursor;
    // Stored only after everything before it was applied, so a crash repeats a page instead of losing one.
    await storeCursor(context, { accountId: processor.accountId, cursor });
    if (!listing.more || !moved) break;
  }
  await finishPoll(context, processor.accountId);
  return listed;
}

async function applyListed(
  context: GivingContext,
  listed: {
    readonly processor: Processor;
    readonly payment: PaymentListing['payments'][number];
  },
): Promise<void> {
  const { processor, payment } = listed;
  const { accountId } = processor;
  const attemptId = await knownAttempt(context, accountId, payment);
  if (attemptId !== undefined) {
    const { objectRef, evidence } = payment;
    await applyEvidence(context, { attemptId, accountId, objectRef, evidence });
    return;
  }
  if (payment.evidence.state !== 'succeeded') return;
  await keepEvent(context, {
    accountId,
    eventId: `poll:${payment.objectRef}`,
    type: 'poll',
    objectRef: payment.objectRef,
    attemptId: payment.attemptId,
    body: null,
  });
}

async function storeCursor(
  context: GivingContext,
  at: { readonly accountId: string; readonly cursor: string },
): Promise<void> {
  await context.db
    .updateTable('processor_account')
    .set({ poll_cursor: at.cursor })
    .where('id', '=', at.accountId)
    .execute();
}

async function finishPoll(context: GivingContext, accountId: string): Promise<void> {
  await context.db
    .updateTable('processor_account')
    .set({
      poll_at: context.clock.now().add({ minutes: EVERY_MINUTES }),
      poll_lease_until: '-infinity',
    })
    .where('id', '=', accountId)
    .execute();
}
