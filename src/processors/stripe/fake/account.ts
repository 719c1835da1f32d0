/**
 * How the account behind the fake is set up: what Stripe's Dashboard would show, and what a test may change. Figures that
 * Stripe publishes are here with their page; the rest is made up and only has to be believable.
 */

/** One resource of a restricted key. `write` reads as well (docs.stripe.com/keys, "Review the secret key's API usage"). */
export type Permission = 'read' | 'write';

export interface FakeKey {
  readonly key: string;
  /** By resource as Stripe names it in its refusal (`charge`, `payment_intent`); `null`: a secret key, which may do all. */
  readonly permissions: ReadonlyMap<string, Permission> | null;
}

export interface FakeEndpoint {
  readonly id: string;
  url: string;
  /** The older one first while one takes the other's place: both sign then. */
  secrets: readonly string[];
  enabledEvents: readonly string[];
  status: 'enabled' | 'disabled';
  /** What it is sent: the object as it was, or only where to find it. */
  readonly payload: 'snapshot' | 'thin';
}

export interface ExchangeRate {
  readonly from: string;
  readonly to: string;
  /** As decimal text, applied to minor units (docs.stripe.com/api/balance_transactions/object, `exchange_rate`). */
  readonly rate: string;
}

export interface FakeAccount {
  readonly id: string;
  readonly livemode: boolean;
  readonly country: string;
  readonly keys: FakeKey[];
  readonly publishableKey: string;
  /** Currencies the account has a bank account for; others are converted to the first one. */
  settlementCurrencies: readonly string[];
  exchangeRates: readonly ExchangeRate[];
  /** What it may charge in. */
  presentmentCurrencies: readonly string[];
  statementPrefix: string;
  /** Per million of the amount, and minor units on top, in the currency of settlement. */
  feePerMillion: bigint;
  feeFixed: bigint;
  disputeFee: bigint;
  returnsDisputeFee: boolean;
  /** Days until a charge's money can be paid out. */
  pendingDays: number;
  /**
   * With `automatic_async`, which is the default, the balance transaction comes after the answer; `charge.updated` tells
   * (docs.stripe.com/payments/payment-intents/asynchronous-capture).
   */
  captureSeconds: number;
  payoutSchedule: 'daily' | 'manual';
  payoutsFail: boolean;
  /** Days on the way to the bank. */
  payoutDays: number;
  /** How long a pending refund takes, and how long until one fails that looked done. */
  refundSeconds: number;
  /** Search lags behind: "data is searchable in less than 1 minute" (docs.stripe.com/search). */
  searchLagSeconds: number;
  /** A Radar rule that blocks cards of these countries, and those of none; `null`: there is no such rule. */
  radarBlocks: { readonly countries: readonly string[]; readonly unknown: boolean } | null;
  /** Requests in a second: 100 live and 25 in a sandbox for all, 25 for one endpoint; `null`: not counted. */
  limits: { readonly account: number; readonly endpoint: number } | null;
  endpoints: FakeEndpoint[];
  chargesEnabled: boolean;
  payoutsEnabled: boolean;
  /** Added to the `Date` header: how wrong our own clock is. */
  clockSkewSeconds: number;
}

export const FAKE_ACCOUNT_ID = 'acct_1FakeNewsroom';
export const FAKE_SECRET_KEY = 'sk_test_51FakeNewsroomSecretKey000';
export const FAKE_PUBLISHABLE_KEY = 'pk_test_51FakeNewsroomPublishable0';
export const FAKE_WEBHOOK_SECRET = 'whsec_FakeNewsroomSigningSecret00';
export const FAKE_WEBHOOK_URL = 'https://news.example/hooks/stripe-1';

export function fakeAccount(): FakeAccount {
  return {
    id: FAKE_ACCOUNT_ID,
    livemode: false,
    country: 'DE',
    keys: [{ key: FAKE_SECRET_KEY, permissions: null }],
    publishableKey: FAKE_PUBLISHABLE_KEY,
    settlementCurrencies: ['eur', 'usd'],
    exchangeRates: [{ from: 'jpy', to: 'eur', rate: '0.6125' }],
    presentmentCurrencies: ['eur', 'usd', 'gbp', 'jpy', 'kwd', 'huf'],
    statementPrefix: 'NEWSROOM',
    feePerMillion: 15_000n,
    feeFixed: 25n,
    disputeFee: 2000n,
    returnsDisputeFee: false,
    pendingDays: 3,
    captureSeconds: 0,
    payoutSchedule: 'daily',
    payoutsFail: false,
    payoutDays: 1,
    refundSeconds: 86_400,
    searchLagSeconds: 60,
    radarBlocks: null,
    limits: null,
    endpoints: [
      {
        id: 'we_1FakeEndpoint',
        url: FAKE_WEBHOOK_URL,
        secrets: [FAKE_WEBHOOK_SECRET],
        enabledEvents: ['*'],
        status: 'enabled',
        payload: 'snapshot',
      },
    ],
    chargesEnabled: true,
    payoutsEnabled: true,
    clockSkewSeconds: 0,
  };
}

/** Smallest charge per currency (docs.stripe.com/currencies, "Minimum and maximum charge amounts"), of those above. */
export const MINIMUM_CHARGE: Readonly<Record<string, bigint>> = {
  eur: 50n,
  usd: 50n,
  gbp: 30n,
  jpy: 50n,
  huf: 17_500n,
};

/** Eight digits, whatever the currency. */
export const MAXIMUM_CHARGE = 99_999_999n;
