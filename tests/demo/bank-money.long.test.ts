/**
 * What becomes of money after a gift was paid, from the real bank through the real core into a real ledger: fees, money
 * that comes free, payouts, refunds by either side, disputes whole and in part, won and lost. Whichever way the newsroom
 * is told of it, in whatever order and however often, its ledger ends as the bank's own balance, account by account.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { SeededRandom } from '../../src/calendar/index.ts';
import { checkInvariants } from '../../src/giving/index.ts';
import type { MoneyFact, Processor } from '../../src/giving/processor.ts';
import { type GivingWorld, givingWorld } from '../../src/giving/testing/giving-world.ts';
import { money } from '../../src/money/index.ts';
import type { TestCardId } from '../../src/processors/sandbox/bank/test-cards.ts';
import { START, TestBank } from '../../src/processors/sandbox/bank/testing/test-bank.ts';
import { bankBalance, linesOfBank, linesOfLedger, openPayouts } from './bank-books.ts';

/** How the newsroom learns of what happened. */
type Way = 'webhooks' | 'listing' | 'books' | 'shuffled listing';

const PATIENCE_MS = 5_000;
/** Until what is free is paid out and the books of that day are compared. */
const NIGHTS = 4;

interface Newsroom {
  readonly way: Way;
  readonly world: GivingWorld;
  readonly bank: TestBank;
  /** Lets time pass at the bank and in the newsroom. */
  pass(hours: number, minutes?: number): Promise<void>;
  close(): Promise<void>;
}

async function openNewsroom(way: Way): Promise<Newsroom> {
  let take: (body: Uint8Array, headers: Headers) => Promise<boolean> = async () => false;
  const post = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
      const isTaken = await take(Buffer.concat(chunks), headers);
      answer.writeHead(isTaken ? 200 : 500).end();
    });
  });
  await new Promise<void>((resolve) => post.listen(0, '127.0.0.1', resolve));
  const { port } = post.address() as AddressInfo;
  const bank = await TestBank.start(
    way === 'webhooks' ? { webhookUrl: `http://127.0.0.1:${port}/` } : {},
  );
  const processor = told(bank.processor(), way);
  const world = await givingWorld({ now: START, zone: 'UTC', processors: () => [processor] });
  take = async (body, headers) => {
    const { accountId } = processor;
    const taken = await world.giving.takeWebhook({ accountId, body, headers });
    return taken.kind === 'stored' || taken.kind === 'duplicate';
  };
  return {
    way,
    world,
    bank,
    async pass(hours, minutes = 0) {
      const advance = async (time: { readonly hours: number; readonly minutes?: number }) => {
        bank.clock.advance(time);
        world.clock.advance(time);
        // Whoever looks at the bank makes it do what time brought, and send its messages.
        await bank.api('/balance');
      };
      // Books are compared night by night; a newsroom that slept for weeks would not read those of long ago.
      const nights = way === 'books' ? Math.floor(hours / 24) : 0;
      for (let night = 0; night < nights; night += 1) {
        await advance({ hours: 24 });
        await world.settleDown();
      }
      await advance({ hours: hours - nights * 24, minutes });
    },
    async close() {
      await bank.stop();
      post.closeAllConnections();
      await new Promise<void>((resolve) => post.close(() => resolve()));
      await world.close();
    },
  };
}

/** The same company, telling less, or telling it worse. */
function told(processor: Processor, way: Way): Processor {
  const { listMoneySince, booksOfDay, ...plain } = processor;
  assert.ok(listMoneySince !== undefined && booksOfDay !== undefined, 'the bank tells both');
  switch (way) {
    case 'webhooks':
    case 'listing':
      return { ...plain, listMoneySince };
    case 'books':
      return { ...plain, booksOfDay };
    case 'shuffled listing':
      return { ...plain, listMoneySince: shuffled(listMoneySince) };
  }
}

type Listing = NonNullable<Processor['listMoneySince']>;

/** Everything that was ever told, in another order each time, and about half of it twice. */
function shuffled(list: Listing): Listing {
  const random = new SeededRandom(20261125, { now: () => assert.fail('no time in it') });
  const drawn = (limit: number): number => (random.bytes(1)[0] ?? 0) % limit;
  let asked = 0;
  return async () => {
    asked += 1;
    const facts: MoneyFact[] = [];
    let cursor: string | null = null;
    for (let more = true; more; ) {
      const page = await list(cursor);
      if ('kind' in page) return page;
      for (const fact of page.facts) {
        facts.splice(drawn(facts.length + 1), 0, fact);
        if (drawn(2) === 0) facts.splice(drawn(facts.length + 1), 0, fact);
      }
      ({ cursor, more } = page);
    }
    return { facts, cursor: String(asked), more: false };
  };
}

interface Gift {
  readonly giftId: string;
  readonly charge: string;
}

async function give(
  { world, bank }: Newsroom,
  gift: { readonly minor: bigint; readonly currency?: 'EUR' | 'USD'; readonly card?: TestCardId },
): Promise<Gift> {
  const intent = world.intent({ money: money(gift.minor, gift.currency ?? 'EUR') });
  const begun = await world.giving.beginGift(intent);
  assert.equal(begun.kind, 'go');
  assert.ok('pageUrl' in begun);
  await bank.submit(begun.pageUrl, { use: gift.card ?? 'pays' });
  await world.giving.askProcessor(intent.giftId);
  const { charge_ref } = await world.db
    .selectFrom('attempt')
    .select('charge_ref')
    .where('gift_id', '=', intent.giftId)
    .executeTakeFirstOrThrow();
  assert.ok(charge_ref !== null, 'the gift is paid');
  return { giftId: intent.giftId, charge: charge_ref };
}

async function bankLines({ bank }: Newsroom) {
  return linesOfBank(bankBalance.parse(await (await bank.api('/balance')).json()));
}

/** Brings the newsroom up to date in its one way, then holds both books against each other. */
async function agree(newsroom: Newsroom, after: string): Promise<void> {
  const { way, world } = newsroom;
  if (way === 'listing' || way === 'shuffled listing') {
    await newsroom.pass(0, 16);
    await world.settleDown();
  }
  // A day's books are read when it is over, so they agree with the bank of now only once it rests.
  if (way === 'books') return await aNight(newsroom);
  const until = performance.now() + PATIENCE_MS;
  while (way === 'webhooks' && performance.now() < until) {
    await world.settleDown();
    const isThere = String(await linesOfLedger(world.db)) === String(await bankLines(newsroom));
    if (isThere && (await openPayouts(world.db)).length === 0) break;
    await wait(20);
  }
  // From here on only a message can make the newsroom look again.
  if (way === 'webhooks')
    await sql`update processor_account set money_at = 'infinity'`.execute(world.db);
  await compare(newsroom, after);
}

/** The same, when nothing more will happen at the bank by itself. */
async function agreeAtLast(newsroom: Newsroom): Promise<void> {
  for (let night = 0; newsroom.way === 'books' && night < NIGHTS; night += 1) {
    await aNight(newsroom);
  }
  await agree(newsroom, 'at last');
  await compare(newsroom, 'at last');
}

async function compare(newsroom: Newsroom, after: string): Promise<void> {
  const { db } = newsroom.world;
  assert.deepEqual(await linesOfLedger(db), await bankLines(newsroom), after);
  assert.deepEqual(await openPayouts(db), [], `${after}: every payout is explained`);
  assert.deepEqual(await checkInvariants(db), [], after);
}

/** The books of a day are compared some hours after it. */
async function aNight(newsroom: Newsroom): Promise<void> {
  await newsroom.pass(24);
  await newsroom.world.settleDown();
}

const WAYS = ['webhooks', 'listing', 'books', 'shuffled listing'] as const;

for (const way of WAYS) {
  describe(`told by ${way} only`, () => {
    const story = async (tell: (newsroom: Newsroom) => Promise<void>) => {
      const newsroom = await openNewsroom(way);
      try {
        await newsroom.world.settleDown();
        await tell(newsroom);
        const { open } = await newsroom.world.giving.alarms();
        assert.deepEqual(open, [], 'nothing needed a person');
      } finally {
        await newsroom.close();
      }
    };

    test('a gift, its fee, its money free, a payout that closes', () =>
      story(async (newsroom) => {
        await give(newsroom, { minor: 1000n });
        await give(newsroom, { minor: 2500n, currency: 'USD' });
        await agree(newsroom, 'paid');
        await newsroom.pass(48);
        await agree(newsroom, 'free');
        await newsroom.pass(24);
        await agreeAtLast(newsroom);
        const paid = (await bankLines(newsroom)).filter((line) => line.startsWith('bank '));
        assert.deepEqual(paid, ['bank EUR 941', 'bank USD 2398']);
      }));

    test('disputes: won, lost, in part, and lost because nobody answered', () =>
      story(async (newsroom) => {
        const { bank } = newsroom;
        const won = await give(newsroom, { minor: 2000n });
        const split = await give(newsroom, { minor: 3000n });
        await give(newsroom, { minor: 1500n, card: 'disputed' });
        await give(newsroom, { minor: 90000n });
        await agree(newsroom, 'paid');
        const wins = await bank.act({ do: 'dispute', charge: won.charge });
        const first = await bank.act({ do: 'dispute', charge: split.charge, amount: '1200' });
        await agree(newsroom, 'opened');
        const second = await bank.act({ do: 'dispute', charge: split.charge });
        await bank.act({ do: 'decide', dispute: wins, as: 'won' });
        await bank.act({ do: 'decide', dispute: first, as: 'lost' });
        await agree(newsroom, 'decided');
        await newsroom.pass(24 * 4);
        await agree(newsroom, 'disputed by itself, and the rest is free');
        await bank.act({ do: 'decide', dispute: second, as: 'won' });
        await newsroom.pass(24);
        await agree(newsroom, 'paid out');
        await newsroom.pass(24 * 15);
        await agreeAtLast(newsroom);
        const lost = await newsroom.world.db
          .selectFrom('ledger_transfer')
          .select('amount')
          .where('code', '=', 32)
          .orderBy('amount')
          .execute();
        assert.deepEqual(lost, [{ amount: 1200n }, { amount: 1500n }]);
      }));

    test('refunds by both sides, then disputes of what is left', () =>
      story(async (newsroom) => {
        const { bank, world } = newsroom;
        const ours = await give(newsroom, { minor: 2500n });
        const theirs = await give(newsroom, { minor: 1001n });
        await give(newsroom, { minor: 50000n });
        await agree(newsroom, 'paid');
        const decision = { by: 'staff', reason: 'asked for' };
        const part = { giftId: ours.giftId, money: money(700n, 'EUR') };
        assert.equal((await world.giving.refundGift({ ...part, ...decision })).kind, 'refunded');
        await bank.act({ do: 'give_back', charge: theirs.charge, amount: 'half' });
        await agree(newsroom, 'given back in part');
        const one = await bank.act({ do: 'dispute', charge: ours.charge });
        const other = await bank.act({ do: 'dispute', charge: theirs.charge });
        await newsroom.pass(72);
        await agree(newsroom, 'disputed');
        await bank.act({ do: 'decide', dispute: one, as: 'won' });
        await bank.act({ do: 'decide', dispute: other, as: 'lost' });
        await agree(newsroom, 'decided');
        const rest = await world.giving.refundGift({ giftId: ours.giftId, ...decision });
        assert.deepEqual(rest, { kind: 'refunded', money: money(1800n, 'EUR') });
        await newsroom.pass(48);
        await agreeAtLast(newsroom);
      }));
  });
}
