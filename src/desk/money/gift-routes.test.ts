/** The page of a gift and of a posting at the desk, on a real money core. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type GivingWorld, givingWorld } from '../../giving/testing/giving-world.ts';
import { createMoneyRoutes } from './routes.ts';

let world: GivingWorld;
let desk: ReturnType<typeof createMoneyRoutes>;
let isIn = true;
/** Orders that reached the processor, by key. */
const sent = new Map<string, bigint>();

before(async () => {
  world = await givingWorld({
    processors: (fake, clock) => {
      fake.feeMinor = 25n;
      Object.assign(fake, {
        refund: async (order: { idempotencyKey: string; money: { minor: bigint } }) => {
          sent.set(order.idempotencyKey, order.money.minor);
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
  desk = createMoneyRoutes({
    language: 'en',
    zone: 'Europe/Berlin',
    random: { uuid: () => randomUUID() },
    isIn: async () => isIn,
    refuse: () => new Response('locked', { status: 403 }),
    render: ({ body, status }) => new Response(String(body), { status: status ?? 200 }),
    giving: world.giving,
  });
});
after(() => world.close());

async function given(): Promise<{ giftId: string; path: string; reference: string }> {
  const giftId = await world.give();
  const reference = (await world.giving.giftView(giftId))?.reference ?? '';
  return { giftId, reference, path: `/desk/gifts/${reference}` };
}

const get = async (path: string): Promise<Response> => await desk.request(path);
const post = async (path: string, fields: Record<string, string>): Promise<Response> =>
  await desk.request(path, { method: 'POST', body: new URLSearchParams(fields) });

async function givenBack(giftId: string): Promise<bigint> {
  return (await world.giving.returnsOf([giftId])).get(giftId)?.givenBack.minor ?? 0n;
}

describe('a gift at the desk', () => {
  it('is found by what stands on the letter', async () => {
    const { path, reference, giftId } = await given();
    const found = await get(`/desk/gifts?reference=${reference.toLowerCase()}`);
    assert.equal(found.status, 303);
    assert.equal(found.headers.get('location'), path);
    const page = await (await get(path)).text();
    assert.match(page, new RegExp(`Gift ${reference}`));
    assert.match(page, /10 gift received/);
    assert.match(page, /11 processor’s fee/);
    assert.match(page, /What is left of it: €5\.00/);
    const view = await world.giving.giftView(giftId);
    assert.ok(view?.supporterId != null && !page.includes(view.supporterId), 'nobody is named');
    for (const wrong of ['', 'x', 'FFFF-FFFF-FFFF', '%00', `${reference}.2`]) {
      const answer = await get(`/desk/gifts/${encodeURIComponent(wrong)}`);
      assert.equal(answer.status, 404, wrong);
    }
    const none = await get('/desk/gifts?reference=FFFF-FFFF-FFFF');
    assert.equal(none.status, 404);
    assert.match(await none.text(), /No gift has this reference/);
  });

  it('is given back in part after a page that says how much and what is left', async () => {
    const { path, giftId } = await given();
    const act = randomUUID();
    const asked = await post(path, { act, amount: '2,00', reason: 'asked by letter' });
    assert.equal(asked.status, 200);
    const text = await asked.text();
    assert.match(text, /€2\.00 goes back[^<]*€3\.00 of the gift is left/);
    assert.match(text, /name="minor" value="200"/);
    assert.equal(sent.has(act), false);
    const confirmed = { act, minor: '200', reason: 'asked by letter', confirm: 'yes' };
    const [done, again] = await Promise.all([post(path, confirmed), post(path, confirmed)]);
    for (const answer of [done, again]) {
      assert.match(answer.headers.get('location') ?? '', /\?said=(done|checking)$/);
    }
    assert.equal(await givenBack(giftId), 200n);
    assert.equal(sent.get(act), 200n);
    const page = await (await get(`${path}?said=done`)).text();
    assert.match(page, /It was given back\./);
    assert.match(page, /asked by letter/);
    assert.match(page, /What is left of it: €3\.00/);
  });

  it('by two people at once gives back no more than it was', async () => {
    const { path, giftId } = await given();
    const by = () =>
      post(path, { act: randomUUID(), minor: '300', reason: 'asked', confirm: 'yes' });
    const answers = await Promise.all([by(), by()]);
    const said = answers.map((answer) => answer.headers.get('location')?.split('=')[1]).sort();
    assert.deepEqual(said, ['done', 'too-much']);
    assert.equal(await givenBack(giftId), 300n);
  });

  it('says what is wrong beside the field, keeps what was typed, and sends nothing', async () => {
    const { path, giftId } = await given();
    const good = { act: randomUUID(), amount: '2.00', reason: 'asked', confirm: '', minor: '' };
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ amount: '' }, /Type an amount from €0\.01 to €5\.00/],
      [{ amount: '5,01' }, /Type an amount from/],
      [{ amount: '-1' }, /Type an amount from/],
      [{ amount: '1e3' }, /Type an amount from/],
      [{ amount: '99999999999999999999' }, /Type an amount from/],
      [{ reason: '  ' }, /Write down why/],
      [{ reason: 'x'.repeat(501) }, /Write down why/],
      [{ reason: 'a\u0000b' }, /Write down why/],
      [{ act: 'x' }, /Choose what to do/],
      [{ minor: '0', confirm: 'yes' }, /Type an amount from/],
      [{ minor: '1e3', confirm: 'yes' }, /Type an amount from/],
    ];
    for (const [change, says] of wrong) {
      const answer = await post(path, { ...good, ...change });
      assert.equal(answer.status, 400, JSON.stringify(change));
      assert.match(await answer.text(), says, JSON.stringify(change));
    }
    const kept = await (await post(path, { ...good, amount: '7', reason: 'why not' })).text();
    assert.match(kept, /value="7"/);
    assert.match(kept, /value="why not"/);
    const over = await post(path, { ...good, minor: '501', confirm: 'yes' });
    assert.match(over.headers.get('location') ?? '', /said=too-much/);
    assert.equal(await givenBack(giftId), 0n);
  });
});

describe('a posting at the desk', () => {
  it('that was wrong is corrected, once, after a page that says what', async () => {
    const { path } = await given();
    const link = /href="(\/desk\/money\/posting\/\d+)"/.exec(await (await get(path)).text())?.[1];
    assert.ok(link !== undefined);
    assert.match(await (await get(link)).text(), /Correct posting \d+/);
    const act = randomUUID();
    const asked = await post(link, { act, reason: 'told twice' });
    assert.match(await asked.text(), /€0\.25, processor’s fee, is taken out of the books/);
    const confirmed = { act, reason: 'told twice', confirm: 'yes' };
    const answers = await Promise.all([post(link, confirmed), post(link, confirmed)]);
    const said = answers.map((answer) => answer.headers.get('location')).sort();
    assert.deepEqual(said, ['/desk/money?said=already', '/desk/money?said=done']);
    const page = await (await get(path)).text();
    assert.match(page, /corrected by \d+/);
    assert.match(page, /99 correction/);
    assert.match(await (await get(link)).text(), /It was corrected already/);
  });

  it('of a gift says why it is not corrected, and a form sent all the same does nothing', async () => {
    const { giftId } = await given();
    const story = await world.giving.moneyDesk.giftStory(giftId);
    const gift = story?.transfers.find(({ code }) => code === 10);
    const path = `/desk/money/posting/${gift?.transferId}`;
    assert.match(await (await get(path)).text(), /Money of a gift is never corrected away/);
    const forced = await post(path, { act: randomUUID(), reason: 'x', confirm: 'yes' });
    assert.equal(forced.status, 400);
    const after = await world.giving.moneyDesk.giftStory(giftId);
    assert.deepEqual(after?.transfers, story?.transfers);
    for (const id of ['0', '-1', 'x', '9'.repeat(30), '999999']) {
      assert.equal((await get(`/desk/money/posting/${id}`)).status, 404, id);
    }
  });
});

it('without a session nothing is shown or done', async () => {
  const { path, giftId } = await given();
  isIn = false;
  const confirmed = { act: randomUUID(), minor: '200', reason: 'x', confirm: 'yes' };
  for (const answer of [
    await get('/desk/gifts?reference=x'),
    await get(path),
    await post(path, confirmed),
    await get('/desk/money/posting/1'),
    await post('/desk/money/posting/1', confirmed),
  ]) {
    assert.equal(answer.status, 403);
  }
  isIn = true;
  assert.equal(await givenBack(giftId), 0n);
});
