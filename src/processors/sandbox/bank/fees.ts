/**
 * The bank's fee rules: for a charge 2.9 % of it plus 30 minor units, in whole minor units, rounded half to even; for a
 * dispute a fixed sum, whoever wins it.
 * The merchant's side never computes fees; it books what the balance lines say.
 */
const RATE_PER_MILLE = 29n;
const FIXED_MINOR = 30n;

/** In minor units of any currency, as the fixed part of a charge's fee is. */
export const DISPUTE_FEE_MINOR = 1500n;

/**
 * The fee of a charge, in minor units of its currency.
 * @example feeOf(1000n) // 59n
 */
export function feeOf(amountMinor: bigint): bigint {
  return divideHalfEven(amountMinor * RATE_PER_MILLE, 1000n) + FIXED_MINOR;
}

/** Division of a non-negative number to the nearest whole, halves to the even neighbour. */
function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twiceRest = (dividend % divisor) * 2n;
  if (twiceRest > divisor) return quotient + 1n;
  if (twiceRest < divisor) return quotient;
  return quotient % 2n === 0n ? quotient : quotient + 1n;
}
