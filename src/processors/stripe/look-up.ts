/**
 * What became of an attempt: by Stripe's own id where we have it, else by our id in its payments.
 *
 * An attempt whose answer got lost before we learned an id is of one of two kinds. A page whose address we never learned can
 * be paid by nobody: it is not there. A charge on a mandate may have been made: the customer's payments of the time in which
 * our call can have been carried out are listed, and read through for our id. Its search by metadata would be one call, but it
 * lags by a minute, in bad hours by many, and "not found" must be true. It is only said once that time is over; until then
 * the answer is `unknown`, and we are asked again.
 */
import type { Instant } from '../../calendar/index.ts';
import type {
  EvidenceAnswer,
  LookUpAnswer,
  LookUpQuestion,
  SentAttempt,
} from '../../giving/processor.ts';
import { NOT_YET, notHeard, type StripeApi } from './api.ts';
import { fetchCharge, fetchPayment, fetchSession, fetchSessionOf } from './fetch-payment.ts';
import { PAGE_SIZE } from './list-all.ts';
import { evidenceOfCharge, readPayment, readSession } from './map.ts';
import { wireTime } from './money.ts';
import { readReferences } from './references.ts';
import { IDEMPOTENCY_WINDOW_MS } from './windows.ts';
import { type PaymentIntentAnswer, pageOf, paymentIntentAnswer } from './wire.ts';

export async function lookUp(api: StripeApi, question: LookUpQuestion): Promise<LookUpAnswer> {
  const { attemptId, objectRef } = question;
  if (objectRef !== null) {
    const answer = await lookUpObject(api, objectRef);
    if (answer.kind !== 'not-found') return answer;
  }
  if (attemptId === null) return { kind: 'not-found' };
  const { sent } = question;
  // What Stripe has no more is of a test account that was emptied; without any id the asker has to say what was sent.
  if (sent === undefined) return objectRef === null ? NOT_YET : { kind: 'not-found' };
  return sent.onMandate ? await searchPayments(api, { attemptId, sent }) : { kind: 'not-found' };
}

/** A page, a payment or a charge: their ids say which. */
async function lookUpObject(api: StripeApi, ref: string): Promise<LookUpAnswer> {
  if (ref.startsWith('cs_')) {
    const session = await fetchSession(api, ref);
    return session.kind === 'fetched' ? readSession(session.found) : missing(session);
  }
  if (ref.startsWith('pi_')) {
    const payment = await fetchPayment(api, ref);
    return payment.kind === 'fetched' ? await readFound(api, payment.found) : missing(payment);
  }
  if (ref.startsWith('ch_') || ref.startsWith('py_')) return await lookUpCharge(api, ref);
  return { kind: 'not-found' };
}

function missing<U extends { readonly kind: 'unknown' }>(
  fetched: U | { readonly kind: 'not-there' },
): U | { readonly kind: 'not-found' } {
  return fetched.kind === 'unknown' ? fetched : { kind: 'not-found' };
}

/** Whether a payment of Stripe's page is over, only its page knows. */
async function readFound(api: StripeApi, payment: PaymentIntentAnswer): Promise<LookUpAnswer> {
  const answer = readPayment(payment);
  const isHosted = readReferences(payment.metadata)?.way === 'hosted';
  if (!isHosted || answer.kind !== 'evidence' || answer.evidence.state !== 'open') return answer;
  const session = await fetchSessionOf(api, payment.id);
  if (session.kind === 'unknown') return session;
  return session.kind === 'fetched' ? readSession(session.found) : answer;
}

async function lookUpCharge(api: StripeApi, ref: string): Promise<LookUpAnswer> {
  const fetched = await fetchCharge(api, ref);
  if (fetched.kind !== 'fetched') return missing(fetched);
  const charge = fetched.found;
  if (charge.payment_intent != null) {
    const payment = await fetchPayment(api, charge.payment_intent);
    return payment.kind === 'fetched' ? await readFound(api, payment.found) : missing(payment);
  }
  // Made by something older than payments, and no order of ours.
  const evidence = charge.status === 'succeeded' ? evidenceOfCharge(charge) : null;
  if (evidence === null) return { kind: 'not-found' };
  return { kind: 'evidence', objectRef: charge.id, attemptId: null, evidence };
}

/** Our clock and Stripe's are not the same, and a call may be under way for a while. */
const CLOCKS_APART_MINUTES = 15;
/** A day on which more was paid is left to a person. */
const PAGES_MAX = 500;

async function searchPayments(
  api: StripeApi,
  of: { readonly attemptId: string; readonly sent: SentAttempt },
): Promise<LookUpAnswer> {
  const { attemptId, sent } = of;
  const from = sent.firstAt.subtract({ minutes: CLOCKS_APART_MINUTES });
  const last = sent.firstAt.add({
    milliseconds: IDEMPOTENCY_WINDOW_MS,
    minutes: CLOCKS_APART_MINUTES,
  });
  for (const part of partsOf({ sent, from, last })) {
    const answer = await searchWindow(api, { attemptId, ...part });
    if (answer.kind !== 'not-found') return answer;
  }
  const isOver = api.clock.now().epochMilliseconds > last.epochMilliseconds;
  return isOver ? { kind: 'not-found' } : NOT_YET;
}

/**
 * Where to look, in this order. The payments of one customer are few; where the customer is not known (any more), it was
 * most likely made at the first sending, so that time is read before a whole day is.
 */
function partsOf(of: {
  readonly sent: SentAttempt;
  readonly from: Instant;
  readonly last: Instant;
}): readonly Omit<SearchWindow, 'attemptId'>[] {
  const { sent, from, last } = of;
  const { customerRef } = sent;
  if (customerRef !== undefined) return [{ from, to: last, customerRef }];
  const soon = sent.firstAt.add({ minutes: CLOCKS_APART_MINUTES });
  return [
    { from, to: soon },
    { from: soon, to: last },
  ];
}

interface SearchWindow {
  readonly attemptId: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly customerRef?: string;
}

/** Newest first, page by page, because it is mostly found long before the last. */
async function searchWindow(
  api: StripeApi,
  of: SearchWindow,
): Promise<EvidenceAnswer | { readonly kind: 'not-found' }> {
  const { attemptId, from, to, customerRef } = of;
  let after: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const listed = await api.call({
      endpoint: 'GET /v1/payment_intents',
      send: (stripe) =>
        stripe.paymentIntents.list({
          created: { gte: wireTime(from), lte: wireTime(to) + 1 },
          limit: PAGE_SIZE,
          expand: ['data.latest_charge.balance_transaction'],
          ...(customerRef === undefined ? {} : { customer: customerRef }),
          ...(after === undefined ? {} : { starting_after: after }),
        }),
      answer: pageOf(paymentIntentAnswer),
    });
    if (listed.kind === 'unknown') return listed;
    if (listed.kind === 'error') return notHeard(listed);
    const { data, has_more: more } = listed.answer;
    const found = data.find(
      ({ metadata }) => readReferences(metadata)?.references.attemptId === attemptId,
    );
    if (found !== undefined) return readPayment(found);
    after = data.at(-1)?.id;
    if (!more || after === undefined) return { kind: 'not-found' };
  }
  return NOT_YET;
}
