/**
 * PayPal's transaction reports: the only list of what happened on the account. They lag (PayPal says up to three hours,
 * operators have seen more), so every answer says how far it reaches, and nobody concludes anything about what lies behind
 * that. A query spans at most 31 days and gives at most 10,000 lines.
 *
 * A window is narrowed until its lines fit one page. So there is no page to remember between two calls, a window is read
 * whole or not at all, and its lines can be put in the order of time, which PayPal does not promise.
 */
import type { Instant } from '../../calendar/index.ts';
import type { Unknown } from '../../giving/processor.ts';
import { errorOf, NOT_YET, notHeard, type PayPalApi, UNREADABLE } from './api.ts';
import { readInstant, reportTime } from './money.ts';
import { type TransactionInfo, transactionsAnswer } from './wire.ts';

/** Reports are believed whole up to this long ago, and up to the moment of their last refreshing. */
export const LAG_HOURS = 4;
/** PayPal's limit is 31 days. */
const WINDOW_HOURS_MAX = 30 * 24;
/** Pages of one second; more lines than that at once are not read rather than read in part. */
const PAGES_MAX = 20;
/** Halvings from a month to a second, and some for a window that fills meanwhile. */
const NARROWINGS_MAX = 24;
const SECOND_MS = 1000;

export interface ReportWindow {
  readonly from: Instant;
  readonly to: Instant;
}

export interface ReportLines {
  readonly kind: 'lines';
  /** All lines of the window, oldest first. */
  readonly lines: readonly ReportLine[];
  /** The window that was read: as asked, or its beginning. */
  readonly window: ReportWindow;
  /** Up to here the reports say everything. */
  readonly wholeUntil: Instant;
}

export interface ReportLine {
  readonly info: TransactionInfo;
  readonly happenedAt: Instant;
}

/** The lines of a window, or of the part from its beginning that fits one page. */
export async function readWindow(
  api: PayPalApi,
  asked: ReportWindow,
  options: { readonly pageSize: number },
): Promise<ReportLines | Unknown> {
  const { from } = asked;
  let to = earlier(asked.to, from.add({ hours: WINDOW_HOURS_MAX }));
  for (let turn = 0; turn < NARROWINGS_MAX; turn += 1) {
    const page = await readPage(api, { from, to }, { page: 1, pageSize: options.pageSize });
    if (page.kind === 'unknown') return page;
    const fits = page.kind === 'page' && page.pages <= 1;
    if (fits) return wholeWindow(api, { from, to }, page);
    const half = halfWay(from, to);
    if (half === null) {
      return page.kind === 'page'
        ? await readOneSecond(api, { from, to }, { first: page, pageSize: options.pageSize })
        : NOT_YET;
    }
    to = half;
  }
  return { kind: 'unknown', reason: 'unexpected' };
}

/** All lines of a window however many, in as many calls as it takes; `unknown` when one of them was not heard. */
export async function readWholeWindow(
  api: PayPalApi,
  asked: ReportWindow,
): Promise<ReportLines | Unknown> {
  const lines: ReportLine[] = [];
  let { from } = asked;
  let wholeUntil = asked.to;
  for (let part = 0; part < PARTS_MAX; part += 1) {
    const read = await readWindow(api, { from, to: asked.to }, { pageSize: PAGE_SIZE_MAX });
    if (read.kind === 'unknown') return read;
    lines.push(...read.lines);
    wholeUntil = earlier(wholeUntil, read.wholeUntil);
    if (read.window.to.epochMilliseconds >= asked.to.epochMilliseconds) {
      return { kind: 'lines', lines: onlyOnce(lines), window: asked, wholeUntil };
    }
    from = read.window.to;
  }
  return { kind: 'unknown', reason: 'unexpected' };
}

export const PAGE_SIZE_MAX = 500;
const PARTS_MAX = 500;

type Page =
  | {
      readonly kind: 'page';
      readonly lines: readonly ReportLine[];
      readonly pages: number;
      readonly refreshedAt: Instant;
    }
  | { readonly kind: 'too-many' }
  | Unknown;

async function readPage(
  api: PayPalApi,
  { from, to }: ReportWindow,
  at: { readonly page: number; readonly pageSize: number },
): Promise<Page> {
  const query = new URLSearchParams({
    start_date: reportTime(from),
    end_date: reportTime(to),
    // Nothing about the payer: only the movement itself.
    fields: 'transaction_info',
    balance_affecting_records_only: 'Y',
    page_size: String(at.pageSize),
    page: String(at.page),
  });
  const heard = await api.call({ method: 'GET', path: `/v1/reporting/transactions?${query}` });
  if (heard.kind === 'unknown') return heard;
  if (heard.status !== 200) {
    return errorOf(heard)?.name === 'RESULTSET_TOO_LARGE' ? { kind: 'too-many' } : notHeard(heard);
  }
  const read = transactionsAnswer.safeParse(heard.json);
  const refreshedAt = read.success ? readInstant(read.data.last_refreshed_datetime) : null;
  if (!read.success || refreshedAt === null) return UNREADABLE;
  const lines: ReportLine[] = [];
  for (const { transaction_info: info } of read.data.transaction_details ?? []) {
    const happenedAt = readInstant(info.transaction_initiation_date);
    // A line that cannot be read must not be passed over: the cursor would leave it behind for ever.
    if (happenedAt === null) return UNREADABLE;
    lines.push({ info, happenedAt });
  }
  return { kind: 'page', lines, pages: read.data.total_pages ?? 1, refreshedAt };
}

function wholeWindow(
  api: PayPalApi,
  window: ReportWindow,
  page: { readonly lines: readonly ReportLine[]; readonly refreshedAt: Instant },
): ReportLines {
  const settledUntil = api.clock.now().subtract({ hours: LAG_HOURS });
  return {
    kind: 'lines',
    lines: onlyOnce(page.lines),
    window,
    wholeUntil: earlier(earlier(page.refreshedAt, settledUntil), window.to),
  };
}

/** A second with more lines than a page: all its pages. */
async function readOneSecond(
  api: PayPalApi,
  window: ReportWindow,
  of: { readonly first: Extract<Page, { kind: 'page' }>; readonly pageSize: number },
): Promise<ReportLines | Unknown> {
  const { first, pageSize } = of;
  if (first.pages > PAGES_MAX) return { kind: 'unknown', reason: 'unexpected' };
  const lines = [...first.lines];
  for (let page = 2; page <= first.pages; page += 1) {
    const next = await readPage(api, window, { page, pageSize });
    if (next.kind === 'unknown') return next;
    if (next.kind === 'too-many') return NOT_YET;
    lines.push(...next.lines);
  }
  return wholeWindow(api, window, { lines, refreshedAt: first.refreshedAt });
}

/** The middle in whole seconds, `null` when there is none. */
function halfWay(from: Instant, to: Instant): Instant | null {
  const spanMs = to.epochMilliseconds - from.epochMilliseconds;
  const halfMs = Math.floor(spanMs / 2 / SECOND_MS) * SECOND_MS;
  return halfMs < SECOND_MS ? null : from.add({ milliseconds: halfMs });
}

/** Oldest first; a line that two windows share, or that PayPal lists twice, comes once. */
function onlyOnce(lines: readonly ReportLine[]): readonly ReportLine[] {
  const byKey = new Map<string, ReportLine>();
  for (const line of lines) {
    const { transaction_id: id, transaction_event_code: code } = line.info;
    byKey.set(`${id} ${code}`, line);
  }
  return [...byKey.values()].toSorted(
    (a, b) => a.happenedAt.epochMilliseconds - b.happenedAt.epochMilliseconds,
  );
}

export function earlier(a: Instant, b: Instant): Instant {
  return a.epochMilliseconds <= b.epochMilliseconds ? a : b;
}

export function later(a: Instant, b: Instant): Instant {
  return a.epochMilliseconds >= b.epochMilliseconds ? a : b;
}
