/**
 * What a benchmark answers with: a ratio against a baseline that ran beside it, the absolute figure for the curious, the
 * budget, and whether it holds.
 *
 * The ratio is what can be compared between machines and days. The absolute figure says only what this machine did while it
 * was busy with whatever else it was busy with.
 */

export interface Figure {
  /** Short and stable, for `--json` and for telling runs apart. */
  readonly name: string;
  /** What was measured, for people. */
  readonly what: string;
  readonly absolute: string;
  /** Ours divided by the baseline's; more is better. `null` where the budget is exact (bytes) and needs no neighbour. */
  readonly ratio: number | null;
  /** Half of the distance between the quartiles of the rounds' ratios. */
  readonly spread: number | null;
  readonly baseline: string;
  readonly budget: string;
  readonly holds: boolean;
  /** Why it does not hold, or what to keep in mind. */
  readonly note?: string;
}

/** A benchmark: some figures, under the name by which it is asked for. */
export interface Measure {
  readonly name: string;
  readonly about: string;
  run(tools: MeasureTools): Promise<readonly Figure[]>;
}

export interface MeasureTools {
  /** A line for whoever waits. */
  readonly progress: (line: string) => void;
  /** A folder of its own on the real disk, taken away afterwards. */
  readonly directory: string;
  /** The checkout. */
  readonly project: string;
  /** Multiplies rounds and durations down for a quick look; 1 is a proper run. */
  readonly effort: number;
}
