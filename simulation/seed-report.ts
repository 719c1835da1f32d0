/** What is told of a seed that was lived. */
import type { Breach } from './verdicts/verdict.ts';

export interface SeedReport {
  readonly seed: number;
  /** Of its history and of every row it ended with. */
  readonly hash: string;
  readonly breaches: readonly Breach[];
  /** Moments at which something happened. */
  readonly stops: number;
  readonly statements: number;
  readonly days: number;
  readonly crashes: number;
  readonly charges: number;
  /** How often each command of the money core was called. */
  readonly commands: Readonly<Record<string, number>>;
}
