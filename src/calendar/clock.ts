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
