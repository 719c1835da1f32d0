/**
 * A worker does what is due and says how much it did. It owns no timer and no clock: production runs it in a loop, a test
 * or the demo runs it until there is nothing left.
 */
import type { Temporal } from 'temporal-polyfill';
import { assert } from '../problems/index.ts';

export interface Worker {
  readonly name: string;
  /** Handles one bounded batch of due rows. @returns how many it handled; 0 means idle */
  runOnce(): Promise<number>;
}

export interface IdleReport {
  readonly handled: number;
  /** False when `limit` rounds were not enough. */
  readonly idle: boolean;
}

/** Runs all workers in rounds until a whole round finds nothing to do. At most `limit` rounds. */
export async function runWorkersUntilIdle(
  workers: readonly Worker[],
  limit: number,
): Promise<IdleReport> {
  assert(Number.isInteger(limit) && limit > 0, 'a limit of rounds is a positive whole number');
  let handled = 0;
  for (let round = 0; round < limit; round += 1) {
    let inRound = 0;
    for (const worker of workers) inRound += await worker.runOnce();
    if (inRound === 0) return { handled, idle: true };
    handled += inRound;
  }
  return { handled, idle: false };
}

export interface WorkerLoopOptions {
  /** Waits, or returns early when the signal fires. Handed in, so that nothing here owns a timer. */
  readonly sleep: (duration: Temporal.DurationLike, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** Hears that a worker failed; it goes on after a pause. The error holds no data of a person. */
  readonly onFailure?: (workerName: string, error: unknown) => void;
}

const IDLE_PAUSE = { seconds: 2 } as const;
/**
 * After the first failure in a row, the second …; the last is repeated. A database that restarts is back in a second or two,
 * and nobody should wait longer for it than it takes; one that stays away need not be asked all the time.
 */
const FAILURE_PAUSES = [{ seconds: 1 }, { seconds: 2 }, { seconds: 5 }, { seconds: 10 }] as const;

/** Runs each worker in its own loop until the signal fires; a failing worker never stops another. */
export async function startWorkerLoop(
  workers: readonly Worker[],
  options: WorkerLoopOptions,
): Promise<void> {
  await Promise.all(workers.map((worker) => loop(worker, options)));
}

async function loop(worker: Worker, options: WorkerLoopOptions): Promise<void> {
  const { sleep, signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const handled = await worker.runOnce();
      failures = 0;
      if (handled === 0 && !signal.aborted) await sleep(IDLE_PAUSE, signal);
    } catch (error) {
      options.onFailure?.(worker.name, error);
      const pause = FAILURE_PAUSES[Math.min(failures, FAILURE_PAUSES.length - 1)];
      assert(pause !== undefined, 'there is a pause for every number of failures');
      failures += 1;
      if (!signal.aborted) await sleep(pause, signal);
    }
  }
}
