/**
 * Stripe's messages: the signature is checked over the raw bytes by the SDK, with either of two secrets while one takes the
 * other's place, then as little as possible is read. A message is only a hint to ask.
 *
 * An endpoint is sent either whole events, with the object as it was, or thin ones, which only say where it is; both are read.
 * A type that is not known here is a message about no payment.
 */
import Stripe from 'stripe';
import { z } from 'zod';
import type { Instant } from '../../calendar/index.ts';
import {
  type ProcessorEvent,
  SUBSCRIPTION_ENDED,
  type WebhookReading,
} from '../../giving/processor.ts';
import { assert } from '../../problems/index.ts';
import { readReferences } from './references.ts';
import type { StripeMode } from './settings.ts';

/** What a newsroom's endpoint has to be registered for, whichever page supporters pay on. */
export const NEEDED_EVENTS: readonly string[] = Object.freeze([
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.canceled',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'payout.paid',
  'payout.reconciliation_completed',
]);

/** Beside those, where supporters pay on Stripe's page. */
export const NEEDED_EVENTS_HOSTED: readonly string[] = Object.freeze([
  'checkout.session.completed',
  'checkout.session.expired',
]);

const HEADER = 'stripe-signature';
/** Longer than what Stripe sends by far; both are a stranger's until the signature is checked. */
const HEADER_LENGTH_MAX = 2_000;
/** What is older was overheard and is sent again by somebody: Stripe signs each delivery anew. */
const TOLERANCE_SECONDS = 300;

export function readWebhook(input: {
  readonly body: Uint8Array;
  readonly headers: Headers;
  readonly now: Instant;
  readonly secrets: readonly string[];
  readonly mode: StripeMode;
}): WebhookReading {
  const { body, headers, now, secrets, mode } = input;
  assert(secrets.length > 0, 'messages are checked with a secret');
  const header = headers.get(HEADER);
  if (header === null || header.length > HEADER_LENGTH_MAX) {
    return { kind: 'refused', reason: 'signature' };
  }
  const checks = secrets.map((secret) => check({ body, header, now, secret }));
  if (!checks.includes('right')) {
    return { kind: 'refused', reason: checks.includes('too-old') ? 'too-old' : 'signature' };
  }
  const message = anyEvent.safeParse(parseBytes(body));
  if (!message.success) return { kind: 'refused', reason: 'unreadable' };
  return { kind: 'verified', event: eventOf(message.data, mode) };
}

function check(signed: {
  readonly body: Uint8Array;
  readonly header: string;
  readonly now: Instant;
  readonly secret: string;
}): 'right' | 'too-old' | 'wrong' {
  const { body, header, now, secret } = signed;
  const isRight = (tolerance: number): boolean => {
    const { signature } = Stripe.webhooks;
    assert(signature !== null, 'the SDK can check signatures');
    try {
      const at = now.epochMilliseconds;
      return signature.verifyHeader(body, header, secret, tolerance, undefined, at);
    } catch {
      // Whatever the SDK stumbles over in a stranger's header, it is no signature.
      return false;
    }
  };
  if (isRight(TOLERANCE_SECONDS)) return 'right';
  // Without a tolerance only the signature counts.
  return isRight(0) ? 'too-old' : 'wrong';
}

const id = z.string().min(1).max(255);
const common = { id, type: z.string().min(1).max(200), livemode: z.boolean().optional() };

const wholeEvent = z.object({
  ...common,
  object: z.literal('event'),
  account: z.string().nullish(),
  data: z.object({
    object: z.object({
      id: id.nullish().catch(null),
      metadata: z.record(z.string(), z.string()).nullish().catch(null),
    }),
  }),
});
const thinEvent = z.object({
  ...common,
  object: z.literal('v2.core.event'),
  context: z.string().nullish(),
  related_object: z.object({ id }).nullish().catch(null),
});
const anyEvent = z.union([wholeEvent, thinEvent]);

function eventOf(message: z.infer<typeof anyEvent>, mode: StripeMode): ProcessorEvent {
  const isWhole = message.object === 'event';
  // Thin events name the first API in front of the type.
  const type = message.type.replace(/^v1\./, '');
  const about = isWhole ? (message.data.object.id ?? null) : (message.related_object?.id ?? null);
  // Of an account that is connected to the newsroom's, or of the other mode: none of ours.
  const elsewhere = isWhole ? message.account : message.context;
  const isOurs = elsewhere == null && (message.livemode ?? mode === 'live') === (mode === 'live');
  if (!isOurs) return { eventId: message.id, type, objectRef: null, attemptId: null };
  if (type === 'customer.subscription.deleted') {
    return { eventId: message.id, type: SUBSCRIPTION_ENDED, objectRef: about, attemptId: null };
  }
  const metadata = isWhole ? message.data.object.metadata : null;
  const isAboutPayment = PAYMENTS.has(type);
  return {
    eventId: message.id,
    type,
    objectRef: isAboutPayment ? about : null,
    attemptId: isAboutPayment ? (readReferences(metadata)?.references.attemptId ?? null) : null,
    movesMoney: MOVES_MONEY.test(type),
  };
}

/** Their object is a payment or a page, and may have changed for the core. */
const PAYMENTS: ReadonlySet<string> = new Set([
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.canceled',
  'checkout.session.completed',
  'checkout.session.expired',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
]);

const MOVES_MONEY =
  /^(refund\..+|charge\.refunded|charge\.refund\..+|charge\.dispute\..+|payout\..+|balance\.available)$/;

function parseBytes(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
