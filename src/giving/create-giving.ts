/**
 * Puts the money core together. Everything it needs comes in; it owns no timer, no connection and no secret.
 *
 * Every entry is noted (`alarms/note-failure.ts`): a certainty that turns out false inside it parks its gift and rings at
 * the desk, whoever called.
 */
import { isUuid } from '../calendar/index.ts';
import { assert } from '../problems/index.ts';
import { acceptUnmatched } from './acts/accept-unmatched.ts';
import { correctTransfer } from './acts/correct-transfer.ts';
import { readReturns } from './acts/gift-returns.ts';
import { createMoneyDesk } from './acts/money-desk.ts';
import { refundGift, refundUnmatched, resolveHold, undoGift } from './acts/refunds.ts';
import { createRefundWorker } from './acts/send-refund.ts';
import { dealWithAlarm } from './alarms/deal-with-alarm.ts';
import { notedWorker, noteFailure, noting } from './alarms/note-failure.ts';
import { releaseParked } from './alarms/release-parked.ts';
import { retryOurBug } from './alarms/retry-our-bug.ts';
import { isOnItsWay } from './attempt.ts';
import { beginGift } from './checkout/checkout.ts';
import { createPayDesk } from './checkout/pay-desk.ts';
import { replaceGift } from './checkout/replace-gift.ts';
import { waysToPay } from './checkout/ways-to-pay.ts';
import { type GivingContext, givingContext } from './context.ts';
import { pauseUnlessActing } from './custody/pause-unless-acting.ts';
import { createWhatArrives } from './fees/fee-counts.ts';
import { createFeeWorker } from './fees/fee-worker.ts';
import { readAttempts } from './gift-store.ts';
import { findGiftView, readGiftsOf } from './gift-view.ts';
import type { GiftView, Giving, GivingDependencies, SupporterView } from './giving.ts';
import { createInboxWorker, takeWebhook } from './inbox/inbox.ts';
import { createPoller } from './inbox/poller.ts';
import { causeRef } from './ledger/ledger.ts';
import { createCheckpointWorker } from './ledger/ledger-checkpoint.ts';
import type { ChargeRef } from './money-facts/charge-account.ts';
import { createMoneyWorker } from './money-facts/money-worker.ts';
import { readAccounts, readLostCharges } from './moving/accounts-view.ts';
import { createMoveWorker } from './moving/ask-to-move.ts';
import { closeLostCharge } from './moving/close-lost-charge.ts';
import { importMandate } from './moving/import-mandates.ts';
import { setAccountStatus } from './moving/set-account-status.ts';
import { opensPage } from './page-key.ts';
import { cancelPledge } from './pledges/cancel-pledge.ts';
import { changeTerms, previewChange, type TermsRequest } from './pledges/change-terms.ts';
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
  const ofGift = <T>(giftId: string, what: string, work: () => Promise<T>): Promise<T> =>
    noting(context, { what, giftId }, work);
  const ofPledge = <T>(pledgeId: string, what: string, work: () => Promise<T>): Promise<T> =>
    noting(context, { what, pledgeId }, work);
  const of = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    noting(context, { what }, work);
  return {
    ...createReports(context),
    ...giftMethods(context, ofGift),
    ...pledgeMethods(context, ofPledge),
    ...deskMethods(context, { ofGift, of }),
    opensPage: (page) => opensPage(context.settings.pageSecret, page),
    noteFailure: (at, error) => noteFailure(context, at, error),
    takeWebhook: (message) => of('webhook', () => takeWebhook(context, message)),
    supporterView: (supporterId) => of('supporter-view', () => supporterView(context, supporterId)),
    pledgesOf: (supporterId) =>
      of('pledges-of', async () =>
        isUuid(supporterId) ? await readPledgesOf(context, supporterId) : [],
      ),
    giftsOf: (supporterId) =>
      of('gifts-of', async () =>
        isUuid(supporterId) ? await readGiftsOf(context, supporterId) : [],
      ),
    whatArrives: createWhatArrives(context),
    // In the transaction of whoever forgets: noting here would wait for what that one holds.
    forgetSupporter: (tx, supporterId) => forgetSupporter(tx, context, supporterId),
    returnsOf: (giftIds) => of('returns-of', () => readReturns(db, giftIds.filter(isUuid))),
    payDesk: createPayDesk(context),
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
    ].map((worker) => notedWorker(context, worker)),
  };
}

type Of = <T>(id: string, what: string, work: () => Promise<T>) => Promise<T>;

function giftMethods(
  context: GivingContext,
  ofGift: Of,
): Pick<
  Giving,
  'beginGift' | 'replaceGift' | 'waysToPay' | 'giftView' | 'askProcessor' | 'undoGift'
> {
  return {
    beginGift: (intent) => ofGift(intent.giftId, 'begin-gift', () => beginGift(context, intent)),
    replaceGift: (options) =>
      ofGift(options.oldGiftId, 'replace-gift', () => replaceGift(context, options)),
    waysToPay: () => waysToPay(context),
    giftView: (giftId) =>
      ofGift(giftId, 'gift-view', async () =>
        isUuid(giftId) ? await findGiftView(context, giftId) : undefined,
      ),
    askProcessor: (giftId) => ofGift(giftId, 'ask-processor', () => askProcessor(context, giftId)),
    undoGift: (undo) => ofGift(undo.giftId, 'undo', () => undoGift(context, undo)),
  };
}

function pledgeMethods(
  context: GivingContext,
  ofPledge: Of,
): Pick<
  Giving,
  | 'pledgeView'
  | 'changePledgeAmount'
  | 'changePledgeCollection'
  | 'changePledgeInterval'
  | 'changePledgeDay'
  | 'previewPledgeChange'
  | 'pledgeHistory'
  | 'pausePledge'
  | 'resumePledge'
  | 'cancelPledge'
> {
  const terms = (request: TermsRequest) =>
    ofPledge(request.pledgeId, 'change-terms', () => changeTerms(context, request));
  return {
    pledgeView: (pledgeId) =>
      ofPledge(pledgeId, 'pledge-view', async () =>
        isUuid(pledgeId) ? await findPledgeView(context, pledgeId) : undefined,
      ),
    changePledgeAmount: (change) =>
      ofPledge(change.pledgeId, 'change-amount', () => changePledgeAmount(context, change)),
    changePledgeCollection: ({ pledgeId, collectEveryMonths, agreed }) =>
      terms({ pledgeId, agreed, change: { kind: 'collection', collectEveryMonths } }),
    changePledgeInterval: ({ pledgeId, unit, money, agreed }) =>
      terms({ pledgeId, agreed, change: { kind: 'interval', unit, money } }),
    changePledgeDay: ({ pledgeId, dayOfMonth, agreed }) =>
      terms({ pledgeId, agreed, change: { kind: 'day', dayOfMonth } }),
    previewPledgeChange: (preview) =>
      ofPledge(preview.pledgeId, 'preview-change', () => previewChange(context, preview)),
    pledgeHistory: (pledgeId) =>
      ofPledge(pledgeId, 'pledge-history', async () =>
        isUuid(pledgeId) ? await readHistory(context.db, pledgeId) : [],
      ),
    pausePledge: (request) =>
      ofPledge(request.pledgeId, 'pause', () => pausePledge(context, request)),
    resumePledge: (pledgeId) => ofPledge(pledgeId, 'resume', () => resumePledge(context, pledgeId)),
    cancelPledge: (pledgeId) => ofPledge(pledgeId, 'cancel', () => cancelPledge(context, pledgeId)),
  };
}

function deskMethods(
  context: GivingContext,
  {
    ofGift,
    of,
  }: { readonly ofGift: Of; readonly of: <T>(what: string, work: () => Promise<T>) => Promise<T> },
): Pick<
  Giving,
  | 'retryOurBug'
  | 'releaseParked'
  | 'refundGift'
  | 'acceptUnmatched'
  | 'refundUnmatched'
  | 'resolveHold'
  | 'correctTransfer'
  | 'dealWithAlarm'
  | 'moneyDesk'
  | 'accounts'
  | 'lostCharges'
  | 'setAccountStatus'
  | 'closeLostCharge'
  | 'importMandate'
> {
  const ofCharge = ({ accountId, chargeRef }: ChargeRef): string =>
    `charge:${causeRef({ kind: 'charge', accountId, ref: chargeRef })}`;
  return {
    retryOurBug: (giftId) => ofGift(giftId, 'retry', () => retryOurBug(context, giftId)),
    releaseParked: (giftId) => ofGift(giftId, 'release', () => releaseParked(context, giftId)),
    refundGift: (refund) => ofGift(refund.giftId, 'refund', () => refundGift(context, refund)),
    acceptUnmatched: (acceptance) =>
      of(ofCharge(acceptance), () => acceptUnmatched(context, acceptance)),
    refundUnmatched: (refund) => of(ofCharge(refund), () => refundUnmatched(context, refund)),
    resolveHold: (resolution) =>
      ofGift(resolution.giftId, 'resolve-hold', () => resolveHold(context, resolution)),
    correctTransfer: (correction) =>
      of(`transfer:${correction.transferId}`, () => correctTransfer(context, correction)),
    dealWithAlarm: (decision) =>
      of(`alarm:${decision.alarmId}`, () => dealWithAlarm(context, decision)),
    moneyDesk: createMoneyDesk(context),
    accounts: () => of('accounts', () => readAccounts(context)),
    lostCharges: () => of('lost-charges', () => readLostCharges(context)),
    setAccountStatus: (decision) =>
      of(`account:${decision.accountId}`, () => setAccountStatus(context, decision)),
    closeLostCharge: (decision) =>
      of(`attempt:${decision.attemptId}`, () => closeLostCharge(context, decision)),
    importMandate: (handed, options) =>
      of('import-mandate', () => importMandate(context, handed, options)),
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
