/** Puts the money core together. Everything it needs comes in; it owns no timer, no connection and no secret. */
import { isUuid } from '../calendar/index.ts';
import { assert } from '../problems/index.ts';
import { acceptUnmatched } from './acts/accept-unmatched.ts';
import { readReturns } from './acts/gift-returns.ts';
import { createMoneyDesk } from './acts/money-desk.ts';
import { refundGift, refundUnmatched, resolveHold, undoGift } from './acts/refunds.ts';
import { createRefundWorker } from './acts/send-refund.ts';
import { dealWithAlarm } from './alarms/deal-with-alarm.ts';
import { releaseParked } from './alarms/release-parked.ts';
import { retryOurBug } from './alarms/retry-our-bug.ts';
import { isOnItsWay } from './attempt.ts';
import { beginGift } from './checkout/checkout.ts';
import { createPayDesk } from './checkout/pay-desk.ts';
import { replaceGift } from './checkout/replace-gift.ts';
import { type GivingContext, givingContext } from './context.ts';
import { pauseUnlessActing } from './custody/pause-unless-acting.ts';
import { createWhatArrives } from './fees/fee-counts.ts';
import { createFeeWorker } from './fees/fee-worker.ts';
import { readAttempts } from './gift-store.ts';
import { findGiftView, readGiftsOf } from './gift-view.ts';
import type { GiftView, Giving, GivingDependencies, SupporterView } from './giving.ts';
import { createInboxWorker, takeWebhook } from './inbox/inbox.ts';
import { createPoller } from './inbox/poller.ts';
import { createCheckpointWorker } from './ledger/ledger-checkpoint.ts';
import { createMoneyWorker } from './money-facts/money-worker.ts';
import { readAccounts, readLostCharges } from './moving/accounts-view.ts';
import { createMoveWorker } from './moving/ask-to-move.ts';
import { closeLostCharge } from './moving/close-lost-charge.ts';
import { importMandate } from './moving/import-mandates.ts';
import { setAccountStatus } from './moving/set-account-status.ts';
import { cancelPledge } from './pledges/cancel-pledge.ts';
import { changeTerms, previewChange } from './pledges/change-terms.ts';
import { forgetSupporter } from './pledges/forget-supporter.ts';
import { readHistory } from './pledges/pledge-change-store.ts';
import { changePledgeAmount, pausePledge, resumePledge } from './pledges/pledge-commands.ts';
import { findPledgeView, readPledgesOf } from './pledges/pledge-view.ts';
import { createReconciliation } from './reconciliation/reconciliation.ts';
import { createCollector } from './renewals/collector.ts';
import { createReports } from './reports/reports-store.ts';
import { applyInput } from './settling/apply-input.ts';
import { askAboutAttempt } from './settling/ask.ts';
import { scheduleNextAsk } from './settling/follow-up.ts';
import { inTransaction } from './transaction.ts';

export function createGiving(dependencies: GivingDependencies): Giving {
  const context = givingContext(dependencies);
  const { db } = context;
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
    changePledgeCollection: ({ pledgeId, collectEveryMonths, agreed }) =>
      changeTerms(context, {
        pledgeId,
        agreed,
        change: { kind: 'collection', collectEveryMonths },
      }),
    changePledgeInterval: ({ pledgeId, unit, money, agreed }) =>
      changeTerms(context, { pledgeId, agreed, change: { kind: 'interval', unit, money } }),
    changePledgeDay: ({ pledgeId, dayOfMonth, agreed }) =>
      changeTerms(context, { pledgeId, agreed, change: { kind: 'day', dayOfMonth } }),
    previewPledgeChange: (preview) => previewChange(context, preview),
    pledgeHistory: async (pledgeId) => (isUuid(pledgeId) ? await readHistory(db, pledgeId) : []),
    whatArrives: createWhatArrives(context),
    retryOurBug: (giftId) => retryOurBug(context, giftId),
    pausePledge: (request) => pausePledge(context, request),
    resumePledge: (pledgeId) => resumePledge(context, pledgeId),
    cancelPledge: (pledgeId) => cancelPledge(context, pledgeId),
    forgetSupporter: (tx, supporterId) => forgetSupporter(tx, context, supporterId),
    releaseParked: (giftId) => releaseParked(context, giftId),
    refundGift: (refund) => refundGift(context, refund),
    undoGift: (undo) => undoGift(context, undo),
    acceptUnmatched: (acceptance) => acceptUnmatched(context, acceptance),
    refundUnmatched: (refund) => refundUnmatched(context, refund),
    resolveHold: (resolution) => resolveHold(context, resolution),
    dealWithAlarm: (decision) => dealWithAlarm(context, decision),
    returnsOf: (giftIds) => readReturns(db, giftIds.filter(isUuid)),
    moneyDesk: createMoneyDesk(context),
    payDesk: createPayDesk(context),
    accounts: () => readAccounts(context),
    lostCharges: () => readLostCharges(context),
    setAccountStatus: (decision) => setAccountStatus(context, decision),
    closeLostCharge: (decision) => closeLostCharge(context, decision),
    importMandate: (handed, options) => importMandate(context, handed, options),
    workers: [
      createInboxWorker(context),
      pauseUnlessActing(context.db, createCollector(context)),
      createPoller(context),
      createMoneyWorker(context),
      pauseUnlessActing(context.db, createRefundWorker(context)),
      createReconciliation(context),
      createCheckpointWorker(context),
      createFeeWorker(context),
      pauseUnlessActing(context.db, createMoveWorker(context)),
    ],
  };
}

async function askProcessor(context: GivingContext, giftId: string): Promise<GiftView | undefined> {
  if (!isUuid(giftId)) return undefined;
  const attempts = await readAttempts(context.db, giftId);
  const onTheirWay = attempts.filter((attempt) => isOnItsWay(attempt.state));
  assert(onTheirWay.length <= 1, 'one attempt of a gift may take money at a time');
  const [live] = onTheirWay;
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
  assert(row.language !== '', 'a supporter who is known has a language');
  return { supporterId, language: row.language, zone: row.zone ?? context.settings.zone };
}
