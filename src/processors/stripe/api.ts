/**
 * The one place that calls the official SDK. Every call is sent once, in its turn, with the key that its caller made; what
 * comes back is an answer of which only the needed members are kept, an error in Stripe's own codes, or `unknown`.
 *
 * The SDK's own retries, random keys, telemetry and notices are off (`single-send.ts`, `plain-fetch.ts`). It takes any JSON
 * without `error` in it for a success, whatever the status, so the status is asked here. Stripe's sentences, which may
 * repeat what a person typed, are left behind: an error is its codes.
 */
import Stripe from 'stripe';
import { z } from 'zod';
import { type Clock, Instant } from '../../calendar/index.ts';
import type { Unknown } from '../../giving/processor.ts';
import { unknownByStatus } from '../common/index.ts';
import { createPacer } from './pacer.ts';
import { plainFetch } from './plain-fetch.ts';
import { singleSend } from './single-send.ts';
import { type PaymentIntentAnswer, paymentIntentAnswer } from './wire.ts';

export interface StripeApi {
  readonly clock: Clock;
  call<T>(call: StripeCall<T>): Promise<Called<T>>;
}

export interface StripeCall<T> {
  /** Such as `POST /v1/payment_intents`: calls of one endpoint share one of Stripe's limits. */
  readonly endpoint: string;
  /** One call of the SDK. Whatever makes or moves something hands it `idempotencyKey`. */
  readonly send: (stripe: Stripe) => Promise<unknown>;
  /** Picks what is needed; the rest, names and addresses included, is dropped. */
  readonly answer: z.ZodType<T>;
}

export type Called<T> = Answered<T> | StripeError | Unknown;

export interface Answered<T> {
  readonly kind: 'answered';
  readonly answer: T;
  /** Stripe's clock, to the second, where its answer told. */
  readonly stripeTime: Instant | null;
}

/** What Stripe says is wrong, in its own codes. */
export interface StripeError {
  readonly kind: 'error';
  readonly status: number;
  /** Such as `card_error` or `invalid_request_error`. */
  readonly type: string | null;
  /** Such as `card_declined` or `resource_missing`. */
  readonly code: string | null;
  /** Such as `insufficient_funds`; only of a declined card. */
  readonly declineCode: string | null;
  /** What the bank advises: `try_again_later`, `do_not_try_again` or `confirm_card_data`. */
  readonly adviceCode: string | null;
  /** The member of our order that is wrong, such as `payment_method`. */
  readonly param: string | null;
  /** The payment that the error is about, as it stands now. */
  readonly paymentIntent: PaymentIntentAnswer | null;
  /** Stripe told it from memory: the same key was answered with it before. */
  readonly isReplayed: boolean;
}

export function createApi(options: {
  readonly secretKey: string;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  readonly apiOrigin?: string | undefined;
}): StripeApi {
  const { clock } = options;
  const stripe = openSdk(options);
  const pacer = createPacer();
  return {
    clock,
    async call({ endpoint, send, answer }) {
      const called = await pacer.run(endpoint, async () => {
        try {
          return readAnswer(await send(stripe), answer);
        } catch (error) {
          return readFailure(error);
        }
      });
      return called === 'busy' ? NOT_YET : called;
    },
  };
}

function openSdk(options: Parameters<typeof createApi>[0]): Stripe {
  const { secretKey, fetch, timeoutMs, apiOrigin } = options;
  const origin = apiOrigin === undefined ? null : new URL(apiOrigin);
  return new Stripe(secretKey, {
    httpClient: Stripe.createFetchHttpClient(singleSend(plainFetch(fetch))),
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: timeoutMs,
    ...(origin === null
      ? {}
      : {
          host: origin.hostname,
          port: origin.port === '' ? (origin.protocol === 'http:' ? 80 : 443) : origin.port,
          protocol: origin.protocol === 'http:' ? 'http' : 'https',
        }),
  });
}

/** What the SDK hangs on every answer, out of sight. */
const lastResponse = z.object({ lastResponse: z.instanceof(Response) });

function readAnswer<T>(given: unknown, schema: z.ZodType<T>): Called<T> {
  const told = lastResponse.safeParse(pick(given));
  if (!told.success) return UNREADABLE;
  const { status, headers } = told.data.lastResponse;
  // JSON without an error in it, under a status that is one: some gateway's own words.
  if (status !== 200) return unknownByStatus(status);
  const read = schema.safeParse(given);
  if (!read.success) return UNREADABLE;
  return { kind: 'answered', answer: read.data, stripeTime: readDate(headers.get('date')) };
}

/** Only own, even hidden, members: the answer is data of somebody else. */
function pick(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return undefined;
  return { lastResponse: Object.getOwnPropertyDescriptor(given, 'lastResponse')?.value };
}

function readDate(text: string | null): Instant | null {
  if (text === null) return null;
  const epochMs = Date.parse(text);
  return Number.isNaN(epochMs) ? null : Instant.fromEpochMilliseconds(epochMs);
}

/** Only codes are kept; a sentence in the place of one is not. */
const code = z
  .string()
  .regex(/^[a-z0-9_]{1,80}$/)
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

const errorAnswer = z.object({
  type: code,
  code,
  decline_code: code,
  advice_code: code,
  param: z
    .string()
    .regex(/^[a-z0-9_[\]]{1,120}$/)
    .nullish()
    .catch(null),
  payment_intent: paymentIntentAnswer.nullish().catch(null),
  headers: z.object({ 'idempotent-replayed': z.string().optional() }).catch({}),
});

function readFailure(error: unknown): StripeError | Unknown {
  if (error instanceof Stripe.errors.StripeConnectionError) {
    // The SDK gives one message to its own timeout and another to everything else.
    const isTimeout = /timeout/i.test(error.message);
    return { kind: 'unknown', reason: isTimeout ? 'timeout' : 'connection' };
  }
  if (!(error instanceof Stripe.errors.StripeError)) return UNREADABLE;
  const { statusCode } = error;
  if (statusCode === undefined) return UNREADABLE;
  const read = errorAnswer.safeParse(error.raw);
  if (!read.success) return unknownByStatus(statusCode);
  const told = read.data;
  return {
    kind: 'error',
    status: statusCode,
    type: told.type,
    code: told.code,
    declineCode: told.decline_code,
    adviceCode: told.advice_code,
    param: told.param ?? null,
    paymentIntent: told.payment_intent ?? null,
    isReplayed: told.headers['idempotent-replayed'] === 'true',
  };
}

/** Stripe's own word that there is no such object. */
export function isNotThere(called: Called<unknown>): boolean {
  return called.kind === 'error' && called.status === 404 && called.code === 'resource_missing';
}

/** For calls where anything but an answer says nothing about money. */
export function notHeard(failed: StripeError | Unknown): Unknown {
  if (failed.kind === 'unknown') return failed;
  // The same key with another body, or at the same moment: what became of the first is not known here.
  if (failed.type === 'idempotency_error') return { kind: 'unknown', reason: 'conflict' };
  if (failed.code === 'rate_limit') return NOT_YET;
  return unknownByStatus(failed.status);
}

export const UNREADABLE: Unknown = { kind: 'unknown', reason: 'unreadable' };
export const UNEXPECTED: Unknown = { kind: 'unknown', reason: 'unexpected' };
/** Ask again later. */
export const NOT_YET: Unknown = { kind: 'unknown', reason: 'busy' };
