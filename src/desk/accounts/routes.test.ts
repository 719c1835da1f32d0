import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Instant } from '../../calendar/index.ts';
import type { AccountView, LostCharge } from '../../giving/index.ts';
import { money } from '../../money/index.ts';
import { createAccountRoutes } from './routes.ts';

const ACT = '019abc00-0000-7000-8000-000000000001';
const ATTEMPT = '019abc00-0000-7000-8000-0000000000aa';
const ACCOUNT: AccountView = {
  accountId: 'cards-1',
  processor: 'sandbox',
  mode: 'test',
  status: 'active',
  isConfigured: true,
  pledges: 3,
  moved: 0,
  unanswered: 1,
  changed: null,
};
const LOST: LostCharge = {
  attemptId: ATTEMPT,
  accountId: 'cards-1',
  giftId: ACT,
  reference: '3F9A-12BC-77E0',
  money: money(700n, 'EUR'),
  sentAt: Instant.from('2026-11-24T09:00:00Z'),
};

function desk(options: { isIn?: boolean; account?: Partial<AccountView> } = {}) {
  const acts: object[] = [];
  const app = createAccountRoutes({
    language: 'en',
    zone: 'Europe/Berlin',
    random: { uuid: () => randomUUID() },
    isIn: async () => options.isIn ?? true,
    refuse: () => new Response('locked', { status: 403 }),
    render: ({ body, status }) => new Response(String(body), { status: status ?? 200 }),
    giving: {
      accounts: async () => [{ ...ACCOUNT, ...options.account }],
      lostCharges: async () => [LOST],
      async setAccountStatus(decision) {
        acts.push(decision);
        return { kind: 'done', status: 'draining', madeUnknown: 0 };
      },
      async closeLostCharge(decision) {
        acts.push(decision);
        return { kind: 'done' };
      },
    },
  });
  const post = (path: string, fields: Record<string, string>) =>
    app.request(`/desk/accounts/${path}`, { method: 'POST', body: new URLSearchParams(fields) });
  return { app, acts, post };
}

const MOVE = { act: ACT, move: 'drain', reason: 'they gave notice', confirm: 'yes' };

test('the list says how each account stands and offers what it may become', async () => {
  const active = await (await desk().app.request('/desk/accounts')).text();
  for (const words of [
    'cards-1',
    'Takes gifts',
    'value="rest"',
    'value="drain"',
    'value="drop"',
    '€7.00',
  ]) {
    assert.ok(active.includes(words), words);
  }
  assert.ok(!active.includes('value="activate"'));
  const dropped = desk({ account: { status: 'dropped', isConfigured: false } });
  const text = await (await dropped.app.request('/desk/accounts')).text();
  assert.ok(text.includes('value="activate"') && text.includes('has no key'));
});

test('nothing is changed before the page that says what will happen', async () => {
  const { post, acts } = desk();
  const asked = await post('cards-1', { ...MOVE, confirm: '' });
  assert.match(await asked.text(), /3 running pledges are still charged here/);
  assert.equal(acts.length, 0);
  const done = await post('cards-1', MOVE);
  assert.equal(done.headers.get('location'), '/desk/accounts?said=done');
  const by = { by: 'desk', reason: 'they gave notice', actId: ACT };
  assert.deepEqual(acts, [{ ...by, accountId: 'cards-1', move: 'drain' }]);
});

test('a payment nobody tells about is closed by what the company’s books say', async () => {
  const { post, acts } = desk();
  const form = { act: ACT, reason: 'their report of November', became: 'charged', charge: 'ch_9' };
  const asked = await post(`lost/${ATTEMPT}`, form);
  assert.match(await asked.text(), /€7\.00 is booked as received by this charge/);
  assert.equal(acts.length, 0);
  await post(`lost/${ATTEMPT}`, { ...form, confirm: 'yes' });
  await post(`lost/${ATTEMPT}`, { ...form, became: 'not-charged', confirm: 'yes' });
  assert.deepEqual(
    acts.map((act) => ('became' in act ? act.became : null)),
    [
      {
        kind: 'charged',
        chargeRef: 'ch_9',
        money: LOST.money,
        happenedAt: LOST.sentAt,
      },
      { kind: 'not-charged' },
    ],
  );
});

test('bad input is refused and changes nothing', async () => {
  const { post, acts } = desk();
  assert.equal((await post('cards-1', { ...MOVE, reason: ' ' })).status, 400);
  assert.equal((await post('cards-1', { ...MOVE, reason: 'x'.repeat(501) })).status, 400);
  assert.equal((await post('cards-1', { ...MOVE, act: 'x' })).status, 400);
  assert.equal((await post('cards-1', { ...MOVE, move: 'sell' })).status, 400);
  assert.equal((await post('cards-2', MOVE)).status, 404);
  const stands = await post('cards-1', { ...MOVE, move: 'activate' });
  assert.equal(stands.headers.get('location'), '/desk/accounts?said=already');
  const lost = { act: ACT, reason: 'x', became: 'charged', charge: '' };
  assert.equal((await post(`lost/${ATTEMPT}`, lost)).status, 400);
  assert.equal((await post(`lost/${ATTEMPT}`, { ...lost, became: 'maybe' })).status, 400);
  assert.equal((await post(`lost/${ACT}`, lost)).status, 409);
  assert.equal(acts.length, 0);
});

test('without a session nothing is shown or done', async () => {
  const { app, post, acts } = desk({ isIn: false });
  assert.equal((await app.request('/desk/accounts')).status, 403);
  assert.equal((await post('cards-1', MOVE)).status, 403);
  assert.equal((await post(`lost/${ATTEMPT}`, MOVE)).status, 403);
  assert.equal(acts.length, 0);
});
