import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { money } from '../../money/index.ts';
import { inWorld } from '../testing/pledge-story.ts';
import { recordFact } from './record-fact.ts';

describe('a refund of a charge that is not in the books', () => {
  it('rings after a day, not before, and once', () =>
    inWorld({ now: '2026-03-01T12:00:00Z' }, async (world) => {
      await world.settleDown();
      const { accountId } = world.processor;
      const now = world.clock.now();
      const fact = {
        kind: 'refund',
        ref: 're_lost',
        money: money(100n, 'EUR'),
        happenedAt: now,
        chargeRef: 'ch_never_heard_of',
        payoutRef: null,
      } as const;
      await world.db.transaction().execute((tx) => recordFact(tx, { accountId, fact, now }));
      const rang = async () =>
        (await world.giving.alarms()).open.filter(({ kind }) => kind === 'parked-event');
      world.clock.advance({ hours: 23, minutes: 59 });
      await world.settleDown();
      assert.deepEqual(await rang(), []);
      world.clock.advance({ minutes: 1 });
      await world.settleDown();
      const [alarm, ...others] = await rang();
      assert.equal(alarm?.ref, `refund:${accountId}:re_lost`);
      assert.deepEqual(others, []);
      assert.equal(await world.giving.resolveAlarm(alarm.alarmId), true);
      world.clock.advance({ hours: 30 });
      await world.settleDown();
      assert.deepEqual(await rang(), [], 'nobody is called again for the same');
    }));
});
