/** Fetching invoices: by BTCPay's id, by our attempt's, and what came on one. */
import type { Unknown } from '../../giving/processor.ts';
import { attemptOf } from './references.ts';
import { type BtcPayServer, isNotThere, notHeard, UNEXPECTED, UNREADABLE } from './server.ts';
import { type Standing, standingOf } from './standing.ts';
import {
  type InvoiceAnswer,
  invoiceAnswer,
  invoiceId,
  invoicesAnswer,
  type MethodAnswer,
  methodsAnswer,
} from './wire.ts';

export interface KnownInvoice {
  readonly invoice: InvoiceAnswer;
  readonly methods: readonly MethodAnswer[];
  readonly standing: Standing;
}

export type FetchedInvoice =
  | { readonly kind: 'fetched'; readonly found: KnownInvoice }
  | { readonly kind: 'not-there' }
  | Unknown;

/** @param id from anywhere: what is no id of an invoice is not there */
export async function fetchInvoice(server: BtcPayServer, id: string): Promise<FetchedInvoice> {
  if (!invoiceId.safeParse(id).success) return { kind: 'not-there' };
  const heard = await server.call({ method: 'GET', path: invoicePath(server, id) });
  if (heard.kind === 'unknown') return heard;
  if (isNotThere(heard)) return { kind: 'not-there' };
  if (heard.status !== 200) return notHeard(heard);
  const read = invoiceAnswer.safeParse(heard.json);
  if (!read.success) return UNREADABLE;
  if (read.data.id !== id || read.data.storeId !== server.store) return UNEXPECTED;
  return await withMethods(server, read.data);
}

/**
 * The invoice of an attempt. Should there be two (a call of ours that arrived long after it was given up), it is the one
 * that money came on, and else the oldest.
 */
export async function findInvoice(
  server: BtcPayServer,
  attemptId: string,
): Promise<FetchedInvoice> {
  const listed = await listOfAttempt(server, attemptId);
  if ('kind' in listed) return listed;
  const known: KnownInvoice[] = [];
  for (const invoice of listed) {
    const fetched = await withMethods(server, invoice);
    if (fetched.kind !== 'fetched') return fetched;
    known.push(fetched.found);
  }
  // Listed newest first.
  const [found] = known.toReversed().toSorted((a, b) => rank(b.standing) - rank(a.standing));
  return found === undefined ? { kind: 'not-there' } : { kind: 'fetched', found };
}

/** A store that answers more than this for one id is not answering our question. */
const OF_ONE_ATTEMPT_MAX = 10;

async function listOfAttempt(
  server: BtcPayServer,
  attemptId: string,
): Promise<readonly InvoiceAnswer[] | Unknown> {
  const query = new URLSearchParams({ orderId: attemptId, take: String(OF_ONE_ATTEMPT_MAX) });
  const heard = await server.call({
    method: 'GET',
    path: `/stores/${server.store}/invoices?${query}`,
  });
  if (heard.kind === 'unknown') return heard;
  if (heard.status !== 200) return notHeard(heard);
  const read = invoicesAnswer.safeParse(heard.json);
  if (!read.success) return UNREADABLE;
  return read.data.filter(
    (invoice) => invoice.storeId === server.store && attemptOf(invoice) === attemptId,
  );
}

async function withMethods(server: BtcPayServer, invoice: InvoiceAnswer): Promise<FetchedInvoice> {
  const path = `${invoicePath(server, invoice.id)}/payment-methods`;
  const heard = await server.call({ method: 'GET', path });
  if (heard.kind === 'unknown') return heard;
  if (heard.status !== 200) return notHeard(heard);
  const read = methodsAnswer.safeParse(heard.json);
  if (!read.success) return UNREADABLE;
  return knownInvoice(server, { invoice, methods: read.data });
}

export function knownInvoice(
  server: BtcPayServer,
  of: { readonly invoice: InvoiceAnswer; readonly methods: readonly MethodAnswer[] },
): { readonly kind: 'fetched'; readonly found: KnownInvoice } | Unknown {
  const standing = standingOf({ ...of, now: server.clock.now() });
  return isUnknown(standing) ? standing : { kind: 'fetched', found: { ...of, standing } };
}

function isUnknown(of: Standing | Unknown): of is Unknown {
  return of.kind === 'unknown';
}

/**
 * Under the store, so that an invoice of another store is never answered. Newer servers have a shorter path as well; this
 * one is answered by all of them.
 */
export function invoicePath(server: BtcPayServer, id: string): string {
  return `/stores/${server.store}/invoices/${id}`;
}

function rank(standing: Standing): number {
  const order: readonly Standing['kind'][] = [
    'nothing-came',
    'expired',
    'waiting',
    'part-paid',
    'short',
    'seen',
    'paid',
  ];
  return order.indexOf(standing.kind);
}
