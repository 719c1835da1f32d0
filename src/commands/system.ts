/**
 * The world outside, as the commands see it. `main.ts` makes the real one; tests make theirs.
 */
import type { Clock, Random } from '../calendar/index.ts';
import type { Log } from '../problems/index.ts';

export interface System {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly fetch: typeof fetch;
  /** Waits; resolves early (never rejects) when the signal aborts. */
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>;
  /** Aborted when somebody asks the program to stop: Ctrl-C, SIGTERM, or the death of the process that started it. */
  readonly stopSignal: AbortSignal;
  /** A line for the person at the terminal. */
  readonly print: (line: string) => void;
  /** A line about what went wrong, apart from the output proper. */
  readonly complain: (line: string) => void;
  /** Folder of this checkout. */
  readonly projectDirectory: string;
}
