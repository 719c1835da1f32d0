import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PlainDate } from '../../calendar/index.ts';
import { money } from '../../money/index.ts';
import { readBalances } from '../ledger/ledger-store.ts';
import {
  charges,
  collect,
  inWorld,
  letters,
  nextDue,
  periods,
  pledgeBy,
  shortPeriods,
  view,
} from '../testing/pledge-story.ts';

describe('what a supporter does with a pledge', () => {
  it('stops it: nothing is charged again, twice is the same, and the method is dead', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      const first = await world.giving.cancelPledge(pledgeId);
      assert.equal(first.kind === 'cancelled' && first.willStillComplete, false);
      const again = await world.giving.cancelPledge(pledgeId);
      assert.equal(again.kind, 'cancelled');
      await world.liveUntil('2026-06-10T12:00:00Z');
      assert.equal(charges(world), 0);
      const stopped = await view(world, pledgeId);
      assert.equal(stopped.state, 'cancelled');
      assert.equal(stopped.method, 'dead');
      assert.deepEqual(stopped.nextDates, []);
      assert.equal(stopped.openGiftId, null);
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), ['2026-02-10 abandoned']);
    }));

  it('stops it while a renewal is on its way: that one completes, and says so', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      let promised: boolean | null = null;
      world.processor.duringCharge = async () => {
        const result = await world.giving.cancelPledge(pledgeId);
        promised = result.kind === 'cancelled' && result.willStillComplete;
      };
      await world.liveUntil('2026-04-10T12:00:00Z');
      assert.equal(promised, true);
      assert.equal(charges(world), 1);
      assert.equal((await view(world, pledgeId)).state, 'cancelled');
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), ['2026-02-10 settled']);
    }));

  it('stops it between planning and sending: the charge never leaves', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      for (let round = 0; round < 8; round += 1) {
        const pledgeId = await pledgeBy(world);
        const before = charges(world);
        world.clock.set(await nextDue(world, pledgeId));
        // Both start at once; whoever takes the gift's row first decides, and the rows must agree with the calls.
        const [result] = await Promise.all([world.giving.cancelPledge(pledgeId), collect(world)]);
        await world.settleDown();
        const sent = charges(world) - before;
        assert.ok(sent <= 1);
        const [, renewal, next] = await periods(world, pledgeId);
        assert.equal(renewal?.state, sent === 1 ? 'settled' : 'abandoned');
        // The charge was quicker than both: then it is the period after it that is given up.
        assert.ok(next === undefined || next.state === 'abandoned');
        assert.equal(result.kind, 'cancelled');
      }
    }));

  it('closes a page that is open, so that nobody pays for what they stopped', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const intent = world.intent({ interval: 'month' });
      const begun = await world.giving.beginGift(intent);
      assert.ok(begun.kind === 'go');
      const pledgeId = (await world.giving.giftView(intent.giftId))?.pledge?.pledgeId ?? '';
      const result = await world.giving.cancelPledge(pledgeId);
      assert.equal(result.kind === 'cancelled' && result.willStillComplete, false);
      assert.equal(world.processor.ofPage(begun.pageUrl).evidence.state, 'expired');
      assert.equal((await world.giving.giftView(intent.giftId))?.state, 'abandoned');
    }));

  it('asks nobody to confirm a renewal of a pledge they stopped, and comes to rest', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = { kind: 'processing' };
      await world.liveUntil('2026-02-10T12:00:00Z');
      const stopped = await world.giving.cancelPledge(pledgeId);
      assert.equal(stopped.kind === 'cancelled' && stopped.willStillComplete, true);
      const payment = [...world.processor.payments.values()].at(-1);
      assert.ok(payment !== undefined);
      world.processor.say(payment, { state: 'needs_action', pageUrl: 'http://127.0.0.1:1/c' });
      await world.liveUntil('2026-04-10T12:00:00Z');
      assert.deepEqual(await letters(world), []);
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), ['2026-02-10 abandoned']);
    }));

  it('pauses while a confirmation is waited for: only that period ends', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = { kind: 'needs-action' };
      await world.liveUntil('2026-02-10T12:00:00Z');
      await world.giving.pausePledge({ pledgeId, months: 3 });
      world.processor.outcome = { kind: 'pays' };
      await world.liveUntil('2026-05-11T12:00:00Z');
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), [
        '2026-02-10 skipped',
        '2026-03-10 skipped',
        '2026-04-10 skipped',
        '2026-05-10 settled',
        '2026-06-10 due',
      ]);
    }));

  it('makes no further gift when money for a skipped period arrives after all', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = { kind: 'needs-action' };
      await world.liveUntil('2026-02-10T12:00:00Z');
      await world.giving.pausePledge({ pledgeId, months: 2 });
      await world.liveUntil('2026-03-05T12:00:00Z');
      const before = await shortPeriods(world, pledgeId);
      assert.deepEqual(before.slice(1), ['2026-02-10 skipped', '2026-03-10 due']);
      const payment = [...world.processor.payments.values()].at(-1);
      assert.ok(payment !== undefined);
      world.processor.say(payment, {
        state: 'succeeded',
        chargeRef: 'ch_late',
        money: payment.money,
        happenedAt: world.clock.now(),
        payerCountry: 'DE',
        mandate: null,
        fee: null,
      });
      world.clock.advance({ minutes: 16 });
      await world.settleDown();
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), [
        '2026-02-10 settled',
        '2026-03-10 due',
      ]);
      assert.equal((await view(world, pledgeId)).state, 'paused');
    }));

  it('changes the amount from the next period on', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      const changed = await world.giving.changePledgeAmount({
        pledgeId,
        money: money(800n, 'EUR'),
      });
      assert.equal(changed.kind, 'changed');
      const same = await world.giving.changePledgeAmount({ pledgeId, money: money(800n, 'EUR') });
      assert.equal(same.kind, 'unchanged');
      for (const [reason, amount] of [
        ['currency', money(800n, 'USD')],
        ['currency', money(800n, 'JPY')],
        ['too-small', money(1n, 'EUR')],
        ['too-large', money(2_000_000n, 'EUR')],
      ] as const) {
        assert.deepEqual(await world.giving.changePledgeAmount({ pledgeId, money: amount }), {
          kind: 'refused',
          reason,
        });
      }
      await world.liveUntil('2026-03-11T12:00:00Z');
      const amounts = await world.db
        .selectFrom('gift')
        .select('amount_minor')
        .where('pledge_id', '=', pledgeId)
        .orderBy('period_n')
        .execute();
      assert.deepEqual(
        amounts.map(({ amount_minor }) => amount_minor),
        [500n, 800n, 800n, 800n],
      );
    }));

  it('pauses: periods before the day are skipped, and it goes on by itself', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      const paused = await world.giving.pausePledge({ pledgeId, months: 2 });
      assert.equal(paused.kind, 'changed');
      assert.deepEqual((await view(world, pledgeId)).nextDates.map(String), [
        '2026-03-10',
        '2026-04-10',
        '2026-05-10',
      ]);
      await world.liveUntil('2026-03-10T07:00:00Z');
      assert.equal((await view(world, pledgeId)).state, 'active');
      await world.liveUntil('2026-03-10T12:00:00Z');
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), [
        '2026-02-10 skipped',
        '2026-03-10 settled',
        '2026-04-10 due',
      ]);
    }));

  it('resumes early, and refuses dates that make no pause', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      for (const untilDate of ['2026-01-10', '2025-12-01', '2027-01-11']) {
        const until = PlainDate.from(untilDate);
        assert.deepEqual(await world.giving.pausePledge({ pledgeId, untilDate: until }), {
          kind: 'refused',
          reason: 'date',
        });
      }
      for (const months of [0, 13, 1.5, Number.NaN]) {
        assert.equal((await world.giving.pausePledge({ pledgeId, months })).kind, 'refused');
      }
      await world.giving.pausePledge({ pledgeId, untilDate: PlainDate.from('2026-06-01') });
      assert.equal((await world.giving.resumePledge(pledgeId)).kind, 'changed');
      assert.equal((await world.giving.resumePledge(pledgeId)).kind, 'unchanged');
      await world.liveUntil('2026-02-10T12:00:00Z');
      assert.deepEqual((await shortPeriods(world, pledgeId))[1], '2026-02-10 settled');
    }));

  it('does nothing to a pledge that ended, or that nobody has', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      await world.giving.cancelPledge(pledgeId);
      const { giving } = world;
      const amount = money(800n, 'EUR');
      assert.equal(
        (await giving.changePledgeAmount({ pledgeId, money: amount })).kind,
        'not-possible',
      );
      assert.equal((await giving.pausePledge({ pledgeId, months: 1 })).kind, 'not-possible');
      assert.equal((await giving.resumePledge(pledgeId)).kind, 'not-possible');
      for (const unknown of ['nonsense', '0190a000-0000-7000-8000-000000000000']) {
        assert.equal((await giving.cancelPledge(unknown)).kind, 'not-found');
        assert.equal((await giving.resumePledge(unknown)).kind, 'not-found');
      }
    }));

  it('forgets: links cut, pledges stopped, books as they were', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const giftId = await world.give({ interval: 'month' });
      const supporterId = (await world.giving.giftView(giftId))?.supporterId ?? '';
      await world.give({ supporterId });
      const unpaid = world.intent({ supporterId });
      await world.giving.beginGift(unpaid);
      const before = await readBalances(world.db);
      const forget = () =>
        world.db.transaction().execute((tx) => world.giving.forgetSupporter(tx, supporterId));
      assert.deepEqual(await forget(), { cancelledPledges: 1, stillCompleting: 1 });
      assert.deepEqual(await forget(), { cancelledPledges: 0, stillCompleting: 0 });
      assert.deepEqual(await readBalances(world.db), before);
      assert.deepEqual(await world.giving.giftsOf(supporterId), []);
      assert.deepEqual(await world.giving.pledgesOf(supporterId), []);
      assert.equal(await world.giving.supporterView(supporterId), undefined);
      const mandates = await world.db.selectFrom('mandate').selectAll().execute();
      for (const mandate of mandates) {
        assert.deepEqual(
          [mandate.supporter_id, mandate.customer_ref, mandate.method_ref, mandate.state],
          [null, null, null, 'dead'],
        );
      }
      // What was on its way still arrives, namelessly, and keeps no right to charge.
      world.processor.pay([...world.processor.payments.values()].at(-1)?.objectRef ?? '');
      await world.liveUntil('2026-03-10T12:00:00Z');
      assert.equal((await world.giving.giftView(unpaid.giftId))?.state, 'settled');
      assert.equal(charges(world), 0);
      const refused = await world.giving.beginGift(world.intent({ supporterId }));
      assert.deepEqual(refused, { kind: 'refused', reason: 'supporter' });
    }));
});

describe('being forgotten while a gift is begun', () => {
  it('leaves no pledge behind that still charges', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      for (let round = 0; round < 6; round += 1) {
        const giftId = await world.give({ interval: 'month' });
        const supporterId = (await world.giving.giftView(giftId))?.supporterId ?? '';
        const another = world.intent({ interval: 'year', supporterId });
        const [begun] = await Promise.all([
          world.giving.beginGift(another),
          world.db.transaction().execute((tx) => world.giving.forgetSupporter(tx, supporterId)),
        ]);
        assert.ok(['go', 'refused', 'checking'].includes(begun.kind), begun.kind);
        const left = await world.giving.giftView(another.giftId);
        assert.ok(left === undefined || left.supporterId === null);
        assert.ok(left === undefined || left.pledge?.state === 'cancelled');
      }
      await world.liveUntil('2026-03-10T12:00:00Z');
      assert.equal(charges(world), 0);
    }));
});

describe('bounds', () => {
  it('parks a charge beyond the daily bound until a person lets it go on', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const first = await world.give({ interval: 'month' });
      const supporterId = (await world.giving.giftView(first))?.supporterId ?? '';
      for (let day = 0; day < 2; day += 1) {
        for (let gift = 0; gift < 8; gift += 1)
          await world.give({ interval: 'month', supporterId });
        // The gifts of the second day are due on the same day, by hand: nobody makes fifteen pledges in a day.
        world.clock.advance({ hours: 25 });
      }
      await world.db
        .updateTable('gift')
        .set({ due_date: PlainDate.from('2026-02-10'), next_at: world.clock.now() })
        .where('state', '=', 'due')
        .execute();
      world.clock.set('2026-02-10T12:00:00Z');
      await world.settleDown();
      assert.equal(charges(world), 15);
      const { open } = await world.giving.alarms();
      const parked = open.filter(({ kind }) => kind === 'bound').map(({ giftId }) => giftId);
      assert.equal(parked.length, 2);
      assert.equal(await world.giving.releaseParked(parked[0] ?? ''), true);
      assert.equal(await world.giving.releaseParked(parked[0] ?? ''), false);
      await world.settleDown();
      assert.equal(charges(world), 16);
    }));

  it('counts declines per card: two pledges on one card share its tries', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      for (let pledge = 0; pledge < 5; pledge += 1) await pledgeBy(world);
      await world.db.updateTable('mandate').set({ method_fingerprint: 'one card' }).execute();
      world.processor.outcome = { kind: 'declines', code: 'no_funds', advice: 'retry-later' };
      await world.liveUntil('2026-03-10T12:00:00Z');
      assert.ok(charges(world) >= 15 && charges(world) < 20, String(charges(world)));
      const states = await world.db.selectFrom('pledge').select('state').execute();
      assert.deepEqual(new Set(states.map(({ state }) => state)), new Set(['lapsed']));
    }));
});
