/**
 * What a store lists: payments since a cursor, what happened to money, and the books of one day.
 *
 * BTCPay lists invoices by when they were made, newest first, and says nothing of when one changed. So a cursor is a moment
 * of making, and when the present is reached it is put back as far as an invoice may still change; the same invoice read
 * twice changes nothing. A stretch of the past is read whole before anything of it is told, because its pages are counted
 * from its newest end.
 *
 * Confirmed coins are in a wallet of the newsroom's own: what BTCPay knows of money beside its payments is that they are
 * there to be spent. The network's fee was the payer's, BTCPay takes none, and nothing is paid out. What the newsroom does
 * with its wallet, giving back included, stands in no listing of BTCPay's that our key may read.
 */
import { Instant, type PlainDate } from '../../calendar/index.ts';
import type {
  MoneyFact,
  MoneyListing,
  PaymentListing,
  ProcessorDay,
  Unknown,
} from '../../giving/processor.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { readInstant, readMoney } from './amounts.ts';
import { type KnownInvoice, knownInvoice } from './invoices.ts';
import { answerOf, besideOf } from './look-up.ts';
import { besideRef } from './parts.ts';
import { attemptOf, referencesOf } from './references.ts';
import { type BtcPayServer, NOT_YET, notHeard, UNREADABLE } from './server.ts';
import { FIRST_LOOK_HOURS, LATE_HOURS, LOOK_BACK_HOURS } from './windows.ts';
import { type InvoiceAnswer, listedInvoices, type MethodAnswer } from './wire.ts';

const PAGE_SIZE = 100;
/** Pages of one stretch; one with more is read in halves. */
const PAGES_MAX = 30;
const STRETCH_HOURS = 7 * 24;
const STRETCH_SECONDS_MIN = 60;

export async function listSince(
  server: BtcPayServer,
  cursor: string | null,
): Promise<PaymentListing | Unknown> {
  const read = await readSince(server, cursor);
  if (read.kind === 'unknown') return read;
  // An invoice that waits says nothing that is not known since it was opened.
  const told = read.invoices.filter(({ standing }) => standing.kind !== 'waiting');
  return {
    payments: told.flatMap((each) => listed(server, each)),
    cursor: read.cursor,
    more: read.more,
  };
}

function listed(server: BtcPayServer, known: KnownInvoice): PaymentListing['payments'] {
  const references = referencesOf(known.invoice);
  return [answerOf(server, known), ...besideOf(known)].map(
    ({ objectRef, attemptId = null, evidence }) => ({
      objectRef,
      attemptId,
      evidence,
      ...(references === null ? {} : { references }),
    }),
  );
}

export async function listMoneySince(
  server: BtcPayServer,
  cursor: string | null,
): Promise<MoneyListing | Unknown> {
  const read = await readSince(server, cursor);
  if (read.kind === 'unknown') return read;
  return { facts: read.invoices.flatMap(factsOf), cursor: read.cursor, more: read.more };
}

/** Confirmed is available: it waits for nobody. */
function factsOf(known: KnownInvoice): readonly MoneyFact[] {
  return chargesOf(known).map(({ chargeRef, money, happenedAt }) => ({
    kind: 'available',
    ref: chargeRef,
    money,
    happenedAt,
    chargeRef,
    payoutRef: null,
  }));
}

interface Charge {
  readonly chargeRef: string;
  readonly objectRef: string;
  readonly money: Money;
  readonly happenedAt: Instant;
  readonly attemptId: string | null;
}

/** What came on an invoice and is confirmed: the sum, and each of what came beside it. */
function chargesOf(known: KnownInvoice): readonly Charge[] {
  const { invoice, standing } = known;
  if (standing.kind !== 'paid') return [];
  const { id } = invoice;
  const attemptId = attemptOf(invoice);
  const { money, happenedAt } = standing;
  const beside = standing.beside.map((each): Charge => {
    const ref = besideRef(id, each.receivedSeconds);
    const { money: coins, happenedAt: at } = each;
    return { chargeRef: ref, objectRef: ref, money: coins, happenedAt: at, attemptId };
  });
  return [{ chargeRef: id, objectRef: id, money, happenedAt, attemptId }, ...beside];
}

/**
 * A day is whole once nothing that came on it waits for its confirmation or for the rest, at the latest when BTCPay stops
 * waiting. An invoice is of the day on which the last of its coins came.
 */
export async function booksOfDay(
  server: BtcPayServer,
  day: PlainDate,
): Promise<ProcessorDay | Unknown> {
  const from = Instant.from(`${day.toString()}T00:00:00Z`);
  const end = Instant.from(`${day.add({ days: 1 }).toString()}T00:00:00Z`);
  const isOfDay = (at: Instant): boolean =>
    at.epochMilliseconds >= from.epochMilliseconds && at.epochMilliseconds < end.epochMilliseconds;
  const found = new Map<string, KnownInvoice>();
  let start = from.subtract({ hours: LATE_HOURS });
  while (start.epochMilliseconds < end.epochMilliseconds) {
    const read = await readStretch(server, { from: start, to: end });
    if (read.kind === 'unknown') return read;
    assert(read.to.epochMilliseconds > start.epochMilliseconds, 'a stretch that was read is some');
    for (const each of read.invoices) found.set(each.invoice.id, each);
    start = read.to;
  }
  const invoices = [...found.values()];
  const now = server.clock.now();
  const isUnsure = ({ invoice, methods, standing }: KnownInvoice): boolean =>
    (standing.kind === 'seen' || standing.kind === 'short' || standing.kind === 'part-paid') &&
    now.epochMilliseconds < readInstant(invoice.monitoringExpiration).epochMilliseconds &&
    methods.some(({ payments }) =>
      payments.some(({ receivedDate }) => isOfDay(readInstant(receivedDate))),
    );
  if (invoices.some(isUnsure)) return NOT_YET;
  const charges = invoices.flatMap(chargesOf).filter(({ happenedAt }) => isOfDay(happenedAt));
  return {
    charges: charges.map(({ happenedAt: _at, ...charge }) => charge),
    facts: invoices.flatMap(factsOf).filter(({ happenedAt }) => isOfDay(happenedAt)),
  };
}

type Since =
  | {
      readonly kind: 'read';
      readonly invoices: readonly KnownInvoice[];
      readonly cursor: string;
      readonly more: boolean;
    }
  | Unknown;

async function readSince(server: BtcPayServer, cursor: string | null): Promise<Since> {
  const now = server.clock.now();
  const from = cursor === null ? now.subtract({ hours: FIRST_LOOK_HOURS }) : readCursor(cursor);
  if (from === null) return { kind: 'unknown', reason: 'unexpected' };
  // A clock that was set back: there is nothing to ask for yet.
  if (from.epochMilliseconds >= now.epochMilliseconds) {
    return { kind: 'read', invoices: [], cursor: from.toString(), more: false };
  }
  const read = await readStretch(server, { from, to: now });
  if (read.kind === 'unknown') return read;
  const more = read.to.epochMilliseconds < now.epochMilliseconds;
  const next = more ? read.to : now.subtract({ hours: LOOK_BACK_HOURS });
  return { kind: 'read', invoices: read.invoices, cursor: next.toString(), more };
}

function readCursor(cursor: string): Instant | null {
  try {
    return Instant.from(cursor);
  } catch {
    return null;
  }
}

interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

/** The invoices made from `from` on, oldest first, and up to when: at most a week, less where many were made. */
async function readStretch(
  server: BtcPayServer,
  asked: Stretch,
): Promise<
  | { readonly kind: 'read'; readonly invoices: readonly KnownInvoice[]; readonly to: Instant }
  | Unknown
> {
  let seconds = Math.min(
    STRETCH_HOURS * 3600,
    Math.ceil((asked.to.epochMilliseconds - asked.from.epochMilliseconds) / 1000),
  );
  for (;;) {
    const end = asked.from.add({ seconds });
    const to = end.epochMilliseconds < asked.to.epochMilliseconds ? end : asked.to;
    const invoices = await readPages(server, { from: asked.from, to });
    if (!('kind' in invoices)) return { kind: 'read', invoices, to };
    if (invoices.kind === 'unknown') return invoices;
    if (seconds <= STRETCH_SECONDS_MIN) return UNREADABLE;
    seconds = Math.max(STRETCH_SECONDS_MIN, Math.floor(seconds / 2));
  }
}

async function readPages(
  server: BtcPayServer,
  stretch: Stretch,
): Promise<readonly KnownInvoice[] | { readonly kind: 'too-many' } | Unknown> {
  const found: KnownInvoice[] = [];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const read = await readPage(server, { stretch, skip: page * PAGE_SIZE });
    if ('kind' in read) return read;
    for (const { paymentMethods, ...invoice } of read) {
      const known = toKnown(server, { invoice, methods: paymentMethods });
      if ('kind' in known) return known;
      found.push(...known);
    }
    if (read.length < PAGE_SIZE) return found.toReversed();
  }
  return { kind: 'too-many' };
}

async function readPage(
  server: BtcPayServer,
  of: { readonly stretch: Stretch; readonly skip: number },
): Promise<readonly ListedInvoice[] | Unknown> {
  const query = new URLSearchParams({
    startDate: String(Math.floor(of.stretch.from.epochMilliseconds / 1000)),
    endDate: String(Math.ceil(of.stretch.to.epochMilliseconds / 1000)),
    includePaymentMethods: 'true',
    skip: String(of.skip),
    take: String(PAGE_SIZE),
  });
  const heard = await server.call({
    method: 'GET',
    path: `/stores/${server.store}/invoices?${query}`,
  });
  if (heard.kind === 'unknown') return heard;
  if (heard.status !== 200) return notHeard(heard);
  const read = listedInvoices.safeParse(heard.json);
  return read.success ? read.data : UNREADABLE;
}

type ListedInvoice = InvoiceAnswer & { readonly paymentMethods: readonly MethodAnswer[] };

/** None or one: an invoice of another program in a currency that we have no row for cannot be booked, and is passed over. */
function toKnown(
  server: BtcPayServer,
  of: { readonly invoice: InvoiceAnswer; readonly methods: readonly MethodAnswer[] },
): readonly KnownInvoice[] | Unknown {
  const { invoice } = of;
  const isOurs = attemptOf(invoice) !== null;
  if (!isOurs && readMoney('0', invoice.currency) === null) return [];
  const known = knownInvoice(server, of);
  // What cannot be read of ours is not passed over: the cursor stays before it.
  if (known.kind === 'unknown') return known;
  return [known.found];
}
