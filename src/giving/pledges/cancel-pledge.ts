/**
 * Stopping a pledge: two taps, no reason asked, safe to send twice. A renewal that was not sent before this commits is
 * never sent; one that was sent completes, and its receipt says so. A page that is still open is closed at the processor.
 */
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { isLive, isOnItsWay } from '../attempt.ts';
import { closeAttempt } from '../checkout/close-attempt.ts';
import type { GivingContext } from '../context.ts';
import { moveGift, readAttempts } from '../gift-store.ts';
import type { CancelResult } from '../giving.ts';
import { isPledgeOver } from '../pledge.ts';
import type { Attempt } from '../rows.ts';
import { applyInput } from '../settling/apply-input.ts';
import { changePledge, type LockedPledge } from './change-pledge.ts';
import { killMandate, movePledge } from './pledge-store.ts';
import { findPledgeView } from './pledge-view.ts';

export async function cancelPledge(
  context: GivingContext,
  pledgeId: string,
): Promise<CancelResult> {
  const onTheirWay: Attempt[] = [];
  const done = await changePledge(context, pledgeId, async (tx, locked) => {
    onTheirWay.length = 0;
    onTheirWay.push(...(await cancelLocked(tx, context, locked)));
    return 'cancelled';
  });
  if (done === 'not-found') return { kind: 'not-found' };
  for (const attempt of onTheirWay) {
    // Only pages can be closed; a charge on a mandate is with the bank. The rows decide what is left.
    if (attempt.mandateId === null) await closeAttempt(context, attempt);
  }
  const pledge = await findPledgeView(context, pledgeId);
  assert(pledge !== undefined, 'a pledge that was cancelled is there');
  return { kind: 'cancelled', pledge, willStillComplete: pledge.renewalInFlight };
}

/** Cancels in the caller's transaction. @returns the attempts that may still complete */
export async function cancelLocked(
  tx: Tx,
  context: GivingContext,
  { pledge, openGifts }: LockedPledge,
): Promise<readonly Attempt[]> {
  const now = context.clock.now();
  const over = await movePledge(tx, pledge, { kind: 'cancel' }, now);
  assert(isPledgeOver(over.state), 'a cancel ends a pledge');
  if (pledge.mandateId !== null) await killMandate(tx, pledge.mandateId, { unlessShared: true });
  const onTheirWay: Attempt[] = [];
  for (const gift of openGifts) {
    const attempts = await readAttempts(tx, gift.id);
    assert(gift.pledgeId === pledge.id, 'open gifts are those of the pledge');
    const live = attempts.find((attempt) => isLive(attempt.state));
    if (live !== undefined && isOnItsWay(live.state)) {
      onTheirWay.push(live);
      continue;
    }
    // Withdrawing gives up the gift as well, because its pledge is over by now.
    if (live === undefined)
      await moveGift(tx, gift, { input: { kind: 'abandon' }, nextAt: null, now });
    else await applyInput(tx, context, { attemptId: live.id, input: { kind: 'withdraw' } });
  }
  return onTheirWay;
}
