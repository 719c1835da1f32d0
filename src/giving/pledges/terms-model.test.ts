/**
 * Any sequence of what a supporter, a bank and time can do to a pledge, against the real database: no month is charged
 * twice, periods tile, nothing is charged before the day that was shown, and nothing after a stop.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PlainDate } from '../../calendar/index.ts';
import { money } from '../../money/index.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { COLLECT_MONTHS } from './collection.ts';

type Command =
  | { readonly do: 'days'; readonly days: number }
  /** Nobody works meanwhile. */
  | { readonly do: 'outage'; readonly days: number }
  | { readonly do: 'amount'; readonly minor: number }
  | { readonly do: 'day'; readonly day: number }
  | { readonly do: 'interval'; readonly unit: 'month' | 'year' }
  | { readonly do: 'collection'; readonly months: (typeof COLLECT_MONTHS)[number] }
  | { readonly do: 'pause'; readonly months: number }
  | { readonly do: 'resume' }
  | { readonly do: 'bank'; readonly pays: boolean }
  | { readonly do: 'stop' };

const days = (max: number) => fc.integer({ min: 1, max });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: days(75).map((n) => ({ do: 'days', days: n }) as const) },
  { weight: 2, arbitrary: days(75).map((n) => ({ do: 'outage', days: n }) as const) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 100, max: 900 })
      .map((minor) => ({ do: 'amount', minor }) as const),
  },
  { weight: 3, arbitrary: days(31).map((day) => ({ do: 'day', day }) as const) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('month', 'year').map((unit) => ({ do: 'interval', unit }) as const),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...COLLECT_MONTHS)
      .map((months) => ({ do: 'collection', months }) as const),
  },
  { weight: 1, arbitrary: days(6).map((months) => ({ do: 'pause', months }) as const) },
  { weight: 1, arbitrary: fc.constant({ do: 'resume' } as const) },
  { weight: 2, arbitrary: fc.boolean().map((pays) => ({ do: 'bank', pays }) as const) },
  { weight: 1, arbitrary: fc.constant({ do: 'stop' } as const) },
);

const AGREED = { shown: 'Yes.', language: 'en' };

async function carryOut(world: GivingWorld, pledgeId: string, one: Command): Promise<void> {
  const { giving, clock, processor } = world;
  switch (one.do) {
    case 'days':
      await world.liveUntil(
        clock
          .now()
          .add({ hours: 24 * one.days })
          .toString(),
      );
      return;
    case 'outage':
      clock.advance({ hours: 24 * one.days });
      return;
    case 'amount':
      await giving.changePledgeAmount({ pledgeId, money: money(BigInt(one.minor), 'EUR') });
      return;
    case 'day':
      await giving.changePledgeDay({ pledgeId, dayOfMonth: one.day, agreed: AGREED });
      return;
    case 'interval': {
      const amount = money(one.unit === 'year' ? 2400n : 200n, 'EUR');
      await giving.changePledgeInterval({
        pledgeId,
        unit: one.unit,
        money: amount,
        agreed: AGREED,
      });
      return;
    }
    case 'collection': {
      const collectEveryMonths = one.months;
      await giving.changePledgeCollection({ pledgeId, collectEveryMonths, agreed: AGREED });
      return;
    }
    case 'pause':
      await giving.pausePledge({ pledgeId, months: one.months });
      return;
    case 'resume':
      await giving.resumePledge(pledgeId);
      return;
    case 'bank':
      processor.outcome = one.pays
        ? { kind: 'pays' }
        : { kind: 'declines', code: 'broke', advice: 'retry-later' };
      return;
    case 'stop':
      await giving.cancelPledge(pledgeId);
      return;
  }
}

interface Row {
  readonly n: number;
  readonly due: PlainDate;
  readonly state: string;
  readonly covers: number;
  readonly unit: string | null;
  readonly coveredBy: string | null;
  readonly id: string;
}

async function rowsOf(world: GivingWorld, pledgeId: string): Promise<readonly Row[]> {
  const rows = await world.db
    .selectFrom('gift')
    .select(['id', 'period_n', 'due_date', 'state', 'covers_periods', 'covered_by', 'unit'])
    .where('pledge_id', '=', pledgeId)
    .orderBy('period_n')
    .execute();
  return rows.map((row) => {
    assert.ok(row.period_n !== null && row.due_date !== null);
    return {
      id: row.id,
      n: row.period_n,
      due: row.due_date,
      state: row.state,
      covers: row.covers_periods,
      unit: row.unit,
      coveredBy: row.covered_by,
    };
  });
}

/** Nothing of the calendar is charged twice: what was paid for ends on or before the day of the next gift that is paid. */
function judge(rows: readonly Row[]): void {
  assert.deepEqual(
    rows.map(({ n }) => n),
    [...rows.keys()],
    'n has no gap',
  );
  const open = rows.filter(({ state }) => state === 'due' || state === 'collecting');
  assert.ok(open.length <= 1, 'one open gift');
  const paid = rows.filter(({ state }) => state === 'settled');
  for (const [index, gift] of paid.entries()) {
    for (let further = 1; further < gift.covers; further += 1) {
      assert.equal(
        rows[gift.n + further]?.coveredBy,
        gift.id,
        'a month that is paid for says by what',
      );
    }
    const next = [...paid.slice(index + 1, index + 2), ...open].find(({ n }) => n > gift.n);
    if (next === undefined) continue;
    assert.ok(next.n >= gift.n + gift.covers, 'no month is paid for twice');
    const span = gift.unit === 'year' ? { years: 1 } : { months: gift.covers };
    // A day that was cut down to a short month comes back to itself: up to three days earlier than the bare sum.
    const ends = gift.due.add(span, { overflow: 'constrain' }).subtract({ days: 3 });
    assert.ok(PlainDate.compare(next.due, ends) >= 0, `${next.due} before ${ends}`);
  }
}

test('no sequence of changes charges a month twice, or before the day that was shown', async () => {
  const world = await givingWorld({ now: '2026-01-29T12:00:00Z' });
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 3, maxLength: 14 }),
        fc.constantFrom(...COLLECT_MONTHS),
        async (commands, months) => {
          world.processor.outcome = { kind: 'pays' };
          const giftId = await world.give({
            interval: 'month',
            money: money(200n, 'EUR'),
            ...(months === 1 ? {} : { collectEveryMonths: months, agreed: AGREED }),
          });
          const pledgeId = (await world.giving.giftView(giftId))?.pledge?.pledgeId ?? '';
          for (const one of commands) {
            const before = await world.giving.pledgeView(pledgeId);
            const openBefore = (await rowsOf(world, pledgeId)).at(-1);
            await carryOut(world, pledgeId, one);
            const rows = await rowsOf(world, pledgeId);
            judge(rows);
            const shown = before?.nextDates[0];
            const after = await world.giving.pledgeView(pledgeId);
            const isTerms = ['amount', 'day', 'interval', 'collection'].includes(one.do);
            // A gift whose day has passed is collected at any moment, and is no day that is shown any more.
            const today = world.clock.now().toZonedDateTimeISO('Europe/Berlin').toPlainDate();
            const isOverdue =
              openBefore !== undefined && PlainDate.compare(openBefore.due, today) < 0;
            if (isTerms && !isOverdue && shown !== undefined && after?.nextDates[0] !== undefined) {
              const first = after.nextDates[0];
              assert.ok(
                PlainDate.compare(first, shown) >= 0,
                `${one.do}: ${first} before ${shown}`,
              );
            }
            if (openBefore?.state === 'collecting' && isTerms) {
              const same = rows.find(({ id }) => id === openBefore.id);
              assert.deepEqual(same, openBefore, 'what was announced stays');
            }
          }
          await world.giving.cancelPledge(pledgeId);
          await world.settleDown();
          judge(await rowsOf(world, pledgeId));
        },
      ),
      { numRuns: 25 },
    );
    assert.deepEqual(await checkInvariants(world.db), []);
  } finally {
    await world.close();
  }
});
