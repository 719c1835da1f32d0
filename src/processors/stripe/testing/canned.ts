/**
 * An adapter whose Stripe says what a test tells it to, call by call: a `fetch` that answers from a script and notes what
 * was sent. For the tables of outcomes; how Stripe behaves over time is the fake's to show.
 */
import assert from 'node:assert/strict';
import { ManualClock, uuidV5 } from '../../../calendar/index.ts';
import type {
  HostedPaymentOrder,
  MandateChargeOrder,
  OurReferences,
  Processor,
} from '../../../giving/processor.ts';
import { money } from '../../../money/index.ts';
import { openStripe } from '../adapter.ts';
import { createApi, type StripeApi } from '../api.ts';
import { metadataOf, type PaymentWay } from '../references.ts';
import type { OpenStripeOptions } from '../settings.ts';

export const NOW = '2026-03-01T12:00:00Z';
export const NOW_SECONDS = 1_772_366_400;
export const SECRET_KEY = 'rk_test_plantedSecretKey0123456789';

export interface SentCall {
  readonly method: string;
  readonly path: string;
  /** Of a GET: its query; of a POST: its form. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Headers;
}

export interface CannedAnswer {
  readonly status?: number;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One answer per call, in order; a function answers any number of calls. */
export type Script = readonly (CannedAnswer | Error)[] | ((call: SentCall) => CannedAnswer | Error);

export interface Canned {
  readonly calls: readonly SentCall[];
  readonly clock: ManualClock;
  readonly processor: Processor;
  readonly api: StripeApi;
  /** `POST /v1/refunds`, in order. */
  paths(): readonly string[];
  call(index: number): SentCall;
}

/** Every call of every adapter of this file of tests: `described.ts` looks at them. */
export const sentInThisFile: SentCall[] = [];

export function canned(script: Script, changes: Partial<OpenStripeOptions> = {}): Canned {
  const calls: SentCall[] = [];
  const left = typeof script === 'function' ? null : [...script];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const call = await readCall(new Request(input, init));
    calls.push(call);
    sentInThisFile.push(call);
    const answer = left === null ? undefined : left.shift();
    const said = typeof script === 'function' ? script(call) : answer;
    assert.ok(said !== undefined, `no answer was scripted for ${call.method} ${call.path}`);
    if (said instanceof Error) throw said;
    const { status = 200, json, text = JSON.stringify(json), headers } = said;
    return new Response(text, { status, ...(headers === undefined ? {} : { headers }) });
  };
  const clock = new ManualClock(NOW);
  const options: OpenStripeOptions = {
    accountId: 'stripe-1',
    mode: 'test',
    page: 'hosted',
    publishableKey: 'pk_test_0123456789',
    secretKey: SECRET_KEY,
    webhookSecrets: ['whsec_0123456789abcdef'],
    currencies: null,
    clock,
    fetch,
    timeoutMs: 1_000,
    ...changes,
  };
  return {
    calls,
    clock,
    processor: openStripe(options).processor,
    api: createApi(options),
    paths: () => calls.map(({ method, path }) => `${method} ${path}`),
    call(index) {
      const call = calls.at(index);
      assert.ok(call !== undefined, `there is no call ${index}`);
      return call;
    },
  };
}

async function readCall(request: Request): Promise<SentCall> {
  const { pathname: path, searchParams } = new URL(request.url);
  const form = new URLSearchParams(request.method === 'POST' ? await request.text() : '');
  const params = Object.fromEntries([...searchParams, ...form]);
  return { method: request.method, path, params, headers: request.headers };
}

const NAMESPACE = '2f0d2a4e-93c1-4a51-8c6e-0d8f4f8a7b11';

export function references(pledge = false): OurReferences {
  const id = (part: string): string => uuidV5({ namespace: NAMESPACE, name: part });
  return {
    attemptId: id('attempt'),
    giftId: id('gift'),
    supporterId: id('supporter'),
    pledgeId: pledge ? id('pledge') : null,
  };
}

export const ATTEMPT = references().attemptId;

export function hostedOrder(changes: Partial<HostedPaymentOrder> = {}): HostedPaymentOrder {
  const ours = references(changes.keepMandate != null);
  return {
    references: ours,
    idempotencyKey: ours.attemptId,
    money: money(500n, 'EUR'),
    keepMandate: null,
    statementText: 'RIVER FUND',
    language: 'en',
    refusedCountries: [],
    returnUrl: 'https://news.example/support/return/1',
    cancelUrl: 'https://news.example/support',
    ...changes,
  };
}

export function mandateOrder(changes: Partial<MandateChargeOrder> = {}): MandateChargeOrder {
  const ours = references(true);
  return {
    references: ours,
    idempotencyKey: ours.attemptId,
    money: money(500n, 'EUR'),
    mandate: { customerRef: 'cus_1', methodRef: 'pm_1' },
    statementText: 'RIVER FUND',
    refusedCountries: [],
    ...changes,
  };
}

/** A name, an address and a number as Stripe has them in its records: none may come out of the adapter. */
export const CANARIES = ['Canary Nightingale', 'canary@supporter.example', '77 Canary Row'];
const billing = {
  name: CANARIES[0],
  email: CANARIES[1],
  address: { line1: CANARIES[2], country: 'DE' },
};

export function chargeJson(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    id: 'ch_1',
    object: 'charge',
    amount: 500,
    amount_captured: 500,
    currency: 'eur',
    created: NOW_SECONDS - 2,
    status: 'succeeded',
    paid: true,
    captured: true,
    billing_details: billing,
    receipt_email: CANARIES[1],
    metadata: metadataOf('mandate', references(true)),
    payment_intent: 'pi_1',
    payment_method: 'pm_1',
    payment_method_details: { type: 'card', card: { country: 'DE', fingerprint: 'print1' } },
    balance_transaction: lineJson(),
    a_member_of_tomorrow: { deep: [1, 2, 3] },
    ...changes,
  };
}

export function lineJson(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    id: 'txn_1',
    object: 'balance_transaction',
    type: 'charge',
    amount: 500,
    fee: 33,
    net: 467,
    currency: 'eur',
    created: NOW_SECONDS - 1,
    available_on: NOW_SECONDS + 172_800,
    status: 'pending',
    exchange_rate: null,
    ...changes,
  };
}

export function intentJson(
  way: PaymentWay | null,
  changes: Readonly<Record<string, unknown>> = {},
) {
  return {
    id: 'pi_1',
    object: 'payment_intent',
    status: 'succeeded',
    amount: 500,
    amount_received: 500,
    currency: 'eur',
    created: NOW_SECONDS - 5,
    customer: null,
    payment_method: 'pm_1',
    setup_future_usage: null,
    last_payment_error: null,
    next_action: null,
    latest_charge: chargeJson(),
    receipt_email: CANARIES[1],
    metadata: way === null ? {} : metadataOf(way, references(way === 'mandate')),
    ...changes,
  };
}

export function sessionJson(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    id: 'cs_test_1',
    object: 'checkout.session',
    status: 'open',
    payment_status: 'unpaid',
    url: 'https://checkout.stripe.com/c/pay/cs_test_1',
    customer_details: billing,
    metadata: metadataOf('hosted', references()),
    payment_intent: null,
    ...changes,
  };
}

export function errorJson(error: Readonly<Record<string, unknown>>) {
  return { error: { message: `A sentence about ${CANARIES[0]}.`, ...error } };
}

export function listJson(data: readonly unknown[], more = false) {
  return { object: 'list', url: '/v1/things', has_more: more, data };
}
