/** Puts the money core together. Everything it needs comes in; it owns no timer, no connection and no secret. */
import { isUuid } from '../calendar/index.ts';
import { applyInput } from './apply-input.ts';
import { askAboutAttempt } from './ask.ts';
import { isOnItsWay } from './attempt.ts';
import { cancelPledge } from './cancel-pledge.ts';
import { beginGift } from './checkout.ts';
import { createCollector } from './collector.ts';
import { type GivingContext, givingContext } from './context.ts';
import { scheduleNextAsk } from './follow-up.ts';
import { forgetSupporter } from './forget-supporter.ts';
import { readAttempts } from './gift-store.ts';
import { findGiftView, readGiftsOf } from './gift-view.ts';
import type { GiftView, Giving, GivingDependencies, SupporterView } from './giving.ts';
import { createInboxWorker, takeWebhook } from './inbox.ts';
import { changePledgeAmount, pausePledge, resumePledge } from './pledge-commands.ts';
import { findPledgeView, readPledgesOf } from './pledge-view.ts';
import { createPoller } from './poller.ts';
import { releaseParked } from './release-parked.ts';
import { replaceGift } from './replace-gift.ts';
import { createReports } from './reports-store.ts';
import { inTransaction } from './transaction.ts';

export function createGiving(dependencies: GivingDependencies): Giving {
  const context = givingContext(dependencies);
  return {
    ...createReports(context),
    beginGift: (intent) => beginGift(context, intent),
    replaceGift: (options) => replaceGift(context, options),
    giftView: async (giftId) => (isUuid(giftId) ? await findGiftView(context, giftId) : undefined),
    askProcessor: (giftId) => askProcessor(context, giftId),
    takeWebhook: (message) => takeWebhook(context, message),
    supporterView: (supporterId) => supporterView(context, supporterId),
    pledgesOf: async (supporterId) =>
      isUuid(supporterId) ? await readPledgesOf(context, supporterId) : [],
    giftsOf: async (supporterId) =>
      isUuid(supporterId) ? await readGiftsOf(context, supporterId) : [],
    pledgeView: async (pledgeId) =>
      isUuid(pledgeId) ? await findPledgeView(context, pledgeId) : undefined,
    changePledgeAmount: (change) => changePledgeAmount(context, change),
    pausePledge: (request) => pausePledge(context, request),
    resumePledge: (pledgeId) => resumePledge(context, pledgeId),
    cancelPledge: (pledgeId) => cancelPledge(context, pledgeId),
    forgetSupporter: (tx, supporterId) => forgetSupporter(tx, context, supporterId),
    releaseParked: (giftId) => releaseParked(context, giftId),
    workers: [createInboxWorker(context), createCollector(context), createPoller(context)],
  };
}

async function askProcessor(context: GivingContext, giftId: string): Promise<GiftView | undefined> {
  if (!isUuid(giftId)) return undefined;
  const attempts = await readAttempts(context.db, giftId);
  const live = attempts.find((attempt) => isOnItsWay(attempt.state));
  if (live !== undefined && (await askAboutAttempt(context, live)) === 'not-heard') {
    await pageNotHeard(context, live.id);
  }
  return await findGiftView(context, giftId);
}

/** Who was on a page may have paid there: from now on the gift is one we are asking about, and soon. */
async function pageNotHeard(context: GivingContext, attemptId: string): Promise<void> {
  const applied = await inTransaction(context.db, (tx) =>
    applyInput(tx, context, { attemptId, input: { kind: 'page-not-heard' } }),
  );
  if (applied === 'changed') await scheduleNextAsk(context, attemptId);
}

async function supporterView(
  context: GivingContext,
  supporterId: string,
): Promise<SupporterView | undefined> {
  if (!isUuid(supporterId)) return undefined;
  const row = await context.db
    .selectFrom('supporter')
    .select(['language', 'zone'])
    .where('id', '=', supporterId)
    .where('forgotten_at', 'is', null)
    .executeTakeFirst();
  if (row?.language == null) return undefined;
  return { supporterId, language: row.language, zone: row.zone ?? context.settings.zone };
}
