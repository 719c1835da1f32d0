/**
 * What happens to money after a gift was paid at Stripe, in the real money core: parts that go back, disputes that are lost,
 * messages that nobody took at first. At the end the ledger is the balance in the fake's books, fees and payouts included.
 */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { sql } from 'kysely';
import { createGiving, type Giving, runWorkersUntilIdle } from '../../giving/index.ts';
import { checkInvariants } from '../../giving/ledger/invariants.ts';
import { type GivingWorld, givingWorld } from '../../giving/testing/giving-world.ts';
import { money } from '../../money/index.ts';
import { cardFrom } from './fake/cards.ts';
import { payOnPage } from './fake/checkout.ts';
import {
  closeDispute,
  closeInquiry,
  escalate,
  openDispute,
  payOut,
  refundCharge,
} from './fake/money-moves.ts';
import type { FakeCharge } from './fake/records.ts';
import { type FakeStripe, startFakeStripe } from './fake/server.ts';
import { openOn } from './fake/test-account.ts';
import { holdExchangesAgainstDescription, keepExchanges } from './testing/described-exchanges.ts';

const GOOD = '4242424242424242';

let world: GivingWorld;
let fake: FakeStripe;
let giving: Giving;
beforeEach(async () => {
  world = await givingWorld({ now: '2026-03-01T12:00:00Z' });
  fake = await startFakeStripe(world.clock);
  fake.account.payoutSchedule = 'manual';
  const { processor } = openOn(fake, world.clock);
  giving = createGiving({ ...world.dependencies, processors: [processor] });
});
afterEach(async () => {
  assert.deepEqual(await checkInvariants(world.db), []);
  assert.deepEqual(fake.books.problems(), []);
  keepExchanges(fake);
  await fake.close();
  await world.close();
});

async function live(hours: number, step = 6): Promise<void> {
  for (let hour = 0; hour < hours; hour += step) {
    world.clock.advance({ hours: step });
    await runWorkersUntilIdle(giving.workers, 400);
  }
}

async function begin() {
  const intent = world.intent();
  const begun = await giving.beginGift(intent);
  assert.ok(begun.kind === 'go', begun.kind);
  const page = new URL(begun.pageUrl).pathname.split('/').at(-1) ?? '';
  return { giftId: intent.giftId, page };
}

async function give(
  number = GOOD,
): Promise<{ readonly giftId: string; readonly charge: FakeCharge }> {
  const { giftId, page } = await begin();
  assert.equal(payOnPage(fake.books, page, cardFrom(number)), 'paid');
  await giving.askProcessor(giftId);
  const charge = [...fake.books.charges.values()].at(-1);
  assert.ok(charge !== undefined);
  return { giftId, charge };
}

/** One ledger account by its name, in minor units, as the sum of its transfers. */
async function account(...names: readonly string[]): Promise<bigint> {
  const { rows } = await sql<{ sum: bigint }>`
    select coalesce(sum(case when debit.name = any(${names}) then t.amount else 0 end
      - case when credit.name = any(${names}) then t.amount else 0 end), 0)::bigint as sum
    from ledger_transfer t
    join ledger_account debit on debit.id = t.debit
    join ledger_account credit on credit.id = t.credit
    where t.currency = 'EUR'
  `.execute(world.db);
  return rows[0]?.sum ?? -1n;
}

async function assertBooks(): Promise<void> {
  const { available, pending } = fake.books.balance('eur');
  assert.equal(await account('processor_pending', 'processor_available'), available + pending);
  assert.equal(await account('processor_available'), available, 'what can be paid out');
  const fees = [...fake.books.lines.values()].reduce((sum, { fee }) => sum + fee, 0n);
  assert.equal(await account('fees', 'dispute_fees'), fees, 'what Stripe kept');
  const paidOut = [...fake.books.payouts.values()].reduce((sum, { amount }) => sum + amount, 0n);
  assert.equal(await account('bank'), paidOut, 'what went to the bank');
  const { rows } = await sql`select * from books_difference`.execute(world.db);
  assert.deepEqual(rows, [], 'the nightly comparison finds nothing');
}

async function refund(giftId: string, minor?: bigint) {
  return await giving.refundGift({
    giftId,
    by: 'desk',
    reason: 'they asked for it',
    actId: world.dependencies.random.uuid(),
    ...(minor === undefined ? {} : { money: money(minor, 'EUR') }),
  });
}

describe('money that goes back', () => {
  it('goes back in parts, by us and on Stripe’s own pages, and no further than it came', async () => {
    const { giftId, charge } = await give();
    await live(96);
    assert.equal((await refund(giftId, 120n)).kind, 'refunded');
    await live(6);
    assert.equal(charge.refunded, 120n);
    assert.notEqual((await refund(giftId, 381n)).kind, 'refunded');
    // By hand, in Stripe's Dashboard: nobody tells us but its listing.
    refundCharge(fake.books, charge, { amount: 80n, reason: null, metadata: {} });
    await live(6);
    assert.notEqual((await refund(giftId, 301n)).kind, 'refunded');
    assert.equal((await refund(giftId, 300n)).kind, 'refunded');
    await live(48);
    assert.deepEqual([charge.refunded, fake.books.refunds.size], [500n, 3]);
    await assertBooks();
  });

  it('goes back once, whatever answer gets lost', async () => {
    const { giftId, charge } = await give();
    await live(96);
    for (const kind of ['lost-after', 'truncated', 'html', 'busy'] as const) {
      fake.faults.push({ on: /^POST \/v1\/refunds$/, kind });
    }
    await refund(giftId);
    await live(48);
    assert.deepEqual([charge.refunded, fake.books.refunds.size], [500n, 1]);
    await assertBooks();
  });

  it('is a refund while it is on its way, too', async () => {
    const { giftId, charge } = await give('4000000000007726');
    await live(96);
    await refund(giftId, 200n);
    await live(48);
    assert.equal(charge.refunded, 200n);
    await assertBooks();
  });
});

describe('money that comes back to Stripe', () => {
  it('is shown to a person, with its id: a refund that failed, a payout that failed, a fee returned', async () => {
    const refunded = await give('4000000000005126');
    const disputed = await give();
    await live(96);
    await refund(refunded.giftId, 200n);
    await live(48);
    fake.account.payoutsFail = true;
    const payout = payOut(fake.books, 'eur');
    fake.account.returnsDisputeFee = true;
    const dispute = openDispute(fake.books, disputed.charge.id);
    await live(6);
    closeDispute(fake.books, dispute.id, 'won');
    await live(96);
    const [refundId] = fake.books.refunds.keys();
    const { rows } = await sql<{ ref: string; ours: bigint | null; theirs: bigint | null }>`
      select ref, ours_minor as ours, theirs_minor as theirs from books_difference
    `.execute(world.db);
    const returned = [...fake.books.lines.values()].find(({ fee }) => fee < 0n);
    assert.deepEqual(
      rows.map(({ ref, ours, theirs }) => [ref, ours, theirs]).toSorted(),
      [
        [payout?.id, null, payout?.amount],
        [refundId, null, 200n],
        [returned?.id, null, 2000n],
      ].toSorted(),
    );
    const alarms = await world.db
      .selectFrom('alarm')
      .select('kind')
      .where('kind', '=', 'books-differ')
      .execute();
    assert.ok(alarms.length > 0, 'it rings');
    const { available, pending } = fake.books.balance('eur');
    const known = await account('processor_pending', 'processor_available');
    assert.equal(known + 200n + 2000n + (payout?.amount ?? 0n), available + pending);
  });
});

describe('money that is disputed', () => {
  it('is lost with its fee, in part or whole, and kept after an inquiry', async () => {
    const [whole, part, asked] = [await give(), await give(), await give()];
    await live(96);
    const lost = openDispute(fake.books, whole.charge.id);
    const half = openDispute(fake.books, part.charge.id, { amount: 250n });
    const inquiry = openDispute(fake.books, asked.charge.id, { isInquiry: true });
    await live(24);
    await assertBooks();
    assert.equal(await account('disputes_open'), 750n);
    closeDispute(fake.books, lost.id, 'lost');
    closeDispute(fake.books, half.id, 'lost');
    closeInquiry(fake.books, inquiry.id);
    await live(24);
    await assertBooks();
    assert.equal(await account('disputes_open'), 0n);
    assert.equal(await account('gifts_once'), -750n, 'what gifts brought in the end');
    assert.equal(await account('dispute_fees'), 4000n);
  });

  it('is held from the day on which an inquiry became a chargeback', async () => {
    const { charge } = await give();
    await live(96);
    const inquiry = openDispute(fake.books, charge.id, { isInquiry: true });
    await live(24);
    assert.equal(await account('disputes_open'), 0n, 'nothing was withdrawn yet');
    escalate(fake.books, inquiry.id);
    await live(24);
    await assertBooks();
    assert.equal(await account('disputes_open'), 500n);
    closeDispute(fake.books, inquiry.id, 'won');
    await live(24);
    await assertBooks();
    assert.equal(await account('disputes_open'), 0n);
  });
});

describe('money that is paid out', () => {
  it('leaves the account, whole and on the day that Stripe says', async () => {
    await give();
    await give();
    await live(96);
    assert.equal(payOut(fake.books, 'eur')?.amount, 934n);
    await live(72);
    await assertBooks();
    assert.equal(await account('bank'), 934n);
  });
});

describe('money that Stripe exchanges', () => {
  it('is a gift in its own currency; its fee and what is set free are in the other', async () => {
    fake.account.settlementCurrencies = ['usd'];
    fake.account.exchangeRates = [{ from: 'eur', to: 'usd', rate: '1.1' }];
    const { giftId } = await give();
    await live(120);
    assert.equal((await giving.giftView(giftId))?.state, 'settled');
    const { rows } = await sql<{ code: number; amount: bigint; currency: string }>`
      select code, amount, currency from ledger_transfer order by code
    `.execute(world.db);
    assert.deepEqual(
      rows.map(({ code, amount, currency }) => [code, amount, currency]),
      [
        [10, 500n, 'EUR'],
        [11, 33n, 'USD'],
        [12, 517n, 'USD'],
      ],
    );
    const differences = await sql`select * from books_difference`.execute(world.db);
    assert.deepEqual(differences.rows, []);
  });
});

describe('messages', () => {
  it('that nobody took come again for days, and book everything once', async () => {
    const { giftId, page } = await begin();
    payOnPage(fake.books, page, cardFrom(GOOD));
    const seen = new Set<string>();
    let isDown = true;
    const take = async (message: { readonly body: Uint8Array; readonly headers: Headers }) => {
      if (isDown) return 503;
      const taken = await giving.takeWebhook({ accountId: 'stripe-1', ...message });
      seen.add(taken.kind);
      return taken.kind === 'stored' || taken.kind === 'duplicate' ? 200 : 400;
    };
    assert.ok((await fake.courier.deliver(take)) > 0);
    world.clock.advance({ hours: 30 });
    isDown = false;
    assert.ok((await fake.courier.deliver(take)) > 0);
    assert.deepEqual([...seen], ['stored']);
    const inbox = giving.workers.filter(({ name }) => name === 'inbox');
    await runWorkersUntilIdle(inbox, 50);
    assert.equal((await giving.giftView(giftId))?.state, 'settled');
    await live(96);
    await assertBooks();
  });

  it('with another signature, or an old one, are not taken', async () => {
    const { page } = await begin();
    payOnPage(fake.books, page, cardFrom(GOOD));
    const [endpoint] = fake.account.endpoints;
    assert.ok(endpoint !== undefined);
    const kinds = new Set<string>();
    const take = async (message: { readonly body: Uint8Array; readonly headers: Headers }) => {
      kinds.add((await giving.takeWebhook({ accountId: 'stripe-1', ...message })).kind);
      return 400;
    };
    endpoint.secrets = ['whsec_SomebodyElsesSecret0000'];
    await fake.courier.deliver(take);
    endpoint.secrets = ['whsec_FakeNewsroomSigningSecret00'];
    world.clock.advance({ hours: 1 });
    await fake.courier.deliver(async (message) => {
      world.clock.advance({ minutes: 6 });
      return await take(message);
    });
    assert.deepEqual([...kinds], ['refused']);
  });
});

holdExchangesAgainstDescription(300);
