/** A certainty that turns out false parks its gift and rings at the desk, whichever way the core was entered. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { Hono } from 'hono';
import { sql } from 'kysely';
import { money } from '../../money/index.ts';
import { AssertionFailure } from '../../problems/index.ts';
import { createGiving } from '../create-giving.ts';
import { createGivingRoutes } from '../faces/routes.ts';
import type { GiftState } from '../gift.ts';
import type { MoneyFact, ProcessorDay, Succeeded } from '../processor.ts';
import { exampleNewsroom } from '../testing/fake-web.ts';
import { givenContext } from '../testing/given-context.ts';
import { type GivingWorld, givingWorld, type WorldOptions } from '../testing/giving-world.ts';
import { pledgeBy } from '../testing/pledge-story.ts';
import { noteFailure } from './note-failure.ts';

const eur = (minor: bigint) => money(minor, 'EUR');

async function worldOf(test: TestContext, options: WorldOptions = {}): Promise<GivingWorld> {
  const world = await givingWorld(options);
  test.after(() => world.close());
  return world;
}

async function rang(world: GivingWorld): Promise<readonly string[]> {
  const { open } = await world.giving.alarms();
  return open.filter(({ kind }) => kind === 'assertion').map(({ giftId, ref }) => giftId ?? ref);
}

async function stateOf(world: GivingWorld, giftId: string): Promise<GiftState | undefined> {
  return (await world.giving.giftView(giftId))?.state;
}

async function begin(world: GivingWorld) {
  const intent = world.intent();
  const begun = await world.giving.beginGift(intent);
  assert.ok(begun.kind === 'go');
  return { giftId: intent.giftId, pageUrl: begun.pageUrl };
}

/** No adapter of ours answers that: a charge without a name. */
function nameless(world: GivingWorld): Succeeded {
  return {
    state: 'succeeded',
    chargeRef: '',
    money: eur(500n),
    happenedAt: world.clock.now(),
    payerCountry: null,
    mandate: null,
    fee: null,
  };
}

describe('a certainty that turns out false', () => {
  it('in a checkout parks the gift that was begun, and rings', async (test) => {
    const world = await worldOf(test);
    const { giftId } = await begin(world);
    const { random } = world.dependencies;
    await world.db
      .updateTable('attempt')
      .set({ state: 'expired', page_url: null })
      .where('gift_id', '=', giftId)
      .execute();
    const broken = createGiving({
      ...world.dependencies,
      random: { bytes: (length) => random.bytes(length), uuid: () => 'no id at all' },
    });
    await assert.rejects(broken.beginGift(world.intent({ giftId })), AssertionFailure);
    assert.deepEqual(await rang(world), [giftId]);
    assert.equal(await stateOf(world, giftId), 'integrity_hold');
  });

  it('in the answer of a processor, asked by a page, by the poller or for a message', async (test) => {
    const world = await worldOf(test);
    const [asked, polled, told] = [await begin(world), await begin(world), await begin(world)];
    const say = (one: { readonly pageUrl: string }) => {
      const payment = world.processor.ofPage(one.pageUrl);
      world.processor.say(payment, nameless(world));
      return payment;
    };
    say(asked);
    await world.giving.askProcessor(asked.giftId);
    assert.deepEqual(await rang(world), [asked.giftId]);
    const { objectRef } = say(told);
    const { accountId } = world.processor;
    await world.giving.takeWebhook({ accountId, ...world.processor.message(objectRef) });
    await world.giving.workers.find(({ name }) => name === 'inbox')?.runOnce();
    assert.deepEqual((await rang(world)).toSorted(), [asked.giftId, told.giftId].toSorted());
    say(polled);
    await world.settleDown();
    const all = [asked.giftId, polled.giftId, told.giftId];
    assert.deepEqual((await rang(world)).toSorted(), all.toSorted());
    for (const giftId of all) assert.equal(await stateOf(world, giftId), 'integrity_hold');
  });

  it('about a payment that is none of ours rings at once, and holds up no message behind it', async (test) => {
    const world = await worldOf(test);
    const strange = world.processor.strange(eur(500n));
    world.processor.say(strange, nameless(world));
    const { giftId, pageUrl } = await begin(world);
    world.processor.pay(pageUrl);
    await world.settleDown();
    assert.equal(await stateOf(world, giftId), 'settled');
    assert.deepEqual(await rang(world), [`event:fake:poll:${strange.objectRef}`]);
  });

  it('in a renewal parks it, and the collector goes on', async (test) => {
    const world = await worldOf(test);
    const pledgeId = await pledgeBy(world);
    Object.assign(world.processor, {
      chargeMandate: async () => ({
        kind: 'evidence',
        objectRef: 'pay_odd',
        evidence: nameless(world),
      }),
    });
    await world.liveUntil('2026-03-02T12:00:00Z');
    const [giftId] = await rang(world);
    const row = await world.db
      .selectFrom('gift')
      .select(['state', 'pledge_id'])
      .where('id', '=', giftId ?? '')
      .executeTakeFirstOrThrow();
    assert.deepEqual(row, { state: 'integrity_hold', pledge_id: pledgeId });
  });

  it('in a listing of money rings for its charge, and the facts behind it are booked', async (test) => {
    let facts: readonly MoneyFact[] = [];
    const world = await worldOf(test, {
      processors: (fake) => {
        const listMoneySince = async () => ({ facts, cursor: '1', more: false });
        return [Object.assign(fake, { listMoneySince })];
      },
    });
    const giftId = await world.give();
    const fact = (ref: string, minor: bigint, chargeRef: string | null): MoneyFact => ({
      kind: chargeRef === null ? 'payout' : 'refund',
      ref,
      money: eur(minor),
      happenedAt: world.clock.now(),
      chargeRef,
      payoutRef: null,
    });
    const { charge_ref: chargeRef } = await world.db
      .selectFrom('attempt')
      .select('charge_ref')
      .where('gift_id', '=', giftId)
      .executeTakeFirstOrThrow();
    facts = [fact('re_odd', 0n, chargeRef), fact('po_odd', 0n, null), fact('po_1', 1n, null)];
    await world.settleDown();
    assert.deepEqual((await rang(world)).toSorted(), [giftId, 'payout:fake:po_odd'].toSorted());
    const booked = await world.db.selectFrom('money_fact').select('ref').execute();
    assert.deepEqual(booked, [{ ref: 'po_1' }]);
  });

  it('in a nightly comparison rings for the day, which counts as one that differs', async (test) => {
    const odd: ProcessorDay = {
      charges: [{ objectRef: 'o', chargeRef: 'c', money: eur(0n), attemptId: null }],
      facts: [],
    };
    const world = await worldOf(test, {
      processors: (fake) => [Object.assign(fake, { booksOfDay: async () => odd })],
    });
    await world.settleDown();
    world.clock.advance({ hours: 24 });
    await world.settleDown();
    assert.deepEqual(await rang(world), ['books:fake:2026-01-31']);
    const days = await world.db.selectFrom('books_day').select('differences').execute();
    assert.deepEqual(days, [{ differences: 1 }]);
  });

  it("in a person's act rings for its gift or its charge", async (test) => {
    const world = await worldOf(test);
    const giftId = await world.give();
    const nobody = { by: '', reason: 'asked for' };
    await assert.rejects(world.giving.refundGift({ giftId, ...nobody }), AssertionFailure);
    assert.deepEqual(await rang(world), [giftId]);
    const alarms = await world.giving.moneyDesk.openAlarms();
    const alarmId = alarms[0]?.alarmId ?? 0n;
    await world.db
      .updateTable('alarm')
      .set({ kind: 'books-differ', gift_id: null })
      .where('id', '=', alarmId)
      .execute();
    const act = { ...nobody, actId: randomUUID(), alarmId, way: 'acknowledge' } as const;
    await assert.rejects(world.giving.dealWithAlarm(act), AssertionFailure);
    assert.deepEqual(await rang(world), [`alarm:${alarmId}`]);
    assert.notEqual(await world.giving.moneyDesk.openAlarm(alarmId), undefined);
  });

  it('in a change of a pledge parks its open gift', async (test) => {
    const world = await worldOf(test);
    const pledgeId = await pledgeBy(world);
    const open = await world.db
      .selectFrom('gift')
      .select('id')
      .where('pledge_id', '=', pledgeId)
      .where('state', '=', 'due')
      .executeTakeFirstOrThrow();
    // No code of ours makes two open gifts of one pledge.
    const second = randomUUID();
    await sql`
      insert into gift (id, supporter_id, pledge_id, period_n, due_date, unit, amount_minor, currency,
        body_hash, state, next_at, created_at)
      select ${second}::uuid, supporter_id, pledge_id, period_n + 1, due_date, unit, amount_minor, currency,
        body_hash, state, next_at, created_at from gift where id = ${open.id}
    `.execute(world.db);
    const change = { pledgeId, money: eur(700n) };
    await assert.rejects(world.giving.changePledgeAmount(change), AssertionFailure);
    assert.deepEqual((await rang(world)).toSorted(), [open.id, second].toSorted());
  });

  it('in a worker rings under its name', async (test) => {
    const world = await worldOf(test);
    const { random } = world.dependencies;
    const processors = [world.processor, world.processor];
    assert.throws(() => createGiving({ ...world.dependencies, random, processors }));
    const broken = Object.assign(Object.create(world.processor), {
      listSince: () => {
        throw new AssertionFailure('an adapter caught itself in a mistake');
      },
    });
    const giving = createGiving({ ...world.dependencies, processors: [broken] });
    const poller = giving.workers.find(({ name }) => name === 'poller');
    await assert.rejects(async () => await poller?.runOnce(), AssertionFailure);
    assert.deepEqual(await rang(world), ['worker:poller']);
  });

  it('on a page of giving rings for its gift, and nothing untrue is shown', async (test) => {
    const world = await worldOf(test);
    const giftId = await world.give();
    const view = await world.giving.giftView(giftId);
    assert.ok(view !== undefined);
    const deps = {
      giving: {
        ...world.giving,
        // What a month costs does not add up to what was charged.
        giftView: async () => ({ ...view, moneyOfPeriod: eur(1n) }),
      },
      newsroom: exampleNewsroom(),
      clock: world.clock,
      decidePlace: () => ({ class: 'safe', tor: false }),
      render: () => new Response('a page'),
    };
    const app = new Hono().onError((_error, c) => c.text('a failure of ours', 500));
    // Only what this one page asks for.
    app.route('/', createGivingRoutes(Object.assign(Object.create(null), deps)));
    const response = await app.request(`/support?gift=${giftId}`);
    assert.equal(response.status, 500);
    assert.deepEqual(await rang(world), [giftId]);
    assert.equal(await stateOf(world, giftId), 'settled', 'money that arrived stays arrived');
  });

  it('is nothing that another error is', async (test) => {
    const world = await worldOf(test);
    await noteFailure(givenContext(world), { what: 'page' }, new Error('away'));
    assert.deepEqual(await rang(world), []);
  });
});
