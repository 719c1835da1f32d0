/** Everything the simulator takes from the money core and from PostgreSQL, in one place: when a room moves, this file follows. */

export type { Clock } from '../src/calendar/index.ts';
export { Instant, ManualClock, PlainDate, SeededRandom } from '../src/calendar/index.ts';
export type { Database, Db, Tx } from '../src/database/index.ts';
export { StatementNames } from '../src/database/prepared-statements.ts';
export { testDatabase } from '../src/database/testing/test-database.ts';
export { postgresTypes, teachDriverOurValues } from '../src/database/values.ts';
export { giftRank } from '../src/giving/gift.ts';
export {
  type Agreed,
  type BeginGiftResult,
  checkInvariants,
  createGiving,
  type GiftIntent,
  type GiftState,
  type Giving,
  type GivingSettings,
  type PledgeChange,
  type PledgeState,
} from '../src/giving/index.ts';
export { createCheckpointWorker } from '../src/giving/ledger/ledger-checkpoint.ts';
export type {
  DeclineAdvice,
  EvidenceAnswer,
  HostedPaymentAnswer,
  HostedPaymentOrder,
  LookUpAnswer,
  LookUpQuestion,
  MandateChargeOrder,
  MoneyFact,
  MoneyListing,
  OrderRefused,
  PaymentEvidence,
  PaymentListing,
  Processor,
  ProcessorCapabilities,
  ProcessorDay,
  ProcessorKind,
  RefundAnswer,
  RefundOrder,
  Unknown,
  WebhookReading,
} from '../src/giving/processor.ts';
export {
  composeLetter,
  createLetterWorker,
  type Mailer,
  type MailerAnswer,
  type Sending,
} from '../src/letters/index.ts';
export { type Currency, equalMoney, type Money, money } from '../src/money/index.ts';
export { assert, silentLog, unreachable } from '../src/problems/index.ts';
