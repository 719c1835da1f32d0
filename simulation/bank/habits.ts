/**
 * How the three simulated companies differ, as data. The windows are those of Stripe v1 (24 hours, a stored failure is
 * replayed), PayPal orders v2 (6 hours, reports by our own id lag 3 hours) and BTCPay (no keys, no mandates, money may come
 * late and in parts). After its window a key is forgotten, and the same request takes money again.
 */
import type { ProcessorKind } from '../core.ts';

const HOUR_MS = 3_600_000;

export interface Habits {
  readonly accountId: string;
  readonly kind: ProcessorKind;
  /** `null`: no keys; its adapter lists by our id before it makes anything. */
  readonly keyWindowMs: number | null;
  /** A 500 is stored under its key and answered again for the whole window. */
  readonly replaysFailures: boolean;
  readonly chargesMandates: boolean;
  /** How long a payment is not found by our id, and not listed. */
  readonly reportLagMs: number;
  readonly pageLifetimeMs: number;
  /** An expired page still takes money for this long. */
  readonly latePaymentMs: number;
  /** Part payments and payments over the amount happen, in parts of a thousand. */
  readonly wrongAmount: number;
  /** A payment goes through in the moment its page is closed, in parts of a thousand. */
  readonly paidWhileClosing: number;
  /** How long a payment is under way before it is sure; nought: at once. */
  readonly confirmationMs: number;
  /** Refunds and disputes exist, and are listed. */
  readonly givesBack: boolean;
  /** Days from a charge until its money can be paid out, and between payouts; in seeds where the company settles at all. */
  readonly availableAfterDays: number;
  readonly payoutEveryDays: number;
  /** The fee comes with the charge; otherwise only the listing tells it, in seeds where there is one. */
  readonly tellsFeeWithCharge: boolean;
  /** Minutes after which an undelivered message is sent again. */
  readonly webhookRetryMinutes: readonly number[];
}

export const CARD_HABITS: Habits = {
  accountId: 'sim-card',
  kind: 'stripe',
  keyWindowMs: 24 * HOUR_MS,
  replaysFailures: true,
  chargesMandates: true,
  givesBack: true,
  availableAfterDays: 2,
  payoutEveryDays: 1,
  tellsFeeWithCharge: true,
  reportLagMs: 0,
  pageLifetimeMs: 24 * HOUR_MS,
  latePaymentMs: 0,
  wrongAmount: 0,
  paidWhileClosing: 400,
  confirmationMs: 0,
  webhookRetryMinutes: [1, 30, 240, 1440, 2880],
};

export const WALLET_HABITS: Habits = {
  accountId: 'sim-wallet',
  kind: 'paypal',
  keyWindowMs: 6 * HOUR_MS,
  replaysFailures: false,
  chargesMandates: true,
  givesBack: true,
  availableAfterDays: 5,
  payoutEveryDays: 7,
  tellsFeeWithCharge: false,
  reportLagMs: 3 * HOUR_MS,
  pageLifetimeMs: 3 * HOUR_MS,
  latePaymentMs: 0,
  wrongAmount: 0,
  paidWhileClosing: 400,
  confirmationMs: 0,
  webhookRetryMinutes: [1, 60, 1440],
};

export const COIN_HABITS: Habits = {
  accountId: 'sim-coin',
  kind: 'btcpay',
  keyWindowMs: null,
  replaysFailures: false,
  chargesMandates: false,
  givesBack: false,
  availableAfterDays: 0,
  payoutEveryDays: 1,
  tellsFeeWithCharge: true,
  reportLagMs: 0,
  pageLifetimeMs: HOUR_MS,
  latePaymentMs: 48 * HOUR_MS,
  wrongAmount: 250,
  paidWhileClosing: 400,
  confirmationMs: HOUR_MS,
  webhookRetryMinutes: [1, 10, 10, 10],
};
