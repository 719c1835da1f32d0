/**
 * Staff's way out of a gift that was parked because the program caught itself in a mistake: once the mistake was mended, the
 * processor is asked again what became of the gift, and what it says is applied. If money came, the gift settles. If none
 * came and none can come any more, the gift stays on hold for ever, which is its end, since no state falls; its pledge goes
 * on with the next period. Nothing is charged by trying again.
 */
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { isOnItsWay } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { lockGift, readAttempts } from '../gift-store.ts';
import { isPledgeOver } from '../pledge.ts';
import { lockPledge, makeNextGift } from '../pledges/pledge-store.ts';
import type { Gift } from '../rows.ts';
import { askAboutAttempt } from '../settling/ask.ts';
import { endAlarms } from './resolve-ended.ts';

/** Calls the processor; no lock is held meanwhile. What fails again parks the gift again, under the alarm that rings already. */
export async function askAboutHeld(context: GivingContext, giftId: string): Promise<void> {
  const attempts = await readAttempts(context.db, giftId);
  for (const attempt of attempts) {
    if (isOnItsWay(attempt.state)) await askAboutAttempt(context, attempt);
  }
}

/** @returns false while something of it may still take money: ask again later */
export async function retryHeldIn(
  tx: Tx,
  context: GivingContext,
  giftId: string,
): Promise<boolean> {
  const gift = await lockGift(tx, giftId);
  if (gift === undefined) return false;
  const attempts = await readAttempts(tx, gift.id);
  if (attempts.some(({ state }) => isOnItsWay(state))) return false;
  const now = context.clock.now();
  if (gift.state === 'integrity_hold') await letPledgeGoOn(tx, context, gift);
  await endAlarms(tx, { kinds: ['assertion'], refs: [gift.id], now });
  return true;
}

async function letPledgeGoOn(tx: Tx, context: GivingContext, gift: Gift): Promise<void> {
  assert(gift.settledAt === null, 'a gift on hold did not arrive');
  if (gift.pledgeId === null || gift.periodN === null || gift.periodN === 0) return;
  const pledge = await lockPledge(tx, gift.pledgeId);
  if (isPledgeOver(pledge.state) || pledge.nextN !== gift.periodN + 1) return;
  await makeNextGift(tx, pledge, {
    now: context.clock.now(),
    newsroomZone: context.settings.zone,
  });
}
