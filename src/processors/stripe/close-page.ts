/**
 * Making an open page unusable: a Checkout Session is expired, a payment on our own page is cancelled. Stripe does either at
 * one moment or says that it is too late, so a supporter who pays meanwhile is either before it, and `already-paid`, or
 * finds the page closed. After anything but a plain "done" the object is looked at.
 *
 * Both are harmless to send twice, so they go without a key: one under a key would be answered with the old failure from
 * Stripe's memory.
 */
import type { PaymentEvidence } from '../../giving/processor.ts';
import type { StripeApi } from './api.ts';
import { fetchPayment, fetchSession, fetchSessionOf } from './fetch-payment.ts';
import { readPayment, readSession } from './map.ts';
import { readReferences } from './references.ts';
import { checkoutSessionAnswer, paymentIntentAnswer } from './wire.ts';

type Closed = 'closed' | 'already-paid' | 'unknown';

export async function closeHostedPayment(api: StripeApi, objectRef: string): Promise<Closed> {
  if (objectRef.startsWith('cs_')) return await closeSession(api, objectRef);
  return objectRef.startsWith('pi_') ? await closePayment(api, objectRef) : 'unknown';
}

async function closeSession(api: StripeApi, id: string): Promise<Closed> {
  const expired = await api.call({
    endpoint: 'POST /v1/checkout/sessions/expire',
    send: (stripe) => stripe.checkout.sessions.expire(id),
    answer: checkoutSessionAnswer,
  });
  if (expired.kind === 'answered' && expired.answer.status === 'expired') return 'closed';
  const fetched = await fetchSession(api, id);
  if (fetched.kind !== 'fetched') return 'unknown';
  const answer = readSession(fetched.found);
  return answer.kind === 'evidence' ? closedBy(answer.evidence) : 'unknown';
}

async function closePayment(api: StripeApi, id: string): Promise<Closed> {
  const fetched = await fetchPayment(api, id);
  if (fetched.kind !== 'fetched') return 'unknown';
  if (readReferences(fetched.found.metadata)?.way === 'hosted') {
    // A payment of a page is not cancelled: its page is closed.
    const page = await fetchSessionOf(api, id);
    return page.kind === 'fetched' ? await closeSession(api, page.found.id) : 'unknown';
  }
  const cancelled = await api.call({
    endpoint: 'POST /v1/payment_intents/cancel',
    send: (stripe) => stripe.paymentIntents.cancel(id),
    answer: paymentIntentAnswer,
  });
  if (cancelled.kind === 'answered' && cancelled.answer.status === 'canceled') return 'closed';
  const again = await fetchPayment(api, id);
  if (again.kind !== 'fetched') return 'unknown';
  const answer = readPayment(again.found);
  return answer.kind === 'evidence' ? closedBy(answer.evidence) : 'unknown';
}

function closedBy(evidence: PaymentEvidence): Closed {
  switch (evidence.state) {
    case 'succeeded':
      return 'already-paid';
    case 'expired':
    case 'declined':
      return 'closed';
    case 'open':
    case 'processing':
    case 'needs_action':
      return 'unknown';
  }
}
