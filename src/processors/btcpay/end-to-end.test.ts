/**
 * The real money core on the fake BTCPay over HTTP, supporters reading addresses and amounts off our own pay page: whatever
 * comes, late, short or twice, and whatever gets lost, the ledger says what the store's books say.
 */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Hono } from 'hono';
import { sql } from 'kysely';
import {
  createGiving,
  type GiftIntent,
  type Giving,
  runWorkersUntilIdle,
} from '../../giving/index.ts';
import { FakeProcessor } from '../../giving/testing/fake-processor.ts';
import { type GivingWorld, givingWorld } from '../../giving/testing/giving-world.ts';
import { money } from '../../money/index.ts';
import type { FakeInvoice } from './fake/books.ts';
import type { FakeMessage } from './fake/courier.ts';
import { type FakeBtcPay, startFakeBtcPay } from './fake/server.ts';
import { openOn } from './fake/test-account.ts';

let world: GivingWorld;
let fake: FakeBtcPay;
let giving: Giving;
let pages: Hono;
beforeEach(async () => {
  world = await givingWorld({ now: '2026-01-31T12:00:00Z' });
  fake = await startFakeBtcPay(world.clock);
  giving = start();
});
afterEach(async () => {
  await fake.close();
  await world.close();
});

/** As a process starts, and starts again. */
function start(): Giving {
  const { processor, payPages } = openOn(fake, world.clock);
  const made = createGiving({ ...world.dependencies, processors: [processor] });
  assert.ok(payPages !== null);
  pages = payPages({
    desk: made.payDesk,
    render: (page) => new Response(String(page.body), { status: page.status ?? 200 }),
  });
  return made;
}

async function begin(changes: Partial<GiftIntent> = {}) {
  const intent = world.intent({ placeIsSafe: true, money: money(1000n, 'EUR'), ...changes });
  const begun = await giving.beginGift(intent);
  assert.ok(
    begun.kind === 'go',
    JSON.stringify(begun, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  );
  return { giftId: intent.giftId, ...paperOf(begun.pageUrl) };
}

/** What somebody has who has the page. */
function paperOf(pageUrl: string) {
  const path = `/${new URL(pageUrl).pathname.split('/').at(-1)}`;
  assert.match(pageUrl, /^http:\/\/127\.0\.0\.1:2\/pay\/btcpay-1\//);
  const visit = async () => {
    const response = await pages.request(path);
    return { response, text: await response.text() };
  };
  const link = async () => /href="(bitcoin:[^"]+)"/.exec((await visit()).text)?.[1] ?? '';
  return { visit, link };
}

/** A wallet: pays what the link says, or a part of it. */
function send(link: string, of: { percent?: bigint; isConfirmed?: boolean } = {}): FakeInvoice {
  const { percent = 100n, isConfirmed = false } = of;
  const [address = '', query = ''] = link.replace('bitcoin:', '').split('?');
  const [whole = '', fraction = ''] = (new URLSearchParams(query).get('amount') ?? '').split('.');
  const sats = (BigInt(whole + fraction.padEnd(8, '0')) * percent) / 100n;
  const invoice = [...fake.books.invoices.values()].find(
    ({ destinations }) => destinations.get('BTC-CHAIN') === address,
  );
  assert.ok(invoice !== undefined && sats > 0n, link);
  fake.books.pay(invoice.id, { sats, isConfirmed });
  return invoice;
}

const settleDown = () => runWorkersUntilIdle(giving.workers, 400);
const stateOf = async (giftId: string) => (await giving.giftView(giftId))?.state;

async function live(hours: number, step = 1): Promise<void> {
  for (let hour = 0; hour < hours; hour += step) {
    world.clock.advance({ hours: step });
    fake.books.tick();
    await settleDown();
  }
}

async function deliver(order: 'as-told' | 'reversed' = 'as-told', times = 2): Promise<number> {
  const messages: FakeMessage[] = [];
  await fake.courier.deliver(async (message) => {
    messages.push(message);
    return 200;
  });
  const ordered = order === 'reversed' ? messages.toReversed() : messages;
  for (const { body, headers } of Array.from({ length: times }, () => ordered).flat()) {
    const answer = await giving.takeWebhook({ accountId: 'btcpay-1', body, headers });
    assert.ok(answer.kind === 'stored' || answer.kind === 'duplicate', answer.kind);
  }
  return messages.length;
}

/** Debits minus credits of an account of the ledger, in minor units. */
async function balance(name: string, currency = 'EUR'): Promise<bigint> {
  const { rows } = await sql<{ sum: bigint }>`
    select coalesce(sum(case when debit.name = ${name} then t.amount else 0 end
      - case when credit.name = ${name} then t.amount else 0 end), 0)::bigint as sum
    from ledger_transfer t
    join ledger_account debit on debit.id = t.debit
    join ledger_account credit on credit.id = t.credit
    where t.currency = ${currency}
  `.execute(world.db);
  return rows[0]?.sum ?? -1n;
}

async function assertBooks(): Promise<void> {
  for (const [currency, theirs] of [
    ['EUR', fake.books.received('EUR')],
    ['BTC', fake.books.receivedBeside()],
  ] as const) {
    const pending = await balance('processor_pending', currency);
    const available = await balance('processor_available', currency);
    assert.equal(pending + available, theirs, `the ledger is the store’s books: ${currency}`);
  }
}

async function alarms(): Promise<readonly string[]> {
  const rows = await world.db
    .selectFrom('alarm')
    .select('kind')
    .where('resolved_at', 'is', null)
    .execute();
  return rows.map(({ kind }) => kind).toSorted();
}

describe('one gift in coins', () => {
  it('is asked for, seen, settled and available, its supporter led on', async () => {
    const { giftId, visit, link } = await begin();
    const invoice = send(await link());
    assert.match((await visit()).text, /We see your payment/);
    assert.equal(await stateOf(giftId), 'collecting');
    fake.books.confirm(invoice.id);
    const { response } = await visit();
    assert.equal(response.status, 303);
    assert.equal(await stateOf(giftId), 'settled');
    await live(2);
    await assertBooks();
    assert.equal(await balance('processor_available'), 1000n, 'confirmed coins wait for nobody');
    assert.equal(await balance('processor_pending'), 0n);
    assert.deepEqual(await alarms(), []);
  });

  it('is one invoice, however often its button is pressed', async () => {
    const intent = world.intent({ placeIsSafe: true });
    const answers = await Promise.all([1, 2, 3, 4].map(() => giving.beginGift(intent)));
    answers.push(await giving.beginGift(intent), await start().beginGift(intent));
    const pageUrls = answers.flatMap((answer) => (answer.kind === 'go' ? [answer.pageUrl] : []));
    assert.ok(pageUrls.length >= 3);
    assert.equal(new Set(pageUrls).size, 1);
    assert.equal(fake.books.invoices.size, 1);
  });

  it('comes in two parts and is whole', async () => {
    const { giftId, visit, link } = await begin();
    send(await link(), { percent: 60n, isConfirmed: true });
    assert.match((await visit()).text, /A part has arrived/);
    send(await link(), { isConfirmed: true });
    await visit();
    assert.equal(await stateOf(giftId), 'settled');
    await live(2);
    await assertBooks();
    assert.deepEqual(await alarms(), []);
  });

  it('comes late and counts, though it was given up', async () => {
    const { giftId, visit, link } = await begin();
    const kept = await link();
    await live(30);
    assert.equal(await stateOf(giftId), 'abandoned');
    send(kept, { isConfirmed: true });
    await live(1);
    assert.equal(await stateOf(giftId), 'settled');
    assert.match((await visit()).text, /came after the time/);
    await live(2);
    await assertBooks();
  });

  it('comes weeks late, when only a message can tell, and counts', async () => {
    const { giftId, link } = await begin();
    const kept = await link();
    await live(24 * 20, 24);
    const invoice = send(kept);
    await deliver();
    await settleDown();
    assert.equal(await stateOf(giftId), 'abandoned', 'unconfirmed coins settle nothing');
    fake.books.confirm(invoice.id);
    await deliver('reversed');
    await settleDown();
    assert.equal(await stateOf(giftId), 'settled');
    assert.equal(
      (await balance('processor_pending')) + (await balance('processor_available')),
      1000n,
    );
  });

  it('falls short, is held for a person with what came, and becomes a gift of that', async () => {
    const { giftId, link } = await begin();
    send(await link(), { percent: 60n, isConfirmed: true });
    await live(20);
    assert.equal(await stateOf(giftId), 'collecting', 'the rest may still come');
    assert.equal(await balance('unmatched'), 0n);
    await live(10);
    assert.equal(await stateOf(giftId), 'integrity_hold');
    assert.equal(await balance('unmatched'), -600n);
    assert.ok((await alarms()).length > 0, 'a person must look');
    await assertBooks();
    await giving.resolveHold({
      giftId,
      how: 'accept',
      by: 'desk',
      reason: 'they meant what they sent',
    });
    assert.equal(await balance('unmatched'), 0n);
    assert.equal(await balance('gifts_once'), -600n);
    await assertBooks();
  });

  it('is too much and is held with all that came', async () => {
    const { giftId, visit, link } = await begin();
    send(await link(), { percent: 150n, isConfirmed: true });
    assert.match((await visit()).text, /More than .*10 has arrived/);
    assert.equal(await stateOf(giftId), 'integrity_hold');
    assert.equal(await balance('unmatched'), -1500n);
    await live(2);
    await assertBooks();
  });

  it('leaves its address payable: what comes there again is money of its own, in coins, for a person', async () => {
    const { giftId, visit, link } = await begin();
    const kept = await link();
    const invoice = send(kept, { isConfirmed: true });
    await visit();
    assert.equal(await stateOf(giftId), 'settled');
    await live(1);
    send(kept, { isConfirmed: true });
    await live(1);
    assert.equal(await stateOf(giftId), 'settled');
    assert.deepEqual(await alarms(), ['unmatched']);
    assert.equal(await balance('unmatched', 'BTC'), -fake.books.asked(invoice));
    await live(1);
    await assertBooks();
    const [extra] = [...fake.books.invoices.values()].flatMap(({ payments }) => payments.slice(1));
    const chargeRef = `${invoice.id}.${extra?.atSeconds}`;
    const of = { accountId: 'btcpay-1', chargeRef, by: 'desk', reason: 'meant as a gift' };
    const accepted = await giving.acceptUnmatched({ ...of, actId: world.intent().giftId });
    assert.equal(accepted.kind, 'accepted');
    assert.equal(await balance('unmatched', 'BTC'), 0n);
    assert.equal(await balance('gifts_once', 'BTC'), -fake.books.asked(invoice));
    // Months later, when no list reaches that far.
    await live(24 * 70, 24);
    send(kept, { percent: 50n });
    await deliver();
    await settleDown();
    fake.books.confirm(invoice.id);
    await deliver();
    await settleDown();
    const since = fake.books.receivedBeside() - fake.books.asked(invoice);
    assert.ok(since > 0n);
    assert.equal(await balance('unmatched', 'BTC'), -since);
    assert.equal(await balance('gifts_once'), -1000n);
    const days = await world.db.selectFrom('books_day').select(['differences']).execute();
    assert.ok(days.length > 0 && days.every(({ differences }) => differences === 0));
  });

  it('cannot be sent back by us, says so, and leaves the books as they are', async () => {
    const { giftId, visit, link } = await begin();
    send(await link(), { isConfirmed: true });
    await visit();
    await live(1);
    const calls = fake.exchanges.length;
    const answer = await giving.refundGift({ giftId, by: 'desk', reason: 'asked for it' });
    assert.deepEqual(answer, { kind: 'refused', reason: 'processor' });
    assert.equal(fake.exchanges.length, calls, 'BTCPay hears nothing');
    const [order] = await world.db
      .selectFrom('refund_order')
      .select(['state', 'refused_code'])
      .execute();
    assert.deepEqual(order, { state: 'refused', refused_code: 'by-hand-at-btcpay' });
    assert.deepEqual(await alarms(), ['refund-refused']);
    await assertBooks();
  });
});

describe('what gets lost', () => {
  it('is found again: the answer that an invoice was made', async () => {
    fake.faults.push({ on: /^POST .*invoices$/, kind: 'lost-after' });
    const { giftId, visit, link } = await begin();
    assert.equal(fake.books.invoices.size, 1);
    send(await link(), { isConfirmed: true });
    await visit();
    assert.equal(await stateOf(giftId), 'settled');
    await live(2);
    await assertBooks();
  });

  it('is found again: that answer, and the look after it', async () => {
    fake.faults.push({ on: /^POST .*invoices$/, kind: 'lost-after' });
    // Passes the look before it.
    const intent = world.intent({ placeIsSafe: true });
    const watcher = fake.faults;
    const { processor } = openOn(fake, world.clock, {
      fetch: async (input, init) => {
        const response = globalThis.fetch(input, init);
        if (init?.method === 'POST') {
          await response.catch(() => undefined);
          watcher.push({ on: /orderId=/, kind: 'server-error' });
        }
        return await response;
      },
    });
    const lame = createGiving({ ...world.dependencies, processors: [processor] });
    assert.equal((await lame.beginGift(intent)).kind, 'checking');
    const again = await giving.beginGift(intent);
    assert.equal(again.kind, 'go');
    assert.equal(fake.books.invoices.size, 1);
  });

  it('is made anew: a call that never came, once it is known that it did not', async () => {
    fake.faults.push({ on: /^POST .*invoices$/, kind: 'lost-before' });
    const intent = world.intent({ placeIsSafe: true });
    assert.equal((await giving.beginGift(intent)).kind, 'checking');
    assert.equal((await giving.beginGift(intent)).kind, 'checking', 'it may still be on its way');
    world.clock.advance({ minutes: 6 });
    const again = await giving.beginGift(intent);
    assert.ok(again.kind === 'go', again.kind);
    assert.equal(fake.books.invoices.size, 1);
    send(await paperOf(again.pageUrl).link(), { isConfirmed: true });
    await live(1);
    assert.equal(await stateOf(intent.giftId), 'settled');
    await assertBooks();
  });

  it('is learned by messages alone, repeated, in any order, and delivered again after failures', async () => {
    const { giftId, link } = await begin();
    const kept = await link();
    const invoice = send(kept);
    fake.books.confirm(invoice.id);
    // The first deliveries meet a process that is down.
    await fake.courier.deliver(async () => 503);
    world.clock.advance({ seconds: 10 });
    assert.ok((await deliver('reversed', 3)) > 0);
    const inbox = giving.workers.filter(({ name }) => name === 'inbox' || name === 'events');
    assert.ok(inbox.length > 0, giving.workers.map(({ name }) => name).join());
    await runWorkersUntilIdle(inbox, 100);
    assert.equal(await stateOf(giftId), 'settled');
    const { rows } = await sql<{
      n: bigint;
    }>`select count(*) as n from ledger_transfer where code = 10`.execute(world.db);
    assert.equal(rows[0]?.n, 1n);
    await deliver('as-told');
    await settleDown();
    await live(2);
    await assertBooks();
  });

  it('is learned by asking alone', async () => {
    const gifts = await Promise.all([1, 2, 3].map(() => begin()));
    const [first, second, third] = gifts;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const waits = send(await first.link());
    send(await second.link(), { isConfirmed: true });
    const kept = await third.link();
    await live(1);
    assert.equal(await stateOf(second.giftId), 'settled');
    assert.equal(await stateOf(first.giftId), 'collecting');
    fake.books.confirm(waits.id);
    await live(2);
    send(kept, { isConfirmed: true });
    await live(1);
    for (const { giftId } of gifts) assert.equal(await stateOf(giftId), 'settled');
    await assertBooks();
    await live(48, 4);
    await assertBooks();
    const days = await world.db.selectFrom('books_day').select(['differences']).execute();
    assert.ok(days.length > 0 && days.every(({ differences }) => differences === 0));
  });

  it('is borne while BTCPay is away: nothing is declined, doubled or forgotten', async () => {
    const { giftId, visit, link } = await begin();
    const kept = await link();
    const KINDS = [
      'server-error',
      'html',
      'html-200',
      'maintenance',
      'truncated',
      'lost-after',
      'busy',
    ] as const;
    for (let at = 0; at < 60; at += 1) {
      fake.faults.push({ on: /./, kind: KINDS[at % KINDS.length] ?? 'html' });
    }
    assert.equal((await visit()).response.status, 503);
    await live(3);
    assert.equal(await stateOf(giftId), 'collecting');
    fake.faults.length = 0;
    send(kept, { isConfirmed: true });
    await live(26);
    assert.equal(await stateOf(giftId), 'settled');
    await assertBooks();
  });

  it('is money of nobody: another program’s sale is booked as unmatched, once', async () => {
    const sold = fake.books.make({
      minor: 700n,
      currency: 'EUR',
      metadata: { orderId: 'shop-77', buyerEmail: 'canary@person.example', buyerName: 'CANARY' },
      checkout: {},
      receipt: {},
      methods: ['BTC-CHAIN'],
      expiryMinutes: 15,
      monitoringMinutes: 60,
    });
    fake.books.pay(sold.id, { sats: fake.books.asked(sold), isConfirmed: true });
    await live(30);
    assert.equal(await balance('unmatched'), -700n);
    await assertBooks();
    await deliver();
    await live(30);
    assert.equal(await balance('unmatched'), -700n);
  });
});

describe('a promise in coins', () => {
  it('is an invoice each month by link, for three months, and lapses when nobody pays', async () => {
    const { giftId, visit, link } = await begin({ interval: 'month' });
    assert.match((await visit()).text, /Nothing can be taken from a wallet/);
    send(await link(), { isConfirmed: true });
    await visit();
    assert.equal(await stateOf(giftId), 'settled');
    const pledge = await world.db.selectFrom('pledge').selectAll().executeTakeFirstOrThrow();
    assert.equal(pledge.state, 'active');
    assert.equal(pledge.mandate_id, null);
    for (const month of [1, 2]) {
      await live(24 * 31, 6);
      const gift = await dueGift(pledge.id, month);
      assert.ok(gift !== undefined, `month ${month} has its gift`);
      const next = await giving.beginGift(
        world.intent({
          giftId: gift,
          interval: 'month',
          money: money(1000n, 'EUR'),
          placeIsSafe: true,
        }),
      );
      assert.ok(next.kind === 'go', next.kind);
      const paper = paperOf(next.pageUrl);
      send(await paper.link(), { isConfirmed: true });
      assert.equal((await paper.visit()).response.status, 303);
      assert.equal(await stateOf(gift), 'settled');
    }
    await live(4);
    assert.equal(await balance('gifts_recurring'), -3000n);
    await assertBooks();
    assert.equal(fake.books.invoices.size, 3, 'nothing is made that nobody asked for');
    await live(24 * 60, 12);
    const over = await world.db.selectFrom('pledge').select('state').executeTakeFirstOrThrow();
    assert.equal(over.state, 'lapsed');
    await assertBooks();
  });

  async function dueGift(pledgeId: string, n: number): Promise<string | undefined> {
    const row = await world.db
      .selectFrom('gift')
      .select('id')
      .where('pledge_id', '=', pledgeId)
      .where('period_n', '=', n)
      .executeTakeFirst();
    return row?.id;
  }
});

describe('who is never led to coins', () => {
  it('is somebody whose place is not known to be safe', async () => {
    for (const placeIsSafe of [false, undefined]) {
      const { placeIsSafe: _known, ...intent } = world.intent();
      const answer = await giving.beginGift(
        placeIsSafe === undefined ? intent : { ...intent, placeIsSafe },
      );
      assert.equal(answer.kind, 'refused');
    }
    assert.equal(fake.books.invoices.size, 0);
    assert.equal(fake.exchanges.length, 0);
  });

  it('is a gift whose card was refused for its country', async () => {
    const cards = new FakeProcessor({ clock: world.clock, accountId: 'cards' });
    const { processor } = openOn(fake, world.clock);
    const both = createGiving({ ...world.dependencies, processors: [cards, processor] });
    const intent = world.intent({ placeIsSafe: true, way: 'sandbox' });
    const begun = await both.beginGift(intent);
    assert.ok(begun.kind === 'go');
    cards.say(cards.ofPage(begun.pageUrl), {
      state: 'declined',
      code: 'country_refused',
      advice: 'refused-country',
    });
    await both.askProcessor(intent.giftId);
    assert.equal((await both.giftView(intent.giftId))?.stateForPeople, 'refused-country');
    for (const way of [undefined, 'btcpay'] as const) {
      const again = await both.beginGift({ ...intent, ...(way === undefined ? {} : { way }) });
      assert.equal(fake.books.invoices.size, 0, `${way}: ${again.kind}`);
    }
    const other = {
      ...world.intent({ placeIsSafe: true, way: 'btcpay' }),
      money: money(700n, 'EUR'),
    };
    const replaced = await both.replaceGift({ oldGiftId: intent.giftId, intent: other });
    assert.deepEqual(replaced, { kind: 'refused', reason: 'way' });
    assert.equal(fake.books.invoices.size, 0);
  });
});

describe('personal data and secrets', () => {
  it('are in no row and no log of ours', async () => {
    const { giftId, visit, link } = await begin();
    const kept = await link();
    const invoice = send(kept, { isConfirmed: true });
    await visit();
    await deliver();
    await live(2);
    assert.equal(await stateOf(giftId), 'settled');
    const address = invoice.destinations.get('BTC-CHAIN') ?? '';
    const { rows: tables } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
    `.execute(world.db);
    assert.ok(tables.length > 10);
    for (const { name } of tables) {
      const { rows } = await sql<{
        line: string;
      }>`select row_to_json(t)::text as line from ${sql.table(name)} t`.execute(world.db);
      const text = rows.map(({ line }) => line).join('\n');
      for (const secret of [
        address,
        invoice.payments[0]?.id ?? '-',
        'f4k3c70a',
        'FakeWebhookSecret',
        kept,
      ]) {
        assert.ok(!text.includes(secret), `${name} holds ${secret}`);
      }
    }
  });
});
