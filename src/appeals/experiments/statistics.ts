/**
 * The statistics of experiments, and nothing else: intervals and a sample-ratio test that stay true however often
 * somebody looks. Whoever looks at a common 95 % interval five times is wrong about 14 % of the time; these may be looked
 * at every hour and are still wrong at most 5 % of the time, over the whole life of an experiment.
 *
 * Only sums come in, exact whole numbers (value and squared value of what was counted per variant). Floating point begins
 * in this file and ends in it: what leaves are ratios and verdicts, never an amount of money.
 *
 * **What is compared.** Readers are dealt to variants by a random slot with fixed shares p. A unit (a gift's capped value,
 * a close, a postponement) worth x in variant B counts as z = x/p_B, in the control A as z = -r·x/p_A, and everybody who
 * did nothing as 0. If B's mean is r times A's, z has mean 0 whatever else readers do (Horvitz & Thompson 1952), so for
 * every fixed bet λ with λz > -1 the product of (1 + λz) is a martingale that starts at 1: a bet that cannot be won on
 * average (Waudby-Smith & Ramdas 2024, "Estimating means of bounded random variables by betting", JRSS B 86).
 * By log(1 + y) ≥ y + ψ(c)y² for y ≥ -c (Fan, Grama & Liu 2015, "Exponential inequalities for martingales with
 * applications", EJP 20) the sum and the sum of squares bound the product from below, so no order and no single gift
 * needs to be kept. A fixed mixture of bets is again such a product, and by Ville's inequality (1939) the chance that it
 * ever reaches 1/α is at most α: no sample needs to be large, and a few very large gifts cannot break it, because values
 * are capped.
 */
import { assert } from '../../problems/index.ts';

/** What was counted of one variant: of every unit its value, as a sum and as a sum of squares. */
export interface Tally {
  readonly sum: bigint;
  readonly squares: bigint;
}

export interface Comparison {
  readonly control: Tally;
  readonly variant: Tally;
  /** Slots out of a hundred that see them; fixed while the experiment runs. */
  readonly controlShare: number;
  readonly variantShare: number;
  /** No single unit is worth more; in the same units as the sums. */
  readonly cap: bigint;
  /** The chance of ever being wrong that is allowed, both sides together. */
  readonly alpha: number;
}

/** How many times as much the variant brings as the control: 1.04 is 4 % more. */
export interface RatioInterval {
  readonly low: number;
  /** `Infinity` where nothing bounds it yet. */
  readonly high: number;
}

/**
 * Bets, as parts of the largest that r = 1 admits; evenly on a logarithmic scale, because nobody knows beforehand how
 * many gifts will come. Fixed for ever: a bet chosen after looking would not be fair.
 */
const BETS = geometric({ from: 0.004, to: 2, count: 22 });
/** The largest loss of one unit: beyond it the bound of the logarithm costs more than it brings. */
const LOSS_MAX = 0.8;

/**
 * The interval that holds the true ratio of the means at every moment at once, with chance at least 1 - α.
 * For several variants against one control hand in α divided by their number (Bonferroni).
 */
export function ratioInterval(comparison: Comparison): RatioInterval {
  const { control, variant, controlShare, variantShare, cap, alpha } = comparison;
  assert(alpha > 0 && alpha < 1, 'the allowed chance of being wrong is a chance');
  assert(controlShare > 0 && variantShare > 0, 'what nobody sees is not compared');
  assert(cap > 0n, 'a cap is above nothing');
  const a = scaled(control, { share: controlShare, cap });
  const b = scaled(variant, { share: variantShare, cap });
  const oneSide = alpha / 2;
  const inverse = lowerRatio({ over: a, under: b, alpha: oneSide });
  const interval = {
    low: lowerRatio({ over: b, under: a, alpha: oneSide }),
    high: inverse === 0 ? Number.POSITIVE_INFINITY : 1 / inverse,
  };
  assert(interval.low <= interval.high, 'both sides leave something between them');
  return interval;
}

/** Sums in parts of the cap and per planned share, so that one unit is worth at most `weight`. */
interface ScaledTally {
  readonly sum: number;
  readonly squares: number;
  readonly weight: number;
}

function scaled(
  tally: Tally,
  { share, cap }: { readonly share: number; readonly cap: bigint },
): ScaledTally {
  const { sum, squares } = tally;
  assert(sum >= 0n && squares >= 0n, 'values are never below nothing');
  assert(squares <= sum * cap, 'no unit is worth more than the cap');
  assert(squares >= sum || cap === 1n, 'values are whole numbers');
  const weight = 100 / share;
  return {
    sum: (Number(sum) / Number(cap)) * weight,
    squares: (Number(squares) / Number(cap) / Number(cap)) * weight * weight,
    weight,
  };
}

/**
 * The largest ratio r that is ruled out from below, 0 if none is. The evidence falls with r, for each bet and so for
 * their mixture: a ratio that is ruled out rules out all below it, and halving finds where that ends.
 */
function lowerRatio(side: {
  readonly over: ScaledTally;
  readonly under: ScaledTally;
  readonly alpha: number;
}): number {
  const threshold = -Math.log(side.alpha);
  const isRuledOut = (ratio: number) => logEvidence(side, ratio) >= threshold;
  if (!isRuledOut(RATIO_LEAST)) return 0;
  let [low, high] = [Math.log(RATIO_LEAST), Math.log(RATIO_MOST)];
  if (isRuledOut(RATIO_MOST)) return RATIO_MOST;
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (isRuledOut(Math.exp(middle))) low = middle;
    else high = middle;
  }
  return Math.exp(low);
}

const RATIO_LEAST = 1e-3;
const RATIO_MOST = 1e3;
/** Narrows thirteen powers of e to less than a millionth. */
const HALVINGS = 24;

/** The logarithm of what the mixture of bets has at least won against "`over` brings at most `ratio` times `under`". */
function logEvidence(
  { over, under }: { readonly over: ScaledTally; readonly under: ScaledTally },
  ratio: number,
): number {
  const mean = over.sum - ratio * under.sum;
  const squares = over.squares + ratio * ratio * under.squares;
  const logs: number[] = [];
  for (const bet of BETS) {
    // The most that one unit of the other side can take.
    const loss = bet * ratio;
    if (loss > LOSS_MAX) break;
    const lambda = bet / under.weight;
    logs.push(lambda * mean + lambda * lambda * psi(loss) * squares);
  }
  // Bets that are not admitted for this ratio are lost, and keep their part of the stake.
  return logSum(logs) - Math.log(BETS.length);
}

/** The largest ψ with log(1 + y) ≥ y + ψy² for all y ≥ -c; it falls from -1/2 as c grows. */
function psi(c: number): number {
  // Its series where the difference would lose its digits.
  return c < 1e-3 ? -0.5 - c / 3 - (c * c) / 4 - (c * c * c) / 5 : (Math.log1p(-c) + c) / (c * c);
}

/** A rate per unit counted, for what can only happen to each once. */
export interface RateInterval {
  readonly low: number;
  readonly high: number;
}

/**
 * The interval of one rate, valid at every moment at once: the beta-binomial mixture with an even prior (Robbins 1970,
 * "Statistical methods related to the law of the iterated logarithm"; Howard, Ramdas, McAuliffe & Sekhon 2021).
 */
export function rateInterval(counted: {
  readonly happened: number;
  readonly of: number;
  readonly alpha: number;
}): RateInterval {
  const { happened, of, alpha } = counted;
  assert(happened >= 0 && happened <= of, 'no more happened than could');
  const mixture = logBeta(happened + 1, of - happened + 1);
  const logRatio = (rate: number) =>
    mixture - logPower(rate, happened) - logPower(1 - rate, of - happened);
  const isRuledOut = (rate: number) => logRatio(rate) >= -Math.log(alpha);
  const middle = of === 0 ? 0.5 : happened / of;
  return {
    low: edge({ inside: middle, outside: 0, isRuledOut }),
    high: edge({ inside: middle, outside: 1, isRuledOut }),
  };
}

function edge(search: {
  readonly inside: number;
  readonly outside: number;
  readonly isRuledOut: (rate: number) => boolean;
}): number {
  let { inside, outside } = search;
  if (!search.isRuledOut(outside)) return outside;
  for (let step = 0; step < 50; step += 1) {
    const middle = (inside + outside) / 2;
    if (search.isRuledOut(middle)) outside = middle;
    else inside = middle;
  }
  return outside;
}

/** `times * log(base)`, where nothing is ever multiplied by itself no times. */
function logPower(base: number, times: number): number {
  return times === 0 ? 0 : times * Math.log(base);
}

/**
 * How surely the counts do not follow the planned shares, as the logarithm of an e-value: at log(1000) or more the chance
 * of ever seeing it with right shares is at most 0.001, however often it is looked at.
 *
 * A Dirichlet mixture over other shares against the planned ones: Lindon & Malek 2022, "Anytime-valid inference for
 * multinomial count data" (NeurIPS 35). One reader is asked several times and always sees one variant, so asks come in
 * clumps. With no clump larger than `clump`, the counts divided by it are safe: the mean of (q/p)^(m/clump) is at most the
 * mean of q/p to that power, which is 1 (Jensen).
 */
export function logSampleRatioEvidence(asks: {
  readonly counts: readonly number[];
  /** Slots out of a hundred, in the same order. */
  readonly shares: readonly number[];
  readonly clump: number;
}): number {
  const { counts, shares, clump } = asks;
  assert(counts.length === shares.length && counts.length > 0, 'each variant has its share');
  assert(clump >= 1, 'a reader who is counted is asked at least once');
  assert(
    shares.every((share) => share > 0),
    'what nobody sees is not counted',
  );
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const parts = counts.map((count, at) => ({ n: count / clump, p: (shares[at] ?? 0) / whole }));
  const total = parts.reduce((sum, { n }) => sum + n, 0);
  const prior = PRIOR_ASKS * parts.length;
  return parts.reduce(
    (sum, { n, p }) => sum + logGamma(prior * p + n) - logGamma(prior * p) - n * Math.log(p),
    logGamma(prior) - logGamma(prior + total),
  );
}

/** How much weight the planned shares have among the alternatives: as much as this many asks of each variant. */
const PRIOR_ASKS = 100;

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** The logarithm of Γ by Stirling's series after lifting small arguments; right to eleven digits for x > 0. */
function logGamma(x: number): number {
  assert(x > 0, 'the gamma function is asked above nothing');
  let lifted = x;
  let product = 1;
  while (lifted < 10) {
    product *= lifted;
    lifted += 1;
  }
  const inverse = 1 / (lifted * lifted);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / lifted;
  return (
    (lifted - 0.5) * Math.log(lifted) -
    lifted +
    Math.log(2 * Math.PI) / 2 +
    series -
    Math.log(product)
  );
}

function logSum(logs: readonly number[]): number {
  const most = Math.max(...logs);
  if (most === Number.NEGATIVE_INFINITY) return most;
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}

function geometric(row: {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}): readonly number[] {
  const step = Math.log(row.to / row.from) / (row.count - 1);
  return Array.from({ length: row.count }, (_, at) => row.from * Math.exp(step * at));
}
