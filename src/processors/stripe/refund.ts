/**
 * Giving money back, whole or in part. The refund is made under our key, which is also its metadata, so that a listing
 * tells it from one made on Stripe's pages. Stripe answers a key with what it said first, so a refund that was under way
 * then is fetched: how it ended is told by its own record, and by the listing.
 */
import type { RefundAnswer, RefundOrder } from '../../giving/processor.ts';
import { NOT_YET, type StripeApi, UNEXPECTED, UNREADABLE } from './api.ts';
import { fetchOne } from './fetch-payment.ts';
import { readMoney, readTime, wireAmount } from './money.ts';
import { refusedOr } from './refused.ts';
import { type RefundAnswerOfStripe, refundAnswer } from './wire.ts';

/** The name of our key in a refund's metadata. */
export const REFUND_KEY = 'refund_key';

const WITH_LINE = ['balance_transaction'];

export async function refund(api: StripeApi, order: RefundOrder): Promise<RefundAnswer> {
  const amount = wireAmount(order.money);
  if (!amount.ok) return { kind: 'refused', code: amount.refuse };
  const made = await api.call({
    endpoint: 'POST /v1/refunds',
    send: (stripe) =>
      stripe.refunds.create(
        {
          charge: order.chargeRef,
          amount: amount.amount,
          metadata: { [REFUND_KEY]: order.idempotencyKey },
          expand: [...WITH_LINE],
        },
        { idempotencyKey: order.idempotencyKey },
      ),
    answer: refundAnswer,
  });
  if (made.kind !== 'answered') return refusedOr(made);
  const answer = readRefund(made.answer);
  if (answer.kind !== 'unknown') return answer;
  const fetched = await fetchOne(api, {
    endpoint: 'GET /v1/refunds',
    send: (stripe) => stripe.refunds.retrieve(made.answer.id, { expand: [...WITH_LINE] }),
    answer: refundAnswer,
  });
  if (fetched.kind === 'unknown') return fetched;
  return fetched.kind === 'fetched' ? readRefund(fetched.found) : UNEXPECTED;
}

function readRefund(made: RefundAnswerOfStripe): RefundAnswer {
  switch (made.status) {
    case 'succeeded': {
      const { balance_transaction: line } = made;
      const money = readMoney(made.amount, made.currency);
      if (money === null || money.minor <= 0n) return UNREADABLE;
      // Its time is that of its line in the balance, as in the listing; a refund without one has not moved yet.
      if (line == null || typeof line === 'string') return NOT_YET;
      return {
        kind: 'refunded',
        refundRef: made.id,
        money,
        happenedAt: readTime(line.created),
      };
    }
    case 'failed':
    case 'canceled':
      return { kind: 'refused', code: `refund_${made.status}` };
    case 'pending':
    case 'requires_action':
      return NOT_YET;
    default:
      return UNEXPECTED;
  }
}
