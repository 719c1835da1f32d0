/** Asking PayPal for an order, a capture or a kept method by its own id. */
import type { Unknown } from '../../giving/processor.ts';
import type { Heard } from '../common/index.ts';
import { isNotThere, notHeard, type PayPalApi, UNREADABLE } from './api.ts';
import { awaitedCustomer } from './map.ts';
import {
  type CaptureAnswer,
  captureAnswer,
  type OrderAnswer,
  objectId,
  orderAnswer,
  paymentTokenAnswer,
  paymentTokensAnswer,
} from './wire.ts';

export const NOT_THERE = { kind: 'not-there' } as const;
export type NotThere = typeof NOT_THERE;

export type Fetched<T> = { readonly kind: 'fetched'; readonly found: T } | NotThere | Unknown;

/** The order; where PayPal makes its payment token later, with the token once there is one. */
export async function fetchOrder(api: PayPalApi, orderId: string): Promise<Fetched<OrderAnswer>> {
  const fetched = await fetchObject(api, `/v2/checkout/orders/${orderId}`, orderId, orderAnswer);
  return fetched.kind === 'fetched'
    ? { kind: 'fetched', found: await withToken(api, fetched.found) }
    : fetched;
}

export function fetchCapture(api: PayPalApi, captureId: string): Promise<Fetched<CaptureAnswer>> {
  return fetchObject(api, `/v2/payments/captures/${captureId}`, captureId, captureAnswer);
}

export function fetchPaymentToken(
  api: PayPalApi,
  tokenId: string,
): Promise<Fetched<(typeof paymentTokenAnswer)['_output']>> {
  return fetchObject(api, `/v3/vault/payment-tokens/${tokenId}`, tokenId, paymentTokenAnswer);
}

interface Schema<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { success: false };
}

async function fetchObject<T>(
  api: PayPalApi,
  path: string,
  id: string,
  schema: Schema<T>,
): Promise<Fetched<T>> {
  // An id that is none would ask for another path.
  if (!objectId.safeParse(id).success) return NOT_THERE;
  const heard = await api.call({ method: 'GET', path });
  return heard.kind === 'unknown' ? heard : readObject(heard, schema);
}

function readObject<T>(heard: Heard, schema: Schema<T>): Fetched<T> {
  if (isNotThere(heard)) return NOT_THERE;
  if (heard.status !== 200) return notHeard(heard);
  const read = schema.safeParse(heard.json);
  return read.success ? { kind: 'fetched', found: read.data } : UNREADABLE;
}

/**
 * The token of a payer who agreed to be charged later is made after the payment, and the order may not learn of it. The
 * customer that PayPal made for this payer holds it. Not hearing it is no reason to say nothing about the money.
 */
async function withToken(api: PayPalApi, order: OrderAnswer): Promise<OrderAnswer> {
  const customerId = awaitedCustomer(order);
  if (customerId === null || order.status !== 'COMPLETED') return order;
  const path = `/v3/vault/payment-tokens?customer_id=${encodeURIComponent(customerId)}`;
  const heard = await api.call({ method: 'GET', path });
  if (heard.kind === 'unknown' || heard.status !== 200) return order;
  const read = paymentTokensAnswer.safeParse(heard.json);
  const wallets = read.success
    ? (read.data.payment_tokens ?? []).filter((token) => token.payment_source?.paypal !== undefined)
    : [];
  const [token, ...others] = wallets;
  // Of several nobody can say which one this payment made.
  if (token === undefined || others.length > 0) return order;
  const paypal = order.payment_source?.paypal;
  return {
    ...order,
    payment_source: {
      ...order.payment_source,
      paypal: { ...paypal, attributes: { vault: { id: token.id, customer: { id: customerId } } } },
    },
  };
}
