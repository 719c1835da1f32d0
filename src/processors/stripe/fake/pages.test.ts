/** Messages and pages of the fake Stripe: what it tells by itself, and what supporters do there. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Stripe from 'stripe';
import { FAKE_WEBHOOK_SECRET } from './account.ts';
import { cardFrom } from './cards.ts';
import { payOnPage } from './checkout.ts';
import { PAID, sdkOnFake, shapeOf } from './sdk-on-fake.ts';

const on = sdkOnFake();

describe('messages', () => {
  it('are signed as the SDK reads them, whole and thin, and come again until they are taken', async () => {
    const [endpoint] = on.fake.account.endpoints;
    assert.ok(endpoint !== undefined);
    const thin = { ...endpoint, id: 'we_thin', payload: 'thin' as const };
    on.fake.account.endpoints = [
      { ...endpoint, enabledEvents: ['charge.succeeded'] },
      { ...thin, enabledEvents: ['charge.succeeded'] },
    ];
    await on.stripe.paymentIntents.create(PAID);
    const told: string[] = [];
    const refuse = async ({ body, headers }: { body: Uint8Array; headers: Headers }) => {
      const header = headers.get('stripe-signature') ?? '';
      const at = on.clock.now().epochMilliseconds;
      const text = Buffer.from(body).toString('utf8');
      if (text.includes('v2.core.event')) {
        const event = on.stripe.parseEventNotification(
          text,
          header,
          FAKE_WEBHOOK_SECRET,
          300,
          undefined,
          at,
        );
        told.push(`${event.type} ${'related_object' in event}`);
      } else {
        told.push(
          Stripe.webhooks.constructEvent(text, header, FAKE_WEBHOOK_SECRET, 300, undefined, at)
            .type,
        );
      }
      return 500;
    };
    assert.equal(await on.fake.courier.deliver(refuse), 2);
    assert.deepEqual(told, ['charge.succeeded', 'v1.charge.succeeded true']);
    assert.equal(await on.fake.courier.deliver(refuse), 0, 'not at once');
    let tries = 0;
    for (let hour = 0; hour < 24 * 4; hour += 1) {
      on.clock.advance({ hours: 1 });
      tries += await on.fake.courier.deliver(async () => null);
    }
    assert.ok(tries >= 10, String(tries));
    on.clock.advance({ hours: 24 });
    assert.equal(await on.fake.courier.deliver(refuse), 0, 'no longer than three days');
  });
});

describe('the page of a supporter', () => {
  const open = () =>
    on.stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: 'https://news.example/thanks',
      cancel_url: 'https://news.example/support',
      line_items: [
        {
          quantity: 1,
          price_data: { currency: 'eur', unit_amount: 500, product_data: { name: 'Gift' } },
        },
      ],
      payment_intent_data: { setup_future_usage: 'off_session' },
    });
  const press = async (address: string, fields: Record<string, string>) =>
    await fetch(address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

  it('is a plain form: declined it stays, paid it leads back', async () => {
    const { url, id, payment_intent: before } = await open();
    assert.ok(url !== null && before === null);
    assert.match(await (await fetch(url)).text(), /<form method="post">.*name="card"/);
    const declined = await press(url, { card: '4000000000000002' });
    assert.equal(declined.status, 200);
    assert.match(await declined.text(), /declined/);
    const paid = await press(url, { card: '4242 4242 4242 4242' });
    assert.deepEqual(
      [paid.status, paid.headers.get('location')],
      [303, 'https://news.example/thanks'],
    );
    const after = await on.stripe.checkout.sessions.retrieve(id);
    assert.deepEqual([after.status, after.payment_status, after.url], ['complete', 'paid', null]);
    assert.equal(after.customer, null, 'nobody asked for one');
    assert.equal((await press(url, { card: '4242424242424242' })).status, 410);
    assert.equal(on.fake.books.charges.size, 2);
  });

  it('sends to the bank and back', async () => {
    const { url, id } = await open();
    const asked = await press(url ?? '', { card: '4000002760003184' });
    const bank = new URL(asked.headers.get('location') ?? '', url ?? '').href;
    assert.match(await (await fetch(bank)).text(), /name="outcome"/);
    const back = await press(bank, { outcome: 'passed' });
    assert.equal(back.headers.get('location'), 'https://news.example/thanks');
    assert.equal((await on.stripe.checkout.sessions.retrieve(id)).status, 'complete');
  });

  it('is over after a day, or when it was ended', async () => {
    const [first, second] = [await open(), await open()];
    payOnPage(on.fake.books, first.id, cardFrom('4000000000000002'));
    await on.stripe.checkout.sessions.expire(first.id);
    const intent = (await on.stripe.checkout.sessions.retrieve(first.id)).payment_intent;
    assert.equal((await on.stripe.paymentIntents.retrieve(String(intent))).status, 'canceled');
    assert.equal((await shapeOf(on.stripe.checkout.sessions.expire(first.id)))[0], 400);
    on.clock.advance({ hours: 24 });
    assert.equal((await on.stripe.checkout.sessions.retrieve(second.id)).status, 'expired');
    assert.equal((await fetch(second.url ?? '')).status, 410);
  });
});
