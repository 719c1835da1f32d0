/**
 * Our ids in an invoice's metadata; `orderId` is the one that BTCPay finds invoices by, so it is the attempt's. `orderUrl`
 * is the address of our pay page: whoever has lost the answer that an invoice was made finds both again.
 */
import { isUuid } from '../../calendar/index.ts';
import type { HostedPaymentOrder, OurReferences } from '../../giving/processor.ts';
import { payPageAddress, payPagesPath } from '../common/index.ts';
import type { InvoiceAnswer } from './wire.ts';

export function metadataOf(
  order: HostedPaymentOrder,
  accountId: string,
): Readonly<Record<string, string>> {
  const { attemptId, giftId, supporterId, pledgeId } = order.references;
  return {
    orderId: attemptId,
    orderUrl: payPageAddress({ accountId, attemptId, returnUrl: order.returnUrl }),
    giftId,
    supporterId,
    ...(pledgeId === null ? {} : { pledgeId }),
  };
}

/** `null` for an invoice that is none of ours. */
export function attemptOf({ metadata }: Pick<InvoiceAnswer, 'metadata'>): string | null {
  const orderId = metadata?.orderId;
  return typeof orderId === 'string' && isUuid(orderId) ? orderId : null;
}

/** All four; `null` where one is missing that must be there. */
export function referencesOf(invoice: Pick<InvoiceAnswer, 'metadata'>): OurReferences | null {
  const attemptId = attemptOf(invoice);
  const { giftId, supporterId, pledgeId } = invoice.metadata ?? {};
  if (attemptId === null || !isId(giftId) || !isId(supporterId)) return null;
  if (pledgeId != null && !isId(pledgeId)) return null;
  return { attemptId, giftId, supporterId, pledgeId: pledgeId ?? null };
}

/** Where its supporter pays; `null` when what stands there is not the address of that page. */
export function pageUrlOf(
  invoice: Pick<InvoiceAnswer, 'metadata'>,
  accountId: string,
): string | null {
  const { orderUrl } = invoice.metadata ?? {};
  const attemptId = attemptOf(invoice);
  if (typeof orderUrl !== 'string' || attemptId === null || !URL.canParse(orderUrl)) return null;
  const url = new URL(orderUrl);
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  const isPage = url.pathname === `${payPagesPath(accountId)}/${attemptId}`;
  return isWeb && isPage && url.search === '' && url.username === '' ? url.href : null;
}

function isId(text: string | null | undefined): text is string {
  return typeof text === 'string' && isUuid(text);
}
