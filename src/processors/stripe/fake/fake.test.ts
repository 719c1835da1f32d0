/** The fake Stripe through the official SDK, which neither our adapter nor the fake was written by: what Stripe promises holds. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import Stripe from 'stripe';
import { ManualClock } from '../../../calendar/index.ts';
import { FAKE_SECRET_KEY, FAKE_WEBHOOK_SECRET } from './account.ts';
import { cardFrom } from './cards.ts';
import { authenticate } from './charging.ts';
import { payOnPage } from './checkout.ts';
import { closeDispute, openDispute, payOut } from './money-moves.ts';
import { type FakeStripe, startFakeStripe } from './server.ts';
import { typeCard } from './supporters.ts';

const START = '2026-03-01T12:00:00Z';
const GIFT = { amount: 500, currency: 'eur', allowed_payment_method_types: ['card'] };
const PAID = { ...GIFT, confirm: true, payment_method: 'pm_card_visa' };

let clock: ManualClock;
let fake: FakeStripe;
let stripe: Stripe;
beforeEach(async () => {
  clock = new ManualClock(START);
  fake = await startFakeStripe(clock);
  fake.account.payoutSchedule = 'manual';
  stripe = sdk(FAKE_SECRET_KEY);
});
afterEach(async () => {
  fake.time.catchUp();
  assert.deepEqual(fake.books.problems(), []);
  await fake.close();
});

function sdk(key: string): Stripe {
  const { hostname, port } = new URL(fake.origin);
  return new Stripe(key, {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

async function refusalOf(
  call: Promise<unknown>,
): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof Stripe.errors.StripeError, String(error));
    return error;
  }
  assert.fail('it was refused');
}

const shapeOf = async (call: Promise<unknown>) => {
  const { statusCode, rawType, code, param } = await refusalOf(call);
  return [statusCode, rawType, code, param];
};

describe('a key of idempotency', () => {
  const key = { idempotencyKey: 'attempt-1' };

  it('answers the same request the same, and says that it is from memory', async () => {
    const first = await stripe.paymentIntents.create(PAID, key);
    const second = await stripe.paymentIntents.create(PAID, key);
    assert.deepEqual({ ...second }, { ...first });
    assert.equal(first.lastResponse.headers['idempotent-replayed'], undefined);
    assert.equal(second.lastResponse.headers['idempotent-replayed'], 'true');
    assert.equal(fake.books.charges.size, 1);
  });

  it('is refused for other parameters and for another endpoint', async () => {
    const made = await stripe.paymentIntents.create(GIFT, key);
    const other = stripe.paymentIntents.create({ ...GIFT, amount: 600 }, key);
    assert.deepEqual(await shapeOf(other), [400, 'idempotency_error', undefined, undefined]);
    const elsewhere = stripe.paymentIntents.cancel(made.id, {}, key);
    assert.deepEqual(await shapeOf(elsewhere), [400, 'idempotency_error', undefined, undefined]);
    assert.equal(fake.books.intents.size, 1);
  });

  it('remembers a decline, and a failure inside', async () => {
    const declined = { ...PAID, payment_method: 'pm_card_visa_chargeDeclined' };
    for (const _ of [1, 2]) {
      const error = await refusalOf(stripe.paymentIntents.create(declined, key));
      assert.deepEqual([error.statusCode, error.code], [402, 'card_declined']);
    }
    assert.equal(fake.books.charges.size, 1);
    fake.faults.push({ on: /payment_intents$/, kind: 'server-error' });
    for (const _ of [1, 2]) {
      const failed = stripe.paymentIntents.create(PAID, { idempotencyKey: 'attempt-2' });
      assert.equal((await refusalOf(failed)).statusCode, 500);
    }
    assert.equal(fake.books.intents.size, 1);
  });

  it('remembers no wrong parameter, no lock, no limit', async () => {
    const wrong = stripe.paymentIntents.create({ ...GIFT, amount: 1 }, key);
    assert.deepEqual(await shapeOf(wrong), [
      400,
      'invalid_request_error',
      'amount_too_small',
      'amount',
    ]);
    for (const kind of ['busy', 'locked', 'key-in-use'] as const) {
      fake.faults.push({ on: /payment_intents$/, kind });
      const { statusCode } = await refusalOf(stripe.paymentIntents.create(PAID, key));
      assert.equal(statusCode, kind === 'key-in-use' ? 409 : 429, kind);
    }
    assert.equal((await stripe.paymentIntents.create(PAID, key)).status, 'succeeded');
  });

  it('is refused while its first request has not ended, and free when nobody waits any more', async () => {
    fake.faults.push({ on: /payment_intents$/, kind: 'slow' });
    const first = stripe.paymentIntents.create(PAID, key);
    await fake.whenHeld();
    const meanwhile = stripe.paymentIntents.create(PAID, key);
    assert.deepEqual((await shapeOf(meanwhile)).slice(0, 3), [
      409,
      'invalid_request_error',
      'idempotency_key_in_use',
    ]);
    fake.release();
    const { id } = await first;
    assert.equal((await stripe.paymentIntents.create(PAID, key)).id, id);
    assert.equal(fake.books.charges.size, 1);
  });

  it('is forgotten after a day: the same request is a second charge', async () => {
    const { id } = await stripe.paymentIntents.create(PAID, key);
    clock.advance({ hours: 23, minutes: 59 });
    assert.equal((await stripe.paymentIntents.create(PAID, key)).id, id);
    clock.advance({ minutes: 1 });
    assert.notEqual((await stripe.paymentIntents.create(PAID, key)).id, id);
    assert.equal(fake.books.charges.size, 2);
  });
});

describe('a call to the fake', () => {
  it('is refused with another key, without permission, and above the limits', async () => {
    assert.equal((await refusalOf(sdk('rk_test_other').balance.retrieve())).statusCode, 401);
    const key = 'rk_test_narrow';
    fake.account.keys.push({ key, permissions: new Map([['payment_intent', 'read']]) });
    assert.equal((await sdk(key).paymentIntents.list()).data.length, 0);
    const forbidden = await refusalOf(sdk(key).paymentIntents.create(GIFT));
    assert.deepEqual([forbidden.statusCode, forbidden.rawType], [403, 'invalid_request_error']);
    assert.match(forbidden.message, /payment_intent_write/);
    fake.account.limits = { account: 100, endpoint: 25 };
    for (let call = 0; call < 25; call += 1) await stripe.events.list();
    const busy = await refusalOf(stripe.events.list());
    assert.deepEqual([busy.statusCode, busy.code], [429, 'rate_limit']);
    assert.equal(busy.headers?.['stripe-rate-limited-reason'], 'endpoint-rate');
    assert.equal((await stripe.charges.list()).data.length, 0, 'another endpoint is free');
    clock.advance({ seconds: 1 });
    await stripe.events.list();
  });

  it('has its parameters read strictly', async () => {
    const odd = (more: object) => stripe.paymentIntents.create({ ...GIFT, ...more });
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
    const missing = stripe.paymentIntents.retrieve('pi_none');
    assert.deepEqual((await shapeOf(missing)).slice(0, 3), [
      404,
      'invalid_request_error',
      'resource_missing',
    ]);
    const old = sdk(FAKE_SECRET_KEY).paymentIntents.list({}, { apiVersion: '2022-11-15' });
    assert.equal((await refusalOf(old)).statusCode, 400);
    assert.equal(fake.books.intents.size, 0);
  });

  it('pages through a list from its newest end', async () => {
    const made: string[] = [];
    for (let at = 0; at < 7; at += 1) {
      if (at % 2 === 0) clock.advance({ seconds: 1 });
      made.push((await stripe.paymentIntents.create(GIFT)).id);
    }
    const seen: string[] = [];
    for await (const { id } of stripe.paymentIntents.list({ limit: 3 })) seen.push(id);
    assert.deepEqual(seen, made.toReversed());
    const [, second = ''] = seen;
    const before = await stripe.paymentIntents.list({ ending_before: second });
    assert.deepEqual(
      before.data.map(({ id }) => id),
      seen.slice(0, 1),
    );
    const { created } = await stripe.paymentIntents.retrieve(second);
    const since = await stripe.paymentIntents.list({ created: { gte: created } });
    assert.equal(since.data.length, 3, 'two of that second and one after');
    const nowhere = stripe.paymentIntents.list({ starting_after: 'pi_none' });
    assert.deepEqual((await shapeOf(nowhere)).slice(2), ['resource_missing', 'starting_after']);
  });

  it('finds by metadata only what is a minute old', async () => {
    const { id } = await stripe.paymentIntents.create({ ...GIFT, metadata: { attempt: 'a-1' } });
    const search = () =>
      stripe.paymentIntents.search({ query: "metadata['attempt']:'a-1' AND currency:'eur'" });
    assert.deepEqual((await search()).data, []);
    clock.advance({ seconds: 60 });
    assert.deepEqual(
      (await search()).data.map((each) => each.id),
      [id],
    );
  });

  it('unfolds what it is asked to', async () => {
    const { id } = await stripe.paymentIntents.create(PAID);
    const expand = ['latest_charge.balance_transaction', 'payment_method'];
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(id, { expand });
    assert.ok(typeof charge === 'object' && typeof charge?.balance_transaction === 'object');
    assert.equal(charge.balance_transaction?.fee, 33);
    const wrong = stripe.paymentIntents.retrieve(id, { expand: ['amount'] });
    assert.deepEqual((await shapeOf(wrong))[3], 'expand');
  });
});

describe('a card', () => {
  it('is kept for its customer alone, and never off session for another', async () => {
    const [one, other] = [await stripe.customers.create(), await stripe.customers.create()];
    const first = await stripe.paymentIntents.create({
      ...PAID,
      customer: one.id,
      setup_future_usage: 'off_session',
    });
    const later = {
      ...PAID,
      payment_method: String(first.payment_method),
      off_session: true,
      customer: one.id,
    };
    assert.equal((await stripe.paymentIntents.create(later)).status, 'succeeded');
    const wrong = stripe.paymentIntents.create({ ...later, customer: other.id });
    assert.equal((await shapeOf(wrong))[3], 'payment_method');
    await stripe.customers.del(one.id);
    assert.equal((await shapeOf(stripe.paymentIntents.create(later)))[3], 'customer');
  });

  it('whose bank wants its holder is declined off session, and confirmed on its page', async () => {
    const wanted = { ...PAID, payment_method: 'pm_card_authenticationRequired' };
    const away = await refusalOf(stripe.paymentIntents.create({ ...wanted, off_session: true }));
    assert.deepEqual(
      [away.statusCode, away.code, away.decline_code, away.payment_intent?.status],
      [402, 'authentication_required', 'authentication_required', 'requires_payment_method'],
    );
    const here = await stripe.paymentIntents.create({
      ...wanted,
      return_url: 'https://n.example/',
    });
    assert.equal(here.status, 'requires_action');
    authenticate(fake.books, here.id, 'failed');
    const failed = await stripe.paymentIntents.retrieve(here.id);
    assert.deepEqual(
      [failed.status, failed.last_payment_error?.code],
      ['requires_payment_method', 'payment_intent_authentication_failure'],
    );
  });

  it('can be looked at before anything else knows of it, once, for twelve hours', async () => {
    const token = typeCard(fake.books, cardFrom('pm_card_by'));
    const seen = await stripe.confirmationTokens.retrieve(token);
    assert.equal(seen.payment_method_preview?.card?.country, 'BY');
    assert.deepEqual([fake.books.issuerLog, fake.books.methods.size], [[], 0]);
    const made = await stripe.paymentIntents.create(GIFT);
    const confirmed = { confirmation_token: token, return_url: 'https://n.example/' };
    assert.equal((await stripe.paymentIntents.confirm(made.id, confirmed)).status, 'succeeded');
    const again = stripe.paymentIntents.create({ ...GIFT, ...confirmed, confirm: true });
    assert.equal((await shapeOf(again))[3], 'confirmation_token');
    const late = typeCard(fake.books, cardFrom('pm_card_de'));
    clock.advance({ hours: 12 });
    const tooLate = { ...GIFT, ...confirmed, confirmation_token: late, confirm: true };
    assert.equal((await shapeOf(stripe.paymentIntents.create(tooLate)))[3], 'confirmation_token');
  });

  it('that a rule of Radar blocks never reaches its bank', async () => {
    fake.account.radarBlocks = { countries: ['BY'], unknown: true };
    const blocked = { ...PAID, payment_method: 'pm_card_by' };
    const { charge } = await refusalOf(stripe.paymentIntents.create(blocked));
    const { outcome } = await stripe.charges.retrieve(charge ?? '');
    assert.deepEqual([outcome?.type, outcome?.network_status], ['blocked', 'not_sent_to_network']);
    assert.deepEqual(fake.books.issuerLog, []);
  });

  it('is paid with once: what succeeded or was canceled is confirmed by nobody', async () => {
    const paid = await stripe.paymentIntents.create(PAID);
    const again = stripe.paymentIntents.confirm(paid.id, { payment_method: 'pm_card_visa' });
    assert.equal((await shapeOf(again))[2], 'payment_intent_unexpected_state');
    const given = await stripe.paymentIntents.create(GIFT);
    await stripe.paymentIntents.cancel(given.id);
    const late = stripe.paymentIntents.confirm(given.id, { payment_method: 'pm_card_visa' });
    assert.equal((await shapeOf(late))[2], 'payment_intent_unexpected_state');
  });
});

describe('the money of a charge', () => {
  const paid = async (method = 'pm_card_visa') => {
    const { latest_charge: id } = await stripe.paymentIntents.create({
      ...PAID,
      payment_method: method,
    });
    await stripe.balance.retrieve();
    return String(id);
  };

  it('is booked after the answer, pending for days, and paid out with its line', async () => {
    const answered = await stripe.paymentIntents.create({ ...PAID, expand: ['latest_charge'] });
    assert.ok(typeof answered.latest_charge === 'object');
    assert.equal(answered.latest_charge?.balance_transaction, null, 'capture is asynchronous');
    const [line] = (await stripe.balanceTransactions.list()).data;
    assert.deepEqual([line?.net, line?.status, line?.type], [467, 'pending', 'charge']);
    assert.equal(payOut(fake.books, 'eur'), null);
    clock.advance({ hours: 72 });
    const payout = payOut(fake.books, 'eur');
    const out = await stripe.balanceTransactions.list({ payout: payout?.id ?? '' });
    assert.deepEqual(out.data.map(({ type, net }) => [type, net]).toSorted(), [
      ['charge', 467],
      ['payout', -467],
    ]);
    clock.advance({ hours: 48 });
    assert.equal((await stripe.payouts.retrieve(payout?.id ?? '')).status, 'paid');
    assert.deepEqual(fake.books.balance('eur'), { available: 0n, pending: 0n });
  });

  it('goes back in parts and no further, and comes again where a refund fails', async () => {
    const charge = await paid();
    await stripe.refunds.create({ charge, amount: 200 });
    const tooMuch = stripe.refunds.create({ charge, amount: 301 });
    assert.deepEqual((await shapeOf(tooMuch))[3], 'amount');
    await stripe.refunds.create({ charge });
    assert.equal((await stripe.charges.retrieve(charge)).refunded, true);
    const again = stripe.refunds.create({ charge });
    assert.equal((await shapeOf(again))[2], 'charge_already_refunded');
    for (const [method, begins, ends] of [
      ['pm_card_pendingRefund', 'pending', 'succeeded'],
      ['pm_card_refundFail', 'succeeded', 'failed'],
    ] as const) {
      const refund = await stripe.refunds.create({ charge: await paid(method) });
      assert.equal(refund.status, begins);
      clock.advance({ hours: 24 });
      assert.equal((await stripe.refunds.retrieve(refund.id)).status, ends);
    }
    const failures = await stripe.balanceTransactions.list({ type: 'refund_failure' });
    assert.deepEqual(
      failures.data.map(({ net }) => net),
      [500],
    );
  });

  it('is withdrawn with a fee when it is disputed, and reinstated when that is won', async () => {
    const charge = await paid();
    const dispute = openDispute(fake.books, charge);
    const refused = stripe.refunds.create({ charge });
    assert.equal((await shapeOf(refused))[2], 'charge_disputed');
    closeDispute(fake.books, dispute.id, 'won');
    const { status, balance_transactions: lines } = await stripe.disputes.retrieve(dispute.id);
    assert.deepEqual(
      [status, ...lines.map(({ amount, fee, reporting_category: kind }) => [amount, fee, kind])],
      ['won', [-500, 2000, 'dispute'], [500, 0, 'dispute_reversal']],
    );
  });

  it('is exchanged where the account settles in another currency', async () => {
    const yen = { ...PAID, amount: 1000, currency: 'jpy' };
    await stripe.paymentIntents.create(yen);
    const [line] = (await stripe.balanceTransactions.list()).data;
    assert.deepEqual([line?.amount, line?.currency, line?.exchange_rate], [613, 'eur', 0.6125]);
  });
});

describe('messages', () => {
  it('are signed as the SDK reads them, whole and thin, and come again until they are taken', async () => {
    const [endpoint] = fake.account.endpoints;
    assert.ok(endpoint !== undefined);
    const thin = { ...endpoint, id: 'we_thin', payload: 'thin' as const };
    fake.account.endpoints = [
      { ...endpoint, enabledEvents: ['charge.succeeded'] },
      { ...thin, enabledEvents: ['charge.succeeded'] },
    ];
    await stripe.paymentIntents.create(PAID);
    const told: string[] = [];
    const refuse = async ({ body, headers }: { body: Uint8Array; headers: Headers }) => {
      const header = headers.get('stripe-signature') ?? '';
      const at = clock.now().epochMilliseconds;
      const text = Buffer.from(body).toString('utf8');
      if (text.includes('v2.core.event')) {
        const event = stripe.parseEventNotification(
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
    assert.equal(await fake.courier.deliver(refuse), 2);
    assert.deepEqual(told, ['charge.succeeded', 'v1.charge.succeeded true']);
    assert.equal(await fake.courier.deliver(refuse), 0, 'not at once');
    let tries = 0;
    for (let hour = 0; hour < 24 * 4; hour += 1) {
      clock.advance({ hours: 1 });
      tries += await fake.courier.deliver(async () => null);
    }
    assert.ok(tries >= 10, String(tries));
    clock.advance({ hours: 24 });
    assert.equal(await fake.courier.deliver(refuse), 0, 'no longer than three days');
  });
});

describe('the page of a supporter', () => {
  const open = () =>
    stripe.checkout.sessions.create({
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
    const after = await stripe.checkout.sessions.retrieve(id);
    assert.deepEqual([after.status, after.payment_status, after.url], ['complete', 'paid', null]);
    assert.equal(after.customer, null, 'nobody asked for one');
    assert.equal((await press(url, { card: '4242424242424242' })).status, 410);
    assert.equal(fake.books.charges.size, 2);
  });

  it('sends to the bank and back', async () => {
    const { url, id } = await open();
    const asked = await press(url ?? '', { card: '4000002760003184' });
    const bank = new URL(asked.headers.get('location') ?? '', url ?? '').href;
    assert.match(await (await fetch(bank)).text(), /name="outcome"/);
    const back = await press(bank, { outcome: 'passed' });
    assert.equal(back.headers.get('location'), 'https://news.example/thanks');
    assert.equal((await stripe.checkout.sessions.retrieve(id)).status, 'complete');
  });

  it('is over after a day, or when it was ended', async () => {
    const [first, second] = [await open(), await open()];
    payOnPage(fake.books, first.id, cardFrom('4000000000000002'));
    await stripe.checkout.sessions.expire(first.id);
    const intent = (await stripe.checkout.sessions.retrieve(first.id)).payment_intent;
    assert.equal((await stripe.paymentIntents.retrieve(String(intent))).status, 'canceled');
    assert.equal((await shapeOf(stripe.checkout.sessions.expire(first.id)))[0], 400);
    clock.advance({ hours: 24 });
    assert.equal((await stripe.checkout.sessions.retrieve(second.id)).status, 'expired');
    assert.equal((await fetch(second.url ?? '')).status, 410);
  });
});
