/**
 * Two workers, or a worker and a person, at the same gift in the same moment: the interleavings that reading the code
 * said could go wrong, each forced by a lock or by a processor that does not answer yet.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { PlainDate } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { money } from '../../money/index.ts';
import { givingContext } from '../context.ts';
import { createGiving } from '../create-giving.ts';
import type { GivingWorld } from '../testing/giving-world.ts';
import {
  charges,
  collect,
  inWorld,
  nextDue,
  pledgeBy,
  shortPeriods,
  view,
} from '../testing/pledge-story.ts';
import { runWorkersUntilIdle } from '../worker.ts';
import { planCharge } from './charge-renewal.ts';
import { claimDueGifts, LEASE_SECONDS, releaseGifts } from './lease.ts';

const INSUFFICIENT = {
  kind: 'declines',
  code: 'insufficient_funds',
  advice: 'retry-later',
} as const;

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it never came to this: ${what}`);
}

/**
 * Runs a collector that has read a gift and decided, and lets `meanwhile` happen before its first transaction begins, or
 * before a later one.
 */
async function collectAfter(
  world: GivingWorld,
  meanwhile: () => Promise<void>,
  beforeTransaction = 1,
): Promise<void> {
  let begun = 0;
  const db = new Proxy(world.db, {
    get(target, name) {
      if (name === 'transaction') {
        return () => ({
          async execute<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
            begun += 1;
            if (begun === beforeTransaction) await meanwhile();
            return await target.transaction().execute(work);
          },
        });
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const { workers } = createGiving({ ...world.dependencies, db });
  await workers.find(({ name }) => name === 'collector')?.runOnce();
  assert.ok(begun >= beforeTransaction, 'the collector had something to write');
}

describe('a worker whose lease ran out before it came to a gift', () => {
  it('does not try a card again that another worker has tried meanwhile', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledges: string[] = [];
      for (let count = 0; count < 10; count += 1) pledges.push(await pledgeBy(world));
      world.clock.set('2026-02-10T11:00:00Z');
      world.processor.outcome = INSUFFICIENT;
      let calls = 0;
      let answer = () => {};
      const answered = new Promise<void>((resolve) => {
        answer = resolve;
      });
      world.processor.duringCharge = async () => {
        calls += 1;
        if (calls <= 8) await answered;
      };
      const slow = collect(world);
      await until('eight charges are under way', () => calls === 8);
      // The other two are leased as well, and their turn comes after the lease is over.
      world.clock.advance({ seconds: 61 });
      const other = createGiving(world.dependencies).workers.find(
        ({ name }) => name === 'collector',
      );
      await other?.runOnce();
      answer();
      await slow;
      world.processor.duringCharge = null;
      const { rows } = await sql<{ tries: number }>`
        select count(*)::int as tries from attempt where mandate_id is not null group by gift_id
      `.execute(world.db);
      assert.deepEqual(
        rows.map(({ tries }) => tries),
        Array(10).fill(1),
      );
      assert.equal(pledges.length, 10);
    }));
});

describe('a pause that ended while nobody collected', () => {
  it('skips the period that fell into it, as was said, however late the worker comes', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      await world.giving.pausePledge({ pledgeId, untilDate: PlainDate.from('2026-03-12') });
      await world.liveUntil('2026-03-01T12:00:00Z');
      world.clock.set('2026-03-12T12:00:00Z');
      await world.settleDown();
      assert.equal(charges(world), 0);
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), [
        '2026-02-10 skipped',
        '2026-03-10 skipped',
        '2026-04-10 due',
      ]);
      assert.equal((await view(world, pledgeId)).state, 'active');
      await world.liveUntil('2026-04-10T12:00:00Z');
      assert.equal(charges(world), 1);
    }));
});

describe('a pause that is ended by hand while nobody collected', () => {
  it('skips the period that fell into it, and collects the one that comes', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      await world.giving.pausePledge({ pledgeId, untilDate: PlainDate.from('2026-04-01') });
      world.clock.set('2026-02-12T12:00:00Z');
      assert.equal((await world.giving.resumePledge(pledgeId)).kind, 'changed');
      await world.settleDown();
      assert.equal(charges(world), 0);
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), [
        '2026-02-10 skipped',
        '2026-03-10 due',
      ]);
    }));
});

describe('a charge whose answer got lost, and then the pledge was stopped', () => {
  it('is asked about and never sent again', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      const due = await nextDue(world, pledgeId);
      world.processor.faults.push('lost-before');
      world.clock.set(due);
      await world.settleDown();
      assert.equal(charges(world), 1);
      assert.equal((await world.giving.cancelPledge(pledgeId)).kind, 'cancelled');
      await world.liveUntil('2026-03-20T12:00:00Z');
      assert.equal(charges(world), 1, 'nothing is sent after the stop was confirmed');
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), ['2026-02-10 abandoned']);
    }));

  it('still settles when the processor had taken it', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.faults.push('lost-after');
      world.clock.set(await nextDue(world, pledgeId));
      const poller = world.giving.workers.find(({ name }) => name === 'poller');
      assert.ok(poller !== undefined);
      await collect(world);
      assert.equal((await world.giving.cancelPledge(pledgeId)).kind, 'cancelled');
      world.clock.advance({ minutes: 6 });
      await collect(world);
      assert.equal(charges(world), 1);
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), ['2026-02-10 settled']);
    }));
});

describe('a collector that has decided while a person changes the rows', () => {
  it('does not let a pledge lapse whose period is being paid by hand at this moment', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = { kind: 'declines', code: 'lost_card', advice: 'stop' };
      await world.liveUntil('2026-02-11T12:00:00Z');
      const giftId = (await view(world, pledgeId)).openGiftId ?? '';
      world.clock.set('2026-03-04T12:00:00Z');
      let pageUrl = '';
      await collectAfter(world, async () => {
        const begun = await world.giving.beginGift(world.intent({ giftId, interval: 'month' }));
        assert.ok(begun.kind === 'go');
        pageUrl = begun.pageUrl;
      });
      assert.equal((await view(world, pledgeId)).state, 'past_due');
      world.processor.pay(pageUrl);
      await world.settleDown();
      assert.equal((await view(world, pledgeId)).state, 'active');
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1, 2), ['2026-02-10 settled']);
    }));

  it('sends nothing that was planned once the supporter has paused or stopped', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const paused = await pledgeBy(world);
      world.clock.set(await nextDue(world, paused));
      await collectAfter(
        world,
        async () => {
          await world.giving.pausePledge({ pledgeId: paused, months: 1 });
        },
        2,
      );
      await world.settleDown();
      assert.equal((await shortPeriods(world, paused))[1], '2026-02-10 skipped');

      const stopped = await pledgeBy(world);
      world.clock.set(await nextDue(world, stopped));
      await collectAfter(
        world,
        async () => {
          await world.giving.cancelPledge(stopped);
        },
        2,
      );
      await world.settleDown();
      const [, renewal] = await shortPeriods(world, stopped);
      assert.match(renewal ?? '', / abandoned$/);
      const { rows } = await sql<{ sent: number }>`
        select count(*)::int as sent from attempt join gift on gift.id = attempt.gift_id
        where attempt.mandate_id is not null and attempt.first_sent_at is not null
          and gift.pledge_id in (${paused}, ${stopped}) and gift.period_n = 1
      `.execute(world.db);
      assert.equal(rows[0]?.sent, 0);
    }));

  it('charges the amount that the supporter has just chosen, at the first try', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      const giftId = (await view(world, pledgeId)).openGiftId ?? '';
      world.clock.set(await nextDue(world, pledgeId));
      await collectAfter(world, async () => {
        const changed = await world.giving.changePledgeAmount({
          pledgeId,
          money: money(900n, 'EUR'),
        });
        assert.equal(changed.kind, 'changed');
      });
      await world.settleDown();
      const attempts = await world.db
        .selectFrom('attempt')
        .select('state')
        .where('gift_id', '=', giftId)
        .execute();
      assert.deepEqual(attempts, [{ state: 'succeeded' }]);
      assert.equal(world.processor.captured('EUR'), 1400n);
    }));
});

describe('a processor that was away for weeks', () => {
  it('is not asked for two periods in two days: the older one is skipped when nothing was ever taken', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.faults.push('lost-before');
      world.processor.lookUpsLost = Number.MAX_SAFE_INTEGER;
      await world.liveUntil('2026-03-08T12:00:00Z');
      assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-10 collecting');
      world.processor.lookUpsLost = 0;
      await world.liveUntil('2026-03-20T12:00:00Z');
      const [, february, march] = await shortPeriods(world, pledgeId);
      assert.equal(february, '2026-02-10 skipped');
      assert.match(march ?? '', /^2026-03-10 (settled|skipped)$/);
    }));
});

describe('leases', () => {
  it('give a gift to one worker at a time, and back after a minute or when it is done', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const giftId = (await view(world, await pledgeBy(world))).openGiftId ?? '';
      world.clock.set('2026-02-10T12:00:00Z');
      const claim = (owner: string) =>
        claimDueGifts(world.db, { now: world.clock.now(), owner, limit: 10 });
      assert.deepEqual(await claim('one'), [giftId]);
      assert.deepEqual(await claim('two'), []);
      world.clock.advance({ seconds: LEASE_SECONDS });
      assert.deepEqual(await claim('two'), [giftId]);
      // The first comes to its end now: the lease is no longer its own to give back.
      await releaseGifts(world.db, { giftIds: [giftId], owner: 'one' });
      assert.deepEqual(await claim('three'), []);
      await releaseGifts(world.db, { giftIds: [giftId], owner: 'two' });
      assert.deepEqual(await claim('three'), [giftId]);
      await releaseGifts(world.db, { giftIds: [giftId], owner: 'three' });
    }));
});

describe('sending a key again', () => {
  it('never sends another body under it: settings changed between planning and sending', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.clock.set(await nextDue(world, pledgeId));
      const giftId = (await view(world, pledgeId)).openGiftId ?? '';
      const planned = await planCharge(givingContext(world.dependencies), giftId);
      assert.ok(planned !== null);
      const settings = { ...world.dependencies.settings, statementText: 'ANOTHER TEXT' };
      const later = createGiving({ ...world.dependencies, settings });
      await runWorkersUntilIdle(later.workers, 50);
      const sent = world.processor.calls.filter((call) => call.startsWith('charge '));
      assert.equal(sent.length, 1);
      assert.equal(sent.includes(`charge ${planned.attempt.id}`), false);
      assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-10 settled');
    }));

  it('asks first, because a processor may repeat its own stored failure for ever', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      const charge = world.processor.chargeMandate.bind(world.processor);
      world.processor.chargeMandate = async (order) => {
        await charge(order);
        return { kind: 'unknown', reason: 'server-error' };
      };
      world.clock.set(await nextDue(world, pledgeId));
      await collect(world);
      world.clock.advance({ minutes: 6 });
      await collect(world);
      assert.equal(charges(world), 1);
      assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-10 settled');
    }));
});
