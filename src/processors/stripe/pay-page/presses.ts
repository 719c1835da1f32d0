/**
 * Presses of one attempt's pay button, one after the other, and not too many of them.
 *
 * A form that is sent twice (a double tap, a reload) must not show its sender the second answer while the first is still
 * on its way: whoever brings the same token is told the same. Other tokens of the attempt wait for their turn. Both hold
 * within this process; between processes Stripe's keys and the database's locks decide, and the gift's page tells.
 *
 * Who tries one card after the other on one page is testing stolen cards, not giving (C13): after some tries that reached
 * the bank the page takes no more. The counts are kept in memory, of the attempts that were pressed last, and hold no
 * more than an attempt's id.
 */
import { assert } from '../../../problems/index.ts';

/** Honest people retry five times (C13.3). */
export const TRIES_MAX = 10;
const COUNTED_ATTEMPTS_MAX = 10_000;

export interface Presses<T> {
  /** Runs a press, or joins the one that brought the same token and runs already. `undefined`: there were too many. */
  run(
    of: { readonly attemptId: string; readonly token: string },
    work: () => Promise<T>,
  ): Promise<T | undefined>;
}

/** @param reachedBank whether a press that ended so may have made a bank look at a card: only those are counted */
export function createPresses<T>(reachedBank: (result: T) => boolean): Presses<T> {
  const running = new Map<string, { readonly token: string; readonly result: Promise<T> }>();
  const tries = new Map<string, number>();

  function count(attemptId: string): void {
    const made = tries.get(attemptId) ?? 0;
    assert(made < TRIES_MAX, 'nobody tries again after too many tries');
    // Put in anew, it is the last to be forgotten.
    tries.delete(attemptId);
    tries.set(attemptId, made + 1);
    for (const oldest of tries.keys()) {
      if (tries.size <= COUNTED_ATTEMPTS_MAX) break;
      tries.delete(oldest);
    }
    assert(tries.size <= COUNTED_ATTEMPTS_MAX, 'a bounded number of attempts is counted');
  }

  return {
    async run({ attemptId, token }, work) {
      for (;;) {
        const before = running.get(attemptId);
        if (before === undefined) break;
        if (before.token === token) return await before.result;
        // Whatever came of it is told to those who sent it.
        await before.result.catch(() => undefined);
      }
      if ((tries.get(attemptId) ?? 0) >= TRIES_MAX) return undefined;
      const result = work();
      running.set(attemptId, { token, result });
      try {
        const ended = await result;
        if (reachedBank(ended)) count(attemptId);
        return ended;
      } finally {
        running.delete(attemptId);
      }
    },
  };
}
