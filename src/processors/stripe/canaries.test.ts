/**
 * Names, addresses and secrets are planted in everything that Stripe answers and tells, and in our own keys. Then gifts are
 * given, declined, renewed, refunded and disputed, calls fail in every way, and all that came out is searched: what the
 * adapter returned or threw, what was printed, the pages, the whole database.
 */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import { inspect } from 'node:util';
import type { Hono } from 'hono';
import { sql } from 'kysely';
import { PlainDate } from '../../calendar/index.ts';
import { createGiving, type Giving, runWorkersUntilIdle } from '../../giving/index.ts';
import type { Processor } from '../../giving/processor.ts';
import { type GivingWorld, givingWorld } from '../../giving/testing/giving-world.ts';
import { CANARIES, CANARY_SECRET, CANARY_STREET } from './fake/canaries.ts';
import { cardFrom } from './fake/cards.ts';
import { authenticate } from './fake/charging.ts';
import { payOnPage } from './fake/checkout.ts';
import { closeDispute, openDispute, payOut } from './fake/money-moves.ts';
import { type FakeStripe, startFakeStripe } from './fake/server.ts';
import { typeCard } from './fake/supporters.ts';
import { openOn } from './fake/test-account.ts';
import { realFrame } from './pay-page/testing/pay-page-world.ts';
import type { StripePage } from './settings.ts';
import { holdExchangesAgainstDescription, keepExchanges } from './testing/described-exchanges.ts';

const SECRET_KEY = `sk_test_${CANARY_SECRET}Key00000000`;
const WEBHOOK_SECRET = `whsec_${CANARY_SECRET}Signing0000`;
const GOOD = '4242424242424242';
const POOR = '4000000000009995';
const NEEDS_HOLDER = '4000002760003184';

let world: GivingWorld;
let fake: FakeStripe;
let giving: Giving;
let processor: Processor;
let pages: Hono | undefined;
/** All that came out, as text. */
let cameOut: string[];
let unplug: () => void;

beforeEach(async () => {
  world = await givingWorld({ now: '2026-03-01T12:00:00Z' });
  fake = await startFakeStripe(world.clock);
  fake.account.payoutSchedule = 'manual';
  fake.account.keys.push({ key: SECRET_KEY, permissions: null });
  fake.account.endpoints = fake.account.endpoints.map((each) => ({
    ...each,
    secrets: [WEBHOOK_SECRET],
  }));
  cameOut = [];
  unplug = plugInto(cameOut);
});
afterEach(async () => {
  unplug();
  keepExchanges(fake);
  await fake.close();
  await world.close();
});

/** Hears what is printed, wherever it is printed. */
function plugInto(heard: string[]): () => void {
  const streams = [process.stdout, process.stderr] as const;
  const own = streams.map((stream) => stream.write);
  for (const stream of streams) {
    const write = stream.write.bind(stream);
    stream.write = (chunk: string | Uint8Array, ...rest: never[]): boolean => {
      heard.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      return write(chunk, ...rest);
    };
  }
  return () => {
    for (const [at, stream] of streams.entries()) {
      const write = own[at];
      if (write !== undefined) stream.write = write;
    }
  };
}

function open(page: StripePage, changes: { readonly secretKey?: string } = {}): void {
  const opened = openOn(fake, world.clock, {
    page,
    secretKey: SECRET_KEY,
    webhookSecrets: [WEBHOOK_SECRET],
    timeoutMs: 300,
    ...changes,
  });
  processor = overheard(opened.processor);
  giving = createGiving({ ...world.dependencies, processors: [processor] });
  pages = opened.payPages?.({ desk: giving.payDesk, render: realFrame() });
}

/** The same processor; everything it returns or throws is noted. */
function overheard(of: Processor): Processor {
  return new Proxy(of, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        const note = <T>(value: T): T => {
          cameOut.push(inspect(value, { depth: 20, showHidden: true, maxArrayLength: null }));
          return value;
        };
        const rethrow = (error: unknown): never => {
          throw note(error);
        };
        try {
          const returned: unknown = member.apply(target, given);
          return returned instanceof Promise ? returned.then(note, rethrow) : note(returned);
        } catch (error) {
          return rethrow(error);
        }
      };
    },
  });
}

async function begin(interval: 'once' | 'month' = 'month') {
  const intent = world.intent({ interval });
  const begun = await giving.beginGift(intent);
  assert.ok(begun.kind === 'go', begun.kind);
  return { giftId: intent.giftId, page: new URL(begun.pageUrl).pathname.split('/').at(-1) ?? '' };
}

const settleDown = () => runWorkersUntilIdle(giving.workers, 400);
async function live(hours: number, step = 12): Promise<void> {
  for (let hour = 0; hour < hours; hour += step) {
    world.clock.advance({ hours: step });
    await settleDown();
  }
}

async function press(page: string, number: string): Promise<void> {
  assert.ok(pages !== undefined);
  const token = typeCard(fake.books, cardFrom(number, { country: 'DE' }));
  const answer = await pages.request(`/${page}`, {
    method: 'POST',
    body: new URLSearchParams({ token }),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  cameOut.push(inspect([...answer.headers]), await answer.text());
}

async function deliver(): Promise<void> {
  await fake.courier.deliver(async (message) => {
    const taken = await giving.takeWebhook({ accountId: 'stripe-1', ...message });
    return taken.kind === 'refused' ? 400 : 200;
  });
}

/** Every row of every table, bytes as the text they may be. */
async function dump(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public'
  `.execute(world.db);
  assert.ok(tables.length > 10, 'the database has its tables');
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`
      select to_jsonb(one)::text as row from ${sql.table(name)} one
    `.execute(world.db);
    for (const { row } of rows) {
      texts.push(
        row,
        ...[...row.matchAll(/\\\\x([0-9a-f]{8,})/g)].map(([, hex = '']) =>
          Buffer.from(hex, 'hex').toString('utf8'),
        ),
      );
    }
  }
  return texts.join('\n');
}

async function assertNothingCameOut(): Promise<void> {
  const told = [
    ...fake.exchanges.map(({ json }) => JSON.stringify(json)),
    ...fake.books.events.map((event) => JSON.stringify(event)),
  ].join('\n');
  for (const canary of CANARIES) assert.ok(told.includes(canary), `${canary} was planted`);
  const all = [...cameOut, await dump()].join('\n');
  assert.ok(all.length > 10_000, 'something came out');
  for (const canary of [...CANARIES, SECRET_KEY, WEBHOOK_SECRET, GOOD, '_secret_']) {
    const at = all.toLowerCase().indexOf(canary.toLowerCase());
    assert.equal(at, -1, `${canary} came out: …${all.slice(Math.max(0, at - 200), at + 60)}…`);
  }
}

async function askEverything(): Promise<void> {
  const at = { attemptId: null } as const;
  for (const objectRef of [
    ...fake.books.intents.keys(),
    ...fake.books.sessions.keys(),
    ...fake.books.charges.keys(),
  ]) {
    await processor.lookUp({ ...at, objectRef });
  }
  await processor.listSince(null);
  await processor.listMoneySince?.(null);
  await processor.booksOfDay?.(PlainDate.from('2026-03-01'));
  await processor.checkHealth?.({ webhookUrl: 'https://news.example/hooks/stripe-1' });
}

it('nothing personal and no secret comes out of what goes well', async () => {
  open('hosted');
  const hosted = await begin();
  payOnPage(fake.books, hosted.page, cardFrom(POOR));
  await deliver();
  await settleDown();
  payOnPage(fake.books, hosted.page, cardFrom(GOOD));
  await giving.askProcessor(hosted.giftId);
  open('own');
  const own = await begin();
  await press(own.page, POOR);
  await press(own.page, NEEDS_HOLDER);
  const intent = [...fake.books.intents.values()].at(-1);
  authenticate(fake.books, intent?.id ?? '', 'passed');
  await giving.askProcessor(own.giftId);
  assert.equal((await giving.giftView(own.giftId))?.state, 'settled');
  await deliver();
  await live(96);
  const [first, last] = fake.books.chargesPaid();
  assert.ok(first !== undefined && last !== undefined);
  await giving.refundGift({
    giftId: hosted.giftId,
    by: 'desk',
    reason: 'they asked for it',
    actId: world.dependencies.random.uuid(),
  });
  const dispute = openDispute(fake.books, last.id);
  await live(24);
  closeDispute(fake.books, dispute.id, 'lost');
  payOut(fake.books, 'eur');
  for (const method of fake.books.methods.values()) {
    Object.assign(method, { card: cardFrom(NEEDS_HOLDER) });
  }
  await live(24 * 29, 24);
  await deliver();
  await settleDown();
  await askEverything();
  await assertNothingCameOut();
});

it('nor out of what fails, whichever way', async () => {
  open('own');
  const paid = await begin('once');
  await press(paid.page, GOOD);
  await giving.askProcessor(paid.giftId);
  const charge = [...fake.books.charges.values()].at(-1);
  assert.ok(charge !== undefined);
  openDispute(fake.books, charge.id);
  await deliver();
  for (const kind of [
    'lost-before',
    'lost-after',
    'truncated',
    'server-error',
    'busy',
    'locked',
    'key-in-use',
    'html',
    'html-200',
    'maintenance',
    'hang',
  ] as const) {
    for (let call = 0; call < 12; call += 1) fake.faults.push({ on: /./, kind });
    await askEverything();
    fake.faults.length = 0;
    const next = await begin('once');
    fake.faults.push({ on: /^POST /, kind });
    await press(next.page, POOR);
    fake.faults.length = 0;
  }
  // A body that holds names and that nobody signed, and one that was signed and is none.
  await giving.takeWebhook({
    accountId: 'stripe-1',
    body: new TextEncoder().encode(JSON.stringify({ object: 'event', name: CANARY_STREET })),
    headers: new Headers({ 'stripe-signature': `t=1,v1=${CANARY_SECRET}` }),
  });
  open('hosted');
  const page = await begin('once');
  payOnPage(fake.books, page.page, cardFrom(GOOD));
  await giving.askProcessor(page.giftId);
  await askEverything();
  open('hosted', { secretKey: `sk_test_${CANARY_SECRET}Wrong000000` });
  await askEverything();
  await assertNothingCameOut();
});

holdExchangesAgainstDescription(200);
