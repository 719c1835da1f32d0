/** Staff's way out of a bound: a gift that was parked is charged after all, once, and its alarm is dealt with. */

import { isUuid } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { isOpenGift } from '../gift.ts';
import { lockGift, scheduleGift } from '../gift-store.ts';
import { inTransaction } from '../transaction.ts';

/** @returns whether the gift was parked */
export async function releaseParked(context: GivingContext, giftId: string): Promise<boolean> {
  if (!isUuid(giftId)) return false;
  return await inTransaction(context.db, (tx) => releaseParkedIn(tx, context, giftId));
}

/** The same, beside what else is written with it. */
export async function releaseParkedIn(
  tx: Tx,
  context: GivingContext,
  giftId: string,
): Promise<boolean> {
  const gift = await lockGift(tx, giftId);
  if (gift === undefined || !isOpenGift(gift.state) || gift.nextAt !== null) return false;
  const now = context.clock.now();
  const resolved = await tx
    .updateTable('alarm')
    .set({ resolved_at: now })
    .where('kind', '=', 'bound')
    .where('gift_id', '=', gift.id)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
  assert(resolved.numUpdatedRows <= 1n, 'the same thing rings once');
  if (resolved.numUpdatedRows === 0n) return false;
  await scheduleGift(tx, gift, now);
  return true;
}
