/**
 * Opening and closing the payment of a gift. Its page is ours; what is opened at BTCPay is an invoice.
 *
 * BTCPay has no idempotency keys, so an invoice is only made after a look whether there is one of this attempt, and a call
 * whose answer got lost is followed by another look and never by another call. The look sees what was made a moment
 * before: BTCPay reads and writes one database.
 *
 * Nothing can make an address unpayable. An invoice may be archived or marked at BTCPay, but coins that are sent to its
 * address arrive, and BTCPay notes them on the invoice as before. So closing makes no call that changes anything: an
 * invoice on which nothing came is closed by our page, which is the only place where its address stands and which shows it
 * no more once the attempt is over. Whoever kept the address and pays it all the same is heard: late money counts.
 */
import type { HostedPaymentAnswer, HostedPaymentOrder, Unknown } from '../../giving/processor.ts';
import { toProcessorAmount } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { payPageAddress } from '../common/index.ts';
import { readMoney } from './amounts.ts';
import { invoiceRequest } from './invoice-request.ts';
import { type FetchedInvoice, fetchInvoice, findInvoice } from './invoices.ts';
import { readRef } from './parts.ts';
import { attemptOf } from './references.ts';
import { type BtcPayServer, notHeard, problemOf, UNEXPECTED, UNREADABLE } from './server.ts';
import { type InvoiceAnswer, invoiceAnswer } from './wire.ts';

export async function openHostedPayment(
  server: BtcPayServer,
  order: HostedPaymentOrder,
): Promise<HostedPaymentAnswer> {
  const amount = toProcessorAmount(order.money, 'btcpay');
  if (!amount.ok) return { kind: 'refused', code: amount.refuse };
  assert(order.money.minor > 0n, 'an invoice over nothing takes any payment as the whole');
  const before = await findInvoice(server, order.idempotencyKey);
  if (before.kind !== 'not-there') return openedOn(server, { order, looked: before });
  const heard = await server.call({
    method: 'POST',
    path: `/stores/${server.store}/invoices`,
    body: invoiceRequest(order, { sent: amount.sent, accountId: server.accountId }),
  });
  if (heard.kind === 'heard') {
    const problem = problemOf(heard);
    // In BTCPay's own words: it made nothing.
    if (problem !== null && heard.status !== 409 && heard.status !== 429) {
      return { kind: 'refused', code: problem };
    }
    const made = heard.status === 200 ? invoiceAnswer.safeParse(heard.json) : undefined;
    if (made?.success === true) return opened(server, { order, invoice: made.data });
  }
  const after = await findInvoice(server, order.idempotencyKey);
  if (after.kind === 'fetched') return openedOn(server, { order, looked: after });
  return heard.kind === 'unknown' ? heard : notHeard(heard);
}

function openedOn(
  server: BtcPayServer,
  of: { readonly order: HostedPaymentOrder; readonly looked: FetchedInvoice },
): HostedPaymentAnswer {
  const { order, looked } = of;
  if (looked.kind === 'unknown') return looked;
  assert(looked.kind === 'fetched', 'what is opened was found');
  return opened(server, { order, invoice: looked.found.invoice });
}

/** Of an invoice that is not the one we asked for nobody is shown an address. */
function opened(
  server: BtcPayServer,
  of: { readonly order: HostedPaymentOrder; readonly invoice: InvoiceAnswer },
): Extract<HostedPaymentAnswer, { kind: 'opened' }> | Unknown {
  const { order, invoice } = of;
  const { money, references, returnUrl } = order;
  if (invoice.storeId !== server.store) return UNEXPECTED;
  if (attemptOf(invoice) !== references.attemptId) return UNEXPECTED;
  const asked = readMoney(invoice.amount, invoice.currency);
  if (asked === null) return UNREADABLE;
  if (asked.minor !== money.minor || asked.currency !== money.currency) return UNEXPECTED;
  const { accountId } = server;
  const pageUrl = payPageAddress({ accountId, attemptId: references.attemptId, returnUrl });
  return { kind: 'opened', objectRef: invoice.id, pageUrl };
}

export async function closeHostedPayment(
  server: BtcPayServer,
  objectRef: string,
): Promise<'closed' | 'already-paid' | 'unknown'> {
  const fetched = await fetchInvoice(server, readRef(objectRef).invoiceId);
  if (fetched.kind === 'unknown') return 'unknown';
  // BTCPay deletes no invoice; one that is not in the store was never to be paid there.
  if (fetched.kind === 'not-there') return 'closed';
  switch (fetched.found.standing.kind) {
    case 'waiting':
    case 'expired':
    case 'nothing-came':
      return 'closed';
    case 'paid':
      return 'already-paid';
    // Money is on its way, and how much it will be cannot be told.
    case 'part-paid':
    case 'seen':
    case 'short':
      return 'unknown';
  }
}
