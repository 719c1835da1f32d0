/**
 * What a pay page of our own may ask and say. It exists because some processors have no page that refuses a card before
 * its bank hears of it, or none that works without script, so we bring one; and such a page must not get hold of the rest
 * of the money core.
 */
import { isUuid } from '../../calendar/index.ts';
import { assert } from '../../problems/index.ts';
import { isOnItsWay } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { isOpenGift } from '../gift.ts';
import { readAttempt, readGift } from '../gift-store.ts';
import { isPledgeOver } from '../pledge.ts';
import { readPledge } from '../pledges/pledge-store.ts';
import type { PayDesk } from '../processor.ts';
import { applyEvidence } from '../settling/apply-evidence.ts';
import { orderOfAttempt } from './order-of-attempt.ts';

export function createPayDesk(context: GivingContext): PayDesk {
  return {
    async waiting(attemptId) {
      if (!isUuid(attemptId)) return undefined;
      const attempt = await readAttempt(context.db, attemptId);
      if (attempt === undefined || !isOnItsWay(attempt.state)) return undefined;
      const gift = await readGift(context.db, attempt.giftId);
      assert(gift !== undefined, 'the gift of an attempt exists');
      if (!isOpenGift(gift.state)) return undefined;
      const pledge =
        gift.pledgeId === null ? null : ((await readPledge(context.db, gift.pledgeId)) ?? null);
      if (pledge !== null && isPledgeOver(pledge.state)) return undefined;
      const built = await orderOfAttempt(context, { gift, pledge, attemptId });
      // An order that changed since (another country is listed now) is built and paid anew, never on the old page.
      if (built === undefined || built.hash !== attempt.requestHash) return undefined;
      return { order: built.order, accountId: attempt.accountId, objectRef: attempt.objectRef };
    },
    async tell(report) {
      assert(report.objectRef !== '', 'what a processor says is about an object of its own');
      await applyEvidence(context, report);
    },
  };
}
