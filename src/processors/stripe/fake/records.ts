/** What the fake keeps about each object, in its own words. Money is in minor units, times in seconds since 1970. */
import type { FakeCard } from './cards.ts';
import type { ErrorBody } from './refusal.ts';

export type Metadata = Readonly<Record<string, string>>;

/** What a supporter typed: none of it is ours to have. */
export interface Billing {
  readonly name: string | null;
  readonly email: string | null;
  readonly line1: string | null;
  readonly country: string | null;
}

export interface FakeCustomer {
  readonly id: string;
  readonly created: number;
  metadata: Metadata;
  description: string | null;
  name: string | null;
  email: string | null;
  isDeleted: boolean;
}

export interface FakeMethod {
  readonly id: string;
  readonly created: number;
  readonly card: FakeCard;
  readonly billing: Billing;
  customerId: string | null;
  /** Once taken from its customer it is of no use to anybody. */
  isDetached: boolean;
  metadata: Metadata;
  /** Whether its bank agreed to charges without its holder. */
  isSetUp: boolean;
}

export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'succeeded'
  | 'canceled';

export interface FakeIntent {
  readonly id: string;
  readonly created: number;
  amount: bigint;
  readonly currency: string;
  status: IntentStatus;
  customerId: string | null;
  methodId: string | null;
  metadata: Metadata;
  description: string | null;
  statementSuffix: string | null;
  receiptEmail: string | null;
  keepFor: 'off_session' | 'on_session' | null;
  readonly captureMethod: 'automatic' | 'automatic_async';
  readonly allowedTypes: readonly string[] | null;
  readonly automaticMethods: { readonly allowRedirects: 'always' | 'never' } | null;
  returnUrl: string | null;
  /** Where its holder has to go, while it requires that. */
  action: 'redirect' | 'sdk' | null;
  lastError: ErrorBody | null;
  latestChargeId: string | null;
  /** The Checkout Session it was made by. */
  readonly sessionId: string | null;
  canceledAt: number | null;
  cancellationReason: string | null;
  /** When it last changed: search does not see it before its lag has passed. */
  changedAt: number;
}

export interface FakeCharge {
  readonly id: string;
  readonly created: number;
  readonly intentId: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly status: 'succeeded' | 'failed';
  readonly failure: { readonly code: string; readonly declineCode: string | null } | null;
  readonly outcome: {
    readonly networkStatus: 'approved_by_network' | 'declined_by_network' | 'not_sent_to_network';
    readonly type: 'authorized' | 'issuer_declined' | 'blocked';
    readonly reason: string | null;
    readonly adviceCode: 'confirm_card_data' | 'do_not_try_again' | 'try_again_later' | null;
  };
  readonly methodId: string;
  readonly card: FakeCard;
  readonly billing: Billing;
  readonly customerId: string | null;
  metadata: Metadata;
  readonly description: string | null;
  readonly statementSuffix: string | null;
  readonly receiptEmail: string | null;
  /** When its money is booked, and the line it was booked with. */
  readonly bookedAt: number;
  lineId: string | null;
  refunded: bigint;
  disputeId: string | null;
}

export interface FakeSession {
  readonly id: string;
  readonly created: number;
  readonly expiresAt: number;
  status: 'open' | 'complete' | 'expired';
  readonly amount: bigint;
  readonly currency: string;
  readonly productName: string;
  readonly quantity: number;
  readonly successUrl: string;
  readonly cancelUrl: string | null;
  readonly clientReferenceId: string | null;
  customerId: string | null;
  readonly createsCustomer: boolean;
  readonly customerEmail: string | null;
  readonly locale: string | null;
  readonly submitType: string | null;
  metadata: Metadata;
  readonly allowedTypes: readonly string[] | null;
  readonly intentData: {
    readonly metadata: Metadata;
    readonly description: string | null;
    readonly statementSuffix: string | null;
    readonly receiptEmail: string | null;
    readonly keepFor: 'off_session' | 'on_session' | null;
  };
  intentId: string | null;
  paidBy: Billing | null;
}

export interface FakeToken {
  readonly id: string;
  readonly created: number;
  readonly expiresAt: number;
  readonly card: FakeCard;
  readonly billing: Billing;
  readonly keepFor: 'off_session' | 'on_session' | null;
  readonly returnUrl: string | null;
  usedFor: string | null;
}

export interface FakeSetup {
  readonly id: string;
  readonly created: number;
  status: 'requires_payment_method' | 'requires_action' | 'succeeded' | 'canceled';
  readonly customerId: string | null;
  methodId: string | null;
  readonly metadata: Metadata;
  readonly description: string | null;
  readonly usage: 'off_session' | 'on_session';
}

export interface FakeRefund {
  readonly id: string;
  readonly created: number;
  readonly chargeId: string;
  readonly amount: bigint;
  readonly currency: string;
  status: 'pending' | 'succeeded' | 'failed';
  readonly reason: string | null;
  metadata: Metadata;
  lineId: string | null;
  failureLineId: string | null;
  /** When it ends otherwise than it looks now. */
  turnsAt: number | null;
}

export interface FakeDispute {
  readonly id: string;
  readonly created: number;
  readonly chargeId: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly reason: string;
  status: 'warning_needs_response' | 'warning_closed' | 'needs_response' | 'won' | 'lost';
  readonly lineIds: string[];
}

export type LineType =
  | 'charge'
  | 'refund'
  | 'refund_failure'
  | 'adjustment'
  | 'payout'
  | 'payout_failure'
  | 'stripe_fee';

/** A balance transaction. */
export interface FakeLine {
  readonly id: string;
  readonly created: number;
  readonly type: LineType;
  readonly category: string;
  readonly source: string | null;
  readonly currency: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly feeText: string;
  readonly exchangeRate: string | null;
  readonly availableOn: number;
  readonly description: string;
  /** The automatic payout it went out with. */
  payoutId: string | null;
}

export interface FakePayout {
  readonly id: string;
  readonly created: number;
  readonly amount: bigint;
  readonly currency: string;
  readonly arrivalDate: number;
  readonly isAutomatic: boolean;
  readonly willFail: boolean;
  status: 'in_transit' | 'paid' | 'failed';
  lineId: string;
  failureLineId: string | null;
}

export interface FakeEvent {
  readonly id: string;
  readonly created: number;
  readonly type: string;
  readonly object: { readonly id: string; readonly object: string };
  readonly previous: object | null;
  readonly request: { readonly id: string | null; readonly key: string | null };
}

/** What a bank was asked: a country that was refused in time left nothing here. */
export interface IssuerEntry {
  readonly at: number;
  readonly what: 'authorisation' | 'zero-amount-check' | 'authentication';
  readonly country: string | null;
  readonly fingerprint: string;
  readonly intentId: string;
}
