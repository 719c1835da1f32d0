/** What an opened account says of itself, before anything is asked. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { ManualClock } from '../../calendar/index.ts';
import { openStripe } from './adapter.ts';
import type { OpenStripeOptions } from './settings.ts';
import { NOW, SECRET_KEY } from './testing/canned.ts';

const WEBHOOK_SECRET = 'whsec_plantedWebhookSecret';

function open(changes: Partial<OpenStripeOptions> = {}) {
  return openStripe({
    accountId: 'stripe-1',
    mode: 'test',
    page: 'own',
    publishableKey: 'pk_test_0123456789',
    secretKey: SECRET_KEY,
    webhookSecrets: [WEBHOOK_SECRET],
    currencies: null,
    clock: new ManualClock(NOW),
    fetch: () => assert.fail('opening asks nobody'),
    timeoutMs: 1_000,
    ...changes,
  });
}

describe('an opened account', () => {
  it('says what it can do, by the page that supporters pay on', () => {
    const own = open();
    const hosted = open({ page: 'hosted', publishableKey: null });
    assert.equal(own.processor.capabilities.payerCountry, 'before-authorisation');
    assert.equal(hosted.processor.capabilities.payerCountry, 'after-authorisation');
    assert.notEqual(own.payPages, null);
    assert.equal(hosted.payPages, null);
    assert.deepEqual(hosted.processor.capabilities.pageOrigins, ['https://checkout.stripe.com']);
    const { kind, accountId, mode, capabilities } = own.processor;
    assert.deepEqual([kind, accountId, mode], ['stripe', 'stripe-1', 'test']);
    assert.ok(capabilities.chargesMandates);
  });

  it('offers what the newsroom offers, of what it can count', () => {
    const { currencies, maximumMinor } = open({ currencies: ['EUR', 'JPY'] }).processor
      .capabilities;
    assert.deepEqual([...currencies].toSorted(), ['EUR', 'JPY']);
    assert.deepEqual(Object.keys(maximumMinor ?? {}).toSorted(), ['EUR', 'JPY']);
    assert.ok(open().processor.capabilities.currencies.length > 100);
  });

  it('answers a key from memory for less than Stripe does', () => {
    const window = open().processor.capabilities.idempotencyWindowMs ?? 0;
    assert.ok(window > 23 * 3_600_000 && window < 24 * 3_600_000);
  });

  it('shows no secret to who looks at it', () => {
    const shown = inspect(open(), { depth: 20, showHidden: true });
    assert.ok(!shown.includes('planted'));
  });
});
