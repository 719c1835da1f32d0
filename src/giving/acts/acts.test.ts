import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { money } from '../../money/index.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { readBalances } from '../ledger/ledger-store.ts';
import type { MoneyFact, MoneyListing, RefundAnswer, RefundOrder } from '../processor.ts';
import { bookUnmatched } from '../settling/settle.ts';
import { givenContext } from '../testing/given-context.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';

const eur = (minor: bigint) => money(minor, 'EUR');
const BY = { by: 'staff-1', reason: 'asked by letter' };

let world: GivingWorld;
let orders: RefundOrder[];
let answer: (order: RefundOrder) => RefundAnswer;
let listed: MoneyListing['facts'];

before(async () => {
  world = await givingWorld({
    processors: (fake) => {
      Object.assign(fake, {
        refund: async (order: RefundOrder) => {
          orders.push(order);
          return answer(order);
        },
        listMoneySince: async () => ({ facts: listed, cursor: '1', more: false }),
      });
      return [fake];
    },
  });
});
after(() => world.close());

function fresh(): void {
  orders = [];
  listed = [];
  answer = (order) => ({
    kind: 'refunded',
    refundRef: `re_${order.idempotencyKey}`,
    money: order.money,
    happenedAt: world.clock.now(),
  });
}

async function balance(name: string): Promise<bigint> {
  const all = await readBalances(world.db);
  return all.find((one) => one.name === name && one.money.currency === 'EUR')?.money.minor ?? 0n;
}

async function chargeOf(giftId: string): Promise<string> {
  const row = await world.db
    .selectFrom('attempt')
    .select('charge_ref')
    .where('gift_id', '=', giftId)
    .where('state', '=', 'succeeded')
    .executeTakeFirstOrThrow();
  return row.charge_ref ?? '';
}

async function unmatched(chargeRef: string, minor: bigint): Promise<void> {
  const context = givenContext(world);
  await world.db.transaction().execute((tx) =>
    bookUnmatched(tx, context, {
      accountId: world.processor.accountId,
      objectRef: null,
      succeeded: {
        state: 'succeeded',
        chargeRef,
        money: eur(minor),
        happenedAt: world.clock.now(),
        payerCountry: null,
        mandate: null,
        fee: null,
      },
    }),
  );
}

describe('refunds', () => {
  it('go back in parts, up to what came, and are booked once', async () => {
    fresh();
    const giftId = await world.give();
    const before = await balance('gifts_once');
    const first = await world.giving.refundGift({ giftId, money: eur(200n), ...BY });
    assert.deepEqual(first, { kind: 'refunded', money: eur(200n) });
    const over = await world.giving.refundGift({ giftId, money: eur(301n), ...BY });
    assert.deepEqual(over, { kind: 'refused', reason: 'too-much' });
    const rest = await world.giving.refundGift({ giftId, ...BY });
    assert.deepEqual(rest, { kind: 'refunded', money: eur(300n) });
    assert.deepEqual(await world.giving.refundGift({ giftId, ...BY }), {
      kind: 'refused',
      reason: 'nothing-left',
    });
    assert.equal((await balance('gifts_once')) - before, 500n);
    assert.equal(orders.length, 2);
    assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('need a reason and the gift’s currency', async () => {
    fresh();
    const giftId = await world.give();
    assert.deepEqual(await world.giving.refundGift({ giftId, by: 'staff-1', reason: ' ' }), {
      kind: 'refused',
      reason: 'reason',
    });
    const usd = { giftId, money: money(1n, 'USD'), ...BY };
    assert.deepEqual(await world.giving.refundGift(usd), { kind: 'refused', reason: 'currency' });
    assert.equal(orders.length, 0);
  });

  it('that the program does not understand ring, and hold up no other refund', async () => {
    fresh();
    const [odd, plain] = [await world.give(), await world.give()];
    const oddCharge = await chargeOf(odd);
    const usual = answer;
    answer = () => ({ kind: 'unknown', reason: 'timeout' });
    assert.equal((await world.giving.refundGift({ giftId: odd, ...BY })).kind, 'checking');
    assert.equal((await world.giving.refundGift({ giftId: plain, ...BY })).kind, 'checking');
    // A refund without a name: no adapter of ours answers that.
    answer = (order) => {
      const made = usual(order);
      return order.chargeRef === oddCharge && made.kind === 'refunded'
        ? { ...made, refundRef: '' }
        : made;
    };
    world.clock.advance({ minutes: 10 });
    await world.settleDown();
    const rang = (await world.giving.alarms()).open.filter(({ kind }) => kind === 'assertion');
    assert.equal(rang.length, 1);
    assert.match(rang[0]?.detail ?? '', /has a name/);
    const states = await world.db
      .selectFrom('refund_order')
      .select(['charge_ref', 'state'])
      .where('charge_ref', 'in', [oddCharge, await chargeOf(plain)])
      .execute();
    assert.equal(states.find(({ charge_ref }) => charge_ref === oddCharge)?.state, 'sent');
    assert.equal(states.find(({ charge_ref }) => charge_ref !== oddCharge)?.state, 'refunded');
    // The program was mended: it goes on by itself.
    answer = usual;
    world.clock.advance({ hours: 23 });
    await world.settleDown();
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('without an answer are sent again under the same key inside the window, and counted as gone', async () => {
    fresh();
    const giftId = await world.give();
    answer = () => ({ kind: 'unknown', reason: 'timeout' });
    assert.equal((await world.giving.refundGift({ giftId, ...BY })).kind, 'checking');
    assert.deepEqual(await world.giving.refundGift({ giftId, ...BY }), {
      kind: 'refused',
      reason: 'nothing-left',
    });
    fresh();
    world.clock.advance({ minutes: 10 });
    await world.settleDown();
    assert.equal(orders.length, 1, 'sent again once');
    const rows = await world.db
      .selectFrom('refund_order')
      .select(['id', 'state'])
      .where('state', '=', 'refunded')
      .execute();
    assert.ok(rows.some((row) => row.id === orders[0]?.idempotencyKey));
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('outside the window are never sent again: the listing decides', async () => {
    fresh();
    const [found, lost] = [await world.give(), await world.give()];
    answer = () => ({ kind: 'unknown', reason: 'timeout' });
    await world.giving.refundGift({ giftId: found, ...BY });
    await world.giving.refundGift({ giftId: lost, ...BY });
    const sent = orders.length;
    listed = [
      {
        kind: 'refund',
        ref: 're_listed',
        money: eur(500n),
        happenedAt: world.clock.now(),
        chargeRef: await chargeOf(found),
        payoutRef: null,
      },
    ];
    // A whole week without a worker: the window is over when one comes back.
    world.clock.advance({ hours: 24 * 7 });
    await world.settleDown();
    assert.equal(orders.length, sent, 'nothing was sent after the window');
    const states = await world.db
      .selectFrom('refund_order')
      .innerJoin('money_act', 'money_act.id', 'refund_order.id')
      .select(['money_act.gift_id', 'refund_order.state', 'refund_order.refund_ref'])
      .where('money_act.gift_id', 'in', [found, lost])
      .execute();
    const stateOf = (giftId: string) => states.find((row) => row.gift_id === giftId);
    assert.equal(stateOf(found)?.state, 'refunded');
    assert.equal(stateOf(found)?.refund_ref, 're_listed');
    assert.equal(stateOf(lost)?.state, 'not_found');
    assert.ok((await world.giving.alarms()).open.some(({ kind }) => kind === 'unanswered'));
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('that are equal are told apart by our key, and one made by hand is taken for none of them', async () => {
    fresh();
    const giftId = await world.give();
    const chargeRef = await chargeOf(giftId);
    answer = () => ({ kind: 'unknown', reason: 'timeout' });
    const part = { giftId, money: eur(100n), ...BY };
    for (let nth = 0; nth < 3; nth += 1) await world.giving.refundGift(part);
    const [first, second, third] = orders.map(({ idempotencyKey }) => idempotencyKey);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const now = world.clock.now();
    const refund = (ref: string, minutes: number, refundKey?: string | null): MoneyFact => ({
      kind: 'refund',
      ref,
      money: eur(100n),
      happenedAt: now.add({ minutes }),
      chargeRef,
      payoutRef: null,
      ...(refundKey === undefined ? {} : { refundKey }),
    });
    // In another order than ours, and with one in between that staff made there.
    listed = [refund('re_2', 1, second), refund('re_by_hand', 2, null), refund('re_1', 3, first)];
    world.clock.advance({ hours: 24 * 7 });
    await world.settleDown();
    const rows = await world.db
      .selectFrom('refund_order')
      .select(['id', 'state', 'refund_ref'])
      .where('charge_ref', '=', chargeRef)
      .execute();
    const of = (id: string) => rows.find((row) => row.id === id);
    assert.equal(of(first)?.refund_ref, 're_1');
    assert.equal(of(second)?.refund_ref, 're_2');
    assert.equal(of(third)?.state, 'not_found');
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('of a processor that keeps no keys are found by amount, each for one order', async () => {
    fresh();
    const giftId = await world.give();
    const chargeRef = await chargeOf(giftId);
    answer = () => ({ kind: 'unknown', reason: 'timeout' });
    for (let nth = 0; nth < 2; nth += 1) {
      await world.giving.refundGift({ giftId, money: eur(100n), ...BY });
    }
    listed = [1, 2].map((nth) => ({
      kind: 'refund',
      ref: `re_keyless_${nth}`,
      money: eur(100n),
      happenedAt: world.clock.now(),
      chargeRef,
      payoutRef: null,
    }));
    world.clock.advance({ hours: 24 * 7 });
    await world.settleDown();
    const rows = await world.db
      .selectFrom('refund_order')
      .select('refund_ref')
      .where('charge_ref', '=', chargeRef)
      .execute();
    assert.deepEqual(rows.map((row) => row.refund_ref).toSorted(), [
      're_keyless_1',
      're_keyless_2',
    ]);
    assert.deepEqual(await checkInvariants(world.db), []);
  });
});

describe('an undo', () => {
  it('is for the supporter of the gift, once, for fourteen days', async () => {
    fresh();
    const giftId = await world.give();
    const supporterId = (await world.giving.giftView(giftId))?.supporterId ?? '';
    const other = await world.giving.undoGift({ giftId, supporterId: giftId });
    assert.deepEqual(other, { kind: 'refused', reason: 'not-found' });
    const both = await Promise.all([
      world.giving.undoGift({ giftId, supporterId }),
      world.giving.undoGift({ giftId, supporterId }),
    ]);
    assert.deepEqual(both.map(({ kind }) => kind).toSorted(), ['refunded', 'refused']);
    assert.equal(orders.length, 1);

    const late = await world.give();
    const lateSupporter = (await world.giving.giftView(late))?.supporterId ?? '';
    world.clock.advance({ hours: 14 * 24 + 1 });
    assert.deepEqual(await world.giving.undoGift({ giftId: late, supporterId: lateSupporter }), {
      kind: 'refused',
      reason: 'too-late',
    });
  });
});

describe('money nobody can explain', () => {
  it('becomes a gift of its own, once, and a refund of it then comes out of the gift', async () => {
    fresh();
    await unmatched('ch_strange', 700n);
    const charge = { accountId: world.processor.accountId, chargeRef: 'ch_strange' };
    const answers = await Promise.all([
      world.giving.acceptUnmatched({ ...charge, ...BY }),
      world.giving.acceptUnmatched({ ...charge, ...BY }),
    ]);
    assert.deepEqual(answers.map(({ kind }) => kind).toSorted(), ['accepted', 'already']);
    const accepted = answers.find((one) => one.kind === 'accepted');
    const giftId = accepted?.kind === 'accepted' ? accepted.giftId : '';
    assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
    assert.equal(await balance('unmatched'), 0n);
    const back = await world.giving.refundGift({ giftId, money: eur(300n), ...BY });
    assert.deepEqual(back, { kind: 'refunded', money: eur(300n) });
    assert.equal(orders[0]?.chargeRef, 'ch_strange');
    assert.equal(await balance('unmatched'), 0n);
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('goes back out of unmatched, and its alarm is dealt with', async () => {
    fresh();
    await unmatched('ch_stranger', 800n);
    assert.equal(await balance('unmatched'), -800n);
    const charge = { accountId: world.processor.accountId, chargeRef: 'ch_stranger' };
    const back = await world.giving.refundUnmatched({ ...charge, ...BY });
    assert.deepEqual(back, { kind: 'refunded', money: eur(800n) });
    assert.equal(await balance('unmatched'), 0n);
    assert.equal(
      (await world.giving.alarms()).open.some(({ ref }) => ref.endsWith('ch_stranger')),
      false,
    );
    assert.deepEqual(await world.giving.acceptUnmatched({ ...charge, ...BY }), {
      kind: 'nothing-left',
    });
  });
});
