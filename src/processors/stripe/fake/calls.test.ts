/** What every call meets at the fake Stripe, through the official SDK: keys, permissions, limits, strict parameters, lists, search. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FAKE_SECRET_KEY } from './account.ts';
import { GIFT, PAID, refusalOf, sdk, sdkOnFake, shapeOf } from './sdk-on-fake.ts';

const on = sdkOnFake();

describe('a call to the fake', () => {
  it('is refused with another key, without permission, and above the limits', async () => {
    assert.equal(
      (await refusalOf(sdk(on.fake, 'rk_test_other').balance.retrieve())).statusCode,
      401,
    );
    const key = 'rk_test_narrow';
    on.fake.account.keys.push({ key, permissions: new Map([['payment_intent', 'read']]) });
    assert.equal((await sdk(on.fake, key).paymentIntents.list()).data.length, 0);
    const forbidden = await refusalOf(sdk(on.fake, key).paymentIntents.create(GIFT));
    assert.deepEqual([forbidden.statusCode, forbidden.rawType], [403, 'invalid_request_error']);
    assert.match(forbidden.message, /payment_intent_write/);
    on.fake.account.limits = { account: 100, endpoint: 25 };
    for (let call = 0; call < 25; call += 1) await on.stripe.events.list();
    const busy = await refusalOf(on.stripe.events.list());
    assert.deepEqual([busy.statusCode, busy.code], [429, 'rate_limit']);
    assert.equal(busy.headers?.['stripe-rate-limited-reason'], 'endpoint-rate');
    assert.equal((await on.stripe.charges.list()).data.length, 0, 'another endpoint is free');
    on.clock.advance({ seconds: 1 });
    await on.stripe.events.list();
  });

  it('has its parameters read strictly', async () => {
    const odd = (more: object) => on.stripe.paymentIntents.create({ ...GIFT, ...more });
    const table: readonly [object, string, string | undefined][] = [
      [{ metdata: { a: '1' } }, 'metdata', 'parameter_unknown'],
      [{ payment_method_types: ['card'] }, 'payment_method_types', 'parameter_unknown'],
      [{ amount: 2.5 }, 'amount', 'parameter_invalid_integer'],
      [{ amount: '' }, 'amount', 'parameter_invalid_empty'],
      [{ amount: 100_000_000 }, 'amount', 'amount_too_large'],
      [{ currency: 'xxx' }, 'currency', undefined],
      [{ customer: 'cus_none' }, 'customer', 'resource_missing'],
      [{ off_session: true }, 'off_session', undefined],
      [{ statement_descriptor: 'NEWS' }, 'statement_descriptor', undefined],
      [{ metadata: { ['k'.repeat(41)]: '1' } }, `metadata[${'k'.repeat(41)}]`, undefined],
    ];
    for (const [more, param, code] of table) {
      assert.deepEqual(
        await shapeOf(odd(more)),
        [400, 'invalid_request_error', code, param],
        JSON.stringify(more),
      );
    }
    const missing = on.stripe.paymentIntents.retrieve('pi_none');
    assert.deepEqual((await shapeOf(missing)).slice(0, 3), [
      404,
      'invalid_request_error',
      'resource_missing',
    ]);
    const old = sdk(on.fake, FAKE_SECRET_KEY).paymentIntents.list({}, { apiVersion: '2022-11-15' });
    assert.equal((await refusalOf(old)).statusCode, 400);
    assert.equal(on.fake.books.intents.size, 0);
  });

  it('pages through a list from its newest end', async () => {
    const made: string[] = [];
    for (let at = 0; at < 7; at += 1) {
      if (at % 2 === 0) on.clock.advance({ seconds: 1 });
      made.push((await on.stripe.paymentIntents.create(GIFT)).id);
    }
    const seen: string[] = [];
    for await (const { id } of on.stripe.paymentIntents.list({ limit: 3 })) seen.push(id);
    assert.deepEqual(seen, made.toReversed());
    const [, second = ''] = seen;
    const before = await on.stripe.paymentIntents.list({ ending_before: second });
    assert.deepEqual(
      before.data.map(({ id }) => id),
      seen.slice(0, 1),
    );
    const { created } = await on.stripe.paymentIntents.retrieve(second);
    const since = await on.stripe.paymentIntents.list({ created: { gte: created } });
    assert.equal(since.data.length, 3, 'two of that second and one after');
    const nowhere = on.stripe.paymentIntents.list({ starting_after: 'pi_none' });
    assert.deepEqual((await shapeOf(nowhere)).slice(2), ['resource_missing', 'starting_after']);
  });

  it('finds by metadata only what is a minute old', async () => {
    const { id } = await on.stripe.paymentIntents.create({ ...GIFT, metadata: { attempt: 'a-1' } });
    const search = () =>
      on.stripe.paymentIntents.search({ query: "metadata['attempt']:'a-1' AND currency:'eur'" });
    assert.deepEqual((await search()).data, []);
    on.clock.advance({ seconds: 60 });
    assert.deepEqual(
      (await search()).data.map((each) => each.id),
      [id],
    );
  });

  it('unfolds what it is asked to', async () => {
    const { id } = await on.stripe.paymentIntents.create(PAID);
    const expand = ['latest_charge.balance_transaction', 'payment_method'];
    const { latest_charge: charge } = await on.stripe.paymentIntents.retrieve(id, { expand });
    assert.ok(typeof charge === 'object' && typeof charge?.balance_transaction === 'object');
    assert.equal(charge.balance_transaction?.fee, 33);
    const wrong = on.stripe.paymentIntents.retrieve(id, { expand: ['amount'] });
    assert.deepEqual((await shapeOf(wrong))[3], 'expand');
  });
});
