import assert from 'node:assert/strict';
import { test } from 'node:test';
import Stripe from 'stripe';
import { singleSend } from './single-send.ts';

/** How many times the SDK sends one call that ends with a closed connection. */
async function sends(
  wrap: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch,
  code: string,
) {
  let count = 0;
  const closed: typeof globalThis.fetch = () => {
    count += 1;
    return Promise.reject(Object.assign(new Error('closed'), { code }));
  };
  const stripe = new Stripe('rk_test_0123456789', {
    httpClient: Stripe.createFetchHttpClient(wrap(closed)),
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const call = stripe.refunds.create({ charge: 'ch_1' }, { idempotencyKey: 'attempt-1' });
  await assert.rejects(call, { type: 'StripeConnectionError' });
  return count;
}

for (const code of ['ECONNRESET', 'EPIPE']) {
  test(`a call that ends with ${code} is sent once`, async () => {
    assert.equal(
      await sends((fetch) => fetch, code),
      2,
      'the SDK no longer repeats: drop singleSend',
    );
    assert.equal(await sends(singleSend, code), 1);
  });
}
