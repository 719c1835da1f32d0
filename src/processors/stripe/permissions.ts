/**
 * What a restricted key must be allowed, and a harmless call that shows whether it is: reading one object of a list, or
 * touching one that does not exist, which Stripe answers with "no such object" to a key that may and with 403 to one that
 * may not. Nothing is made and nothing moves.
 *
 * The names are those of the Dashboard's list of permissions, as of November 2026; they have not been read against a live
 * account's.
 */
import type Stripe from 'stripe';
import type { StripePage } from './settings.ts';

export interface Permission {
  /** As the Dashboard calls it, with the access that is needed. */
  readonly name: string;
  readonly endpoint: string;
  readonly probe: (stripe: Stripe) => Promise<unknown>;
  readonly pages: readonly StripePage[];
  /** What does not work without it. */
  readonly without: string;
}

const BOTH: readonly StripePage[] = ['own', 'hosted'];

/** Names an object that does not exist. */
const none = (prefix: string): string => `${prefix}_tuppencenone`;

export const NEEDED: readonly Permission[] = [
  {
    name: 'PaymentIntents: Write',
    endpoint: 'POST /v1/payment_intents/cancel',
    probe: (stripe) => stripe.paymentIntents.cancel(none('pi')),
    pages: BOTH,
    without: 'no gift can be taken',
  },
  {
    name: 'Checkout Sessions: Write',
    endpoint: 'POST /v1/checkout/sessions/expire',
    probe: (stripe) => stripe.checkout.sessions.expire(none('cs_test')),
    pages: ['hosted'],
    without: 'no page can be opened',
  },
  {
    // "PaymentIntents: Write" is enough for it, by what Stripe says when it refuses.
    name: 'Confirmation Token (Client): Read',
    endpoint: 'GET /v1/confirmation_tokens',
    probe: (stripe) => stripe.confirmationTokens.retrieve(none('ctoken')),
    pages: ['own'],
    without: 'the country of a card cannot be seen, so no gift can be taken',
  },
  {
    name: 'Customers: Write',
    endpoint: 'POST /v1/customers/update',
    probe: (stripe) => stripe.customers.update(none('cus'), { metadata: {} }),
    pages: BOTH,
    without: 'no pledge can be begun',
  },
  {
    name: 'PaymentMethods: Read',
    endpoint: 'GET /v1/payment_methods',
    probe: (stripe) => stripe.paymentMethods.retrieve(none('pm')),
    pages: BOTH,
    without: 'where countries are listed, no pledge can renew',
  },
  {
    name: 'Charges and Refunds: Write',
    endpoint: 'POST /v1/refunds/update',
    probe: (stripe) => stripe.refunds.update(none('re'), { metadata: {} }),
    pages: BOTH,
    without: 'no gift can be refunded',
  },
  {
    name: 'Charges and Refunds: Read',
    endpoint: 'GET /v1/charges',
    probe: (stripe) => stripe.charges.list({ limit: 1 }),
    pages: BOTH,
    without: 'lost messages are never made up for',
  },
  {
    name: 'Balance and Balance transaction sources: Read',
    endpoint: 'GET /v1/balance_transactions',
    probe: (stripe) => stripe.balanceTransactions.list({ limit: 1, expand: ['data.source'] }),
    pages: BOTH,
    without: 'fees, refunds, disputes and payouts are never learned of',
  },
  {
    name: 'Disputes: Read',
    endpoint: 'GET /v1/disputes',
    probe: (stripe) => stripe.disputes.list({ limit: 1 }),
    pages: BOTH,
    without: 'a dispute that was lost is never learned of',
  },
  {
    name: 'Events: Read',
    endpoint: 'GET /v1/events',
    probe: (stripe) => stripe.events.list({ limit: 1 }),
    pages: BOTH,
    without: 'a dispute that was lost is never learned of',
  },
];

/** What a key should not be allowed: sending the newsroom's money elsewhere. */
export const TOO_WIDE: readonly Omit<Permission, 'pages' | 'without'>[] = [
  {
    name: 'Payouts: Write',
    endpoint: 'POST /v1/payouts/update',
    probe: (stripe) => stripe.payouts.update(none('po'), { metadata: {} }),
  },
  {
    name: 'Transfers: Write',
    endpoint: 'POST /v1/transfers/update',
    probe: (stripe) => stripe.transfers.update(none('tr'), { metadata: {} }),
  },
];
