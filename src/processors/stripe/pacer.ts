/**
 * Keeping under Stripe's limits: 100 calls a second for a live account, 25 for one endpoint, 25 in a sandbox ("Rate limits" of
 * its documentation).
 *
 * What is limited here is how many calls are under way at once, not how many begin in a second. A limit on time would need
 * a timer that no simulated clock can hurry; a limit on what is under way needs none, and slows down by itself when Stripe
 * does. Reckoned with a tenth of a second for a call that reads and a third for one that makes or moves something, which is
 * quick, three and eight at once of one endpoint stay near 25 a second, and all together below 100. Should Stripe answer
 * 429 all the same, that is `unknown`, "busy": asked or sent again later with the same key, never a decline. Renewals are
 * spread over two hours before they get here.
 *
 * A queue that is full answers at once that it is: what waits longer than its caller's patience helps nobody.
 */
import { assert } from '../../problems/index.ts';

export interface PacerLimits {
  readonly atOnce: number;
  /** Of one endpoint: calls that read, whose name begins with GET, and all others. */
  readonly reading: number;
  readonly writing: number;
  readonly waitingMax: number;
}

const LIMITS: PacerLimits = { atOnce: 24, reading: 3, writing: 8, waitingMax: 1_000 };

export interface Pacer {
  /** Does the work in its turn; `busy`: too much waits already, and nothing was done. */
  run<T>(endpoint: string, work: () => Promise<T>): Promise<T | 'busy'>;
}

interface Waiting {
  readonly endpoint: string;
  readonly begin: () => void;
}

export function createPacer(limits: PacerLimits = LIMITS): Pacer {
  const waiting: Waiting[] = [];
  const underWay = new Map<string, number>();
  let total = 0;

  const hasRoom = (endpoint: string): boolean => {
    const most = endpoint.startsWith('GET ') ? limits.reading : limits.writing;
    return total < limits.atOnce && (underWay.get(endpoint) ?? 0) < most;
  };
  const take = (endpoint: string): void => {
    total += 1;
    underWay.set(endpoint, (underWay.get(endpoint) ?? 0) + 1);
    assert(total <= limits.atOnce, 'no more is under way than may be');
  };
  const giveBack = (endpoint: string): void => {
    const left = (underWay.get(endpoint) ?? 0) - 1;
    total -= 1;
    assert(left >= 0 && total >= 0, 'only what began ends');
    if (left === 0) underWay.delete(endpoint);
    else underWay.set(endpoint, left);
    const next = waiting.findIndex((one) => hasRoom(one.endpoint));
    if (next === -1) return;
    const [first] = waiting.splice(next, 1);
    if (first === undefined) return;
    take(first.endpoint);
    first.begin();
  };

  return {
    async run(endpoint, work) {
      if (hasRoom(endpoint)) {
        take(endpoint);
      } else {
        if (waiting.length >= limits.waitingMax) return 'busy';
        // Whoever gives a place back takes it for the next one before waking it.
        await new Promise<void>((begin) => waiting.push({ endpoint, begin }));
      }
      try {
        return await work();
      } finally {
        giveBack(endpoint);
      }
    },
  };
}
