/**
 * A payment on PayPal's page, from opening it to taking its money.
 *
 * The supporter approves at PayPal and nothing moves: the order is `agreed`. Taking it is one more call, `capture`, and
 * only after the order was fetched again and its payer's country looked at. An order can be captured once; PayPal itself
 * refuses a second time, which is told as the success that it is.
 *
 * The key of a capture is the attempt's, followed by the order's own time of change. So two who complete the same approval
 * send the same key, and a supporter who was declined, went back and chose another way to pay is not answered with the
 * old decline from PayPal's memory.
 */
import type {
  CompletionOrder,
  EvidenceAnswer,
  HostedPaymentAnswer,
  HostedPaymentOrder,
  LookUpAnswer,
  OrderRefused,
} from '../../giving/processor.ts';
import { toProcessorAmount } from '../../money/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import type { Heard } from '../common/index.ts';
import { errorOf, NOT_YET, notHeard, type PayPalApi, UNEXPECTED, UNREADABLE } from './api.ts';
import { fetchOrder } from './fetch-order.ts';
import { meaningOf } from './issues.ts';
import { approvalPage, countryRefusal, payerCountries, readOrder } from './map.ts';
import { hostedOrderRequest } from './order-request.ts';
import { type OrderAnswer, orderAnswer } from './wire.ts';

export async function openHostedPayment(
  api: PayPalApi,
  order: HostedPaymentOrder,
): Promise<HostedPaymentAnswer> {
  const amount = toProcessorAmount(order.money, 'paypal');
  if (!amount.ok) return { kind: 'refused', code: amount.refuse };
  const heard = await api.call({
    method: 'POST',
    path: '/v2/checkout/orders',
    body: hostedOrderRequest(order, amount.sent),
    requestId: order.idempotencyKey,
  });
  if (heard.kind === 'unknown') return heard;
  if (heard.status !== 200 && heard.status !== 201) return refusedOr(heard);
  const made = orderAnswer.safeParse(heard.json);
  if (!made.success) return UNREADABLE;
  const pageUrl = approvalPage(made.data, api.pageOrigin);
  return pageUrl === null ? UNREADABLE : { kind: 'opened', objectRef: made.data.id, pageUrl };
}

/** Our bug, where PayPal says so in its own words; every other status says nothing. */
export function refusedOr(heard: Heard): OrderRefused | ReturnType<typeof notHeard> {
  const error = errorOf(heard);
  if (error === null || error.status === 401) return notHeard(heard);
  const meaning = meaningOf(error.issue);
  if (meaning?.means === 'look') return { kind: 'unknown', reason: 'conflict' };
  if (meaning?.means === 'busy') return NOT_YET;
  const isOurs = error.status === 400 || error.status === 403 || error.status === 422;
  return isOurs ? { kind: 'refused', code: error.issue ?? error.name } : notHeard(heard);
}

export async function completePayment(
  api: PayPalApi,
  order: CompletionOrder,
): Promise<EvidenceAnswer | OrderRefused> {
  const fetched = await fetchOrder(api, order.objectRef);
  if (fetched.kind === 'unknown') return fetched;
  if (fetched.kind === 'not-there') return expired(order);
  const { found } = fetched;
  const standing = readOrder(found, api.pageOrigin);
  if (standing.kind !== 'agreed') return told(standing);
  const strange = standing.attemptId != null && standing.attemptId !== order.references.attemptId;
  assert(!strange, 'what is taken is the payment of this attempt');
  const refusal = countryRefusal(payerCountries(found), order.refusedCountries);
  if (refusal !== null) {
    return evidence(order, { state: 'declined', code: refusal, advice: 'refused-country' });
  }
  const heard = await api.call({
    method: 'POST',
    path: `/v2/checkout/orders/${found.id}/capture`,
    body: {},
    requestId: captureKey(order, found),
  });
  if (heard.kind === 'unknown') return heard;
  if (heard.status === 200 || heard.status === 201) return await captured(api, order, heard);
  return await notCaptured(api, { order, found, heard });
}

/** At most 108 characters, which is PayPal's limit for a key: 36, a hyphen, and a time. */
function captureKey(order: CompletionOrder, found: OrderAnswer): string {
  const approved = (found.update_time ?? '').replaceAll(/[^0-9A-Za-z]/g, '').slice(0, 40);
  return `${order.idempotencyKey}-capture${approved}`;
}

async function captured(
  api: PayPalApi,
  order: CompletionOrder,
  heard: Heard,
): Promise<EvidenceAnswer> {
  const read = orderAnswer.safeParse(heard.json);
  const answer = read.success ? readOrder(read.data, api.pageOrigin) : null;
  // An answer in short has no captures; the order has.
  if (answer === null || answer.kind !== 'evidence') return await lookAgain(api, order);
  return answer.evidence.state === 'open' ? await lookAgain(api, order) : answer;
}

/** Fetches the order that PayPal says was taken, or is being taken. Anything but a plain word about money is unknown. */
async function lookAgain(api: PayPalApi, order: CompletionOrder): Promise<EvidenceAnswer> {
  const fetched = await fetchOrder(api, order.objectRef);
  if (fetched.kind === 'unknown') return fetched;
  if (fetched.kind === 'not-there') return UNEXPECTED;
  const answer = readOrder(fetched.found, api.pageOrigin);
  // Still only agreed, though PayPal said otherwise a moment ago: its records have not met yet.
  return answer.kind === 'agreed' ? NOT_YET : told(answer);
}

async function notCaptured(
  api: PayPalApi,
  of: { readonly order: CompletionOrder; readonly found: OrderAnswer; readonly heard: Heard },
): Promise<EvidenceAnswer | OrderRefused> {
  const { order, found, heard } = of;
  const error = errorOf(heard);
  const meaning = meaningOf(error?.issue ?? null);
  if (error === null || meaning === null) return refusedOr(heard);
  switch (meaning.means) {
    case 'look':
      return await lookAgain(api, order);
    case 'busy':
      return NOT_YET;
    case 'decline':
      return evidence(order, {
        state: 'declined',
        code: error.issue ?? error.name,
        advice: meaning.advice,
      });
    case 'choose-again':
      // The page is open again: its supporter may choose another way to pay, on the same order.
      return evidence(order, {
        state: 'open',
        declinedCode: error.issue ?? error.name,
        pageUrl: approvalPage(found, api.pageOrigin),
      });
    case 'not-approved':
      return evidence(order, { state: 'open', pageUrl: approvalPage(found, api.pageOrigin) });
    default:
      return unreachable(meaning, 'notCaptured');
  }
}

type Evidence = Extract<EvidenceAnswer, { kind: 'evidence' }>['evidence'];

function evidence(order: CompletionOrder, what: Evidence): EvidenceAnswer {
  const { objectRef, references } = order;
  return { kind: 'evidence', objectRef, attemptId: references.attemptId, evidence: what };
}

/** An order that PayPal knows no more was never captured: what is captured it keeps. */
function expired(order: CompletionOrder): EvidenceAnswer {
  return evidence(order, { state: 'expired' });
}

function told(answer: Exclude<LookUpAnswer, { kind: 'agreed' }>): EvidenceAnswer {
  return answer.kind === 'not-found' ? UNEXPECTED : answer;
}
