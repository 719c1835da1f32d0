import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { ManualClock } from '../calendar/index.ts';
import { testDatabase } from '../database/testing/test-database.ts';
import type { Log, LogFacts } from '../problems/index.ts';
import { demoLetterbox } from './demo-letterbox.ts';
import { composeLetter } from './letter.ts';
import type { Mailer, MailerAnswer } from './mailer.ts';
import { enqueueLetter, finishLetter, hasPendingLetter, leaseLetter } from './outbox-store.ts';
import { createLetterWorker, type LetterRenderer, type LetterWorker } from './outbox-worker.ts';

const t = await testDatabase();
after(() => t.close());
const clock = new ManualClock('2026-11-25T12:00:00Z');
const ADDRESS = 'canary@example.org';
const WAY_OUT = 'https://courier.example/letters/token';

let letterbox = demoLetterbox();
let addresses = new Map<string, string>();
let released: string[] = [];
let logged: string[] = [];
beforeEach(async () => {
  await sql`delete from outbox`.execute(t.db);
  clock.set('2026-11-25T12:00:00Z');
  letterbox = demoLetterbox();
  addresses = new Map();
  released = [];
  logged = [];
});

const write =
  (level: string) =>
  (event: string, facts: LogFacts = {}): void => {
    logged.push(
      `${level} ${event} ${JSON.stringify(facts, (_key, value) => (typeof value === 'bigint' ? String(value) : value))}`,
    );
  };
const log: Log = { info: write('info'), warn: write('warn'), error: write('error') };

/** Renders a note about any ref that has an address. */
const note: LetterRenderer = async (ref) => ({
  letter: composeLetter({ subject: 'note', language: 'en', details: [`About ${ref}`] }),
  recipient: {
    async open() {
      const address = addresses.get(ref);
      return address === undefined ? null : { address, unsubscribeUrl: WAY_OUT };
    },
    release: async () => {
      released.push(ref);
    },
  },
});

function worker(
  change: { mailer?: Mailer; receipt?: LetterRenderer; reminder?: LetterRenderer } = {},
): LetterWorker {
  return createLetterWorker({
    db: t.db,
    clock,
    mailer: change.mailer ?? letterbox,
    log,
    renderers: {
      receipt: change.receipt ?? note,
      'pledge-notice': note,
      return: note,
      reminder: change.reminder ?? note,
    },
  });
}

async function enqueue(ref: string, change: { address?: string; inMinutes?: number } = {}) {
  addresses.set(ref, change.address ?? ADDRESS);
  await t.db.transaction().execute((tx) =>
    enqueueLetter(tx, {
      dedupeKey: `receipt:${ref}`,
      kind: 'receipt',
      ref,
      at: clock.now().add({ minutes: change.inMinutes ?? 0 }),
    }),
  );
}

const states = async (): Promise<Record<string, string>> => {
  const rows = await t.db.selectFrom('outbox').select(['ref', 'state']).execute();
  return Object.fromEntries(rows.map((row) => [row.ref, row.state]));
};

function answering(answer: () => Promise<MailerAnswer>): Mailer & { calls: number } {
  const mailer = {
    calls: 0,
    send: () => {
      mailer.calls += 1;
      return answer();
    },
    close: async () => {},
  };
  return mailer;
}

test('what is due is sent, once, and lets its address go', async () => {
  await enqueue('g1');
  await enqueue('g2', { inMinutes: 1 });
  await enqueue('g1');
  assert.equal(await worker().runOnce(), 1);
  assert.equal(await worker().runOnce(), 0);
  assert.deepEqual(await states(), { g1: 'sent', g2: 'pending' });
  assert.deepEqual(
    letterbox.letters().map(({ to }) => to),
    [ADDRESS],
  );
  assert.deepEqual(released, ['g1']);
  clock.advance({ minutes: 1 });
  assert.equal(await worker().runOnce(), 1);
  assert.deepEqual(await states(), { g1: 'sent', g2: 'sent' });
});

test('eight workers at once send each letter once', async () => {
  const refs = Array.from({ length: 40 }, (_one, at) => `g${at}`);
  for (const ref of refs) await enqueue(ref, { address: `${ref}@example.org` });
  const sent: string[] = [];
  const mailer: Mailer = {
    async send({ address }) {
      sent.push(address);
      return { kind: 'sent' };
    },
    async close() {},
  };
  const taken = await Promise.all(Array.from({ length: 8 }, () => worker({ mailer }).runOnce()));
  assert.equal(
    taken.reduce((sum, count) => sum + count, 0),
    40,
  );
  assert.deepEqual(sent.sort(), refs.map((ref) => `${ref}@example.org`).sort());
});

test('a letter that has become untrue or has nobody to go to is neither sent nor lost', async () => {
  await enqueue('untrue');
  await enqueue('nobody');
  addresses.delete('nobody');
  const receipt: LetterRenderer = async (ref) => (ref === 'untrue' ? 'not-needed' : note(ref));
  await worker({ receipt }).runOnce();
  assert.deepEqual(await states(), { untrue: 'unneeded', nobody: 'unneeded' });
  assert.equal(letterbox.letters().length, 0);
  assert.equal(
    await hasPendingLetter(t.db, { refs: ['untrue', 'nobody'], now: clock.now() }),
    false,
  );
});

test('what fails waits longer each time and is dead after eight tries', async () => {
  await enqueue('g1');
  const mailer = answering(async () => ({ kind: 'not-now', reason: 'timeout' }));
  const waits: number[] = [];
  for (let tries = 0; tries < 8; tries += 1) {
    const started = clock.now();
    assert.equal(await worker({ mailer }).runOnce(), 1);
    const row = await t.db
      .selectFrom('outbox')
      .select(['state', 'next_at'])
      .executeTakeFirstOrThrow();
    if (row.state === 'dead') break;
    waits.push(started.until(row.next_at).total('minutes'));
    assert.equal(await worker({ mailer }).runOnce(), 0, 'not before its time');
    clock.set(row.next_at);
  }
  assert.deepEqual(waits, [1, 5, 15, 60, 240, 720, 1440]);
  assert.equal(mailer.calls, 8);
  assert.deepEqual(await states(), { g1: 'dead' });
  assert.deepEqual(released, ['g1'], 'a dead letter lets its address go');
});

test('an address that is refused for good is not tried again', async () => {
  await enqueue('g1');
  const mailer = answering(async () => ({ kind: 'refused', reason: 'address' }));
  await worker({ mailer }).runOnce();
  clock.advance({ hours: 48 });
  await worker({ mailer }).runOnce();
  assert.equal(mailer.calls, 1);
  assert.deepEqual(await states(), { g1: 'dead' });
});

test('a poisoned letter blocks only itself, and nothing of it reaches the log', async () => {
  await enqueue('bad');
  await enqueue('unknown-kind');
  await enqueue('good');
  await sql`update outbox set kind = 'from-the-future' where ref = 'unknown-kind'`.execute(t.db);
  const receipt: LetterRenderer = async (ref) => {
    if (ref === 'bad') throw new Error(`cannot write to ${ADDRESS}`);
    return await note(ref);
  };
  assert.equal(await worker({ receipt }).runOnce(), 3);
  assert.deepEqual(await states(), { bad: 'pending', 'unknown-kind': 'pending', good: 'sent' });
  const mailer = answering(async () => {
    throw new Error(`550 ${ADDRESS} unknown`);
  });
  await enqueue('thrown');
  await worker({ mailer }).runOnce();
  assert.equal((await states()).thrown, 'pending');
  assert.ok(logged.length >= 3);
  for (const line of logged) assert.ok(!line.includes('canary'), line);
});

test('a worker that died holds its letter for sixty seconds, and every crash counts as a try', async () => {
  await enqueue('g1');
  for (let tries = 1; tries <= 8; tries += 1) {
    const leased = await leaseLetter(t.db, clock.now());
    assert.equal(leased?.tries, tries);
    clock.advance({ seconds: 59 });
    assert.equal(await leaseLetter(t.db, clock.now()), undefined);
    clock.advance({ seconds: 1 });
  }
  assert.equal(await worker().runOnce(), 1);
  assert.deepEqual(await states(), { g1: 'dead' });
  assert.equal(letterbox.letters().length, 0);
});

test('a worker whose lease ran out cannot write over the one that came after', async () => {
  await enqueue('g1');
  const slow = await leaseLetter(t.db, clock.now());
  assert.ok(slow !== undefined);
  clock.advance({ seconds: 61 });
  const next = await leaseLetter(t.db, clock.now());
  assert.ok(next !== undefined);
  assert.equal(await finishLetter(t.db, slow, { state: 'dead' }), false);
  assert.deepEqual(await states(), { g1: 'pending' });
  assert.equal(await finishLetter(t.db, next, { state: 'sent' }), true);
  assert.equal(await finishLetter(t.db, next, { state: 'pending', nextAt: clock.now() }), false);
  assert.deepEqual(await states(), { g1: 'sent' });
});

test('a run has a cap', async () => {
  await sql`
    insert into outbox (dedupe_key, kind, ref, next_at, created_at)
    select 'k' || n, 'receipt', 'g' || n, ${clock.now()}, ${clock.now()} from generate_series(1, 150) n
  `.execute(t.db);
  assert.equal(await worker().runOnce(), 100);
  assert.equal(await worker().runOnce(), 50);
});

test('letting go of an address may fail without taking the letter back', async () => {
  await enqueue('g1');
  const receipt: LetterRenderer = async (ref) => {
    const rendered = await note(ref);
    assert.ok(rendered !== 'not-needed');
    const release = async (): Promise<void> => {
      throw new Error(`no way to release ${ADDRESS}`);
    };
    return { ...rendered, recipient: { ...rendered.recipient, release } };
  };
  await worker({ receipt }).runOnce();
  assert.deepEqual(await states(), { g1: 'sent' });
  for (const line of logged) assert.ok(!line.includes('canary'), line);
});
