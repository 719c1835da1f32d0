/**
 * A charge on a kept right, its payer absent: an order with the kept method, which PayPal makes and takes in one call under our
 * key. Where countries are refused, the country of the kept account is looked at first, because supporters move.
 */
import type {
  EvidenceAnswer,
  MandateChargeOrder,
  OrderRefused,
  PaymentEvidence,
  Unknown,
} from '../../giving/processor.ts';
import { toProcessorAmount } from '../../money/index.ts';
import { unreachable } from '../../problems/index.ts';
import type { Heard } from '../common/index.ts';
import { errorOf, isNotThere, NOT_YET, type PayPalApi, UNREADABLE } from './api.ts';
import { fetchOrder, fetchPaymentToken } from './fetch-order.ts';
import { refusedOr } from './hosted-payment.ts';
import { meaningOf } from './issues.ts';
import { countryRefusal, readOrder } from './map.ts';
import { readCountry } from './money.ts';
import { mandateOrderRequest } from './order-request.ts';
import { orderAnswer } from './wire.ts';

export async function chargeMandate(
  api: PayPalApi,
  order: MandateChargeOrder,
): Promise<EvidenceAnswer | OrderRefused> {
  const amount = toProcessorAmount(order.money, 'paypal');
  if (!amount.ok) return { kind: 'refused', code: amount.refuse };
  const refusal = await lookAtCountry(api, order);
  if (refusal !== null) return 'kind' in refusal ? refusal : declinedBefore(order, refusal);
  const heard = await api.call({
    method: 'POST',
    path: '/v2/checkout/orders',
    body: mandateOrderRequest(order, amount.sent),
    requestId: order.idempotencyKey,
  });
  if (heard.kind === 'unknown') return heard;
  return heard.status === 200 || heard.status === 201
    ? await made(api, heard)
    : notMade(order, heard);
}

type Declined = Extract<PaymentEvidence, { state: 'declined' }>;

/** Ended by the supporter at PayPal, or by PayPal. */
const METHOD_GONE: Declined = {
  state: 'declined',
  code: 'TOKEN_ID_NOT_FOUND',
  advice: 'ask-for-another-method',
};

async function lookAtCountry(
  api: PayPalApi,
  order: MandateChargeOrder,
): Promise<Declined | Unknown | null> {
  if (order.refusedCountries.length === 0) return null;
  const fetched = await fetchPaymentToken(api, order.mandate.methodRef);
  if (fetched.kind === 'unknown') return fetched;
  if (fetched.kind === 'not-there') {
    return METHOD_GONE;
  }
  const country = readCountry(fetched.found.payment_source?.paypal?.address?.country_code);
  const refusal = countryRefusal(country === null ? [] : [country], order.refusedCountries);
  return refusal === null ? null : { state: 'declined', code: refusal, advice: 'refused-country' };
}

/** Nothing was made at PayPal: the attempt's own id stands for the object that is not there. */
function declinedBefore(order: MandateChargeOrder, evidence: Declined): EvidenceAnswer {
  const { attemptId } = order.references;
  return { kind: 'evidence', objectRef: `not-made-${attemptId}`, attemptId, evidence };
}

async function made(api: PayPalApi, heard: Heard): Promise<EvidenceAnswer> {
  const read = orderAnswer.safeParse(heard.json);
  if (!read.success) return UNREADABLE;
  const answer = readOrder(read.data, api.pageOrigin);
  if (answer.kind === 'evidence' && answer.evidence.state === 'succeeded') return answer;
  // A short answer names neither our ids nor the capture: the order does.
  const fetched = await fetchOrder(api, read.data.id);
  if (fetched.kind === 'unknown') return fetched;
  if (fetched.kind === 'not-there') return NOT_YET;
  const told = readOrder(fetched.found, api.pageOrigin);
  return told.kind === 'evidence' || told.kind === 'unknown' ? told : NOT_YET;
}

function notMade(order: MandateChargeOrder, heard: Heard): EvidenceAnswer | OrderRefused {
  const error = errorOf(heard);
  const meaning = meaningOf(error?.issue ?? null);
  // The one object that the order names is the kept method.
  if (isNotThere(heard)) return declinedBefore(order, METHOD_GONE);
  if (error === null || meaning === null) return refusedOr(heard);
  switch (meaning.means) {
    case 'decline':
    case 'choose-again':
      return declinedBefore(order, {
        state: 'declined',
        code: error.issue ?? error.name,
        advice: meaning.advice,
      });
    // Paid under this attempt's invoice already: asked for, never charged again.
    case 'look':
      return { kind: 'unknown', reason: 'conflict' };
    case 'busy':
      return NOT_YET;
    case 'not-approved':
      return refusedOr(heard);
    default:
      return unreachable(meaning, 'notMade');
  }
}
