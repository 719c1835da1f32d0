/**
 * The poller: every quarter of an hour each processor is asked which payments changed, from where we stopped last time.
 * Webhooks may all be lost (some processors stop after an hour); the books must be right without them.
 *
 * What it lists goes the same way as a webhook's look-up. A payment that is none of our attempts is put into the inbox,
 * which parks it for a day and then books its money as unmatched.
 */

import { sql } from 'kysely';
import { isUuid } from '../../calendar/index.ts';
import { assert } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { noteFailure } from '../alarms/note-failure.ts';
import { isFailedAssertion } from '../alarms/park-gift.ts';
import { ringIfUnreadable } from '../alarms/ring-if-unreadable.ts';
import { lookAfterClosed } from '../checkout/look-after-closed.ts';
import type { GivingContext } from '../context.ts';
import { recoverPayment } from '../custody/recover-payment.ts';
import { readAttempt } from '../gift-store.ts';
import type { PaymentListing, Processor } from '../processor.ts';
import type { AlarmKind } from '../reports/reports.ts';
import { applyEvidence } from '../settling/apply-evidence.ts';
import { isAboutARow, sqlState } from '../transaction.ts';
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
  assert(rows.length <= 1, 'an account is one row');
  return rows[0]?.cursor;
}

/** @returns how many payments were listed or asked about */
async function poll(
  context: GivingContext,
  from: { readonly processor: Processor; readonly cursor: string | null },
): Promise<number> {
  const { processor } = from;
  let { cursor } = from;
  let listed = 0;
  let isWhole = false;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const listing = await processor.listSince(cursor);
    if ('kind' in listing) {
      await ringIfUnreadable(context, { accountId: processor.accountId, list: 'poll' }, listing);
      break;
    }
    for (const payment of listing.payments) await applySafely(context, { processor, payment });
    listed += listing.payments.length;
    const moved = listing.cursor !== cursor;
    cursor = listing.cursor;
    // Stored only after everything before it was applied, so a crash repeats a page instead of losing one.
    await storeCursor(context, { accountId: processor.accountId, cursor });
    isWhole = !listing.more;
    if (isWhole || !moved) break;
  }
  const lookedAfter = await lookAfterClosed(context, processor.accountId);
  assert(lookedAfter >= 0 && listed >= 0, 'what was listed is counted from nought');
  listed += lookedAfter;
  await finishPoll(context, { accountId: processor.accountId, isWhole });
  return listed;
}

interface Listed {
  readonly processor: Processor;
  readonly payment: PaymentListing['payments'][number];
}

/**
 * A payment that the database refuses must not hold up those behind it: it goes to the inbox, which tries it again by
 * itself and tells a person in the end. Should not even that be possible, a person is told at once; and so they are of one
 * that the program does not understand, whose gift is parked.
 */
async function applySafely(context: GivingContext, listed: Listed): Promise<void> {
  try {
    await applyListed(context, listed);
  } catch (error) {
    const { accountId } = listed.processor;
    if (isFailedAssertion(error)) {
      const known = await knownAttempt(context, accountId, listed.payment);
      const attempt = known === undefined ? undefined : await readAttempt(context.db, known);
      const what = `payment:${accountId}:${listed.payment.objectRef}`;
      return await noteFailure(context, { what, giftId: attempt?.giftId ?? null }, error);
    }
    if (!isAboutARow(error)) throw error;
    try {
      await keepListed(context, listed);
    } catch (again) {
      if (!isAboutARow(again)) throw again;
      const detail = `a listed payment was refused: ${sqlState(again) ?? ''}`;
      await ring(context, { kind: 'assertion', accountId, detail });
    }
  }
}

async function ring(
  context: GivingContext,
  told: { readonly kind: AlarmKind; readonly accountId: string; readonly detail: string },
): Promise<void> {
  const { kind, accountId, detail } = told;
  const ref = `poll:${accountId}`;
  await raiseAlarm(context.db, { kind, ref, giftId: null, detail, now: context.clock.now() });
}

async function applyListed(context: GivingContext, listed: Listed): Promise<void> {
  const { processor, payment } = listed;
  const { accountId } = processor;
  const attemptId =
    (await knownAttempt(context, accountId, payment)) ??
    (await recoverPayment(context, { accountId, payment }));
  assert(attemptId === undefined || isUuid(attemptId), 'an attempt of ours has an id of ours');
  if (attemptId !== undefined) {
    const { objectRef, evidence } = payment;
    await applyEvidence(context, { attemptId, accountId, objectRef, evidence });
    return;
  }
  if (payment.evidence.state !== 'succeeded') return;
  await keepListed(context, listed);
}

async function keepListed(context: GivingContext, { processor, payment }: Listed): Promise<void> {
  assert(payment.objectRef !== '', 'a payment that is listed has a name');
  await keepEvent(context, {
    accountId: processor.accountId,
    eventId: `poll:${payment.objectRef}`,
    type: 'poll',
    objectRef: payment.objectRef,
    attemptId: payment.attemptId,
  });
}

async function storeCursor(
  context: GivingContext,
  at: { readonly accountId: string; readonly cursor: string },
): Promise<void> {
  const { numUpdatedRows } = await context.db
    .updateTable('processor_account')
    .set({ poll_cursor: at.cursor })
    .where('id', '=', at.accountId)
    .executeTakeFirst();
  assert(numUpdatedRows === 1n, 'who lists has an account of ours');
}

async function finishPoll(
  context: GivingContext,
  finished: { readonly accountId: string; readonly isWhole: boolean },
): Promise<void> {
  const now = context.clock.now();
  await context.db
    .updateTable('processor_account')
    .set({
      poll_at: now.add({ minutes: EVERY_MINUTES }),
      poll_lease_until: '-infinity',
      ...(finished.isWhole ? { poll_whole_at: now } : {}),
    })
    .where('id', '=', finished.accountId)
    .execute();
}
