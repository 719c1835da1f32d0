import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkStripeSettings, type StripeSettings, splitWebhookSecrets } from './settings.ts';

const RIGHT: StripeSettings = {
  accountId: 'stripe-1',
  mode: 'test',
  page: 'own',
  publishableKey: 'pk_test_0123456789',
  secretKey: 'rk_test_0123456789',
  webhookSecrets: ['whsec_0123456789'],
  currencies: ['USD'],
};

const wrongFields = (change: Partial<StripeSettings>) =>
  checkStripeSettings({ ...RIGHT, ...change }).map(({ field }) => field);

test('right settings have nothing wrong with them', () => {
  assert.deepEqual(checkStripeSettings(RIGHT), []);
  assert.deepEqual(wrongFields({ secretKey: 'sk_test_0123456789' }), []);
  assert.deepEqual(wrongFields({ page: 'hosted', publishableKey: null, currencies: null }), []);
  assert.deepEqual(wrongFields({ webhookSecrets: ['whsec_0123456789', 'whsec_9876543210'] }), []);
});

test('each wrong setting is named by its field', () => {
  const table: readonly [keyof StripeSettings, Partial<StripeSettings>][] = [
    ['secretKey', { secretKey: '' }],
    ['secretKey', { secretKey: 'pk_test_0123456789' }],
    ['secretKey', { secretKey: 'whsec_0123456789' }],
    ['secretKey', { secretKey: 'rk_live_0123456789' }],
    ['publishableKey', { publishableKey: null }],
    ['publishableKey', { publishableKey: 'sk_test_0123456789' }],
    ['publishableKey', { publishableKey: 'pk_live_0123456789' }],
    ['webhookSecrets', { webhookSecrets: [] }],
    ['webhookSecrets', { webhookSecrets: ['rk_test_0123456789'] }],
    ['webhookSecrets', { webhookSecrets: Array(3).fill('whsec_0123456789') }],
  ];
  for (const [field, change] of table) {
    assert.deepEqual(wrongFields(change), [field], JSON.stringify(change));
  }
});

test('no sentence holds a secret', () => {
  const secret = 'plantedSecretplantedSecret';
  const sentences = checkStripeSettings({
    ...RIGHT,
    secretKey: `rk_live_${secret}`,
    publishableKey: `sk_live_${secret}`,
    webhookSecrets: [secret],
  });
  assert.equal(sentences.length, 3);
  assert.doesNotMatch(JSON.stringify(sentences), /planted/i);
});

test('webhook secrets are divided at white space and commas', () => {
  assert.deepEqual(splitWebhookSecrets(' whsec_a,\n whsec_b '), ['whsec_a', 'whsec_b']);
  assert.deepEqual(splitWebhookSecrets(' '), []);
});
