import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Instant } from '../../calendar/index.ts';
import type { DeskAlarm } from '../../giving/index.ts';
import { money } from '../../money/index.ts';
import { createMoneyRoutes } from './routes.ts';

const ACT = '019abc00-0000-7000-8000-000000000001';
const WAITING: DeskAlarm = {
  alarmId: 7n,
  kind: 'unmatched',
  ref: 'fake:ch_1',
  detail: null,
  giftId: null,
  giftReference: null,
  raisedAt: Instant.from('2026-11-25T12:00:00Z'),
  waiting: { accountId: 'fake', chargeRef: 'ch_1', money: money(700n, 'EUR') },
  ways: [],
};

function desk(options: { isIn?: boolean; alarm?: DeskAlarm } = {}) {
  const acts: object[] = [];
  const app = createMoneyRoutes({
    language: 'en',
    zone: 'Europe/Berlin',
    random: { uuid: () => randomUUID() },
    isIn: async () => options.isIn ?? true,
    refuse: () => new Response('locked', { status: 403 }),
    render: ({ body, status }) => new Response(String(body), { status: status ?? 200 }),
    giving: {
      moneyDesk: {
        openAlarms: async () => [options.alarm ?? WAITING],
        openAlarm: async (id) => (id === 7n ? (options.alarm ?? WAITING) : undefined),
        openRefunds: async () => [],
        differences: async () => [],
        lastCompared: async () => [],
        findByReference: async () => [],
        giftStory: async () => undefined,
        transfer: async () => undefined,
      },
      refundGift: async () => assert.fail('no gift is given back here'),
      correctTransfer: async () => assert.fail('no posting is corrected here'),
      async dealWithAlarm(decision) {
        acts.push(decision);
        return { kind: 'done' };
      },
      async acceptUnmatched(acceptance) {
        acts.push(acceptance);
        return { kind: 'accepted', giftId: ACT };
      },
      async refundUnmatched(refund) {
        acts.push(refund);
        return { kind: 'checking', money: money(700n, 'EUR') };
      },
    },
  });
  const post = (fields: Record<string, string>, id = '7') =>
    app.request(`/desk/money/alarm/${id}`, { method: 'POST', body: new URLSearchParams(fields) });
  return { app, acts, post };
}

const GOOD = { act: ACT, way: 'send-back', reason: 'not ours', minor: '700', confirm: 'yes' };

test('the list leads to each alarm and says what waits', async () => {
  const { app } = desk();
  const text = await (await app.request('/desk/money')).text();
  assert.match(text, /href="\/desk\/money\/alarm\/7"/);
  assert.match(text, /€7\.00/);
});

test('nothing acts before the page that says how much, and then under the form’s own id', async () => {
  const { post, acts } = desk();
  const asked = await post({ ...GOOD, confirm: '' });
  assert.equal(asked.status, 200);
  assert.match(await asked.text(), /€7\.00 goes back/);
  assert.equal(acts.length, 0);
  const done = await post(GOOD);
  assert.equal(done.status, 303);
  assert.equal(done.headers.get('location'), '/desk/money?said=checking');
  assert.deepEqual(acts, [
    { by: 'desk', reason: 'not ours', actId: ACT, accountId: 'fake', chargeRef: 'ch_1' },
  ]);
});

test('another amount than the confirmed one is asked about again', async () => {
  const { post, acts } = desk();
  const answer = await post({ ...GOOD, minor: '900' });
  assert.match(await answer.text(), /€7\.00 goes back/);
  assert.equal(acts.length, 0);
});

test('bad input is refused and acts on nothing', async () => {
  const { app, post, acts } = desk();
  assert.equal((await post({ ...GOOD, reason: ' ' })).status, 400);
  assert.equal((await post({ ...GOOD, reason: 'x'.repeat(501) })).status, 400);
  assert.equal((await post({ ...GOOD, act: 'x' })).status, 400);
  assert.equal((await post({ ...GOOD, way: 'acknowledge' })).status, 400, 'money that waits');
  assert.equal((await post(GOOD, '8')).status, 409);
  for (const id of ['0', '-1', 'x', '9'.repeat(30)]) {
    assert.equal((await app.request(`/desk/money/alarm/${id}`)).status, 404, id);
  }
  assert.equal(acts.length, 0);
});

test('without a session nothing is shown or done', async () => {
  const { app, post, acts } = desk({ isIn: false });
  assert.equal((await app.request('/desk/money')).status, 403);
  assert.equal((await app.request('/desk/money/alarm/7')).status, 403);
  assert.equal((await post(GOOD)).status, 403);
  assert.equal(acts.length, 0);
});
