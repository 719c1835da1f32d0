/** What a verdict is: one thing that must be true at the end of a seed, under the names of the rules it stands for. */
import type { World } from '../world.ts';

/** The invariants of the money core, by their numbers. */
export const RULES = [
  'I1',
  'I2',
  'I3',
  'I4',
  'I5',
  'I6',
  'I7',
  'I8',
  'I9',
  'I10',
  'I11',
  'I12',
  'I13',
  'I14',
  'I15',
  'I16',
  'I17',
] as const;
export type Rule = (typeof RULES)[number];

export interface Breach {
  /** One of {@link RULES}, or the verdict's own word. */
  readonly rule: string;
  readonly says: string;
}

export interface Verdict {
  readonly name: string;
  /** The invariants it speaks for; beside them it may find breaches under words of its own. */
  readonly rules: readonly Rule[];
  readonly says: string;
  readonly judge: (world: World) => Promise<readonly Breach[]>;
}
