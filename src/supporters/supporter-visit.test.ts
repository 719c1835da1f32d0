/** A supporter's whole way with the real money core: gift, number, receipt, change, stop, forget. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { type GivingWorld, givingWorld } from '../giving/testing/giving-world.ts';
import { createLetterWorker, demoLetterbox } from '../letters/index.ts';
import { money } from '../money/index.ts';
import { silentLog } from '../problems/index.ts';
import { createContacts } from './contact-store.ts';
import { createLetterRenderers } from './letter-renderers.ts';
import { createNumberHash } from './number-hash.ts';
import { createSupporterRoutes } from './routes.ts';
import { createSupporters } from './supporters.ts';
import { TEST_KEYS, testNewsroom } from './testing/supporters-house.ts';

const ADDRESS = 'canary@example.org';
const world = await givingWorld({ now: '2026-01-31T12:00:00Z' });
after(() => world.close());
const house = everything(world);

function everything({ db, clock, giving, dependencies }: GivingWorld) {
  const newsroom = testNewsroom();
  const contacts = createContacts({
    db,
    clock,
    random: dependencies.random,
    giving,
    keys: TEST_KEYS,
    refusedCountries: () => ['RU'],
  });
  const supporters = createSupporters({
    db,
    clock,
    random: dependencies.random,
    giving,
    contacts,
    hashNumber: createNumberHash(TEST_KEYS.numberKey),
  });
  const letterbox = demoLetterbox();
  const letters = createLetterWorker({
    db,
    clock,
    mailer: letterbox,
    log: silentLog,
    renderers: {
      ...createLetterRenderers({
        giving,
        contacts,
        statementText: 'TPC MEDIA BERLIN',
        publicOrigin: () => 'https://courier.example',
      }),
      reminder: async () => 'not-needed',
    },
  });
  const routes = createSupporterRoutes({
    supporters,
    giving,
    contacts,
    newsroom,
    clock,
    decidePlace: () => ({ class: 'safe', tor: false }),
    render: (page) => new Response(String(page.body), { status: page.status ?? 200 }),
  });
  return {
    contacts,
    supporters,
    letterbox,
    letters,
    async post(path: string, fields: Record<string, string>): Promise<string> {
      const response = await routes.request(`http://127.0.0.1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      });
      assert.equal(response.status, 200, path);
      return await response.text();
    },
    /** A pledge of 5 euros a month whose first gift is paid, with an address, and the number its page showed. */
    async pledge() {
      const giftId = await world.give({
        interval: 'month',
        attach: (tx, supporterId) => contacts.attach(tx, supporterId, ADDRESS),
      });
      const gift = await giving.giftView(giftId);
      assert.ok(gift?.supporterId != null && gift.pledge !== null);
      const answer = await supporters.issueNumber(giftId);
      assert.ok(answer.kind === 'issued');
      return {
        giftId,
        supporterId: gift.supporterId,
        pledgeId: gift.pledge.pledgeId,
        number: answer.number,
      };
    },
  };
}

const ledgerTotal = async (): Promise<string> => {
  const { rows } = await sql<{ total: string | null }>`
    select string_agg(id || ':' || amount, ',' order by id) as total from ledger_transfer
  `.execute(world.db);
  return rows[0]?.total ?? '';
};

test('a single gift: its receipt is sent and the address is gone; without a payment both end as well', async () => {
  const giftId = await world.give({
    attach: (tx, supporterId) => house.contacts.attach(tx, supporterId, ADDRESS),
  });
  const gift = await world.giving.giftView(giftId);
  assert.ok(gift?.supporterId != null);
  assert.equal((await house.contacts.open(gift.supporterId))?.address, ADDRESS);
  await house.letters.runOnce();
  const [receipt] = house.letterbox.letters();
  assert.equal(receipt?.to, ADDRESS);
  assert.ok(receipt?.text.includes(gift.reference));
  assert.match(receipt?.text ?? '', /31 January 2026/);
  assert.equal(await house.contacts.open(gift.supporterId), null);

  const unpaid = world.intent({
    attach: (tx, supporterId) => house.contacts.attach(tx, supporterId, ADDRESS),
  });
  await world.giving.beginGift(unpaid);
  const began = await world.giving.giftView(unpaid.giftId);
  assert.ok(began?.supporterId != null);
  await world.liveUntil('2026-01-31T14:00:00Z');
  await house.contacts.worker.runOnce();
  assert.equal(
    (await house.contacts.open(began.supporterId))?.address,
    ADDRESS,
    'the page is still open',
  );
  await world.liveUntil('2026-02-10T12:00:00Z');
  assert.equal((await world.giving.giftView(unpaid.giftId))?.stateForPeople, 'abandoned');
  await house.contacts.worker.runOnce();
  assert.equal(await house.contacts.open(began.supporterId), null);
});

test('a pledge: each gift brings a receipt; amount, pause and stop by number; the last letter takes the address along', async () => {
  const one = await house.pledge();
  const { number, pledgeId } = one;
  await house.letters.runOnce();
  assert.match(house.letterbox.letters()[0]?.text ?? '', /Next dates: 10 March 2026/);
  assert.equal((await house.contacts.open(one.supporterId))?.address, ADDRESS);

  const overview = await house.post('/manage', { number });
  assert.ok(overview.includes('€5 a month'));
  assert.ok(overview.includes('10 March 2026, 10 April 2026, 10 May 2026'));
  const change = { number, pledge: pledgeId, amount: '7', meant: '700', confirm: 'yes' };
  assert.ok(
    (await house.post('/manage/amount', change)).includes('Your pledge is now €7 a month.'),
  );

  await world.liveUntil('2026-03-11T12:00:00Z');
  await house.letters.runOnce();
  assert.match(house.letterbox.letters()[0]?.text ?? '', /Amount: €7\.00/);
  const gifts = await world.giving.giftsOf(one.supporterId);
  assert.deepEqual(
    gifts.filter(({ state }) => state === 'settled').map((gift) => gift.money),
    [money(700n, 'EUR'), money(500n, 'EUR')],
  );

  const paused = await house.post('/manage/pause', { number, pledge: pledgeId, months: '3' });
  assert.ok(paused.includes('Your pledge is paused until 11 June 2026.'));
  assert.ok((await house.post('/manage', { number })).includes('Paused until 11 June 2026'));
  const resumed = await house.post('/manage/resume', { number, pledge: pledgeId });
  assert.ok(resumed.includes('Next date: 10 April 2026.'));

  const stopped = await house.post('/stop', { number, confirm: 'yes' });
  assert.ok(stopped.includes('Your pledge is stopped. No more money will be taken.'));
  assert.equal((await house.contacts.open(one.supporterId))?.address, ADDRESS);
  await house.letters.runOnce();
  assert.match(house.letterbox.letters()[0]?.text ?? '', /Your pledge is stopped\./);
  assert.equal(await house.contacts.open(one.supporterId), null);

  const before = await ledgerTotal();
  await world.liveUntil('2026-07-01T12:00:00Z');
  assert.equal(await ledgerTotal(), before, 'no more money was taken');
});

test('forget me: the books stay whole, a later visit finds nothing, and no letter follows', async () => {
  const one = await house.pledge();
  const before = await ledgerTotal();
  const done = await house.post('/manage/forget', { number: one.number, confirm: 'yes' });
  assert.ok(done.includes('What we could delete is deleted.'));
  assert.equal(await ledgerTotal(), before);
  assert.equal((await world.giving.pledgeView(one.pledgeId))?.state, 'cancelled');
  assert.equal((await world.giving.giftView(one.giftId))?.supporterId, null);

  const letters = house.letterbox.letters().length;
  await house.letters.runOnce();
  assert.equal(house.letterbox.letters().length, letters);
  assert.ok((await house.post('/manage', { number: one.number })).includes('Nothing is held'));
  assert.deepEqual(await house.supporters.issueNumber(one.giftId), { kind: 'unknown' });
  await world.liveUntil('2026-09-20T12:00:00Z');
  assert.equal(await ledgerTotal(), before);

  const { rows } = await sql<{ table: string; count: bigint }>`
    select 'contact' as table, count(*) as count from contact where supporter_id = ${one.supporterId}
    union all
    select 'number', count(*) from supporter_number where supporter_id = ${one.supporterId}
    union all
    select 'gift', count(*) from gift where supporter_id = ${one.supporterId}
    union all
    select 'pledge', count(*) from pledge where supporter_id = ${one.supporterId}
  `.execute(world.db);
  assert.ok(
    rows.every(({ count }) => count === 0n),
    JSON.stringify(rows.map(({ table }) => table)),
  );
});

test('months at once, another day, another interval: asked with what is taken when, changed on that sentence alone', async () => {
  const { number, pledgeId } = await house.pledge();
  const today = world.clock.now().toZonedDateTimeISO('Europe/Berlin').toPlainDate();
  const send = (fields: Record<string, string>) =>
    house.post('/manage/when', { number, pledge: pledgeId, language: 'en', ...fields });
  const offer = await send({});
  for (const words of ['Every 2 months', 'Every 12 months', 'Day of the month', 'Amount a year']) {
    assert.ok(offer.includes(words), words);
  }
  const asked = await send({ change: 'collection', months: '3' });
  const sentence = /€15 is taken on [^<]*until you change or stop it\./.exec(asked)?.[0];
  assert.match(sentence ?? '', /€5 for each of 3 months/);
  assert.match(asked, /does not come back by itself/);
  const pledge = () => world.giving.pledgeView(pledgeId);
  assert.equal((await pledge())?.collectEveryMonths, 1, 'asking changes nothing');
  const other = await send({ change: 'collection', months: '3', confirm: 'yes', shown: 'Yes.' });
  assert.ok(other.includes('Please check the change'), 'another sentence is no consent');
  const done = await send({
    change: 'collection',
    months: '3',
    confirm: 'yes',
    shown: sentence ?? '',
  });
  assert.match(done, /Changed: €5 a month, €15 for 3 months\./);
  assert.equal((await pledge())?.collectEveryMonths, 3);
  const [agreed] = await world.giving.pledgeHistory(pledgeId);
  assert.equal(agreed?.shown, sentence);

  const overview = await house.post('/manage', { number, language: 'en' });
  assert.match(overview, /Taken each time<\/dt><dd>€15 for 3 months/);

  const wrongDay = await world.giving.pledgeView(pledgeId);
  const day = String((today.day % 28) + 1);
  const dayPage = await send({ change: 'day', day });
  const dayWords = /€15 is taken on [^<]*until you change or stop it\./.exec(dayPage)?.[0] ?? '';
  await send({ change: 'day', day, confirm: 'yes', shown: dayWords });
  const moved = (await pledge())?.nextDates[0];
  assert.equal(moved?.day, Number(day));
  assert.ok(moved !== undefined && wrongDay?.nextDates[0] !== undefined);

  const yearPage = await send({ change: 'interval', amount: '60' });
  const yearWords = /€60 is taken on [^<]*until you change or stop it\./.exec(yearPage)?.[0] ?? '';
  const fields = { change: 'interval', meant: '6000', confirm: 'yes', shown: yearWords };
  assert.match(await send(fields), /Changed: €60 a year\./);
  assert.equal((await pledge())?.unit, 'year');
  assert.ok(!(await send({})).includes('Every 2 months'), 'a year is one payment already');
});
