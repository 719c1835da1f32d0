/**
 * Refunding a capture. PayPal answers the same key with the refund's latest state for 45 days, so a refund that PayPal is
 * still carrying out is `unknown`, and asking again with the key tells how it ended.
 */
import type { RefundAnswer, RefundOrder } from '../../giving/processor.ts';
import { toProcessorAmount } from '../../money/index.ts';
import { NOT_YET, type PayPalApi, UNEXPECTED, UNREADABLE } from './api.ts';
import { refusedOr } from './hosted-payment.ts';
import { readInstant, readMoney } from './money.ts';
import { objectId, refundAnswer } from './wire.ts';

export async function refund(api: PayPalApi, order: RefundOrder): Promise<RefundAnswer> {
  const amount = toProcessorAmount(order.money, 'paypal');
  if (!amount.ok) return { kind: 'refused', code: amount.refuse };
  if (!objectId.safeParse(order.chargeRef).success) return { kind: 'refused', code: 'NO_CAPTURE' };
  const heard = await api.call({
    method: 'POST',
    path: `/v2/payments/captures/${order.chargeRef}/refund`,
    body: {
      amount: { currency_code: order.money.currency, value: amount.sent },
      // Comes back in the reports, and tells this refund from one made on PayPal's pages.
      custom_id: order.idempotencyKey,
    },
    requestId: order.idempotencyKey,
  });
  if (heard.kind === 'unknown') return heard;
  if (heard.status !== 200 && heard.status !== 201) return refusedOr(heard);
  const read = refundAnswer.safeParse(heard.json);
  if (!read.success) return UNREADABLE;
  const { id, status, amount: answered, create_time: createdAt } = read.data;
  switch (status) {
    case 'COMPLETED': {
      const refunded = answered === undefined ? null : readMoney(answered);
      const happenedAt = readInstant(createdAt);
      if (refunded === null || happenedAt === null) return UNREADABLE;
      return { kind: 'refunded', refundRef: id, money: refunded, happenedAt };
    }
    case 'PENDING':
      return NOT_YET;
    case 'FAILED':
    case 'CANCELLED':
      return { kind: 'refused', code: `REFUND_${status}` };
    default:
      return UNEXPECTED;
  }
}
