import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { money } from '../../money/index.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { readBalances } from '../ledger/ledger-store.ts';
import type { MoneyFact, MoneyListing, Unknown } from '../processor.ts';
import { bookUnmatched } from '../settling/settle.ts';
import { givenContext } from '../testing/given-context.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { recordFact } from './record-fact.ts';

let world: GivingWorld;
let asked: (string | null)[] = [];
let listing: (cursor: string | null) => MoneyListing | Unknown;

before(async () => {
  listing = () => ({ facts: [], cursor: '0', more: false });
  world = await givingWorld({
    processors: (fake) => {
      Object.assign(fake, {
        listMoneySince: async (cursor: string | null) => {
          asked.push(cursor);
          return listing(cursor);
        },
      });
      return [fake];
    },
  });
});
after(() => world.close());

const fact = (changes: Partial<MoneyFact>): MoneyFact => ({
  kind: 'refund',
  ref: 're_1',
  money: money(400n, 'EUR'),
  happenedAt: world.clock.now(),
  chargeRef: null,
  payoutRef: null,
  ...changes,
});

async function balance(name: string): Promise<bigint> {
  const all = await readBalances(world.db);
  return all.find((one) => one.name === name && one.money.currency === 'EUR')?.money.minor ?? 0n;
}

async function strangeCharge(chargeRef: string): Promise<void> {
  await world.db.transaction().execute((tx) =>
    bookUnmatched(tx, givenContext(world), {
      accountId: world.processor.accountId,
      objectRef: null,
      succeeded: {
        state: 'succeeded',
        chargeRef,
        money: money(1000n, 'EUR'),
        happenedAt: world.clock.now(),
        payerCountry: null,
        mandate: null,
        fee: null,
      },
    }),
  );
}

async function tell(one: MoneyFact): Promise<string> {
  const told = { accountId: world.processor.accountId, fact: one, now: world.clock.now() };
  return await world.db.transaction().execute((tx) => recordFact(tx, told));
}

describe('the listing of money', () => {
  it('goes on from where it stopped, keeps nothing of a page it could not read, and reads it again', async () => {
    const pages: readonly MoneyListing[] = [
      { facts: [fact({ kind: 'fee', ref: 'bt_1' })], cursor: '1', more: true },
      { facts: [fact({ kind: 'fee', ref: 'bt_2' })], cursor: '2', more: false },
    ];
    let isDown = true;
    listing = (cursor) => {
      if (cursor === null) return pages[0] ?? { kind: 'unknown', reason: 'unexpected' };
      if (isDown) return { kind: 'unknown', reason: 'timeout' };
      if (cursor === '1') return pages[1] ?? { kind: 'unknown', reason: 'unexpected' };
      return { facts: [], cursor, more: false };
    };
    asked = [];
    await world.settleDown();
    assert.deepEqual(asked, [null, '1']);
    assert.equal(await balance('fees'), 400n);
    isDown = false;
    asked = [];
    world.clock.advance({ minutes: 15 });
    await world.settleDown();
    assert.deepEqual(asked, ['1']);
    assert.equal(await balance('fees'), 800n);
  });

  it('keeps a refund that is told before its charge, and books it once the charge is', async () => {
    const before = await balance('unmatched');
    assert.equal(await tell(fact({ ref: 're_early', chargeRef: 'ch_late' })), 'waiting');
    assert.equal(await tell(fact({ ref: 're_early', chargeRef: 'ch_late' })), 'told-before');
    await world.settleDown();
    assert.equal(await balance('unmatched'), before);
    await strangeCharge('ch_late');
    await world.settleDown();
    assert.equal(await balance('unmatched'), before - 600n);
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('books many refunds of one charge at the same moment once each, and rings for what is too much', async () => {
    await strangeCharge('ch_busy');
    const before = await balance('unmatched');
    const refs = ['a', 'b', 'c', 'a', 'b', 'c'];
    const told = await Promise.all(
      refs.map((ref) => tell(fact({ ref: `re_busy_${ref}`, chargeRef: 'ch_busy' }))),
    );
    assert.deepEqual(told.toSorted(), [
      ...['booked', 'booked', 'booked'],
      ...['told-before', 'told-before', 'told-before'],
    ]);
    assert.equal((await balance('unmatched')) - before, 1200n);
    const { open } = await world.giving.alarms();
    assert.equal(open.filter(({ kind }) => kind === 'returned-too-much').length, 1);
  });

  it('rings when the same refund is told with another amount, and books nothing more', async () => {
    await strangeCharge('ch_other');
    await tell(fact({ ref: 're_other', chargeRef: 'ch_other' }));
    const before = await balance('unmatched');
    await tell(fact({ ref: 're_other', chargeRef: 'ch_other', money: money(401n, 'EUR') }));
    assert.equal(await balance('unmatched'), before);
    const { open } = await world.giving.alarms();
    assert.ok(open.some(({ kind, ref }) => kind === 'amount-changed' && ref.includes('re_other')));
  });

  it('closes a payout when its lines add up to it, whichever comes first', async () => {
    await strangeCharge('ch_paid');
    await tell(fact({ kind: 'payout', ref: 'po_1', money: money(550n, 'EUR') }));
    const closedAt = async () =>
      (
        await world.db
          .selectFrom('money_fact')
          .select('closed_at')
          .where('kind', '=', 'payout')
          .executeTakeFirstOrThrow()
      ).closed_at;
    const payoutRef = 'po_1';
    await tell(fact({ kind: 'available', ref: 'bt_a', money: money(950n, 'EUR'), payoutRef }));
    assert.equal(await closedAt(), null);
    await tell(fact({ ref: 're_paid', chargeRef: 'ch_paid', payoutRef }));
    assert.notEqual(await closedAt(), null);
  });
});
