/**
 * Rounds and what they say together. Two things are compared by running them in turns (A, B, A, B …), so that whatever
 * else the machine does falls on both; the median of the rounds' ratios is the answer, the quartiles say how sure it is.
 */

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** By linear interpolation between the two nearest of the sorted values. NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Half of the distance between the quartiles. */
export function halfSpread(values: readonly number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2;
}

export interface Comparison {
  readonly ours: number;
  readonly baseline: number;
  /** Ours divided by the baseline, round by round. */
  readonly ratio: number;
  readonly spread: number;
}

/**
 * Runs both in turns and compares them. Each call answers with a rate (more is better). Which of the two begins changes
 * from round to round. One round of each goes before and is not counted.
 */
export async function interleave(options: {
  readonly rounds: number;
  readonly ours: () => Promise<number>;
  readonly baseline: () => Promise<number>;
}): Promise<Comparison> {
  await options.ours();
  await options.baseline();
  const ours: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const oursFirst = round % 2 === 0;
    if (oursFirst) ours.push(await options.ours());
    baseline.push(await options.baseline());
    if (!oursFirst) ours.push(await options.ours());
  }
  const ratios = ours.map((rate, round) => rate / (baseline[round] ?? Number.NaN));
  return {
    ours: median(ours),
    baseline: median(baseline),
    ratio: median(ratios),
    spread: halfSpread(ratios),
  };
}
