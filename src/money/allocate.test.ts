import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allocate, money, sumMoney } from './index.ts';

const currency = fc.constantFrom('JPY', 'USD', 'KWD');
const weights = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 12 })
  .filter((list) => list.some((weight) => weight > 0n));

test('a split gives out exactly the amount, and no share is off by a whole minor unit', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
      currency,
      weights,
      (minor, code, list) => {
        const shares = allocate(money(minor, code), list);
        assert.equal(sumMoney(shares, code).minor, minor);
        const total = list.reduce((sum, weight) => sum + weight, 0n);
        shares.forEach((share, index) => {
          const weight = list[index] ?? 0n;
          const off = share.minor * total - minor * weight;
          assert.ok(off < total && off > -total);
          if (weight === 0n) assert.equal(share.minor, 0n);
        });
      },
    ),
  );
});

test('the units left over go to those who lost most, the earlier first on a tie', () => {
  const minors = (minor: bigint, list: readonly bigint[]) =>
    allocate(money(minor, 'USD'), list).map((share) => share.minor);
  assert.deepEqual(minors(100n, [1n, 1n, 1n]), [34n, 33n, 33n]);
  assert.deepEqual(minors(-100n, [1n, 1n, 1n]), [-34n, -33n, -33n]);
  assert.deepEqual(minors(10n, [1n, 5n, 3n]), [1n, 6n, 3n]);
  assert.deepEqual(minors(5n, [0n, 1n]), [0n, 5n]);
});

test('a split needs a weight above zero and none below', () => {
  for (const list of [[], [0n, 0n], [2n, -1n]]) {
    assert.throws(() => allocate(money(1n, 'USD'), list), /assertion failed/);
  }
});
