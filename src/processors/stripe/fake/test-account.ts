/** An adapter on a fake Stripe of its own, for a test. */
import type { Clock } from '../../../calendar/index.ts';
import type { OpenProcessor } from '../../common/index.ts';
import { openStripe } from '../adapter.ts';
import type { OpenStripeOptions } from '../settings.ts';
import { FAKE_PUBLISHABLE_KEY, FAKE_SECRET_KEY, FAKE_WEBHOOK_SECRET } from './account.ts';
import type { FakeStripe } from './server.ts';

export function openOn(
  fake: FakeStripe,
  clock: Clock,
  changes: Partial<OpenStripeOptions> = {},
): OpenProcessor {
  return openStripe({
    accountId: 'stripe-1',
    mode: 'test',
    page: 'hosted',
    publishableKey: FAKE_PUBLISHABLE_KEY,
    secretKey: FAKE_SECRET_KEY,
    webhookSecrets: [FAKE_WEBHOOK_SECRET],
    currencies: null,
    clock,
    fetch: globalThis.fetch,
    timeoutMs: 2_000,
    apiOrigin: fake.origin,
    ...changes,
  });
}
