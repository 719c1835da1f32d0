/**
 * Looks at BTCPay for visits of the pay page. A page that looks by itself, a second tab and an impatient finger ask the same
 * at the same moment: one call answers them all. And however many people wait for their payments, only so many calls are
 * out at once; a visit beyond that is told to look again, like one that BTCPay did not answer.
 */
import { assert } from '../../../problems/index.ts';
import type { FetchedInvoice } from '../invoices.ts';
import { NOT_YET } from '../server.ts';

const AT_ONCE_MAX = 100;

export type Looks = (
  attemptId: string,
  look: () => Promise<FetchedInvoice>,
) => Promise<FetchedInvoice>;

export function createLooks(): Looks {
  const underWay = new Map<string, Promise<FetchedInvoice>>();
  return (attemptId, look) => {
    const known = underWay.get(attemptId);
    if (known !== undefined) return known;
    if (underWay.size >= AT_ONCE_MAX) return Promise.resolve(NOT_YET);
    const begun = look().finally(() => underWay.delete(attemptId));
    underWay.set(attemptId, begun);
    assert(underWay.size <= AT_ONCE_MAX, 'looks are bounded');
    return begun;
  };
}
