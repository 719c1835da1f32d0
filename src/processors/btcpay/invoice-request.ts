/**
 * What BTCPay is asked for one gift. It is told an amount and our ids, and nothing about a person: no name, no e-mail, no
 * address of a page. Everything that our pay page and books depend on is asked for by name, so that a store's settings do
 * not change it.
 */
import type { HostedPaymentOrder } from '../../giving/processor.ts';
import { metadataOf } from './references.ts';
import { EXPIRY_MINUTES, MONITORING_MINUTES } from './windows.ts';

/** Coins on the chain, and a Lightning invoice where the store has a node. Our page shows these two and nothing else. */
export const METHODS = { chain: 'BTC-CHAIN', lightning: 'BTC-LN' } as const;

export function invoiceRequest(order: HostedPaymentOrder, sent: string): object {
  return {
    amount: sent,
    currency: order.money.currency,
    metadata: metadataOf(order.references),
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
