/**
 * What BTCPay is asked for one gift. It is told an amount, our ids and the address of our pay page, and nothing about a
 * person: no name, no e-mail. Everything that our pay page and books depend on is asked for by name, so that a store's settings do
 * not change it.
 */
import type { HostedPaymentOrder } from '../../giving/processor.ts';
import { metadataOf } from './references.ts';
import { EXPIRY_MINUTES, MONITORING_MINUTES } from './windows.ts';

/** Coins on the chain, and a Lightning invoice where the store has a node. Our page shows these two and nothing else. */
export const METHODS = { chain: 'BTC-CHAIN', lightning: 'BTC-LN' } as const;

/** @param of.sent the exact amount as text */
export function invoiceRequest(
  order: HostedPaymentOrder,
  of: { readonly sent: string; readonly accountId: string },
): object {
  return {
    amount: of.sent,
    currency: order.money.currency,
    metadata: metadataOf(order, of.accountId),
    // BTCPay's own search finds what stands here and the order id: the desk knows the gift.
    additionalSearchTerms: [order.references.giftId],
    checkout: {
      paymentMethods: [METHODS.chain, METHODS.lightning],
      // Settled means in a block. Unconfirmed coins can be taken back, and a settled gift cannot.
      speedPolicy: 'MediumSpeed',
      expirationMinutes: EXPIRY_MINUTES,
      monitoringMinutes: MONITORING_MINUTES,
      paymentTolerance: 0,
      // Our page has the address at once.
      lazyPaymentMethods: false,
      redirectAutomatically: false,
    },
    // A receipt of BTCPay's is a public page.
    receipt: { enabled: false },
  };
}
