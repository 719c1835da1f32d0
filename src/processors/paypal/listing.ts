/**
 * What the reports list since a cursor: payments, and what happened to money; and the books of one day.
 *
 * A cursor is a moment in UTC. It never moves past the point up to which the reports are whole, so what PayPal reports late
 * is read again until it is there; the same line read twice changes nothing. Where a payment's own record can be had, it is
 * the evidence: the report's line only says where to look.
 */
import { Instant, type PlainDate } from '../../calendar/index.ts';
import type {
  MoneyFact,
  MoneyListing,
  PaymentListing,
  ProcessorDay,
  Succeeded,
  Unknown,
} from '../../giving/processor.ts';
import { NOT_YET, type PayPalApi, UNREADABLE } from './api.ts';
import { fetchCapture } from './fetch-order.ts';
import { lookUpCapture } from './look-up.ts';
import { readInstant, readMoney } from './money.ts';
import { unpackReferences } from './references.ts';
import { factsOf, isCharge } from './report-lines.ts';
import {
  earlier,
  later,
  PAGE_SIZE_MAX,
  type ReportLine,
  type ReportLines,
  readWholeWindow,
  readWindow,
} from './reports.ts';

/** Before the first look nothing older is listed: what a newsroom's account did before is not ours to explain. */
const FIRST_LOOK_DAYS = 30;
/** Each payment of a page is asked for by itself, so pages are small. */
const PAYMENTS_PAGE_SIZE = 50;
/** Calls at once for the payments of one page; PayPal publishes no limit and asks to go easy. */
const AT_ONCE = 4;

export async function listSince(
  api: PayPalApi,
  cursor: string | null,
): Promise<PaymentListing | Unknown> {
  const read = await readSince(api, cursor, PAYMENTS_PAGE_SIZE);
  if (read.kind === 'unknown') return read;
  if (read.kind === 'nothing') return { payments: [], cursor: read.cursor, more: false };
  const payments = await paymentsOf(api, read.lines.filter(isCharge));
  if ('kind' in payments) return payments;
  return { payments, cursor: read.cursor, more: read.more };
}

export async function listMoneySince(
  api: PayPalApi,
  cursor: string | null,
): Promise<MoneyListing | Unknown> {
  const read = await readSince(api, cursor, PAGE_SIZE_MAX);
  if (read.kind === 'unknown') return read;
  if (read.kind === 'nothing') return { facts: [], cursor: read.cursor, more: false };
  const facts = allFacts(read.lines);
  return facts === null ? UNREADABLE : { facts, cursor: read.cursor, more: read.more };
}

/** The day is read once the reports have all of it; before that it is unknown. */
export async function booksOfDay(api: PayPalApi, day: PlainDate): Promise<ProcessorDay | Unknown> {
  const from = Instant.from(`${day.toString()}T00:00:00Z`);
  const end = Instant.from(`${day.add({ days: 1 }).toString()}T00:00:00Z`);
  const read = await readWholeWindow(api, { from, to: end });
  if (read.kind === 'unknown') return read;
  if (read.wholeUntil.epochMilliseconds < end.epochMilliseconds) return NOT_YET;
  // The window's end belongs to the next day.
  const lines = read.lines.filter(
    ({ happenedAt }) => happenedAt.epochMilliseconds < end.epochMilliseconds,
  );
  const facts = allFacts(lines);
  if (facts === null) return UNREADABLE;
  const charges = await chargesOf(api, lines.filter(isCharge));
  return 'kind' in charges ? charges : { charges, facts };
}

type Since =
  | {
      readonly kind: 'read';
      readonly lines: ReportLines['lines'];
      readonly cursor: string;
      readonly more: boolean;
    }
  | { readonly kind: 'nothing'; readonly cursor: string }
  | Unknown;

async function readSince(api: PayPalApi, cursor: string | null, pageSize: number): Promise<Since> {
  const now = api.clock.now();
  const from =
    cursor === null ? now.subtract({ hours: FIRST_LOOK_DAYS * 24 }) : readInstant(cursor);
  if (from === null) return { kind: 'unknown', reason: 'unexpected' };
  // A clock that was set back: there is nothing to ask for yet.
  if (from.epochMilliseconds >= now.epochMilliseconds) {
    return { kind: 'nothing', cursor: from.toString() };
  }
  const read = await readWindow(api, { from, to: now }, { pageSize });
  if (read.kind === 'unknown') return read;
  const reached = later(from, earlier(read.window.to, read.wholeUntil));
  const goesOn = reached.epochMilliseconds > from.epochMilliseconds;
  const more = goesOn && read.window.to.epochMilliseconds < now.epochMilliseconds;
  return { kind: 'read', lines: read.lines, cursor: reached.toString(), more };
}

/** As with payments: what cannot be read is not passed over, so `null` when one line cannot. */
function allFacts(lines: readonly ReportLine[]): readonly MoneyFact[] | null {
  const facts: MoneyFact[] = [];
  for (const line of lines) {
    const told = factsOf(line);
    if (told === null) return null;
    facts.push(...told);
  }
  return withoutLetGo(facts);
}

/**
 * When PayPal takes disputed money for good, it also lets go of what it held for it: two lines for one loss. The second
 * is not a dispute that was won.
 */
function withoutLetGo(facts: readonly MoneyFact[]): readonly MoneyFact[] {
  const lost = new Set(facts.filter(({ kind }) => kind === 'dispute-lost').map(({ ref }) => ref));
  return facts.filter(({ kind, ref }) => kind !== 'dispute-won' || !lost.has(ref));
}

type Listed = PaymentListing['payments'][number];

async function paymentsOf(
  api: PayPalApi,
  lines: readonly ReportLine[],
): Promise<readonly Listed[] | Unknown> {
  return await inParts(lines, (line) => paymentOf(api, line));
}

async function paymentOf(api: PayPalApi, line: ReportLine): Promise<Listed | Unknown> {
  const capture = await fetchCapture(api, line.info.transaction_id);
  if (capture.kind === 'unknown') return capture;
  if (capture.kind === 'not-there') return ofLineAlone(line);
  const answer = await lookUpCapture(api, capture.found);
  if (answer.kind === 'unknown') return answer;
  const ours =
    unpackReferences(capture.found.custom_id) ?? unpackReferences(line.info.custom_field);
  return {
    objectRef: answer.objectRef,
    attemptId: ours?.references.attemptId ?? null,
    evidence: answer.evidence,
    ...(ours === null ? {} : { references: ours.references }),
  };
}

/** Money that came by another product of PayPal's: the line is all there is. */
function ofLineAlone({ info, happenedAt }: ReportLine): Listed | Unknown {
  const amount = readMoney(info.transaction_amount);
  if (amount === null) return UNREADABLE;
  const ours = unpackReferences(info.custom_field);
  const evidence: Succeeded = {
    state: 'succeeded',
    chargeRef: info.transaction_id,
    money: amount,
    happenedAt,
    payerCountry: null,
    mandate: null,
    fee: null,
  };
  return {
    objectRef: info.transaction_id,
    attemptId: ours?.references.attemptId ?? null,
    evidence,
    ...(ours === null ? {} : { references: ours.references }),
  };
}

type DayCharge = ProcessorDay['charges'][number];

async function chargesOf(
  api: PayPalApi,
  lines: readonly ReportLine[],
): Promise<readonly DayCharge[] | Unknown> {
  return await inParts(lines, (line) => chargeOf(api, line));
}

async function chargeOf(api: PayPalApi, line: ReportLine): Promise<DayCharge | Unknown> {
  const { info } = line;
  const amount = readMoney(info.transaction_amount);
  if (amount === null) return UNREADABLE;
  const ours = unpackReferences(info.custom_field);
  const charge = { chargeRef: info.transaction_id, money: amount };
  const attemptId = ours?.references.attemptId ?? null;
  const capture = await fetchCapture(api, info.transaction_id);
  if (capture.kind === 'unknown') return capture;
  const orderId =
    capture.kind === 'fetched'
      ? capture.found.supplementary_data?.related_ids?.order_id
      : undefined;
  return { ...charge, attemptId, objectRef: orderId ?? info.transaction_id };
}

/** A few calls at a time; the first that was not heard ends it, because a list in part would hide the rest. */
async function inParts<T extends object>(
  lines: readonly ReportLine[],
  ask: (line: ReportLine) => Promise<T | Unknown>,
): Promise<readonly T[] | Unknown> {
  const found: T[] = [];
  for (let from = 0; from < lines.length; from += AT_ONCE) {
    const answers = await Promise.all(lines.slice(from, from + AT_ONCE).map(ask));
    for (const answer of answers) {
      if (isUnknown(answer)) return answer;
      found.push(answer);
    }
  }
  return found;
}

function isUnknown(answer: object): answer is Unknown {
  return 'kind' in answer && answer.kind === 'unknown';
}
