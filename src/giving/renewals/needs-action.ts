/**
 * A renewal that the supporter's bank wants confirmed: one letter, one reminder after three days, and on day 21 the pledge
 * lapses. Neither a decline nor a loop of tries.
 */
import type { Instant } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { readAttempts, scheduleGift } from '../gift-store.ts';
import { isPledgeOver } from '../pledge.ts';
import { tellSupporter } from '../pledges/notices.ts';
import { lockPledge } from '../pledges/pledge-store.ts';
import type { Attempt, Gift } from '../rows.ts';
import { lapseInstant } from '../settling/try-ended.ts';

const REMINDER_AFTER_DAYS = 3;

/** Whether an attempt waits for a confirmation of somebody who is not on a page of ours. */
export function isUnattendedConfirmation(attempt: Pick<Attempt, 'state' | 'mandateId'>): boolean {
  return attempt.state === 'needs_action' && attempt.mandateId !== null;
}

/** The gift is locked, and its attempt waits: the letter, then the one reminder, then nothing until the pledge lapses. */
export async function followUpConfirmation(
  tx: Tx,
  context: GivingContext,
  waiting: { readonly gift: Gift; readonly now: Instant },
): Promise<void> {
  const { gift, now } = waiting;
  assert(gift.pledgeId !== null, 'a renewal has a pledge');
  const pledge = await lockPledge(tx, gift.pledgeId);
  // Nobody is asked to confirm a payment for a pledge they stopped.
  if (!isPledgeOver(pledge.state)) {
    const isNews = await tellSupporter(tx, { gift, now, about: 'needs-action' });
    if (isNews) {
      return await scheduleGift(tx, gift, now.add({ hours: 24 * REMINDER_AFTER_DAYS }));
    }
    await tellSupporter(tx, { gift, now, about: 'needs-action-reminder' });
  }
  const attempts = await readAttempts(tx, gift.id);
  await scheduleGift(tx, gift, lapseInstant(context, { gift, pledge, attempts }));
}
