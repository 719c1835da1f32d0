/**
 * What the bank keeps: payments, charges, kept methods, refunds, balance lines, events and what issuers saw.
 *
 * All of it is derived from the facts in the journal (`facts.ts`) by `books.ts`; nothing else writes these records.
 * Amounts are bigint minor units. Card numbers are kept in full because only the bank's own published test numbers get
 * this far (`test-cards.ts`); security codes and expiry dates are looked at and dropped.
 */
import type { Instant } from '../../../calendar/index.ts';
import type { Currency } from '../../../money/index.ts';

/** The merchant's ids, kept beside every payment so that it can be found without ours. */
export interface References {
  readonly attemptId: string;
  readonly giftId: string;
  readonly supporterId: string;
  readonly pledgeId: string | null;
}

export type Interval = 'month' | 'year';

/** What never changes about a payment after it was asked for. */
export interface PaymentOrder {
  readonly id: string;
  /** `hosted`: the payer is on our page. `mandate`: the merchant charges a kept method, the payer is absent. */
  readonly kind: 'hosted' | 'mandate';
  readonly references: References;
  readonly amountMinor: bigint;
  readonly currency: Currency;
  readonly keepMandate: Interval | null;
  /** Where several months are charged at once, how many; for the words of the page alone. */
  readonly everyMonths?: 2 | 3 | 6 | 12 | undefined;
  readonly statementText: string;
  readonly language: string;
  readonly refusedCountries: readonly string[];
  readonly returnUrl: string | null;
  readonly cancelUrl: string | null;
  /** The method a `mandate` payment was asked on. */
  readonly methodId: string | null;
  readonly expiresAt: Instant;
}

/**
 * - `open`: waits for the payer on the pay page; a declined or refused card leaves it open
 * - `needs_confirmation`: the issuer asks the payer to confirm
 * - `paid`, `declined`, `closed`, `expired`: over. A hosted payment never becomes `declined`, the payer may take another card.
 */
export type PaymentState =
  | 'open'
  | 'needs_confirmation'
  | 'paid'
  | 'declined'
  | 'closed'
  | 'expired';

export interface Payment extends PaymentOrder {
  readonly openedAt: Instant;
  state: PaymentState;
  /** Why the last card was not taken, for the payer and, once `declined`, for the merchant. */
  declineCode: DeclineCode | null;
  /** The card whose issuer waits for a confirmation. */
  cardToConfirm: string | null;
  chargeId: string | null;
  /** Number of the last change, growing through all payments: the cursor of listings. */
  change: number;
}

export const DECLINE_CODES = [
  'card_declined',
  'issuer_unavailable',
  'insufficient_funds',
  'expired_card',
  'lost_card',
  'confirmation_refused',
  'country_refused',
  'country_unknown',
  'mandate_unknown',
] as const;
export type DeclineCode = (typeof DECLINE_CODES)[number];

export interface Charge {
  readonly id: string;
  readonly paymentId: string;
  readonly amountMinor: bigint;
  readonly currency: Currency;
  readonly at: Instant;
  /** The country of the card, ISO 3166 alpha-2; `null` when its number does not say (and nobody refused that). */
  readonly country: string | null;
  readonly cardNumber: string;
  /** The method that was kept with, or used for, this charge. */
  readonly methodId: string | null;
  refundedMinor: bigint;
  /** In disputes that are open or lost. */
  disputedMinor: bigint;
}

/** A card kept for later charges: the merchant's mandate. */
export interface Method {
  readonly id: string;
  readonly customerId: string;
  readonly supporterId: string;
  readonly cardNumber: string;
  readonly fingerprint: string;
  readonly interval: Interval;
}

export interface Refund {
  readonly id: string;
  /** What the merchant calls it. */
  readonly reference: string | null;
  readonly chargeId: string;
  readonly amountMinor: bigint;
  readonly currency: Currency;
  readonly at: Instant;
}

/**
 * A payer's own bank asks for the money of a charge, or for a part of it. The money is taken from the merchant at once,
 * with a fee that nobody gives back; `won` gives the money back, `lost` keeps it.
 */
export interface Dispute {
  readonly id: string;
  readonly chargeId: string;
  readonly amountMinor: bigint;
  readonly currency: Currency;
  readonly at: Instant;
  /** A merchant who has not answered by then has lost. */
  readonly answerBy: Instant;
  state: 'open' | DisputeEnd;
  decidedAt: Instant | null;
}

export const DISPUTE_ENDS = ['won', 'lost'] as const;
/** As the merchant sees it. */
export type DisputeEnd = (typeof DISPUTE_ENDS)[number];

/** Money on its way to the merchant's own bank, and the lines it consists of. */
export interface Payout {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly currency: Currency;
  readonly at: Instant;
  readonly lineIds: readonly string[];
}

export type BalanceLineKind =
  | 'charge'
  | 'available'
  | 'refund'
  | 'dispute_opened'
  | 'dispute_won'
  | 'dispute_lost'
  | 'dispute_fee'
  | 'payout';

/**
 * One line of the merchant's balance. A charge adds amount minus fee to what is pending; `available` moves that over to
 * what can be paid out; everything else adds its amount, which is below nought when money leaves, to what can be paid
 * out. A lost dispute moves nothing any more: its money went when it was opened.
 */
export interface BalanceLine {
  readonly id: string;
  readonly kind: BalanceLineKind;
  /** The charge, refund, dispute or payout it is there for. */
  readonly sourceId: string;
  /** The charge it is about; `null` for a payout. */
  readonly chargeId: string | null;
  readonly amountMinor: bigint;
  readonly feeMinor: bigint;
  readonly currency: Currency;
  readonly at: Instant;
  /** The payout it went out with. */
  payoutId: string | null;
  /** Number of its last change: a line that was paid out is listed again. */
  change: number;
}

export const EVENT_TYPES = [
  'payment.succeeded',
  'payment.declined',
  'payment.needs_action',
  'payment.closed',
  'payment.expired',
  'payment.refunded',
  'dispute.opened',
  'dispute.won',
  'dispute.lost',
  'balance.available',
  'payout.paid',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const EVENT_OUTCOMES = ['delivered', 'given_up', 'dropped', 'switched_off'] as const;
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

export interface BankEvent {
  readonly id: string;
  readonly type: EventType;
  /** `null`: it is about the balance, not about one payment. */
  readonly paymentId: string | null;
  readonly at: Instant;
  outcome: EventOutcome | 'pending';
  tries: number;
}

/** One thing an issuer got to see about one of its cards. Zero-amount checks exist so that a test can prove there are none. */
export interface IssuerSighting {
  readonly cardNumber: string;
  readonly what: 'authorisation' | 'challenge' | 'zero_amount';
  readonly amountMinor: bigint;
  readonly currency: Currency;
  readonly statementText: string;
  readonly outcome: string;
  readonly at: Instant;
}
