/**
 * Where Stripe sends its messages, as an account has it registered: endpoints for whole events stand in one list, those for
 * thin events in another of its newer API. An address there is shown only to who asks for it.
 */
import { z } from 'zod';
import type { Called, StripeApi } from './api.ts';
import { pageOf } from './wire.ts';

export interface MessageEndpoint {
  readonly isEnabled: boolean;
  /** Types by their usual names, without the `v1.` of thin events; `*`: all. */
  readonly types: ReadonlySet<string>;
}

const wholeEndpoint = z.object({
  url: z.string(),
  status: z.string(),
  enabled_events: z.array(z.string()),
});
const thinEndpoint = z.object({
  status: z.string(),
  enabled_events: z.array(z.string()),
  webhook_endpoint: z.object({ url: z.string().nullish() }).nullish(),
});
const thinPage = z.object({ data: z.array(thinEndpoint) });

export type FoundEndpoint =
  | { readonly kind: 'found'; readonly endpoint: MessageEndpoint }
  | { readonly kind: 'none' }
  /** The key may not look, or nothing was heard. */
  | { readonly kind: 'not-told' };

/** The endpoint that leads to our address. */
export async function findEndpoint(api: StripeApi, url: string): Promise<FoundEndpoint> {
  const whole = await api.call({
    endpoint: 'GET /v1/webhook_endpoints',
    send: (stripe) => stripe.webhookEndpoints.list({ limit: 100 }),
    answer: pageOf(wholeEndpoint),
  });
  const ours = dataOf(whole).find((endpoint) => endpoint.url === url);
  if (ours !== undefined) return found(ours);
  const thin = await api.call({
    endpoint: 'GET /v2/core/event_destinations',
    send: (stripe) =>
      stripe.v2.core.eventDestinations.list({ include: ['webhook_endpoint.url'], limit: 100 }),
    answer: thinPage,
  });
  const other = dataOf(thin).find(({ webhook_endpoint: to }) => to?.url === url);
  if (other !== undefined) return found(other);
  return { kind: isTold(whole) && isTold(thin) ? 'none' : 'not-told' };
}

/** An account for which Stripe has no such list has nothing in it. */
function isTold(called: Called<unknown>): boolean {
  if (called.kind !== 'error') return called.kind === 'answered';
  return called.status === 400 || called.status === 404;
}

function dataOf<T>(called: Called<{ readonly data: readonly T[] }>): readonly T[] {
  return called.kind === 'answered' ? called.answer.data : [];
}

function found(endpoint: {
  readonly status: string;
  readonly enabled_events: readonly string[];
}): FoundEndpoint {
  const names = endpoint.enabled_events.map((name) => name.replace(/^v1\./, ''));
  return {
    kind: 'found',
    endpoint: { isEnabled: endpoint.status === 'enabled', types: new Set(names) },
  };
}
