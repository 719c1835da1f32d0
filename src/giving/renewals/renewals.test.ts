import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { givingContext } from '../context.ts';
import { createGiving } from '../create-giving.ts';
import { FakeProcessor } from '../testing/fake-processor.ts';
import type { WorldOptions } from '../testing/giving-world.ts';
import {
  charges,
  collect,
  inWorld,
  letters,
  localHour,
  nextDue,
  periods,
  pledgeBy,
  shortPeriods,
  view,
} from '../testing/pledge-story.ts';
import { runWorkersUntilIdle } from '../worker.ts';
import { planCharge } from './charge-renewal.ts';

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

describe('a charge that the processor calls invalid', () => {
  it('is our bug: the card is kept, the supporter hears nothing, a person does', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.faults.push('refused');
      world.clock.set(await nextDue(world, pledgeId));
      await world.settleDown();
      const { method, state } = await view(world, pledgeId);
      assert.deepEqual([method, state], ['usable', 'past_due']);
      assert.deepEqual(await letters(world), []);
      const { open } = await world.giving.alarms();
      assert.deepEqual(
        open.map(({ kind, detail }) => `${kind} ${detail}`),
        ['our-bug invalid_order'],
      );
      await world.liveUntil('2026-02-20T12:00:00Z');
      assert.equal(charges(world), 1, 'nothing is charged again by itself');
    }));

  it('is still asked about when only its repetition was refused', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.faults.push('lost-after', 'refused');
      world.clock.set(await nextDue(world, pledgeId));
      await collect(world);
      // As after a crash before anything was asked: then the key alone is sent again.
      await world.db.updateTable('attempt').set({ asked: 0 }).execute();
      world.clock.advance({ minutes: 6 });
      await collect(world);
      assert.equal(charges(world), 2);
      world.clock.advance({ hours: 2 });
      await collect(world);
      assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-10 settled');
      assert.deepEqual((await world.giving.alarms()).open, []);
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

  it('counts a page paid by hand in vain as no try on the card', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = later;
      await world.liveUntil('2026-02-10T12:00:00Z');
      assert.equal(charges(world), 1);
      const { openGiftId } = await view(world, pledgeId);
      for (let page = 0; page < 2; page += 1) {
        const begun = await world.giving.beginGift(
          world.intent({ giftId: openGiftId ?? '', interval: 'month' }),
        );
        assert.ok(begun.kind === 'go');
        const payment = world.processor.ofPage(begun.pageUrl);
        const declined = {
          state: 'declined',
          code: 'card_declined',
          advice: 'retry-later',
        } as const;
        world.processor.say(payment, declined);
        await world.giving.askProcessor(openGiftId ?? '');
      }
      // The card's own days, 0, 3, 8 and 15, whatever was tried by hand between them.
      for (const [day, tries] of [
        ['2026-02-12', 1],
        ['2026-02-13', 2],
        ['2026-02-17', 2],
        ['2026-02-18', 3],
        ['2026-02-24', 3],
        ['2026-02-25', 4],
      ] as const) {
        await world.liveUntil(`${day}T12:00:00Z`);
        assert.equal(charges(world), tries, day);
      }
    }));

  it('is charged again on the same card once a payment by hand says that it works', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = {
        kind: 'declines',
        code: 'expired_card',
        advice: 'retry-after-update',
      };
      await world.liveUntil('2026-02-11T12:00:00Z');
      const waiting = await view(world, pledgeId);
      assert.equal(waiting.method, 'needs-action');
      const kept = await world.db
        .selectFrom('mandate')
        .select(['customer_ref', 'method_ref'])
        .executeTakeFirstOrThrow();
      const begun = await world.giving.beginGift(
        world.intent({ giftId: waiting.openGiftId ?? '', interval: 'month' }),
      );
      assert.ok(begun.kind === 'go');
      const payment = world.processor.pay(begun.pageUrl);
      assert.ok(payment.evidence.state === 'succeeded');
      // The card was renewed, and the company knows it by its old name.
      world.processor.say(payment, {
        ...payment.evidence,
        mandate: {
          customerRef: kept.customer_ref ?? '',
          methodRef: kept.method_ref ?? '',
          methodFingerprint: null,
        },
      });
      await world.giving.askProcessor(waiting.openGiftId ?? '');
      world.processor.outcome = { kind: 'pays' };
      assert.equal((await view(world, pledgeId)).method, 'usable');
      await world.liveUntil('2026-03-11T12:00:00Z');
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1, 3), [
        '2026-02-10 settled',
        '2026-03-10 settled',
      ]);
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

describe('a processor that drops the newsroom', () => {
  it('is not charged through any more; the supporter goes on at another one, for the same period', async () => {
    let other: FakeProcessor | undefined;
    const processors: WorldOptions['processors'] = (fake, clock) => {
      other = new FakeProcessor({ clock, accountId: 'other' });
      return [fake, other];
    };
    await inWorld({ now: '2026-01-10T12:00:00Z', processors }, async (world) => {
      assert.ok(other !== undefined);
      const pledgeId = await pledgeBy(world);
      await world.db
        .updateTable('processor_account')
        .set({ status: 'dropped' })
        .where('id', '=', 'fake')
        .execute();
      await world.liveUntil('2026-02-11T12:00:00Z');
      assert.equal(charges(world), 0);
      const behind = await view(world, pledgeId);
      assert.equal(behind.state, 'past_due');
      assert.deepEqual(await letters(world), ['failed']);

      const giftId = behind.openGiftId ?? '';
      const begun = await world.giving.beginGift(world.intent({ giftId, interval: 'month' }));
      other.pay(begun.kind === 'go' ? begun.pageUrl : '');
      await world.giving.askProcessor(giftId);
      assert.equal((await view(world, pledgeId)).state, 'active');
      await world.liveUntil('2026-03-11T12:00:00Z');
      assert.deepEqual((await shortPeriods(world, pledgeId)).slice(1), [
        '2026-02-10 settled',
        '2026-03-10 settled',
        '2026-04-10 due',
      ]);
      assert.equal(other.calls.filter((call) => call.startsWith('charge')).length, 1);
    });
  });
});

describe('a process without the key of an account', () => {
  it('leaves its charges to others, comes to rest, and tells a person', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.clock.set(await nextDue(world, pledgeId));
      const keyless = createGiving({ ...world.dependencies, processors: [] });
      assert.equal((await runWorkersUntilIdle(keyless.workers, 20)).idle, true);
      const { open } = await world.giving.alarms();
      assert.deepEqual(
        open.map(({ kind }) => kind),
        ['unanswered'],
      );

      // The same with an attempt that another process planned before it died.
      const context = givingContext(world.dependencies);
      world.clock.advance({ hours: 1 });
      const planned = await planCharge(context, (await view(world, pledgeId)).openGiftId ?? '');
      assert.equal(planned?.attempt.state, 'planned');
      assert.equal((await runWorkersUntilIdle(keyless.workers, 20)).idle, true);
      world.clock.advance({ hours: 1 });
      await world.settleDown();
      assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-10 settled');
      assert.equal(charges(world), 1);
    }));
});
