/** Keys of idempotency at the fake Stripe, through the official SDK. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GIFT, PAID, refusalOf, sdkOnFake, shapeOf } from './sdk-on-fake.ts';

const on = sdkOnFake();

describe('a key of idempotency', () => {
  const key = { idempotencyKey: 'attempt-1' };

  it('answers the same request the same, and says that it is from memory', async () => {
    const first = await on.stripe.paymentIntents.create(PAID, key);
    const second = await on.stripe.paymentIntents.create(PAID, key);
    assert.deepEqual({ ...second }, { ...first });
    assert.equal(first.lastResponse.headers['idempotent-replayed'], undefined);
    assert.equal(second.lastResponse.headers['idempotent-replayed'], 'true');
    assert.equal(on.fake.books.charges.size, 1);
  });

  it('is refused for other parameters and for another endpoint', async () => {
    const made = await on.stripe.paymentIntents.create(GIFT, key);
    const other = on.stripe.paymentIntents.create({ ...GIFT, amount: 600 }, key);
    assert.deepEqual(await shapeOf(other), [400, 'idempotency_error', undefined, undefined]);
    const elsewhere = on.stripe.paymentIntents.cancel(made.id, {}, key);
    assert.deepEqual(await shapeOf(elsewhere), [400, 'idempotency_error', undefined, undefined]);
    assert.equal(on.fake.books.intents.size, 1);
  });

  it('remembers a decline, and a failure inside', async () => {
    const declined = { ...PAID, payment_method: 'pm_card_visa_chargeDeclined' };
    for (const _ of [1, 2]) {
      const error = await refusalOf(on.stripe.paymentIntents.create(declined, key));
      assert.deepEqual([error.statusCode, error.code], [402, 'card_declined']);
    }
    assert.equal(on.fake.books.charges.size, 1);
    on.fake.faults.push({ on: /payment_intents$/, kind: 'server-error' });
    for (const _ of [1, 2]) {
      const failed = on.stripe.paymentIntents.create(PAID, { idempotencyKey: 'attempt-2' });
      assert.equal((await refusalOf(failed)).statusCode, 500);
    }
    assert.equal(on.fake.books.intents.size, 1);
  });

  it('remembers no wrong parameter, no lock, no limit', async () => {
    const wrong = on.stripe.paymentIntents.create({ ...GIFT, amount: 1 }, key);
    assert.deepEqual(await shapeOf(wrong), [
      400,
      'invalid_request_error',
      'amount_too_small',
      'amount',
    ]);
    for (const kind of ['busy', 'locked', 'key-in-use'] as const) {
      on.fake.faults.push({ on: /payment_intents$/, kind });
      const { statusCode } = await refusalOf(on.stripe.paymentIntents.create(PAID, key));
      assert.equal(statusCode, kind === 'key-in-use' ? 409 : 429, kind);
    }
    assert.equal((await on.stripe.paymentIntents.create(PAID, key)).status, 'succeeded');
  });

  it('is refused while its first request has not ended, and free when nobody waits any more', async () => {
    on.fake.faults.push({ on: /payment_intents$/, kind: 'slow' });
    const first = on.stripe.paymentIntents.create(PAID, key);
    await on.fake.whenHeld();
    const meanwhile = on.stripe.paymentIntents.create(PAID, key);
    assert.deepEqual((await shapeOf(meanwhile)).slice(0, 3), [
      409,
      'invalid_request_error',
      'idempotency_key_in_use',
    ]);
    on.fake.release();
    const { id } = await first;
    assert.equal((await on.stripe.paymentIntents.create(PAID, key)).id, id);
    assert.equal(on.fake.books.charges.size, 1);
  });

  it('is forgotten after a day: the same request is a second charge', async () => {
    const { id } = await on.stripe.paymentIntents.create(PAID, key);
    on.clock.advance({ hours: 23, minutes: 59 });
    assert.equal((await on.stripe.paymentIntents.create(PAID, key)).id, id);
    on.clock.advance({ minutes: 1 });
    assert.notEqual((await on.stripe.paymentIntents.create(PAID, key)).id, id);
    assert.equal(on.fake.books.charges.size, 2);
  });
});
