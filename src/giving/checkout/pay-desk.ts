/**
 * What a pay page of our own may ask and say. It exists because some processors have no page that refuses a card before
 * its bank hears of it, or none that works without script, so we bring one; and such a page must not get hold of the rest
 * of the money core.
 */
import { isUuid } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { isOnItsWay } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { isOpenGift } from '../gift.ts';
import { lockGiftOfAttempt, readAttempt, readGift } from '../gift-store.ts';
import { isPledgeOver } from '../pledge.ts';
import { readPledge } from '../pledges/pledge-store.ts';
import type { PayDesk, WaitingPayment } from '../processor.ts';
import { applyEvidence } from '../settling/apply-evidence.ts';
import { applyInput } from '../settling/apply-input.ts';
import { inTransaction } from '../transaction.ts';
import { closeAttempt } from './close-attempt.ts';
import { orderOfAttempt } from './order-of-attempt.ts';

export function createPayDesk(context: GivingContext): PayDesk {
  return {
    waiting: async (attemptId) =>
      isUuid(attemptId) ? await waiting(context.db, context, attemptId) : undefined,
    take: async (attemptId) =>
      isUuid(attemptId)
        ? await inTransaction(context.db, (tx) => take(tx, context, attemptId))
        : undefined,
    async tell(report) {
      const { objectRef, evidence } = report;
      assert(objectRef !== '', 'what a processor says is about an object of its own');
      assert(
        objectRef !== null || evidence.state === 'declined' || evidence.state === 'expired',
        'where nothing was made, nothing is under way',
      );
      await applyEvidence(context, report);
    },
    async tellRefused({ attemptId, code }) {
      assert(code !== '', 'who refuses says why');
      await inTransaction(context.db, (tx) =>
        applyInput(tx, context, { attemptId, input: { kind: 'order-refused', code } }),
      );
    },
    wayOn: async (attemptId) => (isUuid(attemptId) ? await wayOn(context, attemptId) : undefined),
  };
}

async function waiting(
  db: Db | Tx,
  context: GivingContext,
  attemptId: string,
): Promise<WaitingPayment | undefined> {
  const attempt = await readAttempt(db, attemptId);
  if (attempt === undefined || !isOnItsWay(attempt.state)) return undefined;
  // A renewal is charged by the collector, on a mandate; there is nobody to pay on a page.
  if (attempt.mandateId !== null) return undefined;
  const gift = await readGift(db, attempt.giftId);
  assert(gift !== undefined, 'the gift of an attempt exists');
  if (!isOpenGift(gift.state)) return undefined;
  const pledge = gift.pledgeId === null ? null : ((await readPledge(db, gift.pledgeId)) ?? null);
  if (pledge !== null && isPledgeOver(pledge.state)) return undefined;
  const built = await orderOfAttempt(context, { gift, pledge, attemptId }, db);
  // An order that changed since (another country is listed now) is built and paid anew, never on the old page.
  if (built === undefined || built.hash !== attempt.requestHash) return undefined;
  return { order: built.order, accountId: attempt.accountId, objectRef: attempt.objectRef };
}

async function wayOn(context: GivingContext, attemptId: string): Promise<string | undefined> {
  const attempt = await readAttempt(context.db, attemptId);
  // Nobody pays a renewal on a page of ours.
  if (attempt === undefined || attempt.mandateId !== null) return undefined;
  const gift = await readGift(context.db, attempt.giftId);
  assert(gift !== undefined, 'the gift of an attempt exists');
  const pledge =
    gift.pledgeId === null ? null : ((await readPledge(context.db, gift.pledgeId)) ?? null);
  const built = await orderOfAttempt(context, { gift, pledge, attemptId });
  if (built === undefined) return undefined;
  const { returnUrl, cancelUrl } = built.order;
  const isStale = isOnItsWay(attempt.state) && built.hash !== attempt.requestHash;
  if (!isStale || !isOpenGift(gift.state)) return returnUrl;
  return (await closeAttempt(context, attempt)) === 'closed' ? cancelUrl : returnUrl;
}

async function take(
  tx: Tx,
  context: GivingContext,
  attemptId: string,
): Promise<WaitingPayment | undefined> {
  const gift = await lockGiftOfAttempt(tx, attemptId);
  if (gift === undefined) return undefined;
  const found = await waiting(tx, context, attemptId);
  if (found === undefined) return undefined;
  assert(found.order.references.giftId === gift.id, 'the order is for the gift that is locked');
  await applyInput(tx, context, { attemptId, input: { kind: 'page-not-heard' } });
  return found;
}
