/**
 * After we called or asked: when to look again, so that nothing that may still take money is ever left unasked, and a page
 * that nobody paid on for a day is closed.
 */
import { Instant } from '../../calendar/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { isLive, isOnItsWay } from '../attempt.ts';
import { closeAttempt } from '../checkout/close-attempt.ts';
import type { GivingContext } from '../context.ts';
import { isOpenGift } from '../gift.ts';
import { lockGiftOfAttempt, readAttempt, scheduleGift } from '../gift-store.ts';
import { followUpConfirmation, isUnattendedConfirmation } from '../renewals/needs-action.ts';
import { inTransaction } from '../transaction.ts';
import { nextAsk } from './ask-schedule.ts';

/** Looks after an attempt that is still live; one that ended has said itself what comes next. */
export async function scheduleNextAsk(context: GivingContext, attemptId: string): Promise<void> {
  // Most charges succeed at once, and what has ended is never under way again: no lock is needed to see that.
  const seen = await readAttempt(context.db, attemptId);
  if (seen === undefined || !isLive(seen.state)) return;
  await inTransaction(context.db, async (tx) => {
    const gift = await lockGiftOfAttempt(tx, attemptId);
    const attempt = await readAttempt(tx, attemptId);
    if (gift === undefined || attempt === undefined) return;
    if (!isOpenGift(gift.state) || !isOnItsWay(attempt.state)) return;
    const now = context.clock.now();
    await tx
      .updateTable('attempt')
      .set({ asked: attempt.asked + 1 })
      .where('id', '=', attempt.id)
      .execute();
    if (isUnattendedConfirmation(attempt)) {
      return await followUpConfirmation(tx, context, { gift, now });
    }
    const unheard = attempt.state === 'unknown' || attempt.heard === null;
    const next = nextAsk({ asked: attempt.asked, for: unheard ? 'unheard' : 'under-way', now });
    await scheduleGift(tx, gift, next.at);
    if (!next.exhausted) return;
    await raiseAlarm(tx, {
      kind: 'unanswered',
      ref: attempt.id,
      giftId: gift.id,
      detail: attempt.state,
      now,
    });
  });
}

/** How long a page stays open for a supporter who went away. */
const PAGE_OPEN_HOURS = 24;

/** Closes a page that was open for a day and is not being paid. What the processor confirms is written; nothing else is. */
export async function closeUnpaidPage(context: GivingContext, attemptId: string): Promise<void> {
  const attempt = await readAttempt(context.db, attemptId);
  if (attempt === undefined || attempt.mandateId !== null || !isLive(attempt.state)) return;
  if (attempt.heard !== 'open' || attempt.firstSentAt === null) return;
  const openUntil = attempt.firstSentAt.add({ hours: PAGE_OPEN_HOURS });
  if (Instant.compare(context.clock.now(), openUntil) < 0) return;
  await closeAttempt(context, attempt);
}
