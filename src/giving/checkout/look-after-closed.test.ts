import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GivingWorld } from '../testing/giving-world.ts';
import { inWorld, pledgeBy, shortPeriods, view } from '../testing/pledge-story.ts';

async function attemptStates(world: GivingWorld, giftId: string): Promise<readonly string[]> {
  const rows = await world.db
    .selectFrom('attempt')
    .select('state')
    .where('gift_id', '=', giftId)
    .orderBy('n')
    .execute();
  return rows.map(({ state }) => state);
}

describe('an attempt whose gift is over', () => {
  it('has its page closed later when that failed at the moment its gift settled', () =>
    inWorld({}, async (world) => {
      const { giving, processor, clock } = world;
      const intent = world.intent();
      const first = await giving.beginGift(intent);
      assert.ok(first.kind === 'go');
      const early = processor.ofPage(first.pageUrl);
      processor.say(early, { state: 'expired' });
      await giving.askProcessor(intent.giftId);
      const second = await giving.beginGift(intent);
      assert.ok(second.kind === 'go');
      // Late money of the first page settles the gift; the call that closes the second is lost.
      processor.faults.push('lost-before');
      processor.pay(first.pageUrl);
      clock.advance({ minutes: 16 });
      await world.settleDown();
      assert.equal((await giving.giftView(intent.giftId))?.state, 'settled');
      clock.advance({ minutes: 16 });
      await world.settleDown();
      assert.deepEqual(await attemptStates(world, intent.giftId), ['succeeded', 'expired']);
      assert.equal(processor.ofPage(second.pageUrl).evidence.state, 'expired');
    }));

  it('is still asked about when it was confirmed after its pledge lapsed, whatever lists and messages say', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = { kind: 'needs-action' };
      await world.liveUntil('2026-03-05T12:00:00Z');
      assert.equal((await view(world, pledgeId)).state, 'lapsed');
      world.processor.listSince = (cursor) =>
        Promise.resolve({ payments: [], cursor: cursor ?? '0', more: false });
      const payment = [...world.processor.payments.values()].at(-1);
      assert.ok(payment !== undefined);
      world.processor.say(payment, {
        state: 'succeeded',
        chargeRef: 'ch_confirmed_late',
        money: payment.money,
        happenedAt: world.clock.now(),
        payerCountry: 'DE',
        mandate: null,
        fee: null,
      });
      world.clock.advance({ minutes: 16 });
      await world.settleDown();
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), ['2026-02-10 settled']);
      assert.equal((await view(world, pledgeId)).state, 'lapsed', 'late money revives nothing');
    }));
});
