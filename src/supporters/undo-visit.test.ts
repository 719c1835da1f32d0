/** "Undo this gift" with the real money core: two taps, once, whoever presses how often. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type GivingWorld, givingWorld } from '../giving/testing/giving-world.ts';
import { createLetterWorker, demoLetterbox } from '../letters/index.ts';
import { silentLog } from '../problems/index.ts';
import { createContacts } from './contact-store.ts';
import { createLetterRenderers } from './letter-renderers.ts';
import { createNumberHash } from './number-hash.ts';
import { createSupporterRoutes } from './routes.ts';
import { createSupporters } from './supporters.ts';
import { TEST_KEYS, testNewsroom } from './testing/supporters-house.ts';

const ADDRESS = 'canary@example.org';
type Answer = 'refunded' | 'refused' | 'unknown';
let answer: Answer = 'refunded';
let sent = 0;
const world = await givingWorld({
  processors: (fake, clock) => {
    Object.assign(fake, {
      refund: async (order: { idempotencyKey: string; money: object }) => {
        sent += 1;
        if (answer === 'refused') return { kind: 'refused', code: 'too_old' };
        if (answer === 'unknown') return { kind: 'unknown', reason: 'timeout' };
        return {
          kind: 'refunded',
          refundRef: `re_${order.idempotencyKey}`,
          money: order.money,
          happenedAt: clock.now(),
        };
      },
    });
    return [fake];
  },
});
after(() => world.close());
const house = everything(world);

function everything({ db, clock, giving, dependencies }: GivingWorld) {
  const { random } = dependencies;
  const newsroom = testNewsroom();
  const contacts = createContacts({
    db,
    clock,
    random,
    giving,
    keys: TEST_KEYS,
    refusedCountries: () => ['RU'],
  });
  const hashNumber = createNumberHash(TEST_KEYS.numberKey);
  const supporters = createSupporters({ db, clock, random, giving, contacts, hashNumber });
  const letterbox = demoLetterbox();
  const renderers = createLetterRenderers({
    giving,
    contacts,
    statementText: 'TPC MEDIA BERLIN',
    publicOrigin: () => 'https://courier.example',
  });
  const letters = createLetterWorker({
    db,
    clock,
    mailer: letterbox,
    log: silentLog,
    renderers: { ...renderers, reminder: async () => 'not-needed' },
  });
  const routes = createSupporterRoutes({
    supporters,
    giving,
    contacts,
    newsroom,
    clock,
    // The least welcome place there is: taking a gift back is open everywhere.
    decidePlace: () => ({ class: 'listed', tor: true }),
    render: (page) => new Response(String(page.body), { status: page.status ?? 200 }),
  });
  const post = async (path: string, fields: Record<string, string>, status = 200) => {
    const response = await routes.request(`http://127.0.0.1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
    assert.equal(response.status, status, path);
    return await response.text();
  };
  return {
    letterbox,
    letters,
    post,
    async given(interval: 'once' | 'month' = 'once') {
      const giftId = await world.give({
        interval,
        attach: (tx, supporterId) => contacts.attach(tx, supporterId, ADDRESS),
      });
      const issued = await supporters.issueNumber(giftId);
      assert.ok(issued.kind === 'issued');
      const gift = await giving.giftView(giftId);
      assert.ok(gift !== undefined);
      return { gift: giftId, number: issued.number, pledgeId: gift.pledge?.pledgeId ?? '' };
    },
  };
}

function fresh(next: Answer = 'refunded'): void {
  answer = next;
  sent = 0;
}

async function givenBack(giftId: string): Promise<bigint> {
  return (await world.giving.returnsOf([giftId])).get(giftId)?.givenBack.minor ?? 0n;
}

test('two taps give a gift back, and the overview and a second tap say so', async () => {
  fresh();
  const { gift, number } = await house.given();
  const overview = await house.post('/manage', { number });
  assert.match(overview, new RegExp(`action="/manage/undo"[^]*value="${gift}"`));
  const asked = await house.post('/manage/undo', { number, gift });
  assert.match(asked, /€5 of 31 January 2026 goes back/);
  assert.equal(sent, 0, 'the first tap only asks');
  const told = await house.post('/manage/undo', { number, gift, confirm: 'yes' });
  assert.match(told, /€5\.00 was given back on 31 January 2026/);
  assert.equal(await givenBack(gift), 500n);
  const again = await house.post('/manage/undo', { number, gift, confirm: 'yes' });
  assert.match(again, /€5\.00 was given back on/);
  assert.equal(sent, 1);
  const later = await house.post('/manage', { number });
  assert.match(later, /€5\.00 was given back on/);
  assert.doesNotMatch(later, /action="\/manage\/undo"/);
});

test('a double tap gives back once', async () => {
  fresh();
  const { gift, number } = await house.given();
  const taps = Array.from({ length: 4 }, () =>
    house.post('/manage/undo', { number, gift, confirm: 'yes' }),
  );
  for (const told of await Promise.all(taps)) {
    assert.match(told, /€5\.00 (was given back|is on its way back)/);
  }
  assert.equal(await givenBack(gift), 500n);
  assert.equal(sent, 1);
});

test('a pledge stops or goes on, as its supporter says, and a letter tells what went back', async () => {
  fresh();
  for (const choice of ['stop', 'go-on'] as const) {
    const { gift, number, pledgeId } = await house.given('month');
    await house.letters.runOnce();
    const asked = await house.post('/manage/undo', { number, gift });
    for (const value of ['stop', 'go-on']) assert.ok(asked.includes(`value="${value}"`), value);
    const before = house.letterbox.letters().length;
    const told = await house.post('/manage/undo', { number, gift, confirm: choice });
    const pledge = await world.giving.pledgeView(pledgeId);
    assert.equal(pledge?.state, choice === 'stop' ? 'cancelled' : 'active');
    assert.match(told, choice === 'stop' ? /stopped/i : /Your pledge goes on/);
    assert.equal(await givenBack(gift), 500n);
    await house.letters.runOnce();
    const written = house.letterbox.letters().length - before;
    assert.equal(written, choice === 'stop' ? 2 : 1);
    const about = house.letterbox.letters().filter(({ text }) => /given back/.test(text));
    assert.ok(about.length > 0);
    for (const { subject, text } of about) {
      assert.doesNotMatch(subject, /gift|€|refund/i);
      assert.match(text, /€5\.00 was given back on 31 January 2026/);
    }
  }
});

test('somebody else’s gift, another id and no id are the same nothing', async () => {
  fresh();
  const mine = await house.given();
  const theirs = await house.given();
  for (const gift of [theirs.gift, '019abc00-0000-7000-8000-000000000099', 'x', '']) {
    const told = await house.post(
      '/manage/undo',
      { number: mine.number, gift, confirm: 'yes' },
      404,
    );
    assert.match(told, /This gift is not one of yours/);
  }
  assert.equal(sent, 0);
});

test('a mistyped number keeps the gift in the form', async () => {
  fresh();
  const { gift } = await house.given();
  const told = await house.post('/manage/undo', { number: 'ABCD', gift }, 400);
  assert.match(told, new RegExp(`action="/manage/undo"[^]*name="gift" value="${gift}"`));
  assert.equal(sent, 0);
});

test('after fourteen days it is not offered and not done', async () => {
  fresh();
  const { gift, number } = await house.given();
  world.clock.advance({ hours: 14 * 24 + 1 });
  assert.doesNotMatch(await house.post('/manage', { number }), /action="\/manage\/undo"/);
  const told = await house.post('/manage/undo', { number, gift, confirm: 'yes' });
  assert.match(told, /More than 14 days have passed/);
  assert.equal(sent, 0);
});

test('what the processor refuses or does not answer is told as it is', async () => {
  fresh('refused');
  const refused = await house.given();
  const confirm = { number: refused.number, gift: refused.gift, confirm: 'yes' };
  const told = await house.post('/manage/undo', confirm);
  assert.match(told, /did not send the money back/);
  assert.match(await house.post('/manage/undo', confirm), /did not send the money back/);
  assert.equal(sent, 1, 'pressing again does not help, a person does');
  fresh('unknown');
  const unheard = await house.given();
  const waiting = await house.post('/manage/undo', {
    number: unheard.number,
    gift: unheard.gift,
    confirm: 'yes',
  });
  assert.match(waiting, /€5\.00 is on its way back to you/);
  assert.match(await house.post('/manage', { number: unheard.number }), /on its way back/);
});
