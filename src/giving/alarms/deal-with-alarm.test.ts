import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { money } from '../../money/index.ts';
import { bookUnmatched } from '../settling/settle.ts';
import { givenContext } from '../testing/given-context.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { raiseAlarm } from './alarm-store.ts';

const eur = (minor: bigint) => money(minor, 'EUR');
const BY = { by: 'desk', reason: 'looked at it' };

let world: GivingWorld;
let sent: { readonly idempotencyKey: string }[] = [];

before(async () => {
  world = await givingWorld({
    processors: (fake) => {
      Object.assign(fake, {
        refund: async (order: { idempotencyKey: string; money: unknown }) => {
          sent.push(order);
          return {
            kind: 'refunded',
            refundRef: `re_${order.idempotencyKey}`,
            money: order.money,
            happenedAt: world.clock.now(),
          };
        },
      });
      return [fake];
    },
  });
});
after(() => world.close());

async function ring(kind: 'books-differ' | 'bound', giftId: string | null): Promise<bigint> {
  const ref = `${kind}:${randomUUID()}`;
  await raiseAlarm(world.db, { kind, ref, giftId, detail: null, now: world.clock.now() });
  const alarms = await world.giving.moneyDesk.openAlarms();
  return alarms.find((alarm) => alarm.ref === ref)?.alarmId ?? 0n;
}

async function unmatched(chargeRef: string, minor: bigint): Promise<void> {
  await world.db.transaction().execute((tx) =>
    bookUnmatched(tx, givenContext(world), {
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

describe('an alarm at the desk', () => {
  it('is acknowledged once, with who and why, however often and by whomever it is pressed', async () => {
    const alarmId = await ring('books-differ', null);
    const press = (actId: string) =>
      world.giving.dealWithAlarm({ ...BY, actId, alarmId, way: 'acknowledge' });
    const answers = await Promise.all([press(randomUUID()), press(randomUUID())]);
    assert.deepEqual(answers.map(({ kind }) => kind).sort(), ['already', 'done']);
    const acts = await world.db
      .selectFrom('alarm_act')
      .selectAll()
      .where('alarm_id', '=', alarmId)
      .execute();
    assert.equal(acts.length, 1);
    assert.equal(acts[0]?.reason, BY.reason);
    assert.equal(await world.giving.moneyDesk.openAlarm(alarmId), undefined);
  });

  it('needs a reason, an id, an alarm, and a way that fits', async () => {
    const alarmId = await ring('books-differ', null);
    const good = { ...BY, actId: randomUUID(), alarmId, way: 'acknowledge' } as const;
    const refused = async (change: object) =>
      await world.giving.dealWithAlarm({ ...good, ...change });
    assert.deepEqual(await refused({ reason: ' ' }), { kind: 'refused', reason: 'reason' });
    assert.deepEqual(await refused({ actId: 'x' }), { kind: 'refused', reason: 'act-id' });
    assert.deepEqual(await refused({ way: 'release' }), {
      kind: 'refused',
      reason: 'not-possible',
    });
    assert.deepEqual(await refused({ alarmId: 999_999n }), { kind: 'not-found' });
    assert.notEqual(await world.giving.moneyDesk.openAlarm(alarmId), undefined);
  });

  it('about money that waits is not acknowledged away; sending back twice under one act sends once', async () => {
    await world.give();
    const chargeRef = `ch_${randomUUID()}`;
    await unmatched(chargeRef, 700n);
    const alarm = (await world.giving.moneyDesk.openAlarms()).find(
      ({ waiting }) => waiting?.chargeRef === chargeRef,
    );
    assert.ok(alarm !== undefined);
    assert.deepEqual(alarm.waiting?.money, eur(700n));
    const { alarmId } = alarm;
    assert.deepEqual(
      await world.giving.dealWithAlarm({ ...BY, actId: randomUUID(), alarmId, way: 'acknowledge' }),
      { kind: 'refused', reason: 'money-waits' },
    );
    sent = [];
    const actId = randomUUID();
    const back = { ...BY, actId, accountId: world.processor.accountId, chargeRef };
    const [first, second] = await Promise.all([
      world.giving.refundUnmatched(back),
      world.giving.refundUnmatched(back),
    ]);
    assert.notEqual(first.kind, 'refused');
    assert.notEqual(second.kind, 'refused');
    assert.deepEqual([...new Set(sent.map(({ idempotencyKey }) => idempotencyKey))], [actId]);
    assert.equal(await world.giving.moneyDesk.openAlarm(alarmId), undefined);
  });
});

describe('what went back of a gift', () => {
  it('is told in parts and whole, once per act', async () => {
    const giftId = await world.give();
    assert.equal((await world.giving.returnsOf([giftId])).get(giftId), undefined);
    const actId = randomUUID();
    const part = { ...BY, giftId, actId, money: eur(200n) };
    assert.deepEqual(await world.giving.refundGift(part), { kind: 'refunded', money: eur(200n) });
    assert.deepEqual(await world.giving.refundGift(part), { kind: 'refunded', money: eur(200n) });
    const returns = (await world.giving.returnsOf([giftId])).get(giftId);
    assert.deepEqual(
      [returns?.givenBack, returns?.takenBack, returns?.onItsWay, returns?.heldByBank],
      [eur(200n), eur(0n), eur(0n), eur(0n)],
    );
    assert.equal(returns?.couldNotBeSent, false);
    assert.ok(returns?.lastAt != null);
    const other = await world.give();
    assert.deepEqual(await world.giving.refundGift({ ...part, giftId: other }), {
      kind: 'refused',
      reason: 'act-id',
    });
  });
});
