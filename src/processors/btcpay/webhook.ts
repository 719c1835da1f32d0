/**
 * BTCPay's messages: checked over the raw bytes, and read.
 *
 * `BTCPay-Sig` is `sha256=` and the HMAC of the body with the webhook's secret, in hexadecimal. The time in it is not
 * looked at: a redelivery is signed anew, BTCPay gives up after about an hour, and an old message sent again does no harm,
 * because it is kept once, by the id of its first delivery, and only makes us ask. Nothing else in a message is believed,
 * least of all that a payment was in time (btcpayserver#3966).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { WebhookReading } from '../../giving/processor.ts';
import { besideRef } from './parts.ts';
import { attemptOf } from './references.ts';
import { invoiceId } from './wire.ts';

export const SIGNATURE_HEADER = 'btcpay-sig';

/** What a webhook must be registered for; see `checkHealth`. */
export const NEEDED_EVENTS: readonly string[] = [
  'InvoiceReceivedPayment',
  'InvoiceProcessing',
  'InvoiceExpired',
  'InvoiceSettled',
  'InvoiceInvalid',
  'InvoicePaymentSettled',
];

export function readWebhook(input: {
  readonly body: Uint8Array;
  readonly headers: Headers;
  readonly store: string;
  readonly webhookSecret: string;
}): WebhookReading {
  const { body, headers, store, webhookSecret } = input;
  const given = /^sha256=([0-9a-f]{64})$/i.exec(headers.get(SIGNATURE_HEADER) ?? '')?.[1];
  if (given === undefined) return { kind: 'refused', reason: 'signature' };
  const right = createHmac('sha256', webhookSecret).update(body).digest();
  if (!timingSafeEqual(right, Buffer.from(given, 'hex'))) {
    return { kind: 'refused', reason: 'signature' };
  }
  const read = message.safeParse(parseBytes(body));
  if (!read.success) return { kind: 'refused', reason: 'unreadable' };
  const { deliveryId, originalDeliveryId, type, storeId, ...about } = read.data;
  // Of another store, whose webhook was given the same secret: nothing of ours to ask about.
  const isOurs = storeId === store;
  return {
    kind: 'verified',
    event: {
      eventId: originalDeliveryId ?? deliveryId,
      type,
      objectRef: isOurs ? objectOf(about) : null,
      attemptId: isOurs ? attemptOf(about) : null,
      movesMoney: isOurs && MOVES_MONEY.has(type),
    },
  };
}

/** The invoice; and where the message is about one payment on it, that one, which may have come beside what was asked for. */
function objectOf({
  invoiceId: id,
  payment,
}: Pick<Message, 'invoiceId' | 'payment'>): string | null {
  if (id == null) return null;
  return payment == null ? id : besideRef(id, payment.receivedDate);
}

/** Confirmed coins are the newsroom's to spend: that is told by the listing of money. */
const MOVES_MONEY: ReadonlySet<string> = new Set(['InvoiceSettled', 'InvoicePaymentSettled']);

const deliveryId = z.string().min(1).max(100);
const id = z.string().max(100).nullish().catch(undefined);

type Message = z.infer<typeof message>;

const message = z.object({
  deliveryId,
  originalDeliveryId: deliveryId.nullish(),
  type: z.string().min(1).max(100),
  storeId: z.string().max(100).nullish(),
  // Messages about other things have none, and BTCPay's trial message has one that is none.
  invoiceId: invoiceId.nullish().catch(undefined),
  payment: z
    .object({ receivedDate: z.number().int().nonnegative().max(8_640_000_000_000) })
    .nullish()
    .catch(undefined),
  metadata: z
    .object({ orderId: id, giftId: id, supporterId: id, pledgeId: id })
    .nullish()
    .catch(undefined),
});

function parseBytes(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
