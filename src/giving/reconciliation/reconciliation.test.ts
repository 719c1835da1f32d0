import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { dayIn, type PlainDate } from '../../calendar/index.ts';
import { money } from '../../money/index.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import type { ProcessorDay, Unknown } from '../processor.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { type BookedThing, compareDay } from './compare-day.ts';

const thing = fc.record({
  kind: fc.constantFrom<BookedThing['kind']>('charge', 'refund', 'fee'),
  ref: fc.constantFrom('a', 'b', 'c'),
  currency: fc.constantFrom('EUR', 'JPY'),
  minor: fc.bigInt({ min: 1n, max: 9n }),
});

describe('comparing a day', () => {
  it('finds nothing between equal books in any order, and both sides of what differs', () => {
    fc.assert(
      fc.property(fc.array(thing), fc.array(thing), (first, second) => {
        assert.deepEqual(compareDay({ ours: first, theirs: first.toReversed() }), []);
        const there = compareDay({ ours: first, theirs: second });
        const back = compareDay({ ours: second, theirs: first });
        assert.deepEqual(
          there.map(({ ours, theirs }) => [ours, theirs]),
          back.map(({ ours, theirs }) => [theirs, ours]),
        );
      }),
    );
  });

  it('says which side lacks it, and takes two postings of one thing together', () => {
    const refund = { kind: 'refund', ref: 're_1', currency: 'EUR' } as const;
    const ours = [
      { ...refund, minor: 400n },
      { ...refund, minor: 200n },
    ];
    assert.deepEqual(compareDay({ ours, theirs: [{ ...refund, minor: 600n }] }), []);
    assert.deepEqual(compareDay({ ours, theirs: [] }), [{ ...refund, ours: 600n, theirs: null }]);
  });
});

let world: GivingWorld;
let books: (day: PlainDate) => ProcessorDay | Unknown;

before(async () => {
  world = await givingWorld({
    processors: (fake) => {
      Object.assign(fake, { booksOfDay: async (day: PlainDate) => books(day) });
      return [fake];
    },
  });
});
after(() => world.close());

async function differences() {
  return await world.db
    .selectFrom('books_difference')
    .select(['kind', 'ref', 'ours_minor as ours', 'theirs_minor as theirs'])
    .orderBy('ref')
    .execute();
}

describe('the nightly comparison', () => {
  it('waits for an answer, books a missed refund, and shows what stays different', async () => {
    books = () => ({ kind: 'unknown', reason: 'timeout' });
    const giftId = await world.give();
    const paidAt = world.clock.now();
    const paidOn = dayIn(paidAt, 'UTC');
    const attempt = await world.db
      .selectFrom('attempt')
      .select(['charge_ref', 'object_ref', 'id'])
      .where('gift_id', '=', giftId)
      .executeTakeFirstOrThrow();
    const chargeRef = attempt.charge_ref ?? '';
    world.clock.advance({ hours: 24 });
    await world.settleDown();
    assert.equal((await world.db.selectFrom('books_day').selectAll().execute()).length, 0);

    const day: ProcessorDay = {
      charges: [
        {
          objectRef: attempt.object_ref ?? '',
          chargeRef,
          money: money(500n, 'EUR'),
          attemptId: attempt.id,
        },
        { objectRef: 'o_x', chargeRef: 'ch_x', money: money(70n, 'EUR'), attemptId: null },
      ],
      facts: [
        {
          kind: 'refund',
          ref: 're_missed',
          money: money(120n, 'EUR'),
          happenedAt: paidAt,
          chargeRef,
          payoutRef: null,
        },
        // A line of an earlier day that came along with a payout: kept, and no difference of this day.
        {
          kind: 'available',
          ref: 'bt_older',
          money: money(90n, 'EUR'),
          happenedAt: paidAt.subtract({ hours: 48 }),
          chargeRef: null,
          payoutRef: 'po_1',
        },
      ],
    };
    books = (asked) => (asked.equals(paidOn) ? day : { charges: [], facts: [] });
    await world.settleDown();
    assert.deepEqual(await differences(), [
      { kind: 'charge', ref: 'ch_x', ours: null, theirs: 70n },
    ]);
    const refunds = await world.db
      .selectFrom('ledger_transfer')
      .select('amount')
      .where('code', '=', 20)
      .execute();
    assert.deepEqual(refunds, [{ amount: 120n }]);
    const { open } = await world.giving.alarms();
    assert.equal(open.filter(({ kind }) => kind === 'books-differ').length, 1);
    const asked = await world.db
      .selectFrom('processor_event')
      .select('object_ref')
      .where('event_id', '=', 'books:ch_x')
      .execute();
    assert.deepEqual(asked, [{ object_ref: 'o_x' }]);
    assert.deepEqual(await checkInvariants(world.db), []);

    // The next night it is compared again, and what was settled meanwhile differs no more.
    books = (asked) =>
      asked.equals(paidOn)
        ? { ...day, charges: day.charges.slice(0, 1) }
        : { charges: [], facts: [] };
    world.clock.advance({ hours: 24 });
    await world.settleDown();
    assert.deepEqual(await differences(), []);
  });
});
