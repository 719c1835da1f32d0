/**
 * Another amount or interval for a gift that was begun and not paid. The old page is closed at the processor first, so
 * that it cannot be paid as well; only then is the old gift given up and the new one begun. If the old one was paid
 * before we could close it, that is what the supporter hears, and nothing new is begun.
 */

import { isUuid } from '../../calendar/index.ts';
import { assert } from '../../problems/index.ts';
import { isLive } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { isOpenGift } from '../gift.ts';
import { lockGift, readAttempts, readGift } from '../gift-store.ts';
import { readGiftView } from '../gift-view.ts';
import type { BeginGiftResult, GiftIntent, ReplaceGiftResult } from '../giving.ts';
import { lockPledge, movePledge } from '../pledges/pledge-store.ts';
import { abandonGift } from '../settling/apply-input.ts';
import { inTransaction } from '../transaction.ts';
import { afterRefusals } from './active-processors.ts';
import { beginGift, checkIntent, refused } from './checkout.ts';
import { type Closing, closeAttempt } from './close-attempt.ts';

export async function replaceGift(
  context: GivingContext,
  options: { readonly oldGiftId: string; readonly intent: GiftIntent },
): Promise<ReplaceGiftResult> {
  const { intent: given } = options;
  const oldGiftId = options.oldGiftId.toLowerCase();
  if (!isUuid(oldGiftId)) return refused('gift-id');
  if (oldGiftId === given.giftId.toLowerCase()) return await beginGift(context, given);
  // What would be refused anyway must not cost the supporter the page they have.
  const refusal = checkIntent(context, given);
  if (refusal !== null) return refused(refusal);
  await context.ready();
  const old = await readGift(context.db, oldGiftId);
  if (old === undefined) return await beginGift(context, given);
  if (old.periodN !== null && old.periodN > 0) return refused('ended');
  assert(old.id === oldGiftId, 'the gift that is replaced is the one that was named');
  const intent = afterRefusals(given, await readAttempts(context.db, old.id));
  const closed = await closeGift(context, old.id);
  if (closed === 'paid') return { kind: 'old-paid', gift: await readGiftView(context, old.id) };
  if (closed === 'not-heard') {
    return { kind: 'old-checking', gift: await readGiftView(context, old.id) };
  }
  if (intent.supporterId !== undefined || old.supporterId === null) {
    return await beginGift(context, intent);
  }
  return await beginAsHeir(context, intent, { giftId: old.id, supporterId: old.supporterId });
}

/**
 * The new gift is for the old one's supporter, as long as there is nothing else of them. A gift's id travels in addresses;
 * whoever found an old one must not come to a supporter who has gifts and pledges by it. That is looked at where the gift
 * is written, under the lock of the supporter's row; if there is more, or they were forgotten, it is for somebody new.
 */
async function beginAsHeir(
  context: GivingContext,
  intent: GiftIntent,
  old: { readonly giftId: string; readonly supporterId: string },
): Promise<BeginGiftResult> {
  assert(old.giftId !== intent.giftId.toLowerCase(), 'a gift is no heir of itself');
  const heir = { ...intent, supporterId: old.supporterId, heirOf: old.giftId };
  const begun = await beginGift(context, heir);
  const isOther = begun.kind === 'refused' && begun.reason === 'supporter';
  return isOther ? await beginGift(context, intent) : begun;
}

/** Ends the live attempt of a gift at its processor, then the gift and a pledge that never began. */
async function closeGift(context: GivingContext, giftId: string): Promise<Closing> {
  const attempts = await readAttempts(context.db, giftId);
  const live = attempts.find((attempt) => isLive(attempt.state));
  if (live !== undefined) {
    const closing = await closeAttempt(context, live);
    if (closing !== 'closed') return closing;
  }
  return await inTransaction(context.db, async (tx) => {
    const gift = await lockGift(tx, giftId);
    if (gift === undefined || gift.state === 'settled') return 'paid';
    if (gift.state === 'integrity_hold') return 'not-heard';
    const now = await readAttempts(tx, giftId);
    // Another tab opened a page since: that one is not closed.
    if (now.some((attempt) => isLive(attempt.state))) return 'not-heard';
    if (isOpenGift(gift.state)) {
      const over = await abandonGift(tx, context, gift);
      assert(!isOpenGift(over.state), 'what is replaced can be paid no more');
    }
    if (gift.pledgeId !== null) {
      const pledge = await lockPledge(tx, gift.pledgeId);
      if (pledge.state === 'awaiting_first') {
        await movePledge(tx, pledge, { kind: 'cancel' }, context.clock.now());
      }
    }
    return 'closed';
  });
}
