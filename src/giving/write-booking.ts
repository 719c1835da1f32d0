/** Writing what was decided about books and desk, in the caller's transaction. */
import type { Instant } from '../calendar/index.ts';
import type { Tx } from '../database/index.ts';
import { assert } from '../problems/index.ts';
import { raiseAlarm } from './alarms/alarm-store.ts';
import type { BookingEffect } from './booking.ts';
import { post } from './ledger/ledger-store.ts';

/** @returns false when a posting that may be kept was in the books before */
export async function writeBooking(tx: Tx, effect: BookingEffect, now: Instant): Promise<boolean> {
  if (effect.do === 'alarm') {
    const { kind, ref, giftId, detail } = effect;
    await raiseAlarm(tx, { kind, ref, giftId, detail, now });
    return true;
  }
  const { posting, duplicate } = effect;
  const posted = await post(tx, posting, { at: now, duplicate });
  assert(
    posted || duplicate === 'keep',
    'what is not in the books is posted or refused by the database',
  );
  return posted;
}
