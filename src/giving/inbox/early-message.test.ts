import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { money } from '../../money/index.ts';
import { inWorld } from '../testing/pledge-story.ts';

describe('a message that is faster than our own commit', () => {
  it('waits for the attempt that its record names, and is not booked as a stranger meanwhile', () =>
    inWorld({}, async (world) => {
      const strange = world.processor.strange(money(700n, 'EUR'));
      const attemptId = world.dependencies.random.uuid();
      const named = { ...strange, attemptId };
      world.processor.payments.set(strange.objectRef, named);
      await world.giving.takeWebhook({
        accountId: world.processor.accountId,
        ...world.processor.message(strange.objectRef),
      });
      await world.settleDown();
      const booked = () => world.db.selectFrom('ledger_transfer').select('code').execute();
      assert.deepEqual(await booked(), []);
      // It stays unknown for a day: then it is money that nobody can explain.
      world.clock.advance({ hours: 25 });
      await world.settleDown();
      assert.deepEqual(await booked(), [{ code: 90 }]);
    }));
});

describe('an account that was dropped', () => {
  it('is not asked for its list any more', () =>
    inWorld({}, async (world) => {
      await world.settleDown();
      await world.db.updateTable('processor_account').set({ status: 'dropped' }).execute();
      const before = world.processor.calls.filter((call) => call === 'list').length;
      world.clock.advance({ hours: 1 });
      await world.settleDown();
      assert.equal(world.processor.calls.filter((call) => call === 'list').length, before);
    }));
});
