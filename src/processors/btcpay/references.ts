/** Our ids in an invoice's metadata; `orderId` is the one that BTCPay finds invoices by, so it is the attempt's. */
import { isUuid } from '../../calendar/index.ts';
import type { OurReferences } from '../../giving/processor.ts';
import type { InvoiceAnswer } from './wire.ts';

export function metadataOf(references: OurReferences): Readonly<Record<string, string>> {
  const { attemptId, giftId, supporterId, pledgeId } = references;
  return {
    orderId: attemptId,
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

function isId(text: string | null | undefined): text is string {
  return typeof text === 'string' && isUuid(text);
}
