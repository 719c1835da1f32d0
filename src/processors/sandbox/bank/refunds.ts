/** Giving money back: part or all of a charge, in its own currency, never more in sum than was charged and is not disputed. */
import { event } from './decisions.ts';
import type { Desk } from './desk.ts';
import type { Fact } from './facts.ts';

export type RefundDecision =
  | { readonly kind: 'refunded'; readonly refundId: string; readonly facts: readonly Fact[] }
  | {
      readonly kind: 'refused';
      readonly code:
        | 'charge_unknown'
        | 'currency_differs'
        | 'more_than_charged'
        | 'charge_disputed'
        | 'no_amount';
    };

export function refundCharge(
  desk: Desk,
  order: {
    readonly chargeId: string;
    readonly amountMinor: bigint;
    readonly currency: string;
    /** What the merchant calls it. */
    readonly reference?: string | null;
  },
): RefundDecision {
  const charge = desk.books.charges.get(order.chargeId);
  if (charge === undefined) return { kind: 'refused', code: 'charge_unknown' };
  if (charge.currency !== order.currency) return { kind: 'refused', code: 'currency_differs' };
  if (order.amountMinor <= 0n) return { kind: 'refused', code: 'no_amount' };
  if (charge.refundedMinor + order.amountMinor > charge.amountMinor) {
    return { kind: 'refused', code: 'more_than_charged' };
  }
  // What is disputed is with the payer's bank already; giving it back as well would pay it twice.
  if (order.amountMinor > desk.books.money.leftOf(charge)) {
    return { kind: 'refused', code: 'charge_disputed' };
  }
  const refundId = desk.newId('re');
  const refund: Fact = {
    type: 'refund_made',
    refundId,
    reference: order.reference ?? null,
    chargeId: charge.id,
    amountMinor: order.amountMinor,
    balanceId: desk.newId('bal'),
  };
  const facts = [refund, event(desk, { id: charge.paymentId }, 'payment.refunded')];
  return { kind: 'refunded', refundId, facts };
}
