import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Processor } from '../../giving/index.ts';
import { asOffered } from './as-offered.ts';

const ABLE = {
  currencies: ['EUR', 'USD', 'JPY'],
  chargesMandates: true,
  payerCountry: 'before-authorisation',
  idempotencyWindowMs: null,
  minimumMinor: { EUR: 50n },
  pageOrigins: [],
} as const satisfies Processor['capabilities'];

const processor: Processor = {
  kind: 'sandbox',
  accountId: 's-1',
  capabilities: ABLE,
  openHostedPayment: async () => ({ kind: 'refused', code: 'none' }),
  closeHostedPayment: async () => 'unknown',
  chargeMandate: async () => ({ kind: 'refused', code: 'none' }),
  lookUp: async () => ({ kind: 'not-found' }),
  refund: async () => ({ kind: 'refused', code: 'none' }),
  listSince: async () => ({ kind: 'unknown', reason: 'unexpected' }),
  readWebhook: () => ({ kind: 'refused', reason: 'unreadable' }),
};

test('what the file leaves out stays as the company allows', () => {
  const offered = asOffered(processor, { kind: 'sandbox', account: 's-1' });
  assert.deepEqual(offered.capabilities, { ...ABLE, maximumMinor: {} });
});

test('the file narrows and never widens', () => {
  const { capabilities } = asOffered(processor, {
    kind: 'sandbox',
    account: 's-1',
    currencies: ['USD', 'GBP'],
    intervals: ['once'],
    minimum: { EUR: 10n, USD: 300n },
    maximum: { USD: 9000n },
  });
  assert.deepEqual(capabilities.currencies, ['USD'], 'a currency the company cannot take is none');
  assert.deepEqual(capabilities.minimumMinor, { EUR: 50n, USD: 300n });
  assert.deepEqual(capabilities.maximumMinor, { USD: 9000n });
  assert.deepEqual(capabilities.intervals, ['once']);
});
