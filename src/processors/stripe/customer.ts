/**
 * The customer that a kept card is attached to: an empty record with two random ids of ours, because Stripe keeps a card
 * only with a customer. One for each promise that somebody begins to make; it holds no name and no e-mail from us. The ids
 * go with an export of cards to another company, so that mandates can be carried over.
 */
import type { HostedPaymentOrder, OrderRefused, Unknown } from '../../giving/processor.ts';
import type { StripeApi } from './api.ts';
import { refusedOr } from './refused.ts';
import { customerAnswer } from './wire.ts';

/** @returns the customer's id; `null` where nothing is kept */
export async function customerFor(
  api: StripeApi,
  order: Pick<HostedPaymentOrder, 'keepMandate' | 'references' | 'idempotencyKey'>,
): Promise<{ readonly kind: 'customer'; readonly id: string | null } | OrderRefused | Unknown> {
  if (order.keepMandate === null) return { kind: 'customer', id: null };
  const { supporterId, pledgeId } = order.references;
  const metadata = {
    supporter_id: supporterId,
    ...(pledgeId === null ? {} : { pledge_id: pledgeId }),
  };
  const made = await api.call({
    endpoint: 'POST /v1/customers',
    send: (stripe) =>
      stripe.customers.create({ metadata }, { idempotencyKey: `${order.idempotencyKey}:customer` }),
    answer: customerAnswer,
  });
  return made.kind === 'answered' ? { kind: 'customer', id: made.answer.id } : refusedOr(made);
}
