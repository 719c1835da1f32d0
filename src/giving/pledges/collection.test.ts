/** Stories of pledges whose months are collected together, and of terms that change, against a real database. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { money } from '../../money/index.ts';
import type { Agreed, GiftIntent } from '../giving.ts';
import type { GivingWorld } from '../testing/giving-world.ts';
import { charges, inWorld, pledgeBy, view } from '../testing/pledge-story.ts';

const AGREED: Agreed = { shown: 'Yes, every three months.', language: 'en' };
const WORLD = { now: '2026-01-10T12:00:00Z' };

async function begin(world: GivingWorld, changes: Partial<GiftIntent> = {}): Promise<string> {
  const giftId = await world.give({
    interval: 'month',
    money: money(200n, 'EUR'),
    collectEveryMonths: 3,
    agreed: AGREED,
    ...changes,
  });
  const pledgeId = (await world.giving.giftView(giftId))?.pledge?.pledgeId;
  assert.ok(pledgeId !== undefined);
  return pledgeId;
}

/** `n due state amount×covers`, one line per period. */
async function story(world: GivingWorld, pledgeId: string): Promise<readonly string[]> {
  const rows = await world.db
    .selectFrom('gift')
    .select(['period_n', 'due_date', 'state', 'amount_minor', 'covers_periods', 'covered_by'])
    .where('pledge_id', '=', pledgeId)
    .orderBy('period_n')
    .execute();
  return rows.map((row) =>
    [
      row.period_n,
      row.due_date,
      row.covered_by === null ? row.state : 'covered',
      row.covered_by === null ? `${row.amount_minor}/${row.covers_periods}` : '',
    ]
      .join(' ')
      .trim(),
  );
}

const nextDates = async (world: GivingWorld, pledgeId: string): Promise<readonly string[]> =>
  (await view(world, pledgeId)).nextDates.map(String);

describe('months collected together', () => {
  it('are charged once, at the beginning of the months they pay for', async () => {
    await inWorld(WORLD, async (world) => {
      const pledgeId = await begin(world);
      assert.deepEqual(await nextDates(world, pledgeId), [
        '2026-04-10',
        '2026-07-10',
        '2026-10-10',
      ]);
      await world.liveUntil('2026-07-11T12:00:00Z');
      assert.deepEqual(await story(world, pledgeId), [
        '0 2026-01-10 settled 600/3',
        '1 2026-02-10 covered',
        '2 2026-03-10 covered',
        '3 2026-04-10 settled 600/3',
        '4 2026-05-10 covered',
        '5 2026-06-10 covered',
        '6 2026-07-10 settled 600/3',
        '7 2026-08-10 covered',
        '8 2026-09-10 covered',
        '9 2026-10-10 due 600/3',
      ]);
      assert.equal(world.processor.captured('EUR'), 1800n);
      const pledge = await view(world, pledgeId);
      assert.equal(pledge.money.minor, 200n);
      assert.equal(pledge.collected.minor, 600n);
      const [active] = await world.giving.activePledges();
      assert.equal(active?.perMonth.minor, 200n, 'what a month is worth does not change');
      const gifts = await world.giving.giftsOf(pledge.supporterId ?? '');
      assert.deepEqual(
        gifts.map((gift) => [gift.money.minor, gift.coversPeriods, gift.moneyOfPeriod.minor]),
        [
          [600n, 3, 200n],
          [600n, 3, 200n],
          [600n, 3, 200n],
        ],
      );
    });
  });

  it('keep the 31st, and tile the year', async () => {
    await inWorld({ now: '2026-01-31T12:00:00Z' }, async (world) => {
      const pledgeId = await begin(world, { collectEveryMonths: 2 });
      await world.liveUntil('2026-06-30T12:00:00Z');
      assert.deepEqual(
        (await story(world, pledgeId)).map((line) => line.split(' ').slice(1, 3).join(' ')),
        [
          '2026-01-31 settled',
          '2026-02-28 covered',
          '2026-03-31 settled',
          '2026-04-30 covered',
          '2026-05-31 settled',
          '2026-06-30 covered',
          '2026-07-31 due',
        ],
      );
    });
  });

  it('need consent, a month, and a number that is offered', async () => {
    await inWorld(WORLD, async (world) => {
      const refused: readonly Partial<GiftIntent>[] = [
        { interval: 'month', collectEveryMonths: 3 },
        { interval: 'year', collectEveryMonths: 3, agreed: AGREED },
        { interval: 'once', collectEveryMonths: 3, agreed: AGREED },
        { interval: 'month', collectEveryMonths: 4, agreed: AGREED },
        { interval: 'month', collectEveryMonths: 0, agreed: AGREED },
        { interval: 'month', collectEveryMonths: 1.5, agreed: AGREED },
      ];
      for (const changes of refused) {
        assert.deepEqual(await world.giving.beginGift(world.intent(changes)), {
          kind: 'refused',
          reason: 'collection',
        });
      }
      const large = { interval: 'month', collectEveryMonths: 12, agreed: AGREED } as const;
      assert.deepEqual(
        await world.giving.beginGift(world.intent({ ...large, money: money(90_000n, 'EUR') })),
        { kind: 'refused', reason: 'too-large' },
        'the newsroom’s limit is on what is charged at once',
      );
      const id = world.intent().giftId;
      const first = await world.giving.beginGift(
        world.intent({ giftId: id, interval: 'month', collectEveryMonths: 3, agreed: AGREED }),
      );
      assert.equal(first.kind, 'go');
      const other = await world.giving.beginGift(world.intent({ giftId: id, interval: 'month' }));
      assert.equal(other.kind, 'other-content', 'the same id with other months is another gift');
    });
  });

  it('leave later months free while the money is not there', async () => {
    await inWorld(WORLD, async (world) => {
      const pledgeId = await begin(world);
      world.processor.outcome = { kind: 'declines', code: 'broke', advice: 'retry-later' };
      await world.liveUntil('2026-04-12T12:00:00Z');
      assert.equal((await story(world, pledgeId)).at(-1), '3 2026-04-10 collecting 600/3');
      assert.equal((await view(world, pledgeId)).state, 'past_due');
      assert.deepEqual(await nextDates(world, pledgeId), [
        '2026-07-10',
        '2026-10-10',
        '2027-01-10',
      ]);
      world.processor.outcome = { kind: 'pays' };
      await world.liveUntil('2026-04-14T12:00:00Z');
      assert.equal((await story(world, pledgeId)).at(-1), '6 2026-07-10 due 600/3');
      world.processor.outcome = { kind: 'declines', code: 'broke', advice: 'retry-later' };
      await world.liveUntil('2026-08-10T12:00:00Z');
      assert.equal((await story(world, pledgeId)).at(-1), '6 2026-07-10 failed 600/3');
      assert.equal((await view(world, pledgeId)).state, 'lapsed');
    });
  });

  it('after an outage: within a week late, after it a new span on a day that is still to come', async () => {
    for (const [back, charged, next] of [
      ['2026-04-16T12:00:00Z', 2, '2026-07-10'],
      ['2026-04-19T12:00:00Z', 1, '2026-05-10'],
      // A month of the old span that nobody was told of is not collected late.
      ['2026-05-12T12:00:00Z', 1, '2026-06-10'],
      ['2026-06-10T12:00:00Z', 1, '2026-07-10'],
    ] as const) {
      await inWorld(WORLD, async (world) => {
        const pledgeId = await begin(world);
        world.clock.set(back);
        const [shown] = await nextDates(world, pledgeId);
        await world.settleDown();
        assert.equal(world.processor.captured('EUR'), BigInt(charged) * 600n, back);
        assert.equal((await nextDates(world, pledgeId))[0], next, back);
        assert.equal(shown, next, 'what was shown before is what came');
      });
    }
  });

  it('a pause gives up single months; a stop gives nothing back and leaves what was paid', async () => {
    await inWorld(WORLD, async (world) => {
      const pledgeId = await begin(world);
      await world.giving.pausePledge({ pledgeId, months: 4 });
      await world.liveUntil('2026-05-11T12:00:00Z');
      assert.deepEqual((await story(world, pledgeId)).slice(3), [
        '3 2026-04-10 skipped 600/3',
        '4 2026-05-10 settled 600/3',
        '5 2026-06-10 covered',
        '6 2026-07-10 covered',
        '7 2026-08-10 due 600/3',
      ]);
      const stopped = await world.giving.cancelPledge(pledgeId);
      assert.equal(stopped.kind === 'cancelled' && stopped.pledge.state, 'cancelled');
      await world.liveUntil('2026-12-01T12:00:00Z');
      assert.equal(world.processor.captured('EUR'), 1200n);
      assert.equal((await story(world, pledgeId)).at(-1), '7 2026-08-10 abandoned 600/3');
    });
  });

  it('money that does not fit holds its gift, and the promise goes on after the months it was for', async () => {
    await inWorld(WORLD, async (world) => {
      const pledgeId = await begin(world);
      const charge = world.processor;
      world.processor.duringCharge = null;
      const { chargeMandate } = charge;
      charge.chargeMandate = async (order) => {
        const answer = await chargeMandate.call(charge, order);
        if (answer.kind !== 'evidence' || answer.evidence.state !== 'succeeded') return answer;
        const evidence = { ...answer.evidence, money: money(599n, 'EUR') };
        charge.say(charge.ofAttempt(order.references.attemptId), evidence);
        return { ...answer, evidence };
      };
      await world.liveUntil('2026-04-11T12:00:00Z');
      assert.deepEqual((await story(world, pledgeId)).slice(3), [
        '3 2026-04-10 integrity_hold 600/3',
        '4 2026-05-10 covered',
        '5 2026-06-10 covered',
        '6 2026-07-10 due 600/3',
      ]);
      charge.chargeMandate = chargeMandate;
      await world.liveUntil('2026-07-11T12:00:00Z');
      assert.equal((await story(world, pledgeId))[6], '6 2026-07-10 settled 600/3');
    });
  });

  it('late money covers a month that nobody began to collect, and tells a person of one that was paid', async () => {
    for (const paidBefore of [false, true]) {
      await inWorld(WORLD, async (world) => {
        const pledgeId = await begin(world);
        world.processor.outcome = { kind: 'needs-action' };
        await world.liveUntil('2026-04-11T12:00:00Z');
        const attempt = await world.db
          .selectFrom('attempt')
          .selectAll()
          .where('state', '=', 'needs_action')
          .executeTakeFirstOrThrow();
        // Three weeks without a confirmation, in a pause: the period is given up, the pledge lives on.
        await sql`update pledge set state = 'paused', paused_until = '2026-05-03', resume_at = '2026-05-02T22:00:00Z'`.execute(
          world.db,
        );
        world.processor.outcome = { kind: 'pays' };
        await world.liveUntil(paidBefore ? '2026-05-11T12:00:00Z' : '2026-05-05T12:00:00Z');
        assert.equal((await story(world, pledgeId))[3], '3 2026-04-10 skipped 600/3');
        const payment = world.processor.ofAttempt(attempt.id);
        world.processor.say(payment, {
          state: 'succeeded',
          chargeRef: 'ch_late',
          money: money(600n, 'EUR'),
          happenedAt: world.clock.now(),
          payerCountry: 'DE',
          mandate: null,
          fee: null,
        });
        await world.giving.takeWebhook({
          accountId: world.processor.accountId,
          ...world.processor.message(payment.objectRef, 'late'),
        });
        await world.settleDown();
        const alarms = (await world.giving.alarms()).open.filter(({ kind }) => kind === 'hold');
        if (paidBefore) {
          assert.equal(alarms.length, 1);
          assert.equal((await story(world, pledgeId))[4], '4 2026-05-10 settled 600/3');
        } else {
          assert.equal(alarms.length, 0);
          assert.deepEqual((await story(world, pledgeId)).slice(3), [
            '3 2026-04-10 settled 600/3',
            '4 2026-05-10 covered',
            '5 2026-06-10 covered',
            '6 2026-07-10 due 600/3',
          ]);
        }
      });
    }
  });

  it('the database itself refuses to charge, settle or free a covered month', async () => {
    await inWorld(WORLD, async (world) => {
      const pledgeId = await begin(world);
      const run = (text: string) => sql.raw(text).execute(world.db);
      const month = `where pledge_id = '${pledgeId}' and period_n = 1`;
      for (const statement of [
        `update gift set state = 'settled', settled_at = created_at ${month}`,
        `update gift set state = 'integrity_hold' ${month}`,
        `update gift set covered_by = null ${month}`,
        `update gift set covers_periods = 2 ${month}`,
        `update gift set covered_by = (select id from gift where period_n = 0) where period_n = 3`,
        `update gift set covers_periods = 6 where period_n = 0`,
        `update gift set due_date = due_date + 1 where period_n = 0`,
        `update pledge set collect_every_months = 4`,
        `update pledge set collect_every_months = 6`,
        `update pledge set anchor_date = anchor_date + 1`,
        `update pledge set unit = 'year', collect_every_months = 1`,
        `update pledge_change set shown = 'No.'`,
        `delete from pledge_change`,
        `truncate pledge_change`,
      ]) {
        await assert.rejects(
          run(statement),
          /refused|check|cannot|cover|agreed|part of the books/,
          statement,
        );
      }
    });
  });
});

describe('a change of terms', () => {
  it('of months at once begins with the next gift, both ways, and is kept with its words', async () => {
    await inWorld(WORLD, async (world) => {
      const pledgeId = await pledgeBy(world);
      const change = (collectEveryMonths: number) =>
        world.giving.changePledgeCollection({ pledgeId, collectEveryMonths, agreed: AGREED });
      assert.equal((await change(6)).kind, 'changed');
      assert.equal((await change(6)).kind, 'unchanged');
      assert.deepEqual(await change(5), { kind: 'refused', reason: 'collection' });
      assert.deepEqual(await nextDates(world, pledgeId), [
        '2026-02-10',
        '2026-08-10',
        '2027-02-10',
      ]);
      await world.liveUntil('2026-03-01T12:00:00Z');
      assert.equal((await change(1)).kind, 'changed');
      assert.deepEqual(await nextDates(world, pledgeId), [
        '2026-08-10',
        '2026-09-10',
        '2026-10-10',
      ]);
      await world.liveUntil('2026-09-11T12:00:00Z');
      assert.equal(world.processor.captured('EUR'), 500n + 3000n + 500n + 500n);
      const history = await world.giving.pledgeHistory(pledgeId);
      assert.deepEqual(
        history.map(({ kind, fromN, collectEveryMonths, shown }) => [
          kind,
          fromN,
          collectEveryMonths,
          shown,
        ]),
        [
          ['collection', 1, 6, AGREED.shown],
          ['collection', 7, 1, AGREED.shown],
        ],
      );
    });
  });

  it('of the day is never earlier than promised, and keeps the 31st', async () => {
    await inWorld(WORLD, async (world) => {
      const pledgeId = await pledgeBy(world);
      const to = (dayOfMonth: number) =>
        world.giving.changePledgeDay({ pledgeId, dayOfMonth, agreed: AGREED });
      assert.deepEqual(await to(32), { kind: 'refused', reason: 'date' });
      assert.equal((await to(5)).kind, 'changed');
      assert.deepEqual(await nextDates(world, pledgeId), [
        '2026-03-05',
        '2026-04-05',
        '2026-05-05',
      ]);
      assert.equal((await to(31)).kind, 'changed');
      assert.deepEqual(await nextDates(world, pledgeId), [
        '2026-03-31',
        '2026-04-30',
        '2026-05-31',
      ]);
      assert.equal((await to(31)).kind, 'unchanged');
      await world.liveUntil('2026-04-30T12:00:00Z');
      assert.deepEqual(await story(world, pledgeId), [
        '0 2026-01-10 settled 500/1',
        '1 2026-03-31 settled 500/1',
        '2 2026-04-30 settled 500/1',
        '3 2026-05-31 due 500/1',
      ]);
      // Seen from a short month the pledge still means the 31st.
      assert.equal((await to(30)).kind, 'changed');
      assert.equal((await to(31)).kind, 'changed');
      assert.deepEqual(await nextDates(world, pledgeId), [
        '2026-06-30',
        '2026-07-31',
        '2026-08-31',
      ]);
    });
  });

  it('of the interval begins on the day promised next, and the past keeps its own', async () => {
    await inWorld(WORLD, async (world) => {
      const pledgeId = await begin(world);
      const yearly = await world.giving.changePledgeInterval({
        pledgeId,
        unit: 'year',
        money: money(2400n, 'EUR'),
        agreed: AGREED,
      });
      assert.equal(yearly.kind, 'changed');
      assert.deepEqual(await nextDates(world, pledgeId), [
        '2026-04-10',
        '2027-04-10',
        '2028-04-10',
      ]);
      await world.liveUntil('2026-04-11T12:00:00Z');
      assert.deepEqual(await story(world, pledgeId), [
        '0 2026-01-10 settled 600/3',
        '1 2026-02-10 covered',
        '2 2026-03-10 covered',
        '3 2026-04-10 settled 2400/1',
        '4 2027-04-10 due 2400/1',
      ]);
      const range = {
        from: world.clock.now().subtract({ hours: 24 * 365 }),
        to: world.clock.now(),
      };
      assert.deepEqual(
        (await world.giving.giftsBetween(range)).map((row) => [row.interval, row.money.minor]),
        [
          ['month', 600n],
          ['year', 2400n],
        ],
      );
      const back = await world.giving.changePledgeInterval({
        pledgeId,
        unit: 'month',
        money: money(300n, 'EUR'),
        agreed: AGREED,
      });
      assert.equal(back.kind, 'changed');
      assert.deepEqual(await nextDates(world, pledgeId), [
        '2027-04-10',
        '2027-05-10',
        '2027-06-10',
      ]);
    });
  });

  it('leaves a renewal that is behind or under way as it was announced', async () => {
    await inWorld(WORLD, async (world) => {
      const pledgeId = await begin(world);
      world.processor.outcome = { kind: 'declines', code: 'broke', advice: 'retry-later' };
      await world.liveUntil('2026-04-11T12:00:00Z');
      const day = await world.giving.changePledgeDay({ pledgeId, dayOfMonth: 20, agreed: AGREED });
      assert.equal(day.kind, 'changed');
      assert.deepEqual(await nextDates(world, pledgeId), [
        '2026-07-20',
        '2026-10-20',
        '2027-01-20',
      ]);
      const one = { pledgeId, collectEveryMonths: 1, agreed: AGREED };
      assert.equal((await world.giving.changePledgeCollection(one)).kind, 'changed');
      world.processor.outcome = { kind: 'pays' };
      await world.liveUntil('2026-08-21T12:00:00Z');
      assert.deepEqual((await story(world, pledgeId)).slice(3), [
        '3 2026-04-10 settled 600/3',
        '4 2026-05-10 covered',
        '5 2026-06-10 covered',
        '6 2026-07-20 settled 200/1',
        '7 2026-08-20 settled 200/1',
        '8 2026-09-20 due 200/1',
      ]);
    });
  });

  it('leaves the months of a gift under way on the days that were announced, the 31st among them', async () => {
    await inWorld({ now: '2026-01-31T12:00:00Z' }, async (world) => {
      const pledgeId = await begin(world, { collectEveryMonths: 1 });
      const three = { pledgeId, collectEveryMonths: 3, agreed: AGREED };
      assert.equal((await world.giving.changePledgeCollection(three)).kind, 'changed');
      world.processor.duringCharge = async () => {
        world.processor.duringCharge = null;
        const day = { pledgeId, dayOfMonth: 5, agreed: AGREED };
        assert.equal((await world.giving.changePledgeDay(day)).kind, 'changed');
      };
      await world.liveUntil('2026-03-01T12:00:00Z');
      assert.deepEqual(await story(world, pledgeId), [
        '0 2026-01-31 settled 200/1',
        '1 2026-02-28 settled 600/3',
        '2 2026-03-31 covered',
        '3 2026-04-30 covered',
        '4 2026-06-05 due 600/3',
      ]);
    });
  });

  it('made while the charge is out holds from the gift after it', async () => {
    await inWorld(WORLD, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.duringCharge = async () => {
        world.processor.duringCharge = null;
        const change = {
          pledgeId,
          unit: 'year',
          money: money(5000n, 'EUR'),
          agreed: AGREED,
        } as const;
        assert.equal((await world.giving.changePledgeInterval(change)).kind, 'changed');
      };
      await world.liveUntil('2026-02-11T12:00:00Z');
      assert.deepEqual(await story(world, pledgeId), [
        '0 2026-01-10 settled 500/1',
        '1 2026-02-10 settled 500/1',
        '2 2026-03-10 due 5000/1',
      ]);
      assert.equal(charges(world), 1);
    });
  });
});
