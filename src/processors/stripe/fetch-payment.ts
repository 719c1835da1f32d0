/** Asking for one payment, page or charge by Stripe's id, with all that is read of it. */
import type { Unknown } from '../../giving/processor.ts';
import { isNotThere, notHeard, type StripeApi, type StripeCall } from './api.ts';
import {
  type ChargeAnswer,
  type CheckoutSessionAnswer,
  chargeAnswer,
  checkoutSessionAnswer,
  type PaymentIntentAnswer,
  pageOf,
  paymentIntentAnswer,
} from './wire.ts';

export type Fetched<T> =
  | { readonly kind: 'fetched'; readonly found: T }
  | { readonly kind: 'not-there' }
  | Unknown;

export async function fetchPayment(
  api: StripeApi,
  id: string,
): Promise<Fetched<PaymentIntentAnswer>> {
  return await fetchOne(api, {
    endpoint: 'GET /v1/payment_intents',
    send: (stripe) =>
      stripe.paymentIntents.retrieve(id, { expand: ['latest_charge.balance_transaction'] }),
    answer: paymentIntentAnswer,
  });
}

const OF_SESSION = 'payment_intent.latest_charge.balance_transaction';

export async function fetchSession(
  api: StripeApi,
  id: string,
): Promise<Fetched<CheckoutSessionAnswer>> {
  return await fetchOne(api, {
    endpoint: 'GET /v1/checkout/sessions',
    send: (stripe) => stripe.checkout.sessions.retrieve(id, { expand: [OF_SESSION] }),
    answer: checkoutSessionAnswer,
  });
}

/** The page on which a payment is made: a payment made by a page does not name it. */
export async function fetchSessionOf(
  api: StripeApi,
  paymentIntentId: string,
): Promise<Fetched<CheckoutSessionAnswer>> {
  const listed = await api.call({
    endpoint: 'GET /v1/checkout/sessions',
    send: (stripe) =>
      stripe.checkout.sessions.list({
        payment_intent: paymentIntentId,
        limit: 1,
        expand: [`data.${OF_SESSION}`],
      }),
    answer: pageOf(checkoutSessionAnswer),
  });
  if (listed.kind === 'unknown') return listed;
  if (listed.kind === 'error') return notHeard(listed);
  const [found] = listed.answer.data;
  return found === undefined ? { kind: 'not-there' } : { kind: 'fetched', found };
}

export async function fetchCharge(api: StripeApi, id: string): Promise<Fetched<ChargeAnswer>> {
  return await fetchOne(api, {
    endpoint: 'GET /v1/charges',
    send: (stripe) => stripe.charges.retrieve(id, { expand: ['balance_transaction'] }),
    answer: chargeAnswer,
  });
}

export async function fetchOne<T>(api: StripeApi, call: StripeCall<T>): Promise<Fetched<T>> {
  const called = await api.call(call);
  if (called.kind === 'answered') return { kind: 'fetched', found: called.answer };
  if (called.kind === 'unknown') return called;
  return isNotThere(called) ? { kind: 'not-there' } : notHeard(called);
}
