/** Tables of the giving feature: see the migrations 0001, 0008 and 0009, which say what each is for. */
import type { ColumnType, Generated } from 'kysely';
import type { Instant, PlainDate } from '../../calendar/index.ts';

export interface GivingTables {
  processor_account: ProcessorAccountTable;
  supporter: SupporterTable;
  mandate: MandateTable;
  pledge: PledgeTable;
  gift: GiftTable;
  attempt: AttemptTable;
  processor_event: ProcessorEventTable;
  ledger_account: LedgerAccountTable;
  ledger_transfer: LedgerTransferTable;
  alarm: AlarmTable;
  money_fact: MoneyFactTable;
  money_act: MoneyActTable;
  alarm_act: AlarmActTable;
  refund_order: RefundOrderTable;
  books_day: BooksDayTable;
  books_difference: BooksDifferenceTable;
  pledge_change: PledgeChangeTable;
  fee_observed: FeeObservedTable;
  account_act: AccountActTable;
}

export interface AccountActTable {
  id: string;
  processor_account_id: string;
  kind: 'activate' | 'rest' | 'drain' | 'drop' | 'not-charged' | 'charged';
  attempt_id: string | null;
  decided_by: string;
  reason: string;
  at: Instant;
}

/** A lease is read as an instant and starts at `-infinity`, which the program writes but never reads. */
type Lease = ColumnType<unknown, Instant | '-infinity' | undefined, Instant | '-infinity'>;

export interface ProcessorAccountTable {
  id: string;
  processor: 'sandbox' | 'stripe' | 'paypal' | 'btcpay';
  mode: 'test' | 'live';
  status: Generated<'active' | 'resting' | 'draining' | 'dropped'>;
  poll_cursor: string | null;
  poll_at: Instant;
  poll_lease_until: Lease;
  money_cursor: Generated<string | null>;
  money_at: Lease;
  money_lease_until: Lease;
  /** When its lists were last read to their end. */
  poll_whole_at: Generated<Instant | null>;
  money_whole_at: Generated<Instant | null>;
  fees_at: Lease;
  created_at: Instant;
}

export interface SupporterTable {
  id: string;
  zone: string | null;
  language: string | null;
  created_at: Instant;
  forgotten_at: Instant | null;
}

export interface MandateTable {
  id: string;
  supporter_id: string | null;
  processor_account_id: string;
  customer_ref: string | null;
  method_ref: string | null;
  method_fingerprint: string | null;
  off_session_ok: Generated<boolean>;
  state: 'usable' | 'needs_action' | 'dead';
  created_at: Instant;
}

export interface PledgeTable {
  id: string;
  supporter_id: string | null;
  amount_minor: bigint;
  currency: string;
  unit: 'month' | 'year';
  anchor_date: PlainDate;
  zone: string | null;
  next_n: Generated<number>;
  mandate_id: string | null;
  state: 'awaiting_first' | 'active' | 'paused' | 'past_due' | 'cancelled' | 'lapsed';
  paused_until: PlainDate | null;
  resume_at: Instant | null;
  version: Generated<number>;
  replaces: string | null;
  subscription_account_id: Generated<string | null>;
  subscription_ref: Generated<string | null>;
  collect_every_months: Generated<number>;
  anchor_n: Generated<number>;
  terms_from_n: Generated<number>;
  created_at: Instant;
  ended_at: Instant | null;
}

export interface GiftTable {
  id: string;
  supporter_id: string | null;
  pledge_id: string | null;
  period_n: number | null;
  due_date: PlainDate | null;
  amount_minor: bigint;
  currency: string;
  body_hash: string;
  state: 'due' | 'collecting' | 'skipped' | 'failed' | 'abandoned' | 'integrity_hold' | 'settled';
  next_at: Instant | null;
  lease_until: Lease;
  lease_owner: string | null;
  appeal_id: string | null;
  variant_id: string | null;
  created_at: Instant;
  settled_at: Instant | null;
  unit: Generated<'month' | 'year' | null>;
  covers_periods: Generated<number>;
  covered_by: Generated<string | null>;
}

export interface AttemptTable {
  id: string;
  gift_id: string;
  n: number;
  mandate_id: string | null;
  processor_account_id: string;
  request_hash: string;
  state:
    | 'planned'
    | 'sent'
    | 'unknown'
    | 'needs_action'
    | 'declined'
    | 'expired'
    | 'not_found'
    | 'succeeded';
  first_sent_at: Instant | null;
  object_ref: string | null;
  charge_ref: string | null;
  page_url: string | null;
  heard: 'open' | 'processing' | null;
  decline_code: string | null;
  advice:
    | 'retry-later'
    | 'retry-after-update'
    | 'ask-for-another-method'
    | 'needs-action'
    | 'refused-country'
    | 'stop'
    | null;
  asked: Generated<number>;
  created_at: Instant;
}

export interface ProcessorEventTable {
  processor_account_id: string;
  event_id: string;
  type: string;
  object_ref: string | null;
  attempt_id: string | null;
  received_at: Instant;
  state: Generated<'received' | 'applied' | 'ignored' | 'parked'>;
  tries: Generated<number>;
  next_at: Instant | null;
  lease_until: Lease;
  error: string | null;
}

export interface LedgerAccountTable {
  id: Generated<bigint>;
  processor_account_id: string | null;
  currency: string;
  kind: 'asset' | 'liability' | 'income' | 'expense';
  name: string;
}

export interface LedgerTransferTable {
  id: Generated<bigint>;
  group_id: string;
  debit: bigint;
  credit: bigint;
  amount: bigint;
  currency: string;
  code: number;
  gift_id: string | null;
  cause_kind: string;
  cause_ref: string;
  reverses: bigint | null;
  happened_at: Instant;
  at: Instant;
}

export interface AlarmTable {
  id: Generated<bigint>;
  kind:
    | 'hold'
    | 'unmatched'
    | 'amount-changed'
    | 'our-bug'
    | 'unanswered'
    | 'bound'
    | 'refused-country'
    | 'assertion'
    | 'parked-event'
    | 'returned-too-much'
    | 'books-differ'
    | 'listing-unreadable'
    | 'refund-refused';
  ref: string;
  gift_id: string | null;
  detail: string | null;
  raised_at: Instant;
  resolved_at: Instant | null;
}

export interface MoneyFactTable {
  processor_account_id: string;
  kind:
    | 'fee'
    | 'available'
    | 'payout'
    | 'refund'
    | 'dispute-opened'
    | 'dispute-won'
    | 'dispute-lost'
    | 'dispute-fee';
  ref: string;
  charge_ref: string | null;
  payout_ref: string | null;
  amount_minor: bigint;
  currency: string;
  happened_at: Instant;
  told_at: Instant;
  booked_at: Instant | null;
  closed_at: Generated<Instant | null>;
  refund_key: Generated<string | null>;
}

interface AlarmActTable {
  id: string;
  alarm_id: bigint;
  kind: 'acknowledge' | 'release' | 'retry';
  decided_by: string;
  reason: string;
  at: Instant;
}

export interface MoneyActTable {
  id: string;
  kind: 'refund' | 'undo' | 'accept-unmatched' | 'refund-unmatched' | 'correct';
  processor_account_id: string;
  /** Empty for a correction, which is about a transfer. */
  charge_ref: string | null;
  transfer_id: bigint | null;
  gift_id: string | null;
  decided_by: string;
  reason: string;
  at: Instant;
}

export interface RefundOrderTable {
  id: string;
  processor_account_id: string;
  charge_ref: string;
  amount_minor: bigint;
  currency: string;
  state: 'planned' | 'sent' | 'unknown' | 'refunded' | 'refused' | 'not_found';
  first_sent_at: Instant | null;
  refund_ref: string | null;
  refused_code: string | null;
  tries: Generated<number>;
  next_at: Instant | null;
  lease_until: Lease;
}

export interface BooksDayTable {
  processor_account_id: string;
  day: PlainDate;
  compared_at: Instant;
  differences: number;
}

export interface BooksDifferenceTable {
  processor_account_id: string;
  day: PlainDate;
  kind: string;
  ref: string;
  ours_minor: bigint | null;
  theirs_minor: bigint | null;
  currency: string;
}

export interface PledgeChangeTable {
  pledge_id: string;
  version: number;
  kind: 'begun' | 'amount' | 'collection' | 'interval' | 'day';
  from_n: number;
  from_date: PlainDate;
  amount_minor: bigint;
  currency: string;
  unit: 'month' | 'year';
  collect_every_months: number;
  anchor_date: PlainDate;
  anchor_n: number;
  shown: string | null;
  language: string | null;
  at: Instant;
}

export interface FeeObservedTable {
  processor_account_id: string;
  currency: string;
  amount_minor: bigint;
  fee_minor: bigint;
  seen: number;
}
