/**
 * A whole newsroom with accounts at companies, each played by its fake over HTTP: what starts, what a live look finds, what a
 * supporter comes to; and that no secret is ever seen: not in a page, a log, a line at the terminal, the database or a file.
 */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { type Scratch, scratchFolder } from '../backup/testing/backed-up-world.ts';
import { millisecondClock } from '../calendar/index.ts';
import { testDatabase } from '../database/testing/test-database.ts';
import { FAKE_STORE } from '../processors/btcpay/fake/books.ts';
import {
  FAKE_KEY,
  FAKE_WEBHOOK_SECRET,
  type FakeBtcPay,
  startFakeBtcPay,
} from '../processors/btcpay/fake/server.ts';
import {
  FAKE_CLIENT,
  FAKE_WEBHOOK_ID,
  type FakePayPal,
  startFakePayPal,
} from '../processors/paypal/fake/server.ts';
import {
  FAKE_SECRET_KEY,
  FAKE_WEBHOOK_SECRET as STRIPE_WEBHOOK_SECRET,
} from '../processors/stripe/fake/account.ts';
import { cardFrom } from '../processors/stripe/fake/cards.ts';
import { payOnPage } from '../processors/stripe/fake/checkout.ts';
import { type FakeStripe, startFakeStripe } from '../processors/stripe/fake/server.ts';
import {
  type CommandPlace,
  type RunningTuppence,
  runTuppence,
  startTuppence,
} from './testing/run-tuppence.ts';

const clock = millisecondClock(() => Date.now());
const PAYPAL_API = 'https://api-m.sandbox.paypal.com';
const PAYPAL_PAGE = 'https://www.sandbox.paypal.com';
const STRIPE_API = 'https://api.stripe.com';
const STRIPE_PAGE = 'https://checkout.stripe.com';
const SECRETS = {
  TUPPENCE_PAYPAL_1_CLIENT_SECRET: FAKE_CLIENT.clientSecret,
  TUPPENCE_STRIPE_1_SECRET_KEY: FAKE_SECRET_KEY,
  TUPPENCE_STRIPE_1_WEBHOOK_SECRET: STRIPE_WEBHOOK_SECRET,
  TUPPENCE_BTCPAY_1_API_KEY: FAKE_KEY,
  TUPPENCE_BTCPAY_1_WEBHOOK_SECRET: FAKE_WEBHOOK_SECRET,
};

const database = await testDatabase();
let scratch: Scratch;
let paypal: FakePayPal;
let btcpay: FakeBtcPay;
let stripe: FakeStripe;
let place: CommandPlace;
let origin: string;
let newsroom: RunningTuppence;
/** Every byte that a visitor of these tests was sent. */
const answered: string[] = [];

before(async () => {
  scratch = await scratchFolder();
  paypal = await startFakePayPal(clock);
  btcpay = await startFakeBtcPay(clock);
  stripe = await startFakeStripe(clock);
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  paypal.settings.webhook.url = `${origin}/hooks/paypal-1`;
  place = {
    url: database.url,
    clock,
    dataDirectory: join(scratch.folder, 'data'),
    newsroomFile: await writeNewsroom(),
    environment: { ...SECRETS, PORT: String(port) },
    fetch: reroute,
  };
  newsroom = await startTuppence(place, ['start'], /is open/);
});
after(async () => {
  assert.equal(await newsroom.stop(), 0);
  await Promise.all([paypal.close(), btcpay.close(), stripe.close()]);
  await scratch.remove();
  await database.close();
});

async function writeNewsroom(): Promise<string> {
  const demo = join(import.meta.dirname, '..', '..', 'demo', 'newsroom.yaml');
  const practice = '    - { kind: sandbox, account: sandbox-1 }';
  const text = await readFile(demo, 'utf8');
  assert.ok(text.includes(practice));
  const entries = [
    '{ kind: stripe, account: stripe-1, mode: test, page: hosted, listed_cards_blocked_by_radar: true }',
    `{ kind: paypal, account: paypal-1, mode: test, client_id: ${FAKE_CLIENT.clientId}, webhook_id: ${FAKE_WEBHOOK_ID} }`,
    `{ kind: btcpay, account: btcpay-1, mode: test, server: "${btcpay.origin}", store: ${FAKE_STORE} }`,
  ];
  const list = entries.map((entry) => `    - ${entry}`).join('\n');
  const file = join(scratch.folder, 'newsroom.yaml');
  await writeFile(file, `origin: ${origin}\n${text.replace(practice, list)}`);
  return file;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address !== 'string');
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}

/** Hosts of companies are their fakes'; a fake's own address in its answers is its company's page. Nobody else is asked. */
const reroute: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  if (request.url.startsWith(btcpay.origin)) return await fetch(request);
  const [api, fake, page] = request.url.startsWith(STRIPE_API)
    ? [STRIPE_API, stripe.origin, STRIPE_PAGE]
    : [PAYPAL_API, paypal.origin, PAYPAL_PAGE];
  assert.ok(request.url.startsWith(api), `a request to ${new URL(request.url).host}`);
  const answer = await fetch(new Request(request.url.replace(api, fake), request));
  const text = await answer.text();
  const { status, headers } = answer;
  return new Response(text.replaceAll(fake, page), { status, headers });
};

async function visit(path: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(origin + path, { redirect: 'manual', ...init });
  answered.push(JSON.stringify([...answer.headers]), await answer.clone().text());
  return answer;
}

const locationOf = (answer: Response): string => answer.headers.get('location') ?? '';

/** Fills in the form. @returns the gift's id, and the address of the page to pay on */
async function chooseToPay(way: string): Promise<{ readonly gift: string; readonly page: string }> {
  const fresh = locationOf(await visit('/support?language=en&every=once&amount=500'));
  const gift = /gift=([^&]+)/.exec(fresh)?.[1] ?? '';
  const form = await (await visit(fresh)).text();
  const ways = [...form.matchAll(/name="way" id="way-[a-z]+" value="([a-z]+)"/g)];
  // Nobody's place is known here, so the way that learns no country is not offered.
  assert.deepEqual(
    ways.map(([, value]) => value),
    ['stripe', 'paypal'],
  );
  const body = new URLSearchParams({ gift, language: 'en', every: 'once', currency: 'USD', way });
  body.set('amount-once', '500');
  const sent = await visit('/support', { method: 'POST', body, headers: { origin } });
  assert.equal(sent.status, 303, await sent.text());
  return { gift, page: locationOf(sent) };
}

async function thanksAfterReturn(gift: string): Promise<string> {
  const back = await visit(`/support/return/${gift}?language=en`);
  return await (await visit(locationOf(back))).text();
}

describe('a newsroom with accounts at companies', () => {
  it('takes a gift through PayPal', async () => {
    const { gift, page } = await chooseToPay('paypal');
    assert.ok(page.startsWith(`${PAYPAL_PAGE}/checkoutnow?token=`), page);
    const order = new URL(page).searchParams.get('token') ?? '';
    paypal.books.approve(order, { country: 'DE', pays: 'at-once' });
    assert.match(await thanksAfterReturn(gift), /has arrived/);
  });

  it('takes a gift by card on the page of Stripe', async () => {
    const { gift, page } = await chooseToPay('stripe');
    assert.ok(page.startsWith(`${STRIPE_PAGE}/`), page);
    const session = new URL(page).pathname.split('/').at(-1) ?? '';
    assert.equal(payOnPage(stripe.books, session, cardFrom('4242424242424242')), 'paid');
    assert.match(await thanksAfterReturn(gift), /has arrived/);
  });

  it('is not led to coins from a place that nobody knows, whatever is sent', async () => {
    const fresh = locationOf(await visit('/support?language=en&every=once&amount=500'));
    const gift = /gift=([^&]+)/.exec(fresh)?.[1] ?? '';
    const fields = { gift, language: 'en', every: 'once', currency: 'USD', 'amount-once': '500' };
    const body = new URLSearchParams({ ...fields, way: 'btcpay' });
    const sent = await visit('/support', { method: 'POST', body, headers: { origin } });
    assert.equal(sent.status, 422);
    assert.match(await sent.text(), /cannot be paid that way/);
    assert.equal(btcpay.books.invoices.size, 0);
  });

  it('shows nothing under the address of a payment that nobody began, at any account', async () => {
    const attempt = '01a21274-402a-7200-a183-f1bcfc2afefe';
    for (const account of ['btcpay-1', 'paypal-1', 'nobody']) {
      const answer = await visit(`/pay/${account}/${attempt}`);
      assert.equal(answer.status, 404);
      assert.doesNotMatch(await answer.text(), /<form/);
    }
  });

  it('refuses messages that are not signed', async () => {
    for (const [account, status] of [
      ['stripe-1', 400],
      ['paypal-1', 400],
      ['btcpay-1', 400],
      ['nobody', 404],
    ] as const) {
      const answer = await visit(`/hooks/${account}`, { method: 'POST', body: '{"id":"x"}' });
      assert.equal(answer.status, status);
    }
  });

  it('is looked at live, without a word of its keys', async () => {
    const ran = await runTuppence(place, ['processors', 'test']);
    assert.match(ran.printed, /paypal-1 +ok +The client id and secret are right/);
    assert.match(ran.printed, /stripe-1 +ok /);
    assert.match(ran.printed, /stripe-1 +WARNING +This is a secret key, which may do everything/);
    assert.match(ran.printed, /btcpay-1 +ok /);
    const moved = btcpay.exchanges.filter(({ method }) => method !== 'GET');
    assert.deepEqual(moved, [], 'a look makes nothing');
    const json = await runTuppence(place, ['processors', 'test', '--json']);
    for (const line of json.printed.split('\n')) {
      assert.equal(JSON.parse(line).kind, 'finding');
    }
    answered.push(ran.printed, ran.complained, json.printed);
  });

  it('says what is wrong when a key was replaced at the company', async () => {
    const environment = { ...place.environment, TUPPENCE_PAYPAL_1_CLIENT_SECRET: 'x'.repeat(30) };
    const ran = await runTuppence({ ...place, environment }, ['processors', 'test']);
    assert.equal(ran.code, 1);
    assert.match(ran.printed, /paypal-1 +ERROR +PayPal refused the client id and secret/);
    answered.push(ran.printed, ran.complained);
  });

  it('never shows a secret: not in pages, logs, lines at the terminal, database or files', async () => {
    const { terminal } = newsroom;
    assert.ok(answered.length > 20 && terminal.printed.length > 3, 'there is something to look at');
    const seen = [terminal.everything, ...answered, await everyRow(), ...(await everyFile())];
    for (const [name, secret] of Object.entries(SECRETS)) {
      for (const text of seen) assert.ok(!text.includes(secret), name);
    }
  });
});

/** The whole database as text. */
async function everyRow(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'
  `.execute(database.db);
  assert.ok(tables.length > 20);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`
      select to_jsonb(t)::text as row from ${sql.table(name)} t
    `.execute(database.db);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}

async function everyFile(): Promise<readonly string[]> {
  const names = await readdir(place.dataDirectory, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  assert.ok(files.length > 0);
  return await Promise.all(
    files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  );
}
