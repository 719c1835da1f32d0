/**
 * PayPal's messages: checked over the raw bytes, and read.
 *
 * PayPal signs `<transmission id>|<transmission time>|<webhook id>|<crc32 of the body>` with RSA and SHA-256; the certificate is
 * fetched beforehand (`certificates.ts`). A checksum in place of a hash means that who could find another body with the same
 * checksum could use a true signature for it. So nothing in a message is believed: it is a hint which payment to ask PayPal about.
 *
 * A message is taken for four days after its transmission time, because PayPal tries for three days and does not say whether a
 * repeated message bears a new time. An old one sent again does no harm: it is kept once, by its event's id, and only
 * makes us ask.
 */
import { verify } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Instant } from '../../calendar/index.ts';
import {
  type ProcessorEvent,
  SUBSCRIPTION_ENDED,
  type WebhookReading,
} from '../../giving/processor.ts';
import type { CertificateKeeper } from './certificates.ts';
import { readInstant } from './money.ts';
import { unpackReferences } from './references.ts';
import { objectId } from './wire.ts';

export const HEADERS = {
  transmissionId: 'paypal-transmission-id',
  transmissionTime: 'paypal-transmission-time',
  signature: 'paypal-transmission-sig',
  certificate: 'paypal-cert-url',
  algorithm: 'paypal-auth-algo',
} as const;

/** The only one PayPal uses. */
export const ALGORITHM = 'SHA256withRSA';

const PAST_HOURS = 96;
const FUTURE_MINUTES = 5;

/** What a webhook must be registered for; see `checkHealth`. */
export const NEEDED_EVENTS: readonly string[] = [
  'CHECKOUT.ORDER.APPROVED',
  'PAYMENT.CAPTURE.COMPLETED',
  'PAYMENT.CAPTURE.DECLINED',
  'PAYMENT.CAPTURE.DENIED',
  'PAYMENT.CAPTURE.PENDING',
  'PAYMENT.CAPTURE.REFUNDED',
  'PAYMENT.CAPTURE.REVERSED',
  'VAULT.PAYMENT-TOKEN.CREATED',
  'CUSTOMER.DISPUTE.CREATED',
  'CUSTOMER.DISPUTE.UPDATED',
  'CUSTOMER.DISPUTE.RESOLVED',
];

export function readWebhook(input: {
  readonly body: Uint8Array;
  readonly headers: Headers;
  readonly now: Instant;
  readonly webhookId: string;
  readonly certificates: Pick<CertificateKeeper, 'key'>;
}): WebhookReading {
  const check = checkSignature(input);
  if (check !== 'right') return { kind: 'refused', reason: check };
  const read = message.safeParse(parseBytes(input.body));
  if (!read.success) return { kind: 'refused', reason: 'unreadable' };
  return { kind: 'verified', event: eventOf(read.data) };
}

function checkSignature(
  input: Parameters<typeof readWebhook>[0],
): 'right' | 'signature' | 'too-old' {
  const { headers, now } = input;
  const id = headers.get(HEADERS.transmissionId);
  const time = headers.get(HEADERS.transmissionTime);
  const signature = headers.get(HEADERS.signature);
  const address = headers.get(HEADERS.certificate);
  if (id === null || time === null || signature === null || address === null) return 'signature';
  if (headers.get(HEADERS.algorithm) !== ALGORITHM) return 'signature';
  // A separator inside a part would let two messages have one signature.
  if (!/^[A-Za-z0-9-]{1,100}$/.test(id) || !/^[0-9A-Za-z:.+-]{1,64}$/.test(time))
    return 'signature';
  if (!/^[A-Za-z0-9+/]{1,1000}={0,2}$/.test(signature)) return 'signature';
  const key = input.certificates.key(address, now);
  if (key === null) return 'signature';
  const signed = signedText({ id, time, webhookId: input.webhookId, body: input.body });
  const isRight = verify('sha256', Buffer.from(signed), key, Buffer.from(signature, 'base64'));
  if (!isRight) return 'signature';
  const sentAt = readInstant(time);
  if (sentAt === null) return 'signature';
  const ageMs = now.epochMilliseconds - sentAt.epochMilliseconds;
  const isInTime = ageMs <= PAST_HOURS * 3_600_000 && ageMs >= -FUTURE_MINUTES * 60_000;
  return isInTime ? 'right' : 'too-old';
}

/** What PayPal signs. The checksum is written in decimal digits. */
export function signedText(of: {
  readonly id: string;
  readonly time: string;
  readonly webhookId: string;
  readonly body: Uint8Array;
}): string {
  return `${of.id}|${of.time}|${of.webhookId}|${crc32(of.body)}`;
}

const resource = z.object({
  id: z.string().max(255).optional(),
  custom_id: z.string().max(300).optional(),
  purchase_units: z
    .array(z.object({ custom_id: z.string().max(300).optional() }))
    .max(10)
    .optional(),
  supplementary_data: z
    .object({ related_ids: z.object({ order_id: objectId.optional() }).optional() })
    .optional(),
  metadata: z.object({ order_id: objectId.optional() }).optional(),
});
type Resource = z.infer<typeof resource>;

const message = z.object({
  id: z.string().min(1).max(200),
  event_type: z.string().min(1).max(100),
  // A resource of a kind we have never seen is no reason to refuse its message.
  resource: resource.catch({}).optional(),
});

function eventOf({ id: eventId, event_type: type, resource: about = {} }: z.infer<typeof message>) {
  const { objectRef, isEnded } = objectOf(type, about);
  const custom = about.custom_id ?? about.purchase_units?.find((unit) => unit.custom_id)?.custom_id;
  const event: ProcessorEvent = {
    eventId,
    type: isEnded ? SUBSCRIPTION_ENDED : type,
    objectRef,
    movesMoney: MOVES_MONEY.test(type),
    attemptId: unpackReferences(custom)?.references.attemptId ?? null,
  };
  return event;
}

const MOVES_MONEY =
  /^(PAYMENT\.CAPTURE\.(REFUNDED|REVERSED)|PAYMENT\.REFUND\..+|CUSTOMER\.DISPUTE\..+)$/;
/** Of PayPal's own subscription product: we start none, and a newsroom may bring some. */
const SUBSCRIPTION_OVER = /^BILLING\.SUBSCRIPTION\.(CANCELLED|EXPIRED)$/;

/** Which object to ask about: the order where the message names it, else the capture. */
function objectOf(
  type: string,
  about: Resource,
): { readonly objectRef: string | null; readonly isEnded: boolean } {
  const isEnded = SUBSCRIPTION_OVER.test(type);
  const id = objectId.safeParse(about.id);
  const ownId = id.success ? id.data : null;
  if (isEnded) return { objectRef: ownId, isEnded: ownId !== null };
  const ofOrder = about.supplementary_data?.related_ids?.order_id ?? null;
  if (type.startsWith('VAULT.')) return { objectRef: about.metadata?.order_id ?? null, isEnded };
  // The resource of these is a refund; its payment has not changed.
  if (/^PAYMENT\.(CAPTURE\.(REFUNDED|REVERSED)|REFUND\..+)$/.test(type)) {
    return { objectRef: ofOrder, isEnded };
  }
  if (type.startsWith('PAYMENT.CAPTURE.')) return { objectRef: ofOrder ?? ownId, isEnded };
  if (type.startsWith('CHECKOUT.ORDER.')) return { objectRef: ownId, isEnded };
  return { objectRef: null, isEnded };
}

function parseBytes(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
