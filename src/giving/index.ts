/** The money core, as the rest of Tuppence sees it. */
export type { AcceptAnswer, Acceptance } from './acts/accept-unmatched.ts';
export type { Decision } from './acts/act-store.ts';
export {
  type CorrectAnswer,
  type Correction,
  type CorrectionRefusal,
  neverCorrected,
} from './acts/correct-transfer.ts';
export type { GiftReturns } from './acts/gift-returns.ts';
export type {
  GiftStory,
  StoryAct,
  StoryAlarm,
  StoryAttempt,
  StoryTransfer,
} from './acts/gift-story.ts';
export { type HeldMoney, isHoldOver } from './acts/held-money.ts';
export type { BooksDifference, DeskAlarm, DeskRefund, MoneyDesk } from './acts/money-desk.ts';
export type { RefundRefusal } from './acts/refund-order.ts';
export type { RefundResult } from './acts/refunds.ts';
export { leftOf, UNDO_DAYS, undoUntil } from './acts/undo-time.ts';
export type { AlarmAnswer, AlarmDecision, AlarmWay } from './alarms/deal-with-alarm.ts';
export { type AttemptState, isLive } from './attempt.ts';
export type { WayToPay } from './checkout/ways-to-pay.ts';
export { createGiving } from './create-giving.ts';
export { pauseUnlessActing } from './custody/pause-unless-acting.ts';
export {
  type ResumeAnswer,
  resumeCollecting,
  takeBackMoved,
} from './custody/resume-collecting.ts';
export { thanksAddress } from './faces/gift-address.ts';
export type {
  AppealMark,
  ContactPort,
  GivingRoutesDependencies,
  IssueNumber,
  NumberAnswer,
} from './faces/giving-web-ports.ts';
export { payPageRefusal } from './faces/pay-page-refusal.ts';
export { returnSentences } from './faces/return-words.ts';
export { createGivingRoutes } from './faces/routes.ts';
export type { Arrives } from './fees/what-arrives.ts';
export type { GiftState } from './gift.ts';
export type {
  Agreed,
  BeginGiftResult,
  CancelResult,
  ForgetResult,
  GiftIntent,
  GiftInterval,
  GiftPledgeView,
  GiftRefusal,
  GiftStateForPeople,
  GiftView,
  Giving,
  GivingDependencies,
  GivingSettings,
  PauseRequest,
  PledgeChange,
  PledgeUnit,
  PledgeView,
  ReplaceGiftResult,
  SupporterView,
  WebhookAnswer,
} from './giving.ts';
export { checkInvariants, type InvariantBreach } from './ledger/invariants.ts';
export {
  type JournalLine,
  readBalancesBefore,
  readJournal,
  readJournalBetween,
} from './ledger/journal.ts';
export { outOfBalance } from './ledger/out-of-balance.ts';
export type { AccountMove } from './moving/account-status.ts';
export type { AccountView, LostCharge } from './moving/accounts-view.ts';
export {
  type HandingContext,
  type HandingOn,
  importMandate,
  type MandateHandedOn,
} from './moving/import-mandates.ts';
export type { PledgeState } from './pledge.ts';
export type { PledgePreview } from './pledges/change-terms.ts';
export { COLLECT_MONTHS, readCollectMonths } from './pledges/collection.ts';
export type { AgreedTerms } from './pledges/pledge-change-store.ts';
export type { TermsChange } from './pledges/terms.ts';
export type {
  HealthFinding,
  PayDesk,
  Processor,
  ProcessorKind,
  WaitingPayment,
} from './processor.ts';
export type {
  ActivePledges,
  Alarm,
  AlarmKind,
  Alarms,
  GiftTotals,
  GivenPerAppeal,
  GivingReports,
  LedgerBalance,
  ValuePerVariant,
  ValueQuestion,
} from './reports/reports.ts';
export {
  type IdleReport,
  runWorkersUntilIdle,
  startWorkerLoop,
  type Worker,
  type WorkerLoopOptions,
} from './worker.ts';
