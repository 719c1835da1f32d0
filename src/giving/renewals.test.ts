import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Instant, PlainDate } from '../calendar/index.ts';
import { money } from '../money/index.ts';
import { createGiving } from './create-giving.ts';
import type { PledgeView } from './giving.ts';
import { checkInvariants } from './invariants.ts';
import { readBalances } from './ledger-store.ts';
import { type GivingWorld, givingWorld, type WorldOptions } from './testing/giving-world.ts';
import { runWorkersUntilIdle } from './worker.ts';

/** Runs a story in a world of its own and checks the books at the end. */
async function inWorld(
  options: WorldOptions,
  story: (world: GivingWorld) => Promise<void>,
): Promise<void> {
  const world = await givingWorld(options);
  try {
    await story(world);
    assert.deepEqual(await checkInvariants(world.db), []);
    const balances = await readBalances(world.db);
    const pending = balances.find(
      ({ name, money: { currency } }) => name === 'processor_pending' && currency === 'EUR',
    );
    assert.equal(
      pending?.money.minor ?? 0n,
      world.processor.captured('EUR'),
      "our books and the processor's own agree",
    );
  } finally {
    await world.close();
  }
}

async function pledgeBy(world: GivingWorld, interval: 'month' | 'year' = 'month'): Promise<string> {
  const giftId = await world.give({ interval });
  const pledgeId = (await world.giving.giftView(giftId))?.pledge?.pledgeId;
  assert.ok(pledgeId !== undefined);
  return pledgeId;
}

async function periods(world: GivingWorld, pledgeId: string) {
  const rows = await world.db
    .selectFrom('gift')
    .select(['period_n', 'due_date', 'state', 'settled_at'])
    .where('pledge_id', '=', pledgeId)
    .orderBy('period_n')
    .execute();
  return rows.map((row) => ({
    n: row.period_n,
    due: row.due_date?.toString() ?? '',
    state: row.state,
    settledAt: row.settled_at,
  }));
}

async function shortPeriods(world: GivingWorld, pledgeId: string): Promise<readonly string[]> {
  return (await periods(world, pledgeId)).map(({ due, state }) => `${due} ${state}`);
}

async function view(world: GivingWorld, pledgeId: string): Promise<PledgeView> {
  const found = await world.giving.pledgeView(pledgeId);
  assert.ok(found !== undefined);
  return found;
}

async function letters(world: GivingWorld): Promise<readonly string[]> {
  const rows = await world.db
    .selectFrom('outbox')
    .select('dedupe_key')
    .where('kind', '=', 'pledge-notice')
    .orderBy('id')
    .execute();
  return rows.map((row) => row.dedupe_key.split(':')[1] ?? '');
}

async function collect(world: GivingWorld): Promise<void> {
  const collector = world.giving.workers.find(({ name }) => name === 'collector');
  assert.ok(collector !== undefined);
  await collector.runOnce();
}

function charges(world: GivingWorld): number {
  return world.processor.calls.filter((call) => call.startsWith('charge ')).length;
}

function localHour(instant: Instant | null, zone: string): number {
  return instant?.toZonedDateTimeISO(zone).hour ?? -1;
}

describe('renewals', () => {
  it('collects fourteen months from 31 January without drift, between nine and eleven', () =>
    inWorld({ now: '2026-01-31T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      assert.deepEqual((await view(world, pledgeId)).nextDates.map(String), [
        '2026-02-28',
        '2026-03-31',
        '2026-04-30',
      ]);
      await world.liveUntil('2027-04-01T12:00:00Z');
      const all = await periods(world, pledgeId);
      assert.deepEqual(
        all.map(({ due }) => due.slice(5)),
        [
          '01-31',
          '02-28',
          '03-31',
          '04-30',
          '05-31',
          '06-30',
          '07-31',
          '08-31',
          '09-30',
          '10-31',
          '11-30',
          '12-31',
          '01-31',
          '02-28',
          '03-31',
          '04-30',
        ],
      );
      assert.deepEqual(
        all.map(({ state }) => state),
        [...Array(15).fill('settled'), 'due'],
      );
      for (const { n, due, settledAt } of all.slice(1, 15)) {
        const local = settledAt?.toZonedDateTimeISO('Europe/Berlin');
        assert.equal(local?.toPlainDate().toString(), due, `period ${n} on its own day`);
        assert.ok(localHour(settledAt, 'Europe/Berlin') >= 9);
        assert.ok(localHour(settledAt, 'Europe/Berlin') < 11);
      }
      assert.equal(charges(world), 14);
    }));

  it('collects a yearly pledge of 29 February on the 28th, and on the 29th when there is one', () =>
    inWorld({ now: '2024-02-29T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world, 'year');
      await world.liveUntil('2028-03-01T12:00:00Z');
      assert.deepEqual(await shortPeriods(world, pledgeId), [
        '2024-02-29 settled',
        '2025-02-28 settled',
        '2026-02-28 settled',
        '2027-02-28 settled',
        '2028-02-29 settled',
        '2029-02-28 due',
      ]);
    }));

  it('collects after an outage only the latest missed period, and only within a week', () =>
    inWorld({ now: '2026-01-15T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.clock.set('2026-05-16T12:00:00Z');
      await world.settleDown();
      assert.deepEqual(await shortPeriods(world, pledgeId), [
        '2026-01-15 settled',
        '2026-02-15 skipped',
        '2026-03-15 skipped',
        '2026-04-15 skipped',
        '2026-05-15 settled',
        '2026-06-15 due',
      ]);
      world.clock.set('2026-08-30T12:00:00Z');
      await world.settleDown();
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(5), [
        '2026-06-15 skipped',
        '2026-07-15 skipped',
        '2026-08-15 skipped',
        '2026-09-15 due',
      ]);
      assert.equal(charges(world), 1);
    }));

  it('charges once however many workers run at the same moment', () =>
    inWorld({ now: '2026-01-15T12:00:00Z' }, async (world) => {
      const pledgeIds = [];
      for (let pledge = 0; pledge < 6; pledge += 1) pledgeIds.push(await pledgeBy(world));
      world.clock.set('2026-02-15T12:00:00Z');
      const others = [createGiving(world.dependencies), createGiving(world.dependencies)];
      await Promise.all(
        [world.giving, ...others].map(({ workers }) => runWorkersUntilIdle(workers, 50)),
      );
      assert.equal(charges(world), 6);
      for (const pledgeId of pledgeIds) {
        assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), [
          '2026-02-15 settled',
          '2026-03-15 due',
        ]);
      }
    }));
});

describe('renewals whose answer got lost', () => {
  for (const fault of ['lost-before', 'lost-after'] as const) {
    it(`charges once when the call is ${fault}`, () =>
      inWorld({ now: '2026-01-15T12:00:00Z' }, async (world) => {
        const pledgeId = await pledgeBy(world);
        world.processor.faults.push(fault, fault);
        world.clock.set(await nextDue(world, pledgeId));
        // Only the collector: the poller would find out in the same minute.
        await collect(world);
        const { openGiftId } = await view(world, pledgeId);
        assert.equal(
          (await world.giving.giftView(openGiftId ?? ''))?.stateForPeople,
          'checking',
          'unknown is not declined',
        );
        assert.equal((await view(world, pledgeId)).state, 'active');
        await world.liveUntil('2026-02-17T12:00:00Z');
        assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-15 settled');
        assert.equal(world.processor.payments.size, 2);
        assert.deepEqual(await letters(world), []);
      }));
  }

  it('goes on after a crash between sending and answer, with the same key', () =>
    inWorld({ now: '2026-01-15T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.clock.set('2026-02-15T12:00:00Z');
      world.processor.duringCharge = () => Promise.reject(new Error('the process dies here'));
      await collect(world);
      world.processor.duringCharge = null;
      const attempt = await world.db
        .selectFrom('attempt')
        .select(['id', 'state'])
        .where('mandate_id', 'is not', null)
        .executeTakeFirstOrThrow();
      assert.equal(attempt.state, 'sent');
      await world.liveUntil('2026-02-15T13:00:00Z');
      assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-15 settled');
      assert.deepEqual(
        new Set(world.processor.calls.filter((call) => call.startsWith('charge'))),
        new Set([`charge ${attempt.id}`]),
      );
    }));

  it('asks, and only asks, once the key is forgotten; then tries anew', () =>
    inWorld({ now: '2026-01-15T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.faults.push(...Array(3).fill('lost-before'));
      await world.liveUntil('2026-02-15T11:30:00Z');
      world.clock.set('2026-02-16T12:00:00Z');
      await world.settleDown();
      const attempts = await world.db
        .selectFrom('attempt')
        .select(['state', 'n'])
        .where('mandate_id', 'is not', null)
        .orderBy('n')
        .execute();
      assert.equal(attempts[0]?.state, 'not_found');
      await world.liveUntil('2026-02-19T12:00:00Z');
      assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-15 settled');
      assert.equal((await view(world, pledgeId)).state, 'active', 'an outage is not a try');
    }));
});

describe('declines', () => {
  const later = { kind: 'declines', code: 'no_funds', advice: 'retry-later' } as const;

  it('tries on days 0, 3, 8 and 15, writes once, and lapses on day 21', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = later;
      await world.liveUntil('2026-02-10T12:00:00Z');
      assert.equal((await view(world, pledgeId)).state, 'past_due');
      assert.deepEqual(await letters(world), [], 'a try that will be repeated is worth no letter');
      await world.liveUntil('2026-02-26T12:00:00Z');
      const tries = await world.db
        .selectFrom('attempt')
        .select('first_sent_at')
        .where('mandate_id', 'is not', null)
        .orderBy('n')
        .execute();
      assert.deepEqual(
        tries.map(({ first_sent_at }) => first_sent_at?.toString().slice(0, 10)),
        ['2026-02-10', '2026-02-13', '2026-02-18', '2026-02-25'],
      );
      assert.deepEqual(await letters(world), ['failed']);
      await world.liveUntil('2026-03-02T23:00:00Z');
      assert.equal((await view(world, pledgeId)).state, 'past_due');
      await world.liveUntil('2026-03-03T12:00:00Z');
      assert.equal((await view(world, pledgeId)).state, 'lapsed');
      assert.deepEqual(await shortPeriods(world, pledgeId), [
        '2026-01-10 settled',
        '2026-02-10 failed',
      ]);
      assert.deepEqual(await letters(world), ['failed', 'lapsed']);
      await world.liveUntil('2026-06-01T12:00:00Z');
      assert.equal(charges(world), 4, 'a lapsed pledge is left alone');
    }));

  it('is active again when a later try arrives', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = later;
      await world.liveUntil('2026-02-12T12:00:00Z');
      world.processor.outcome = { kind: 'pays' };
      await world.liveUntil('2026-02-14T12:00:00Z');
      assert.equal((await view(world, pledgeId)).state, 'active');
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), [
        '2026-02-10 settled',
        '2026-03-10 due',
      ]);
    }));

  it('never charges a dead method again, and takes a payment by hand for the same period', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = { kind: 'declines', code: 'lost_card', advice: 'stop' };
      await world.liveUntil('2026-02-20T12:00:00Z');
      assert.equal(charges(world), 1);
      const behind = await view(world, pledgeId);
      assert.equal(behind.method, 'dead');
      assert.equal(behind.state, 'past_due');
      assert.deepEqual(await letters(world), ['failed']);
      world.processor.outcome = { kind: 'pays' };
      const giftId = await world.give({ giftId: behind.openGiftId ?? '', interval: 'month' });
      assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
      const mended = await view(world, pledgeId);
      assert.equal(mended.state, 'active');
      assert.equal(mended.method, 'usable');
      await world.liveUntil('2026-03-11T12:00:00Z');
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), [
        '2026-02-10 settled',
        '2026-03-10 settled',
        '2026-04-10 due',
      ]);
    }));

  it('goes on with its tries after the supporter left a page to pay by hand', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = later;
      await world.liveUntil('2026-02-10T12:00:00Z');
      const { openGiftId } = await view(world, pledgeId);
      const page = await world.giving.beginGift(
        world.intent({ giftId: openGiftId ?? '', interval: 'month' }),
      );
      assert.equal(page.kind, 'go');
      const payment = world.processor.ofPage(page.kind === 'go' ? page.pageUrl : '');
      world.processor.say(payment, { state: 'expired' });
      await world.giving.askProcessor(openGiftId ?? '');
      world.processor.outcome = { kind: 'pays' };
      await world.liveUntil('2026-02-14T12:00:00Z');
      assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-10 settled');
    }));

  it('stops a pledge whose card turns out to be from a listed country', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = { kind: 'declines', code: 'country', advice: 'refused-country' };
      await world.liveUntil('2026-04-10T12:00:00Z');
      const stopped = await view(world, pledgeId);
      assert.equal(stopped.state, 'cancelled');
      assert.equal(stopped.method, 'dead');
      assert.equal(charges(world), 1);
      assert.deepEqual(await letters(world), ['stopped']);
    }));

  it('writes no failure letter to somebody whose other pledge goes on', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const first = await world.give({ interval: 'month' });
      const supporterId = (await world.giving.giftView(first))?.supporterId ?? '';
      await world.give({ interval: 'year', supporterId });
      world.processor.outcome = { kind: 'declines', code: 'lost_card', advice: 'stop' };
      await world.liveUntil('2026-02-12T12:00:00Z');
      assert.deepEqual(await letters(world), []);
    }));

  it('waits for a confirmation: one letter, one reminder, then it lapses', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = { kind: 'needs-action' };
      await world.liveUntil('2026-02-10T12:00:00Z');
      const { openGiftId } = await view(world, pledgeId);
      const waiting = await world.giving.giftView(openGiftId ?? '');
      assert.equal(waiting?.stateForPeople, 'needs-confirmation');
      assert.match(waiting?.pageUrl ?? '', /confirm/);
      assert.deepEqual(await letters(world), ['needs-action']);
      await world.liveUntil('2026-03-02T12:00:00Z');
      assert.deepEqual(await letters(world), ['needs-action', 'needs-action-reminder']);
      assert.equal(charges(world), 1);
      await world.liveUntil('2026-03-04T12:00:00Z');
      assert.equal((await view(world, pledgeId)).state, 'lapsed');
    }));

  it('settles when the confirmation comes after all', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = { kind: 'needs-action' };
      await world.liveUntil('2026-02-12T12:00:00Z');
      const payment = [...world.processor.payments.values()].at(-1);
      assert.ok(payment !== undefined);
      world.processor.pay(`x/${payment.objectRef}`);
      await world.liveUntil('2026-02-13T12:00:00Z');
      assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-10 settled');
      assert.equal((await view(world, pledgeId)).state, 'active');
    }));

  it('waits for a bank debit that takes days, asking now and then', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = { kind: 'processing' };
      await world.liveUntil('2026-02-15T12:00:00Z');
      assert.equal((await view(world, pledgeId)).renewalInFlight, true);
      assert.equal((await view(world, pledgeId)).state, 'active');
      const payment = [...world.processor.payments.values()].at(-1);
      assert.ok(payment !== undefined);
      world.processor.pay(`x/${payment.objectRef}`);
      await world.liveUntil('2026-02-17T12:00:00Z');
      assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-10 settled');
      assert.equal(charges(world), 1);
    }));
});

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
        const last = (await periods(world, pledgeId)).at(-1);
        assert.equal(last?.state, sent === 1 ? 'settled' : 'abandoned');
        assert.equal(result.kind, 'cancelled');
      }
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

describe('bounds', () => {
  it('parks a charge beyond the daily bound until a person lets it go on', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const first = await world.give({ interval: 'month' });
      const supporterId = (await world.giving.giftView(first))?.supporterId ?? '';
      for (let day = 0; day < 2; day += 1) {
        for (let gift = 0; gift < 8; gift += 1)
          await world.give({ interval: 'month', supporterId });
        // The gifts of the second day have the same anchor day, by hand: nobody makes fifteen pledges in a day.
        world.clock.advance({ hours: 25 });
      }
      await world.db
        .updateTable('gift')
        .set({ due_date: PlainDate.from('2026-02-10'), next_at: world.clock.now() })
        .where('state', '=', 'due')
        .execute();
      await world.db
        .updateTable('pledge')
        .set({ anchor_date: PlainDate.from('2026-01-10') })
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
});

async function nextDue(world: GivingWorld, pledgeId: string): Promise<Instant> {
  const row = await world.db
    .selectFrom('gift')
    .select('next_at')
    .where('pledge_id', '=', pledgeId)
    .where('state', '=', 'due')
    .executeTakeFirstOrThrow();
  assert.ok(row.next_at !== null);
  return row.next_at;
}

let shared: GivingWorld;
before(async () => {
  shared = await givingWorld();
});
after(() => shared.close());

describe('reports', () => {
  it('adds up what the desk asks for', async () => {
    const appeal = { appealId: 'spring', variantId: 'a' };
    await shared.give({ appeal });
    await shared.give({ interval: 'month', appeal });
    await shared.give({ interval: 'year', money: money(1205n, 'EUR') });
    const { giving, clock } = shared;
    const from = clock.now().subtract({ hours: 1 });
    const totals = await giving.giftsBetween({ from, to: clock.now().add({ hours: 1 }) });
    assert.deepEqual(
      totals.map(({ interval, count, money: sum }) => [interval, count, sum.minor]),
      [
        ['month', 1, 500n],
        ['once', 1, 500n],
        ['year', 1, 1205n],
      ],
    );
    assert.deepEqual(
      await giving.giftsBetween({ from: from.subtract({ hours: 1 }), to: from }),
      [],
    );
    const [active] = await giving.activePledges();
    assert.deepEqual(
      [active?.count, active?.monthlyCount, active?.yearlyCount, active?.perMonth.minor],
      [2, 1, 1, 600n],
    );
    const [given] = await giving.givenPerAppeal();
    assert.deepEqual(
      [given?.appealId, given?.count, given?.pledges, given?.money.minor],
      ['spring', 2, 1, 1000n],
    );
    assert.deepEqual((await giving.alarms()).open, []);
  });
});
