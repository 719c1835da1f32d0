/** One-off gifts of somebody who is to be forgotten: what was not sent is taken back, what is on its way is left to end. */

import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { isLive, isOnItsWay } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { isOpenGift } from '../gift.ts';
import { lockGift, moveGift, readAttempts } from '../gift-store.ts';
import { applyInput } from '../settling/apply-input.ts';

/** @returns how many payments may still complete */
export async function withdrawFirstTries(
  tx: Tx,
  context: GivingContext,
  supporterId: string,
): Promise<number> {
  const open = await tx
    .selectFrom('gift')
    .select('id')
    .where('supporter_id', '=', supporterId)
    .where('pledge_id', 'is', null)
    .where('state', 'in', ['due', 'collecting'])
    .orderBy('id')
    .execute();
  let stillCompleting = 0;
  for (const { id } of open) {
    const gift = await lockGift(tx, id);
    if (gift === undefined || !isOpenGift(gift.state)) continue;
    assert(gift.pledgeId === null, 'a gift of a pledge goes with its pledge');
    const live = (await readAttempts(tx, id)).find((attempt) => isLive(attempt.state));
    if (live !== undefined && isOnItsWay(live.state)) {
      stillCompleting += 1;
      continue;
    }
    if (live !== undefined) {
      await applyInput(tx, context, { attemptId: live.id, input: { kind: 'withdraw' } });
    }
    await moveGift(tx, gift, {
      input: { kind: 'abandon' },
      nextAt: null,
      now: context.clock.now(),
    });
  }
  assert(stillCompleting <= open.length, 'no more complete than were open');
  return stillCompleting;
}
