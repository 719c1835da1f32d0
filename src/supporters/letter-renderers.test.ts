import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { PlainDate } from '../calendar/index.ts';
import { testDatabase } from '../database/testing/test-database.ts';
import type { GiftPledgeView } from '../giving/index.ts';
import {
  createLetterWorker,
  demoLetterbox,
  enqueueLetter,
  type LetterKind,
  type Mailer,
  type Sending,
} from '../letters/index.ts';
import { silentLog } from '../problems/index.ts';
import { createLetterRenderers } from './letter-renderers.ts';
import {
  NEWSROOM_NAME,
  type SupportersHouse,
  supportersHouse,
} from './testing/supporters-house.ts';

const t = await testDatabase();
after(() => t.close());
beforeEach(() => sql`delete from outbox`.execute(t.db));
const ADDRESS = 'canary@example.org';
const ORIGIN = 'https://courier.example';

function post(house: SupportersHouse, mailer?: Mailer) {
  const letterbox = demoLetterbox();
  const renderers = createLetterRenderers({
    giving: house.giving,
    contacts: house.contacts,
    statementText: house.newsroom.giving.statement_text,
    publicOrigin: () => ORIGIN,
  });
  const worker = createLetterWorker({
    db: t.db,
    clock: house.clock,
    mailer: mailer ?? letterbox,
    log: silentLog,
    renderers: { ...renderers, reminder: async () => 'not-needed' },
  });
  return { letterbox, worker };
}

async function enqueue(house: SupportersHouse, kind: LetterKind, ref: string): Promise<void> {
  await t.db
    .transaction()
    .execute((tx) =>
      enqueueLetter(tx, { dedupeKey: `${kind}:${ref}`, kind, ref, at: house.clock.now() }),
    );
}

const attach = (house: SupportersHouse, supporterId: string): Promise<void> =>
  t.db.transaction().execute((tx) => house.contacts.attach(tx, supporterId, ADDRESS));

const held = async (): Promise<number> =>
  Number(
    (
      await t.db
        .selectFrom('contact')
        .select(sql<bigint>`count(*)`.as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  );

const states = async (): Promise<string[]> =>
  (await t.db.selectFrom('outbox').select('state').orderBy('id').execute()).map(
    ({ state }) => state,
  );

function inPledge(pledgeId: string, change: Partial<GiftPledgeView> = {}): GiftPledgeView {
  return {
    pledgeId,
    state: 'active',
    unit: 'month',
    collectEveryMonths: 1,
    periodN: 0,
    dueDate: PlainDate.from('2026-11-25'),
    move: 'no',
    paidByLink: false,
    nextDates: [PlainDate.from('2026-12-25')],
    ...change,
  };
}

test('the receipt of a single gift is sent, and then the address is gone', async () => {
  const house = supportersHouse(t.db);
  const { letterbox, worker } = post(house);
  const before = await held();
  const one = await house.supporter({ pledge: null });
  await attach(house, one.supporterId);
  await enqueue(house, 'receipt', one.giftId);
  assert.equal(await worker.runOnce(), 1);
  const [letter] = letterbox.letters();
  assert.equal(letter?.to, ADDRESS);
  assert.equal(letter?.subject, 'Your receipt');
  for (const words of [
    '$5.00',
    'REF-',
    'TPC MEDIA BERLIN',
    '25 November 2026',
    `${ORIGIN}/manage`,
  ]) {
    assert.ok(letter?.text.includes(words), words);
  }
  assert.ok(!letter?.text.includes(NEWSROOM_NAME));
  assert.equal(await held(), before);
  assert.equal(await house.contacts.open(one.supporterId), null);
});

test('the receipt of a pledge names the next dates and keeps the address for the next one', async () => {
  const house = supportersHouse(t.db);
  const { letterbox, worker } = post(house);
  const one = await house.supporter();
  const gift = house.giving.gifts.get(one.giftId);
  assert.ok(gift !== undefined);
  house.giving.gifts.set(one.giftId, { ...gift, pledge: inPledge(one.pledgeId) });
  await attach(house, one.supporterId);
  await enqueue(house, 'receipt', one.giftId);
  await worker.runOnce();
  assert.match(letterbox.letters()[0]?.text ?? '', /Next dates: 25 December 2026\./);
  assert.equal((await house.contacts.open(one.supporterId))?.address, ADDRESS);
});

test('a receipt is written in the supporter’s language, with the day where they live', async () => {
  const house = supportersHouse(t.db);
  const { letterbox, worker } = post(house);
  const one = await house.supporter({ pledge: null });
  house.giving.supporterView = async (supporterId) => ({
    supporterId,
    language: 'ru',
    zone: 'Pacific/Auckland',
  });
  await attach(house, one.supporterId);
  await enqueue(house, 'receipt', one.giftId);
  await worker.runOnce();
  const letter = letterbox.letters()[0];
  assert.equal(letter?.subject, 'Ваша квитанция');
  // Noon in Greenwich is the next day in Auckland.
  assert.match(letter?.text ?? '', /26 ноября 2026 г\./);
});

test('only what is still true is sent: unsettled gifts, forgotten supporters and missing addresses get nothing', async () => {
  const house = supportersHouse(t.db);
  const { letterbox, worker } = post(house);
  const unsettled = await house.supporter({ pledge: null, gift: { settledAt: null } });
  await attach(house, unsettled.supporterId);
  const forgotten = await house.withNumber({ pledge: null });
  await house.post('/manage/forget', { number: forgotten.number, confirm: 'yes' });
  const silent = await house.supporter({ pledge: null });
  for (const { giftId } of [unsettled, forgotten, silent]) await enqueue(house, 'receipt', giftId);
  await enqueue(house, 'receipt', '019abc00-0000-7000-8000-ffffffffffff');
  assert.equal(await worker.runOnce(), 4);
  assert.deepEqual(await states(), ['unneeded', 'unneeded', 'unneeded', 'unneeded']);
  assert.deepEqual(letterbox.letters(), []);
});

test('RFC 8058, C7.4: the way out of a letter opens without effect, and one click deletes the address alone', async () => {
  const house = supportersHouse(t.db);
  const sendings: Sending[] = [];
  const { worker } = post(house, {
    async send(sending) {
      sendings.push(sending);
      return { kind: 'sent' };
    },
    async close() {},
  });
  const one = await house.supporter();
  await attach(house, one.supporterId);
  await enqueue(house, 'receipt', one.giftId);
  await worker.runOnce();
  const url = new URL(sendings[0]?.unsubscribeUrl ?? '');
  assert.equal(url.origin, ORIGIN);
  assert.match(url.pathname, /^\/letters\/[A-Za-z0-9_-]{22}$/);
  const { rows } = await sql<{ row: string }>`
    select contact::text as row from contact
  `.execute(t.db);
  const token = url.pathname.slice('/letters/'.length);
  const trace = Buffer.from(token, 'base64url').toString('hex');
  assert.ok(rows.length > 0 && !rows.some(({ row }) => row.includes(token) || row.includes(trace)));

  const opened = await house.get(`${url.pathname}?language=en`);
  assert.equal(opened.status, 200);
  assert.ok((await opened.text()).includes('<form method="post"'));
  assert.notEqual(await house.contacts.open(one.supporterId), null);

  const oneClick = await house.send(url.pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  });
  assert.equal(oneClick.status, 200);
  const done = await oneClick.text();
  assert.ok(done.includes('does not stop a pledge') && done.includes('href="/stop?language=en"'));
  assert.equal(await house.contacts.open(one.supporterId), null);
  assert.equal(house.giving.pledges.get(one.pledgeId)?.state, 'active');
  assert.deepEqual(house.giving.calls, []);

  // Used up, never made, or changed on the way: the same page, and nobody else is touched.
  const other = await house.supporter();
  await attach(house, other.supporterId);
  for (const path of [url.pathname, `/letters/${'A'.repeat(22)}`]) {
    const again = await house.send(path, { method: 'POST', body: new FormData() });
    assert.equal(again.status, 200);
    assert.equal(await again.text(), done);
  }
  assert.notEqual(await house.contacts.open(other.supporterId), null);
});

test('a stop is confirmed by letter, and that letter is the address’s last', async () => {
  const house = supportersHouse(t.db);
  const { letterbox, worker } = post(house);
  const one = await house.withNumber();
  await attach(house, one.supporterId);
  await house.post('/manage/stop', { number: one.number, pledge: one.pledgeId, confirm: 'yes' });
  assert.equal(
    (await house.contacts.open(one.supporterId))?.address,
    ADDRESS,
    'the letter still needs it',
  );
  await worker.runOnce();
  const [letter] = letterbox.letters();
  assert.equal(letter?.subject, 'A note you asked for');
  assert.match(letter?.text ?? '', /Your pledge is stopped\. No more money will be taken\./);
  assert.equal(await house.contacts.open(one.supporterId), null);
});

test('a notice says how things stand when it leaves, or nothing when there is nothing to say any more', async () => {
  const house = supportersHouse(t.db);
  const { letterbox, worker } = post(house);
  const stand = async (
    change: Parameters<SupportersHouse['supporter']>[0],
  ): Promise<string | undefined> => {
    const one = await house.supporter(change);
    const gift = house.giving.gifts.get(one.giftId);
    assert.ok(gift !== undefined);
    house.giving.gifts.set(one.giftId, { ...gift, pledge: inPledge(one.pledgeId) });
    await attach(house, one.supporterId);
    await enqueue(house, 'pledge-notice', one.giftId);
    const count = letterbox.letters().length;
    await worker.runOnce();
    const letters = letterbox.letters();
    return letters.length > count ? letters[0]?.text : undefined;
  };
  const collecting = { state: 'collecting', settledAt: null } as const;

  const failed = await stand({
    pledge: { state: 'past_due' },
    gift: { ...collecting, stateForPeople: 'declined' },
  });
  assert.match(failed ?? '', /did not go through, and nothing was charged/);
  assert.match(failed ?? '', new RegExp(`${ORIGIN}/thanks/019abc00-`));
  const confirm = await stand({
    pledge: { state: 'active' },
    gift: { ...collecting, stateForPeople: 'needs-confirmation' },
  });
  assert.match(confirm ?? '', /Your bank wants you to confirm a payment of \$5\.00/);
  const ended = { endedAt: house.clock.now(), nextDates: [] };
  assert.match((await stand({ pledge: { state: 'lapsed', ...ended } })) ?? '', /has ended/);
  assert.match((await stand({ pledge: { state: 'cancelled', ...ended } })) ?? '', /is stopped/);

  // C7.5: the gift arrived after all.
  assert.equal(await stand({ pledge: { state: 'active' } }), undefined);
  // Being collected, and nothing for the supporter to do.
  assert.equal(
    await stand({
      pledge: { state: 'active' },
      gift: { ...collecting, stateForPeople: 'checking' },
    }),
    undefined,
  );
});
