/** The real clock and real chance, as `src/main.ts` makes them: ids of benchmarks must be time-ordered like real ones. */
import { randomBytes } from 'node:crypto';
import { millisecondClock, type Random, uuidV7 } from '../src/calendar/index.ts';

export const realClock = millisecondClock(() => Date.now());

export const realRandom: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
  uuid: () => uuidV7({ atMs: Date.now(), bytes: randomBytes(10) }),
};
