/**
 * What is left of a gift after the processor's fee, said only from fees that the processor really took.
 *
 * *Exact* where enough gifts of the very amount were seen: the median of their fees, the higher one where there are two.
 * Otherwise a *fit*: most tariffs are a fixed part and a share, so a straight line is laid through all pairs (amount, fee)
 * by least squares, in whole numbers from beginning to end; the fee it gives is rounded up, so that rather too little is
 * promised than too much.
 *
 * What the line cannot know, it must not say. Two tariffs in one currency (cards at home and abroad) lie on two lines, and
 * one line between them would be true of no gift: if on average it misses the fees that were seen by more than a tenth of
 * them, nothing is said. Nor where less than two amounts were seen, nor far outside the amounts that were seen: a
 * processor may have a smallest fee, or another tariff for small sums (two of PayPal's cross near 8.06). Rounding of each
 * single fee to whole minor units is noise of less than one, far below that bound.
 */
import { type Money, money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';

/** How often a fee was seen on an amount, in minor units of one currency. */
export interface FeeSeen {
  readonly amount: bigint;
  readonly fee: bigint;
  readonly seen: number;
}

export interface Arrives {
  readonly arrives: Money;
  readonly fee: Money;
  /** Seen on this very amount, or reckoned from others. */
  readonly basis: 'exact' | 'fit';
  /** How many gifts it rests on. */
  readonly gifts: number;
}

/** Gifts of the very amount that make its fee known. */
export const EXACT_MIN = 5;
/** Gifts that a line may be laid through. */
export const FIT_MIN = 10;
/** How far outside the smallest and largest amount seen the line is still believed: half and four times. */
const BELOW = 2n;
const ABOVE = 4n;

export function whatArrivesOf(seen: readonly FeeSeen[], gift: Money): Arrives | undefined {
  assert(gift.minor > 0n, 'a gift is at least one minor unit');
  const same = seen.filter(({ amount }) => amount === gift.minor);
  const exact = count(same) >= EXACT_MIN ? medianFee(same) : undefined;
  const fee = exact ?? fittedFee(seen, gift.minor);
  if (fee === undefined || fee < 0n || fee >= gift.minor) return undefined;
  assert(exact === undefined || fee === exact, 'what was seen outweighs what is reckoned');
  return {
    arrives: money(gift.minor - fee, gift.currency),
    fee: money(fee, gift.currency),
    basis: exact === undefined ? 'fit' : 'exact',
    gifts: exact === undefined ? count(seen) : count(same),
  };
}

function count(seen: readonly FeeSeen[]): number {
  return seen.reduce((sum, one) => sum + one.seen, 0);
}

/** The upper median: at least half of the gifts had this fee or less. */
function medianFee(seen: readonly FeeSeen[]): bigint | undefined {
  const half = Math.floor(count(seen) / 2);
  let passed = 0;
  for (const { fee, seen: times } of seen.toSorted((a, b) => compare(a.fee, b.fee))) {
    passed += times;
    if (passed > half) return fee;
  }
  return undefined;
}

/**
 * Least squares over whole numbers. With n pairs, D = n·Σx² − (Σx)² and S = n·Σxy − Σx·Σy the line is
 * fee(x) = (Σy·D + S·(n·x − Σx)) / (n·D): one division, at the end.
 */
interface Line {
  readonly n: bigint;
  readonly sumX: bigint;
  readonly sumY: bigint;
  readonly d: bigint;
  readonly s: bigint;
}

function fittedFee(seen: readonly FeeSeen[], amount: bigint): bigint | undefined {
  if (count(seen) < FIT_MIN) return undefined;
  const amounts = seen.map((one) => one.amount).toSorted(compare);
  const [smallest] = amounts;
  const largest = amounts.at(-1);
  if (smallest === undefined || largest === undefined || smallest === largest) return undefined;
  if (amount * BELOW < smallest || amount > largest * ABOVE) return undefined;
  const line = lineThrough(seen);
  // A fee that falls as gifts grow is no tariff; two are mixed.
  if (line.s < 0n || !isCloseTo(line, seen)) return undefined;
  return feeOn(line, amount);
}

function lineThrough(seen: readonly FeeSeen[]): Line {
  let [n, sumX, sumY, sumXX, sumXY] = [0n, 0n, 0n, 0n, 0n];
  for (const { amount, fee, seen: times } of seen) {
    const weight = BigInt(times);
    n += weight;
    sumX += weight * amount;
    sumY += weight * fee;
    sumXX += weight * amount * amount;
    sumXY += weight * amount * fee;
  }
  const d = n * sumXX - sumX * sumX;
  assert(d > 0n, 'two amounts span a line');
  return { n, sumX, sumY, d, s: n * sumXY - sumX * sumY };
}

function feeOn({ n, sumX, sumY, d, s }: Line, amount: bigint): bigint {
  return roundedUp(sumY * d + s * (n * amount - sumX), n * d);
}

/** On average within a tenth of the fees that were seen, or within one minor unit. */
function isCloseTo(line: Line, seen: readonly FeeSeen[]): boolean {
  let off = 0n;
  for (const { amount, fee, seen: times } of seen) {
    const miss = feeOn(line, amount) - fee;
    off += BigInt(times) * (miss < 0n ? -miss : miss);
  }
  return off <= line.n || off * 10n <= line.sumY;
}

function roundedUp(numerator: bigint, denominator: bigint): bigint {
  assert(denominator > 0n, 'divided by something positive');
  const down = numerator / denominator;
  return numerator > down * denominator ? down + 1n : down;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
