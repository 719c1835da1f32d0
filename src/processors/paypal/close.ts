/**
 * Making an order unusable. PayPal has no call that ends an order: one that is not approved lapses after some hours by itself.
 * But money moves only by our `capture`, and an order can be changed until then. So closing asks PayPal to turn the order's
 * intent from CAPTURE to AUTHORIZE, which PayPal does or does not do, at one moment: afterwards a capture that is on its way
 * is refused, and before it this change is. Whoever is first wins, and the other one hears so.
 *
 * Should PayPal not let this order be changed, an order that nobody has approved is told as closed all the same, because
 * nothing can take its money: taking it needs an approval, and the core gives up completing an attempt that is closed. One that
 * is approved may be being taken this very moment by somebody else: `unknown`, and it is closed later, at the latest when
 * PayPal lets it lapse.
 */
import { errorOf, type PayPalApi } from './api.ts';
import { fetchOrder } from './fetch-order.ts';
import { CLOSED_INTENT, readOrder } from './map.ts';

const CANNOT: ReadonlySet<number> = new Set([400, 403, 404, 422]);

export async function closeHostedPayment(
  api: PayPalApi,
  objectRef: string,
): Promise<'closed' | 'already-paid' | 'unknown'> {
  const before = await standing(api, objectRef);
  if (before !== 'open' && before !== 'agreed') return before;
  const heard = await api.call({
    method: 'PATCH',
    path: `/v2/checkout/orders/${objectRef}`,
    body: [{ op: 'replace', path: '/intent', value: CLOSED_INTENT }],
  });
  if (heard.kind === 'unknown') return 'unknown';
  if (heard.status === 204) return 'closed';
  // Only PayPal's own word that this order cannot be changed leads on; all else says nothing.
  if (errorOf(heard) === null || !CANNOT.has(heard.status)) return 'unknown';
  const after = await standing(api, objectRef);
  if (after === 'open') return 'closed';
  return after === 'agreed' ? 'unknown' : after;
}

async function standing(
  api: PayPalApi,
  objectRef: string,
): Promise<'open' | 'agreed' | 'closed' | 'already-paid' | 'unknown'> {
  const fetched = await fetchOrder(api, objectRef);
  if (fetched.kind === 'unknown') return 'unknown';
  // Lapsed: PayPal keeps what was captured.
  if (fetched.kind === 'not-there') return 'closed';
  const answer = readOrder(fetched.found, api.pageOrigin);
  if (answer.kind === 'agreed') return 'agreed';
  if (answer.kind !== 'evidence') return 'unknown';
  switch (answer.evidence.state) {
    case 'open':
      return 'open';
    case 'succeeded':
      return 'already-paid';
    case 'declined':
    case 'expired':
      return 'closed';
    case 'processing':
    case 'needs_action':
      return 'unknown';
  }
}
