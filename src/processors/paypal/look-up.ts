/**
 * What became of an attempt: by PayPal's own id where we have it, else by our id in the reports.
 *
 * An attempt whose answer got lost before we learned an id is of one of two kinds. On PayPal's page money moves only when we
 * capture an order whose id we know; without one nothing moved and nothing will: it is not there. A charge on a mandate may
 * have been made: the reports are searched for our id, and "not found" is only said when they reach, whole, behind the last
 * moment at which our call could have been carried out. Until then the answer is `unknown`, and we are asked again.
 */
import type { Instant } from '../../calendar/index.ts';
import type {
  EvidenceAnswer,
  LookUpAnswer,
  LookUpQuestion,
  SentAttempt,
  Unknown,
} from '../../giving/processor.ts';
import { NOT_YET, type PayPalApi } from './api.ts';
import { fetchCapture, fetchOrder } from './fetch-order.ts';
import { evidenceOfCapture, readOrder } from './map.ts';
import { unpackReferences } from './references.ts';
import { isCharge } from './report-lines.ts';
import { earlier, LAG_HOURS, type ReportLine, readWholeWindow } from './reports.ts';
import { IDEMPOTENCY_HOURS } from './windows.ts';
import type { CaptureAnswer } from './wire.ts';

export async function lookUp(api: PayPalApi, question: LookUpQuestion): Promise<LookUpAnswer> {
  const { attemptId, objectRef } = question;
  if (objectRef !== null) {
    const answer = await lookUpObject(api, objectRef);
    if (answer.kind !== 'not-found') return answer;
  }
  if (attemptId === null) return { kind: 'not-found' };
  const { sent } = question;
  // Of an order that PayPal has no more nothing was taken; without any id the asker has to say what was sent.
  if (sent === undefined) return objectRef === null ? NOT_YET : { kind: 'not-found' };
  return sent.onMandate ? await searchReports(api, { attemptId, sent }) : { kind: 'not-found' };
}

/** An order; or a capture, which is all that some messages and reports name. Their ids look alike. */
export async function lookUpObject(api: PayPalApi, ref: string): Promise<LookUpAnswer> {
  const order = await fetchOrder(api, ref);
  if (order.kind === 'unknown') return order;
  if (order.kind === 'fetched') return readOrder(order.found, api.pageOrigin);
  const capture = await fetchCapture(api, ref);
  if (capture.kind === 'unknown') return capture;
  return capture.kind === 'fetched'
    ? await lookUpCapture(api, capture.found)
    : { kind: 'not-found' };
}

/** A capture with what its order says about its payer. Evidence is of this very capture. */
export async function lookUpCapture(
  api: PayPalApi,
  capture: CaptureAnswer,
): Promise<EvidenceAnswer> {
  const orderId = capture.supplementary_data?.related_ids?.order_id;
  const fetched = orderId === undefined ? null : await fetchOrder(api, orderId);
  if (fetched?.kind === 'unknown') return fetched;
  const order = fetched?.kind === 'fetched' ? fetched.found : null;
  const evidence = evidenceOfCapture(capture, order);
  if ('kind' in evidence) return evidence;
  const attemptId = unpackReferences(capture.custom_id)?.references.attemptId ?? null;
  return { kind: 'evidence', objectRef: order?.id ?? orderId ?? capture.id, attemptId, evidence };
}

/** Our clock and PayPal's are not the same. */
const CLOCKS_APART_MINUTES = 15;

async function searchReports(
  api: PayPalApi,
  of: { readonly attemptId: string; readonly sent: SentAttempt },
): Promise<LookUpAnswer> {
  const { attemptId, sent } = of;
  const from = sent.firstAt.subtract({ minutes: CLOCKS_APART_MINUTES });
  const lastPossible = sent.firstAt.add({
    hours: IDEMPOTENCY_HOURS,
    minutes: CLOCKS_APART_MINUTES,
  });
  const now = api.clock.now();
  const to = earlier(lastPossible, now);
  if (to.epochMilliseconds <= from.epochMilliseconds) return NOT_YET;
  const read = await readWholeWindow(api, { from, to });
  if (read.kind === 'unknown') return read;
  const line = read.lines.find((each) => isOfAttempt(each, attemptId));
  if (line !== undefined) return await ofLine(api, line);
  return isPast(lastPossible, read.wholeUntil) && isPast(lastPossible, lagged(now))
    ? { kind: 'not-found' }
    : NOT_YET;
}

function isOfAttempt(line: ReportLine, attemptId: string): boolean {
  const found = unpackReferences(line.info.custom_field);
  return isCharge(line) && found?.references.attemptId === attemptId;
}

async function ofLine(api: PayPalApi, line: ReportLine): Promise<EvidenceAnswer | Unknown> {
  const capture = await fetchCapture(api, line.info.transaction_id);
  if (capture.kind === 'unknown') return capture;
  // Reported and not there: one of the two is behind.
  return capture.kind === 'fetched' ? await lookUpCapture(api, capture.found) : NOT_YET;
}

function lagged(now: Instant): Instant {
  return now.subtract({ hours: LAG_HOURS });
}

function isPast(moment: Instant, reached: Instant): boolean {
  return reached.epochMilliseconds >= moment.epochMilliseconds;
}
