/**
 * Whether a kept card is really gone when Stripe says that there is none such.
 *
 * It may have been taken off by the newsroom, or its customer deleted: then the pledge needs another card, and this mandate is
 * dead. But the key of another account knows none of our cards at all, and by one wrong setting every pledge of a newsroom
 * would lose its card. So the customer is asked for: where Stripe knows it, or knows that it was deleted, the card is
 * gone; where it does not, nothing is concluded, and a person is told in the end.
 */
import type { MandateReference, Unknown } from '../../giving/processor.ts';
import { type StripeApi, UNEXPECTED } from './api.ts';
import { fetchOne } from './fetch-payment.ts';
import { customerAnswer } from './wire.ts';

export async function isMandateGone(
  api: StripeApi,
  mandate: MandateReference,
): Promise<'gone' | Unknown> {
  const customer = await fetchOne(api, {
    endpoint: 'GET /v1/customers',
    // A deleted one is answered too, as deleted.
    send: (stripe) => stripe.customers.retrieve(mandate.customerRef),
    answer: customerAnswer,
  });
  if (customer.kind === 'unknown') return customer;
  return customer.kind === 'fetched' ? 'gone' : UNEXPECTED;
}
