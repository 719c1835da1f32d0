import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { feeOf } from './fees.ts';

test('fees by hand: 2.9 % and 30, halves to the even neighbour', () => {
  const table: [bigint, bigint][] = [
    [50n, 31n], // 1.45 -> 1
    [200n, 36n], // 5.8 -> 6
    [500n, 44n], // 14.5 -> 14, even
    [1000n, 59n], // 29
    [1500n, 74n], // 43.5 -> 44, even
    [2500n, 102n], // 72.5 -> 72, even
    [99_999_999n, 2_900_030n], // 2 899 999.971 -> 2 900 000
  ];
  for (const [amount, fee] of table) assert.equal(feeOf(amount), fee, String(amount));
});

test('the fee is never more than half a unit from the exact one', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 99_999_999n }), (amount) => {
      const exactTimes1000 = amount * 29n + 30_000n;
      const difference = feeOf(amount) * 1000n - exactTimes1000;
      assert.ok(difference <= 500n && difference >= -500n);
      if (difference === 500n || difference === -500n) assert.equal(feeOf(amount) % 2n, 0n);
    }),
    { numRuns: 2000 },
  );
});
