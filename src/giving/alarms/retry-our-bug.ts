/**
 * Staff's way out of an order that a processor called invalid: the mistake was ours and was mended, so the renewal is tried
 * again, as a new attempt with an order built anew. Never by itself: until somebody mended it, it would be refused again.
 */

import { isUuid } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { isLive } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { isOpenGift } from '../gift.ts';
import { lockGift, readAttempts, scheduleGift } from '../gift-store.ts';
import { inTransaction } from '../transaction.ts';

/** @returns whether a renewal waited for this; it is collected by the next worker that looks */
export async function retryOurBug(context: GivingContext, giftId: string): Promise<boolean> {
  if (!isUuid(giftId)) return false;
  return await inTransaction(context.db, (tx) => retryOurBugIn(tx, context, giftId));
}

/** The same, beside what else is written with it. */
export async function retryOurBugIn(
  tx: Tx,
  context: GivingContext,
  giftId: string,
): Promise<boolean> {
  const gift = await lockGift(tx, giftId);
  if (gift === undefined || !isOpenGift(gift.state)) return false;
  // A gift somebody is making is begun again by them.
  if (gift.periodN === null || gift.periodN === 0) return false;
  const attempts = await readAttempts(tx, gift.id);
  if (attempts.some((attempt) => isLive(attempt.state))) return false;
  assert(gift.pledgeId !== null, 'a renewal has a pledge');
  const now = context.clock.now();
  const resolved = await tx
    .updateTable('alarm')
    .set({ resolved_at: now })
    .where('kind', '=', 'our-bug')
    .where('gift_id', '=', gift.id)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
  if (resolved.numUpdatedRows === 0n) return false;
  assert(attempts.length > 0, 'an order that was refused was an attempt');
  await scheduleGift(tx, gift, now);
  return true;
}
