/** How holds and alarms end: said everywhere, and without anybody pressing a button for what the books say by now. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { money } from '../../money/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { parkGift } from '../alarms/park-gift.ts';
import { returnSentences } from '../faces/return-words.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { recordFact } from '../money-facts/record-fact.ts';
import type { RefundAnswer, RefundOrder } from '../processor.ts';
import { givenContext } from '../testing/given-context.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { nextDue, pledgeBy, view } from '../testing/pledge-story.ts';

const eur = (minor: bigint) => money(minor, 'EUR');
const WHY = { by: 'desk', reason: 'asked by letter' };

interface Bank {
  /** What becomes of the next refunds. */
  answer: 'refunded' | 'refused' | 'unknown';
}

async function worldOf(test: TestContext): Promise<{ world: GivingWorld; bank: Bank }> {
  const bank: Bank = { answer: 'refunded' };
  const world = await givingWorld({
    processors: (fake, clock) => {
      Object.assign(fake, {
        refund: async (order: RefundOrder): Promise<RefundAnswer> => {
          if (bank.answer === 'refused') return { kind: 'refused', code: 'too_old' };
          if (bank.answer === 'unknown') return { kind: 'unknown', reason: 'timeout' };
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
  test.after(() => world.close());
  return { world, bank };
}

/** A gift of five euros for which seven came. */
async function heldGift(world: GivingWorld): Promise<{ giftId: string; chargeRef: string }> {
  const intent = world.intent();
  const begun = await world.giving.beginGift(intent);
  assert.ok(begun.kind === 'go');
  const payment = world.processor.pay(begun.pageUrl, { money: eur(700n) });
  await world.giving.askProcessor(intent.giftId);
  assert.equal((await world.giving.giftView(intent.giftId))?.state, 'integrity_hold');
  assert.ok(payment.evidence.state === 'succeeded');
  return { giftId: intent.giftId, chargeRef: payment.evidence.chargeRef };
}

async function told(world: GivingWorld, giftId: string): Promise<string> {
  const gift = await world.giving.giftView(giftId);
  assert.ok(gift !== undefined);
  const returns = (await world.giving.returnsOf([giftId])).get(giftId);
  return returnSentences(gift, returns, { language: 'en', zone: 'Europe/Berlin' }).join(' ');
}

async function open(world: GivingWorld, kind: string): Promise<number> {
  return (await world.giving.alarms()).open.filter((alarm) => alarm.kind === kind).length;
}

describe('money that did not fit its gift', () => {
  it('is told as waiting, on its way and given back, and the hold is over', async (test) => {
    const { world, bank } = await worldOf(test);
    const { giftId, chargeRef } = await heldGift(world);
    assert.match(await told(world, giftId), /€7\.00 came that does not fit this gift/);
    assert.equal((await world.giving.alarms()).giftsOnHold, 1);
    const charge = { accountId: world.processor.accountId, chargeRef };
    bank.answer = 'unknown';
    await world.giving.refundUnmatched({ ...charge, ...WHY });
    assert.match(await told(world, giftId), /^€7\.00 that did not fit this gift is on its way/);
    bank.answer = 'refunded';
    world.clock.advance({ minutes: 10 });
    await world.settleDown();
    assert.match(await told(world, giftId), /^€7\.00 that did not fit this gift went back/);
    assert.equal(await open(world, 'hold'), 0);
    assert.equal((await world.giving.alarms()).giftsOnHold, 0);
    assert.equal((await world.giving.giftView(giftId))?.state, 'integrity_hold', 'no state falls');
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('accepted is a gift of its own, and its first gift says so', async (test) => {
    const { world } = await worldOf(test);
    const { giftId, chargeRef } = await heldGift(world);
    const charge = { accountId: world.processor.accountId, chargeRef };
    const accepted = await world.giving.acceptUnmatched({ ...charge, ...WHY });
    assert.ok(accepted.kind === 'accepted');
    assert.match(await told(world, giftId), /^€7\.00 .* was kept as a gift of its own/);
    // What goes back of the new gift is the new gift's story.
    await world.giving.refundGift({ giftId: accepted.giftId, money: eur(200n), ...WHY });
    assert.match(await told(world, giftId), /^€7\.00 .* was kept as a gift of its own/);
    assert.match(await told(world, accepted.giftId), /€2\.00 of it was given back/);
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('that somebody sent back on the processor’s own pages needs nobody any more', async (test) => {
    const { world } = await worldOf(test);
    const { giftId, chargeRef } = await heldGift(world);
    assert.equal(await open(world, 'hold'), 1);
    await world.db.transaction().execute((tx) =>
      recordFact(tx, {
        accountId: world.processor.accountId,
        now: world.clock.now(),
        fact: {
          kind: 'refund',
          ref: 're_by_hand',
          money: eur(700n),
          happenedAt: world.clock.now(),
          chargeRef,
          payoutRef: null,
          refundKey: null,
        },
      }),
    );
    assert.equal(await open(world, 'hold'), 0);
    assert.match(await told(world, giftId), /went back to you/);
  });
});

describe('an alarm whose cause is gone', () => {
  it('of a listed country ends when all of the gift went back, not a part of it', async (test) => {
    const { world } = await worldOf(test);
    world.processor.payerCountry = 'XA';
    const giftId = await world.give();
    assert.equal(await open(world, 'refused-country'), 1);
    await world.giving.refundGift({ giftId, money: eur(100n), ...WHY });
    assert.equal(await open(world, 'refused-country'), 1);
    await world.giving.refundGift({ giftId, ...WHY });
    assert.equal(await open(world, 'refused-country'), 0);
  });

  it('of a refund without an answer ends with the answer, and with a refusal another rings', async (test) => {
    const { world, bank } = await worldOf(test);
    for (const last of ['refunded', 'refused'] as const) {
      const giftId = await world.give();
      bank.answer = 'unknown';
      const actId = randomUUID();
      await world.giving.refundGift({ giftId, actId, ...WHY });
      const now = world.clock.now();
      const ref = `refund:${actId}`;
      await raiseAlarm(world.db, { kind: 'unanswered', ref, giftId: null, detail: null, now });
      assert.equal(await open(world, 'unanswered'), 1);
      bank.answer = last;
      world.clock.advance({ minutes: 10 });
      await world.settleDown();
      assert.equal(await open(world, 'unanswered'), 0, last);
      assert.equal(await open(world, 'refund-refused'), last === 'refused' ? 1 : 0);
    }
  });

  it('of an order that was asked about in vain ends when the processor says it after all', async (test) => {
    const { world } = await worldOf(test);
    for (const ending of ['paid', 'expired'] as const) {
      const intent = world.intent();
      const begun = await world.giving.beginGift(intent);
      assert.ok(begun.kind === 'go');
      const attempt = await world.db
        .updateTable('attempt')
        .set({ asked: 30 })
        .where('gift_id', '=', intent.giftId)
        .returning('id')
        .executeTakeFirstOrThrow();
      const { giftId } = intent;
      const now = world.clock.now();
      await raiseAlarm(world.db, {
        kind: 'unanswered',
        ref: attempt.id,
        giftId,
        detail: null,
        now,
      });
      if (ending === 'paid') world.processor.pay(begun.pageUrl);
      else world.processor.say(world.processor.ofPage(begun.pageUrl), { state: 'expired' });
      await world.giving.askProcessor(giftId);
      assert.equal(await open(world, 'unanswered'), 0, ending);
    }
  });
});

describe('a gift that was parked for a mistake of ours', () => {
  async function retry(world: GivingWorld, giftId: string): Promise<string> {
    const alarm = (await world.giving.moneyDesk.openAlarms()).find((one) => one.giftId === giftId);
    assert.deepEqual(alarm?.ways, ['retry']);
    const actId = randomUUID();
    const { alarmId } = alarm;
    const answer = await world.giving.dealWithAlarm({ alarmId, actId, way: 'retry', ...WHY });
    return answer.kind;
  }

  it('arrives when it is tried again and money came', async (test) => {
    const { world } = await worldOf(test);
    const intent = world.intent();
    const begun = await world.giving.beginGift(intent);
    assert.ok(begun.kind === 'go');
    const { giftId } = intent;
    await parkGift(givenContext(world), { giftId, detail: 'a mistake' });
    // Nobody has paid yet, but somebody still may: it is not over.
    assert.equal(await retry(world, giftId), 'refused');
    assert.equal(await open(world, 'assertion'), 1);
    world.processor.pay(begun.pageUrl);
    assert.equal(await retry(world, giftId), 'done');
    assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
    assert.equal(await open(world, 'assertion'), 0);
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('ends without money when none came, says so, and its pledge goes on', async (test) => {
    const { world } = await worldOf(test);
    const pledgeId = await pledgeBy(world);
    const giftId = (await view(world, pledgeId)).openGiftId ?? '';
    await parkGift(givenContext(world), { giftId, detail: 'a mistake' });
    assert.equal(await told(world, giftId), '', 'nothing is said before a person looked');
    assert.equal(await retry(world, giftId), 'done');
    assert.equal(await told(world, giftId), 'Nothing was taken for this gift.');
    assert.equal((await world.giving.giftView(giftId))?.state, 'integrity_hold');
    const next = (await view(world, pledgeId)).openGiftId;
    assert.ok(next !== null && next !== giftId);
    world.clock.set((await nextDue(world, pledgeId)).toString());
    await world.settleDown();
    assert.equal((await world.giving.giftView(next))?.state, 'settled');
    assert.deepEqual(await checkInvariants(world.db), []);
  });
});
