/** The real money core on the fake PayPal over HTTP: whatever comes back or gets lost, the ledger says what PayPal's books say. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { sql } from 'kysely';
import { Instant } from '../../calendar/index.ts';
import { createGiving, type Giving, runWorkersUntilIdle } from '../../giving/index.ts';
import { type GivingWorld, givingWorld } from '../../giving/testing/giving-world.ts';
import type { FakePayer } from './fake/books.ts';
import { FAKE_WEBHOOK_ID, type FakePayPal, startFakePayPal } from './fake/server.ts';
import { makeSigningSet, signMessage } from './fake/signing.ts';
import { openOn } from './fake/test-account.ts';

const GERMAN: FakePayer = { country: 'DE', pays: 'at-once' };
const signing = makeSigningSet();

let world: GivingWorld;
let fake: FakePayPal;
let giving: Giving;
beforeEach(async () => {
  // Certificates are made now, so the clock begins now.
  const now = Instant.fromEpochMilliseconds(Date.now() + 5000).toString();
  world = await givingWorld({ now });
  fake = await startFakePayPal(world.clock);
  const roots = signing === undefined ? {} : { certificateRoots: [signing.root] };
  const processor = openOn(fake, world.clock, roots);
  giving = createGiving({ ...world.dependencies, processors: [processor] });
});
afterEach(async () => {
  await fake.close();
  await world.close();
});

async function begin(interval: 'once' | 'month' = 'once') {
  const intent = world.intent({ interval });
  const begun = await giving.beginGift(intent);
  assert.ok(begun.kind === 'go', begun.kind);
  const orderId = new URL(begun.pageUrl).searchParams.get('token') ?? '';
  return { giftId: intent.giftId, orderId };
}

const settleDown = () => runWorkersUntilIdle(giving.workers, 400);
const stateOf = async (giftId: string) => (await giving.giftView(giftId))?.state;

async function live(hours: number, step = 1): Promise<void> {
  for (let hour = 0; hour < hours; hour += step) {
    world.clock.advance({ hours: step });
    await settleDown();
  }
}

/** What the ledger says is at the processor, pending, available and held, in minor units. */
async function atProcessor(): Promise<bigint> {
  const { rows } = await sql<{ sum: bigint }>`
    select coalesce(sum(case when debit.name in ('processor_pending', 'processor_available') then t.amount else 0 end
      - case when credit.name in ('processor_pending', 'processor_available') then t.amount else 0 end), 0)::bigint as sum
    from ledger_transfer t
    join ledger_account debit on debit.id = t.debit
    join ledger_account credit on credit.id = t.credit
    where t.currency = 'EUR'
  `.execute(world.db);
  return rows[0]?.sum ?? -1n;
}

async function deliver(order: 'as-told' | 'reversed' = 'as-told'): Promise<void> {
  assert.ok(signing !== undefined);
  fake.certificates.set('/v1/notifications/certs/CERT-1', signing.right);
  const events = order === 'reversed' ? fake.books.events.toReversed() : fake.books.events;
  for (const event of [...events, ...events]) {
    const { body, headers } = signMessage({
      event,
      key: signing.key,
      webhookId: FAKE_WEBHOOK_ID,
      certificateUrl: `${fake.origin}/v1/notifications/certs/CERT-1`,
      at: world.clock.now(),
    });
    const answer = await giving.takeWebhook({ accountId: 'paypal-1', body, headers });
    assert.ok(answer.kind === 'stored' || answer.kind === 'duplicate', answer.kind);
  }
}

describe('the money core with PayPal', () => {
  it('settles a gift whose supporter came back, and its ledger is PayPal’s balance', async () => {
    const { giftId, orderId } = await begin();
    fake.books.approve(orderId, GERMAN);
    await giving.askProcessor(giftId);
    assert.equal(await stateOf(giftId), 'settled');
    const [captureId = ''] = fake.books.captures.keys();
    fake.books.dispute(captureId, 'held');
    await live(9);
    fake.books.dispute(captureId, 'won');
    fake.books.withdraw(300n, 'EUR');
    await live(9);
    assert.equal(await atProcessor(), fake.books.balance('EUR'));
  });

  it('learns by messages alone, repeated and in any order', {
    skip: signing === undefined ? 'no openssl command: NOT tried' : false,
  }, async () => {
    const { giftId, orderId } = await begin();
    fake.books.approve(orderId, GERMAN);
    await deliver('reversed');
    await settleDown();
    assert.equal(await stateOf(giftId), 'settled');
    await deliver('reversed');
    await settleDown();
    assert.equal(fake.books.captures.size, 1);
  });

  it('learns by asking alone, and gives a lost answer one capture', async () => {
    const { giftId, orderId } = await begin();
    fake.books.approve(orderId, GERMAN);
    fake.faults.push({ on: /capture$/, kind: 'lost-after' });
    await giving.askProcessor(giftId);
    assert.notEqual(await stateOf(giftId), 'settled');
    await live(9);
    assert.equal(await stateOf(giftId), 'settled');
    assert.equal(fake.books.captures.size, 1);
    assert.equal(await atProcessor(), fake.books.balance('EUR'));
  });

  it('charges nobody from a listed country', async () => {
    const { giftId, orderId } = await begin();
    fake.books.approve(orderId, { country: 'XB', pays: 'at-once' });
    await giving.askProcessor(giftId);
    await live(30, 6);
    assert.notEqual(await stateOf(giftId), 'settled');
    assert.equal(fake.books.captures.size, 0);
    assert.equal(await atProcessor(), 0n);
  });

  it('renews a pledge, with a token that PayPal made after the payment', async () => {
    fake.books.tokensLater = true;
    const { giftId, orderId } = await begin('month');
    fake.books.approve(orderId, GERMAN);
    await giving.askProcessor(giftId);
    assert.equal(await stateOf(giftId), 'settled');
    fake.books.makeToken(orderId);
    await live(24 * 33, 3);
    assert.equal(fake.books.captures.size, 2, 'the second month was charged');
    assert.equal(await atProcessor(), fake.books.balance('EUR'));
  });
});
