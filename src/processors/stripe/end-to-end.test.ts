/** The real money core on the fake Stripe over HTTP: whatever comes back or gets lost, the ledger says what Stripe's books say. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Hono } from 'hono';
import { sql } from 'kysely';
import { createGiving, type Giving, runWorkersUntilIdle } from '../../giving/index.ts';
import { checkInvariants } from '../../giving/ledger/invariants.ts';
import { type GivingWorld, givingWorld } from '../../giving/testing/giving-world.ts';
import { cardFrom, type FakeCard } from './fake/cards.ts';
import { authenticate } from './fake/charging.ts';
import { authenticateOnPage, payOnPage } from './fake/checkout.ts';
import type { FakeMessage } from './fake/courier.ts';
import { closeDispute, openDispute, payOut } from './fake/money-moves.ts';
import { type FakeStripe, startFakeStripe } from './fake/server.ts';
import { typeCard } from './fake/supporters.ts';
import { openOn } from './fake/test-account.ts';
import { realFrame } from './pay-page/testing/pay-page-world.ts';
import type { StripePage } from './settings.ts';
import { holdExchangesAgainstDescription, keepExchanges } from './testing/described-exchanges.ts';

const GOOD = '4242424242424242';
const NEEDS_HOLDER = '4000002760003184';
const POOR = '4000000000009995';

let world: GivingWorld;
let fake: FakeStripe;
let giving: Giving;
let pages: Hono;

async function open(page: StripePage): Promise<void> {
  const opened = openOn(fake, world.clock, { page });
  giving = createGiving({ ...world.dependencies, processors: [opened.processor] });
  const pays = opened.payPages?.({ desk: giving.payDesk, render: realFrame() });
  if (pays !== undefined) pages = pays;
}

beforeEach(async () => {
  world = await givingWorld({ now: '2026-03-01T12:00:00Z' });
  fake = await startFakeStripe(world.clock);
  await open('hosted');
});
afterEach(async () => {
  keepExchanges(fake);
  assert.deepEqual(await checkInvariants(world.db), []);
  assert.deepEqual(fake.books.problems(), []);
  await fake.close();
  await world.close();
});

async function begin(interval: 'once' | 'month' = 'once') {
  const intent = world.intent({ interval });
  const begun = await giving.beginGift(intent);
  assert.ok(begun.kind === 'go', begun.kind);
  const last = new URL(begun.pageUrl).pathname.split('/').at(-1) ?? '';
  return { giftId: intent.giftId, page: last, intent };
}

const settleDown = () => runWorkersUntilIdle(giving.workers, 400);
const stateOf = async (giftId: string) => (await giving.giftView(giftId))?.state;
const pay = (session: string, number = GOOD) => payOnPage(fake.books, session, cardFrom(number));

async function live(hours: number, step = 3): Promise<void> {
  for (let hour = 0; hour < hours; hour += step) {
    world.clock.advance({ hours: step });
    await settleDown();
  }
}

/** To the day of the next renewal, and some days after it: time for a charge, and for asking what became of it. */
async function liveMonth(daysAfter = 2): Promise<void> {
  const { next } = await world.db
    .selectFrom('gift')
    .select(({ fn }) => fn.min('next_at').as('next'))
    .where('state', '=', 'due')
    .executeTakeFirstOrThrow();
  assert.ok(next !== null, 'something comes next');
  world.clock.set(next.toString());
  await live(24 * daysAfter, 12);
}

/** What lies at Stripe by the ledger, pending and available. */
async function atStripe(currency = 'EUR'): Promise<bigint> {
  const { rows } = await sql<{ sum: bigint }>`
    select coalesce(sum(case when debit.name in ('processor_pending', 'processor_available') then t.amount else 0 end
      - case when credit.name in ('processor_pending', 'processor_available') then t.amount else 0 end), 0)::bigint as sum
    from ledger_transfer t
    join ledger_account debit on debit.id = t.debit
    join ledger_account credit on credit.id = t.credit
    where t.currency = ${currency}
  `.execute(world.db);
  return rows[0]?.sum ?? -1n;
}

/** What Stripe says: all that its lines did to the balance. */
function byStripe(currency = 'eur'): bigint {
  return [...fake.books.lines.values()]
    .filter((line) => line.currency === currency)
    .reduce((sum, line) => sum + line.amount - line.fee, 0n);
}

async function assertBooks(): Promise<void> {
  assert.equal(await atStripe(), byStripe());
  const { rows } = await sql`select * from books_difference`.execute(world.db);
  assert.deepEqual(rows, [], 'the nightly comparison finds nothing');
}

async function deliver(order: 'as-told' | 'reversed' = 'as-told'): Promise<number> {
  const messages: FakeMessage[] = [];
  await fake.courier.deliver(async (message) => {
    messages.push(message);
    return 200;
  });
  const ordered = order === 'reversed' ? messages.toReversed() : messages;
  for (const { body, headers } of [...ordered, ...ordered]) {
    const answer = await giving.takeWebhook({ accountId: 'stripe-1', body, headers });
    assert.ok(answer.kind === 'stored' || answer.kind === 'duplicate', answer.kind);
  }
  return messages.length;
}

describe('the money core with Stripe’s own page', () => {
  it('settles a gift whose supporter came back, follows refund, dispute and payout, and its ledger is Stripe’s balance', async () => {
    fake.account.payoutSchedule = 'manual';
    const gifts = [await begin(), await begin(), await begin()];
    for (const { page, giftId } of gifts) {
      assert.equal(pay(page), 'paid');
      await giving.askProcessor(giftId);
      assert.equal(await stateOf(giftId), 'settled');
    }
    const [, second, third] = gifts;
    await live(24);
    const refunded = await giving.refundGift({
      giftId: second?.giftId ?? '',
      by: 'desk',
      reason: 'they asked for it',
      actId: world.dependencies.random.uuid(),
    });
    assert.equal(refunded.kind, 'refunded');
    const charge = [...fake.books.charges.values()].at(-1);
    assert.ok(charge !== undefined && third !== undefined);
    openDispute(fake.books, charge.id);
    await live(24 * 6, 6);
    const [dispute = ''] = fake.books.disputes.keys();
    closeDispute(fake.books, dispute, 'won');
    payOut(fake.books, 'eur');
    await live(24 * 9, 6);
    await assertBooks();
  });

  it('learns by messages alone, whole or thin, repeated and in any order', async () => {
    for (const payload of ['snapshot', 'thin'] as const) {
      fake.account.endpoints = fake.account.endpoints.map((each) => ({ ...each, payload }));
      const { giftId, page } = await begin();
      pay(page);
      assert.ok((await deliver('reversed')) > 0);
      await runWorkersUntilIdle(
        giving.workers.filter(({ name }) => name === 'inbox'),
        50,
      );
      assert.equal(await stateOf(giftId), 'settled', payload);
    }
    await live(24);
    await assertBooks();
  });

  it('learns by asking alone', async () => {
    const { giftId, page } = await begin();
    pay(page);
    await live(6);
    assert.equal(await stateOf(giftId), 'settled');
    await assertBooks();
  });

  it('lets a supporter try another card on the same page, and confirm with their bank', async () => {
    const { giftId, page } = await begin();
    assert.equal(pay(page, POOR), 'declined');
    await giving.askProcessor(giftId);
    assert.equal(await stateOf(giftId), 'collecting');
    assert.equal(pay(page, NEEDS_HOLDER), 'needs-holder');
    assert.equal(authenticateOnPage(fake.books, page, 'passed'), 'paid');
    await giving.askProcessor(giftId);
    assert.equal(await stateOf(giftId), 'settled');
    assert.equal(fake.books.intents.size, 1);
  });

  it('hears of a card that Radar blocked without its bank, and takes another', async () => {
    fake.account.radarBlocks = { countries: ['XA', 'XB'], unknown: true };
    const { giftId, page } = await begin('month');
    for (const country of ['XB', null]) {
      assert.equal(payOnPage(fake.books, page, cardFrom(GOOD, { country })), 'declined');
    }
    await giving.askProcessor(giftId);
    await live(6);
    assert.equal(await stateOf(giftId), 'collecting');
    assert.deepEqual(fake.books.issuerLog, []);
    assert.equal(await atStripe(), 0n);
    pay(page);
    await giving.askProcessor(giftId);
    assert.equal(await stateOf(giftId), 'settled');
    assert.equal(fake.books.issuerLog.length, 1);
  });

  it('opens one page however often it is asked and whatever answer is lost', async () => {
    const intent = world.intent();
    fake.faults.push({ on: /^POST \/v1\/checkout\/sessions$/, kind: 'lost-after' });
    await giving.beginGift(intent);
    fake.faults.push({ on: /^POST \/v1\/checkout\/sessions$/, kind: 'html' });
    await giving.beginGift(intent);
    const begun = await giving.beginGift(intent);
    assert.equal(begun.kind, 'go');
    assert.equal(fake.books.sessions.size, 1);
  });
});

describe('a pledge at Stripe', () => {
  async function pledge(): Promise<string> {
    const { giftId, page } = await begin('month');
    pay(page);
    await giving.askProcessor(giftId);
    assert.equal(await stateOf(giftId), 'settled');
    return giftId;
  }
  const charges = () =>
    [...fake.books.charges.values()].filter((each) => each.status === 'succeeded');
  const useCard = (card: FakeCard) => {
    for (const method of fake.books.methods.values()) Object.assign(method, { card });
  };

  it('is charged each month on its kept card, once, whatever is lost', async () => {
    await pledge();
    const create = /^POST \/v1\/payment_intents$/;
    for (const kind of ['lost-after', 'lost-before', 'server-error', 'truncated'] as const) {
      fake.faults.push({ on: create, kind });
      await live(24 * 31, 12);
    }
    assert.equal(charges().length, 5);
    assert.equal(
      charges().every(({ customerId }) => customerId !== null),
      true,
    );
    await assertBooks();
  });

  it('waits when Stripe is busy, and no card is blamed for it', async () => {
    const giftId = await pledge();
    for (const [at, kind] of (['busy', 'locked', 'key-in-use', 'maintenance'] as const).entries()) {
      fake.faults.push({ on: /^POST \/v1\/payment_intents$/, kind });
      // Asked every half day only, it is charged once Stripe has forgotten the key.
      await liveMonth(4);
      assert.equal(charges().length, at + 2, kind);
    }
    const view = await giving.giftView(giftId);
    assert.equal(view?.pledge?.state, 'active');
  });

  it('tries a card again that lacked money, and asks its holder where the bank wants them', async () => {
    const giftId = await pledge();
    useCard(cardFrom(POOR));
    await liveMonth();
    assert.equal(charges().length, 1);
    useCard(cardFrom(GOOD));
    await live(24 * 4, 12);
    assert.equal(charges().length, 2, 'a later try went through');
    useCard(cardFrom(NEEDS_HOLDER));
    await liveMonth();
    const { rows } = await sql<{ advice: string }>`
      select advice from attempt where state = 'declined' order by created_at desc limit 1
    `.execute(world.db);
    assert.equal(rows[0]?.advice, 'needs-action');
    assert.equal(charges().length, 2, 'nobody confirmed');
    const open = await world.db
      .selectFrom('gift')
      .select('id')
      .where('state', '=', 'collecting')
      .where('period_n', '>', 0)
      .executeTakeFirst();
    assert.ok(open !== undefined && giftId !== open.id);
    const begun = await giving.beginGift(world.intent({ giftId: open.id, interval: 'month' }));
    assert.ok(begun.kind === 'go', begun.kind);
    const session = new URL(begun.pageUrl).pathname.split('/').at(-1) ?? '';
    pay(session, NEEDS_HOLDER);
    authenticateOnPage(fake.books, session, 'passed');
    await giving.askProcessor(open.id);
    assert.equal(await stateOf(open.id), 'settled');
    await live(24);
    await assertBooks();
  });

  it('charges no card that moved into a listed country', async () => {
    await pledge();
    const asked = fake.books.issuerLog.length;
    useCard(cardFrom(GOOD, { country: 'XB' }));
    await liveMonth();
    assert.equal(charges().length, 1);
    assert.equal(fake.books.issuerLog.length, asked, 'its bank was asked nothing');
  });
});

describe('the money core with a pay page of ours', () => {
  beforeEach(() => open('own'));

  async function press(page: string, card: FakeCard): Promise<Response> {
    return await pages.request(`/${page}`, {
      method: 'POST',
      body: new URLSearchParams({ token: typeCard(fake.books, card) }),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  }

  it('makes nothing at Stripe by opening, and nothing for a card of a listed or unknown country', async () => {
    for (const country of ['XB', null]) {
      const { giftId, page } = await begin('month');
      assert.equal((await pages.request(`/${page}`)).status, 200);
      await press(page, cardFrom(GOOD, { country }));
      assert.notEqual(await stateOf(giftId), 'settled');
    }
    const { books } = fake;
    assert.deepEqual([books.intents.size, books.customers.size, books.issuerLog.length], [0, 0, 0]);
    await live(48);
    assert.equal(await atStripe(), 0n);
  });

  it('takes a card, another after a decline, and one whose bank wants its holder', async () => {
    const { giftId, page } = await begin('month');
    await press(page, cardFrom(POOR, { country: 'DE' }));
    assert.equal(await stateOf(giftId), 'collecting');
    await press(page, cardFrom(NEEDS_HOLDER, { country: 'DE' }));
    const intent = [...fake.books.intents.values()].at(-1);
    assert.equal(intent?.status, 'requires_action');
    authenticate(fake.books, intent?.id ?? '', 'passed');
    await giving.askProcessor(giftId);
    assert.equal(await stateOf(giftId), 'settled');
    assert.equal(fake.books.intents.size, 1, 'one payment, however many cards');
    const { rows } = await sql<{ customer: string; state: string }>`
      select customer_ref as customer, state from mandate
    `.execute(world.db);
    assert.deepEqual(rows, [{ customer: [...fake.books.customers.keys()][0], state: 'usable' }]);
    await live(24);
    await assertBooks();
  });

  it('takes the money once when answers to the page get lost', async () => {
    for (const on of [/confirm$/, /^POST \/v1\/payment_intents$/]) {
      const { giftId, page } = await begin();
      fake.faults.push({ on, kind: 'lost-after' });
      await press(page, cardFrom(GOOD, { country: 'DE' }));
      await press(page, cardFrom(GOOD, { country: 'DE' }));
      await giving.askProcessor(giftId);
      await live(3, 1);
      assert.equal(await stateOf(giftId), 'settled');
    }
    assert.equal(fake.books.charges.size, 2);
    await live(24);
    await assertBooks();
  });
});

holdExchangesAgainstDescription(300);
