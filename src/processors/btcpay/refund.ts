/**
 * Giving coins back, which only people can do.
 *
 * Coins cannot be sent back to where they came from: the sender may have been an exchange, and an address is not an
 * account. BTCPay makes a claim instead, a page on its own server where whoever has the link writes an address of theirs,
 * and a person at BTCPay approves and signs. Nothing has moved when such a claim is made, so it is no refund, and the key
 * that makes claims could give the store's coins away. So the order is refused in words of ours, nothing is sent, and a
 * person does it: `docs/processors/btcpay.md` says how.
 */
import type { RefundAnswer, RefundOrder } from '../../giving/processor.ts';
import { assert } from '../../problems/index.ts';

/** Stands at the desk beside the order that was not carried out. */
export const BY_HAND = 'by-hand-at-btcpay';

export function refund(order: RefundOrder): RefundAnswer {
  assert(order.money.minor > 0n, 'a refund is of at least one minor unit');
  return { kind: 'refused', code: BY_HAND };
}
