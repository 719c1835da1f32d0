/**
 * A charge on a kept card, its holder absent: a payment that is made and confirmed in one call under the attempt's key.
 * Where countries are refused, the country of the kept card is looked at first, because cards are replaced.
 */
import type Stripe from 'stripe';
import type {
  EvidenceAnswer,
  MandateChargeOrder,
  OrderRefused,
  PaymentEvidence,
} from '../../giving/processor.ts';
import { notHeard, type StripeApi, type StripeError, UNEXPECTED } from './api.ts';
import { notMadeRef, WITH_CHARGE } from './confirm-payment.ts';
import { declineOf } from './declines.ts';
import { fetchOne } from './fetch-payment.ts';
import { isMandateGone } from './mandate-gone.ts';
import { readPayment } from './map.ts';
import { countryRefusal, readCountry, type WireAmount, wireAmount } from './money.ts';
import { metadataOf, readReferences } from './references.ts';
import { refusedOr } from './refused.ts';
import { pageOf, paymentIntentAnswer, paymentMethodAnswer } from './wire.ts';

type Declined = Extract<PaymentEvidence, { state: 'declined' }>;

/** Taken off by the newsroom or by Stripe. */
const METHOD_GONE: Declined = {
  state: 'declined',
  code: 'payment_method_gone',
  advice: 'ask-for-another-method',
};

export async function chargeMandate(
  api: StripeApi,
  order: MandateChargeOrder,
): Promise<EvidenceAnswer | OrderRefused> {
  const amount = wireAmount(order.money);
  if (!amount.ok) return { kind: 'refused', code: amount.refuse };
  const refusal = await lookAtCountry(api, order);
  if (refusal !== null) return refusal;
  const called = await api.call({
    endpoint: 'POST /v1/payment_intents',
    send: (stripe) =>
      stripe.paymentIntents.create(requestOf(order, amount), {
        idempotencyKey: order.idempotencyKey,
      }),
    answer: paymentIntentAnswer,
  });
  if (called.kind === 'answered') return readPayment(called.answer);
  return called.kind === 'unknown' ? called : await outcomeOfError(api, order, called);
}

function requestOf(order: MandateChargeOrder, amount: Extract<WireAmount, { ok: true }>) {
  return {
    amount: amount.amount,
    currency: amount.currency,
    allowed_payment_method_types: ['card'],
    // The answer then says that the money was taken, and what Stripe kept of it.
    capture_method: 'automatic',
    customer: order.mandate.customerRef,
    payment_method: order.mandate.methodRef,
    confirm: true,
    off_session: true,
    // A bank that wants its customer declines it, instead of leaving a payment that waits for nobody.
    error_on_requires_action: true,
    metadata: metadataOf('mandate', order.references),
    expand: [...WITH_CHARGE],
  } satisfies Stripe.PaymentIntentCreateParams;
}

/** @returns the answer to give instead of charging; `null`: it may be charged */
async function lookAtCountry(
  api: StripeApi,
  order: MandateChargeOrder,
): Promise<EvidenceAnswer | null> {
  if (order.refusedCountries.length === 0) return null;
  const fetched = await fetchOne(api, {
    endpoint: 'GET /v1/payment_methods',
    send: (stripe) => stripe.paymentMethods.retrieve(order.mandate.methodRef),
    answer: paymentMethodAnswer,
  });
  if (fetched.kind === 'unknown') return fetched;
  if (fetched.kind === 'not-there') return await goneOr(api, order);
  const country = readCountry(fetched.found.card?.country);
  const code = countryRefusal(country, order.refusedCountries);
  if (code === null) return null;
  return declinedBefore(order, { state: 'declined', code, advice: 'refused-country' });
}

/** Nothing was made at Stripe: the attempt's own id stands for the object that is not there. */
function declinedBefore(order: MandateChargeOrder, evidence: Declined): EvidenceAnswer {
  const { attemptId } = order.references;
  return { kind: 'evidence', objectRef: notMadeRef(attemptId), attemptId, evidence };
}

async function outcomeOfError(
  api: StripeApi,
  order: MandateChargeOrder,
  error: StripeError,
): Promise<EvidenceAnswer | OrderRefused> {
  if (error.status === 402 && error.type === 'card_error') {
    if (error.paymentIntent !== null) return readPayment(error.paymentIntent);
    return declinedBefore(order, { state: 'declined', ...declineOf(error) });
  }
  if (isAboutMandate(error)) return await goneOr(api, order);
  // Stripe answers a key with the failure that it remembers, for a day: sending it again would hear nothing else.
  if (error.status >= 500 && error.isReplayed) return await askInstead(api, order);
  return refusedOr(error);
}

/** What we order is right but for the kept card: it, or its customer, cannot be used any more. */
function isAboutMandate({ status, type, param }: StripeError): boolean {
  if ((status !== 400 && status !== 404) || type !== 'invalid_request_error') return false;
  return param === 'payment_method' || param === 'customer';
}

async function goneOr(api: StripeApi, order: MandateChargeOrder): Promise<EvidenceAnswer> {
  const standing = await isMandateGone(api, order.mandate);
  return standing === 'gone' ? declinedBefore(order, METHOD_GONE) : standing;
}

/** Whether the failed call made the payment all the same: the customer's payments are listed, not searched (it lags). */
async function askInstead(api: StripeApi, order: MandateChargeOrder): Promise<EvidenceAnswer> {
  const listed = await api.call({
    endpoint: 'GET /v1/payment_intents',
    send: (stripe) =>
      stripe.paymentIntents.list({
        customer: order.mandate.customerRef,
        limit: 100,
        expand: ['data.latest_charge.balance_transaction'],
      }),
    answer: pageOf(paymentIntentAnswer),
  });
  if (listed.kind === 'unknown') return listed;
  if (listed.kind === 'error') return notHeard(listed);
  const { attemptId } = order.references;
  const found = listed.answer.data.find(
    ({ metadata }) => readReferences(metadata)?.references.attemptId === attemptId,
  );
  if (found === undefined) return { kind: 'unknown', reason: 'server-error' };
  const answer = readPayment(found);
  return answer.kind === 'evidence' && answer.attemptId !== attemptId ? UNEXPECTED : answer;
}
