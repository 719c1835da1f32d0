/**
 * The clock port. Time comes in as a parameter everywhere (no `Date.now()`, no `now()` in SQL), so that a test, the
 * simulator or the demo can own it. Only `main.ts` makes the real one.
 */
import { Temporal } from 'temporal-polyfill';

export type Instant = Temporal.Instant;
export const Instant = Temporal.Instant;

/** A calendar day without zone, such as the due date of a gift. */
export type PlainDate = Temporal.PlainDate;
export const PlainDate = Temporal.PlainDate;

export interface Clock {
  now(): Instant;
}

/**
 * A clock to the millisecond. Asked again within one, it hands out the same instant: making one takes longer than all
 * else that is decided for a reader (`/note` went from 0.6 to 0.8 of a bare server's rate).
 * @param epochMs the system's time, milliseconds since 1970
 */
export function millisecondClock(epochMs: () => number): Clock {
  let madeAtMs = Number.NaN;
  let made: Instant | undefined;
  return {
    now() {
      const nowMs = epochMs();
      if (made === undefined || nowMs !== madeAtMs) {
        made = Instant.fromEpochMilliseconds(nowMs);
        madeAtMs = nowMs;
      }
      return made;
    },
  };
}

/** A clock that stands still until it is told to move: for tests and the simulator. */
export class ManualClock implements Clock {
  #now: Instant;

  constructor(now: Instant | string) {
    this.#now = Instant.from(now);
  }

  now(): Instant {
    return this.#now;
  }

  set(now: Instant | string): void {
    this.#now = Instant.from(now);
  }

  advance(duration: Temporal.DurationLike): void {
    this.#now = this.#now.add(duration);
  }
}
