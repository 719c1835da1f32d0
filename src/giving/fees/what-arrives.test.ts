import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { money } from '../../money/index.ts';
import { givingWorld } from '../testing/giving-world.ts';
import { EXACT_MIN, type FeeSeen, FIT_MIN, whatArrivesOf } from './what-arrives.ts';

const euros = (minor: bigint) => money(minor, 'EUR');
const seen = (amount: bigint, fee: bigint, times: number): FeeSeen => ({
  amount,
  fee,
  seen: times,
});
/** A tariff: a fixed part and a share in ten-thousandths, rounded half up as companies do. */
const tariff = (fixed: bigint, share: bigint) => (amount: bigint) =>
  fixed + (amount * share + 5000n) / 10_000n;

describe('what arrives', () => {
  it('is exact where enough gifts of the amount were seen: the upper median of their fees', () => {
    const fees = [seen(200n, 39n, 3), seen(200n, 41n, 2), seen(900n, 60n, 50)];
    assert.deepEqual(whatArrivesOf(fees, euros(200n)), {
      arrives: euros(161n),
      fee: euros(39n),
      basis: 'exact',
      gifts: EXACT_MIN,
    });
    const halves = [seen(200n, 39n, 3), seen(200n, 41n, 3)];
    assert.equal(whatArrivesOf(halves, euros(200n))?.fee.minor, 41n);
  });

  it('says nothing from too few gifts, from one amount, or far outside what was seen', () => {
    assert.equal(whatArrivesOf([], euros(200n)), undefined);
    assert.equal(whatArrivesOf([seen(200n, 39n, EXACT_MIN - 1)], euros(200n)), undefined);
    assert.equal(whatArrivesOf([seen(200n, 39n, 1000)], euros(600n)), undefined);
    const two = [seen(200n, 36n, FIT_MIN), seen(500n, 45n, FIT_MIN)];
    assert.equal(whatArrivesOf(two, euros(2000n))?.basis, 'fit');
    assert.equal(whatArrivesOf(two, euros(2001n)), undefined);
    assert.equal(whatArrivesOf(two, euros(100n))?.basis, 'fit');
    assert.equal(whatArrivesOf(two, euros(99n)), undefined);
  });

  it('says nothing where two tariffs are mixed, a fee falls, or eats the gift', () => {
    const mixed = [200n, 500n, 1000n, 5000n].flatMap((amount) => [
      seen(amount, tariff(10n, 100n)(amount), 10),
      seen(amount, tariff(80n, 600n)(amount), 10),
    ]);
    assert.equal(whatArrivesOf(mixed, euros(700n)), undefined);
    assert.equal(whatArrivesOf([seen(200n, 60n, 20), seen(900n, 20n, 20)], euros(400n)), undefined);
    assert.equal(whatArrivesOf([seen(20n, 30n, 20)], euros(20n)), undefined);
  });

  it('finds a tariff again within one minor unit, never promising more than it leaves', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 5n, max: 60n }),
        fc.bigInt({ min: 0n, max: 600n }),
        fc.uniqueArray(fc.bigInt({ min: 200n, max: 20_000n }), { minLength: 2, maxLength: 12 }),
        fc.bigInt({ min: 200n, max: 20_000n }),
        (fixed, share, amounts, asked) => {
          const fee = tariff(fixed, share);
          const pairs = amounts.map((amount) => seen(amount, fee(amount), FIT_MIN));
          const answer = whatArrivesOf(pairs, euros(asked));
          const isBetween =
            amounts.some((amount) => amount <= asked) && amounts.some((amount) => amount >= asked);
          if (!isBetween) return;
          assert.ok(answer !== undefined);
          const off = answer.fee.minor - fee(asked);
          assert.ok(off >= -1n && off <= 2n, `${off}`);
          assert.equal(answer.arrives.minor + answer.fee.minor, asked);
        },
      ),
    );
  });

  it('is counted by a worker from the fees that were told, and kept for minutes', async () => {
    const world = await givingWorld({ now: '2026-01-10T12:00:00Z' });
    try {
      const ask = () => world.giving.whatArrives({ money: euros(200n) });
      world.processor.feeMinor = 39n;
      for (let gift = 0; gift < EXACT_MIN; gift += 1) await world.give({ money: euros(200n) });
      world.processor.feeMinor = null;
      await world.give({ money: euros(200n) });
      await world.settleDown();
      assert.deepEqual(await ask(), {
        arrives: euros(161n),
        fee: euros(39n),
        basis: 'exact',
        gifts: EXACT_MIN,
      });
      assert.equal(await world.giving.whatArrives({ money: money(200n, 'USD') }), undefined);
      // After ninety days those gifts say nothing about today's fees.
      world.clock.advance({ hours: 24 * 91 });
      await world.settleDown();
      assert.equal(await ask(), undefined);
    } finally {
      await world.close();
    }
  });
});
