/** The money core, as the rest of Tuppence sees it. */
export { type AttemptState, isLive } from './attempt.ts';
export { createGiving } from './create-giving.ts';
export type { GiftState } from './gift.ts';
export type {
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
export type {
  AppealMark,
  ContactPort,
  GivingRoutesDependencies,
  IssueNumber,
  NumberAnswer,
} from './giving-web-ports.ts';
export { checkInvariants, type InvariantBreach } from './invariants.ts';
export { type JournalLine, readJournal } from './ledger-store.ts';
export type { PledgeState } from './pledge.ts';
export type { Processor, ProcessorKind } from './processor.ts';
export { thanksAddress } from './refusal-pages.ts';
export type {
  ActivePledges,
  Alarm,
  AlarmKind,
  Alarms,
  GiftTotals,
  GivenPerAppeal,
  GivingReports,
  LedgerBalance,
} from './reports.ts';
export { createGivingRoutes } from './routes.ts';
export {
  type IdleReport,
  runWorkersUntilIdle,
  startWorkerLoop,
  type Worker,
  type WorkerLoopOptions,
} from './worker.ts';
