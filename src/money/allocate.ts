/**
 * Splitting money without losing or making a minor unit: by largest remainder. Each share first gets its part rounded
 * down; the units left over go one each to the shares that lost most by rounding, the earlier share first on a tie, so
 * the same split always gives the same result.
 */
import { assert } from '../problems/index.ts';
import { type Money, money } from './money.ts';

/**
 * `amount` split in proportion to `weights`. The shares sum to `amount` exactly, none differs from its exact part by a
 * whole minor unit, and a weight of 0 gets nothing. A negative amount is split as its positive one, negated.
 * @throws AssertionFailure when there is no weight, one is negative, or all are 0.
 */
export function allocate(amount: Money, weights: readonly bigint[]): readonly Money[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  assert(total > 0n, 'money is split among at least one weight above zero');
  assert(
    weights.every((weight) => weight >= 0n),
    'a weight is never negative',
  );
  const sign = amount.minor < 0n ? -1n : 1n;
  const whole = amount.minor * sign;
  const shares = weights.map((weight, index) => ({
    index,
    minor: (whole * weight) / total,
    remainder: (whole * weight) % total,
  }));
  let left = whole - shares.reduce((sum, share) => sum + share.minor, 0n);
  const byRemainder = [...shares].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const share of byRemainder) {
    if (left === 0n) break;
    share.minor += 1n;
    left -= 1n;
  }
  assert(left === 0n, 'a split gives out every minor unit');
  return shares.map((share) => money(share.minor * sign, amount.currency));
}
