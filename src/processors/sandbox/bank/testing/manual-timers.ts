/** Timers that stand still until a test moves them: sleeps end in the order of their time, never by themselves. */
import type { Timers } from '../timers.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export class ManualTimers implements Timers {
  #now = 0;
  #sleepers: Sleeper[] = [];

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      const abort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      };
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Lets `ms` pass and wakes whoever was to wake by then. */
  advance(ms: number): void {
    this.#now += ms;
    const due = this.#sleepers
      .filter((sleeper) => sleeper.at <= this.#now)
      .sort((a, b) => a.at - b.at);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.at > this.#now);
    for (const sleeper of due) sleeper.wake();
  }

  /** Resolves as soon as anybody sleeps. */
  async someoneSleeps(): Promise<void> {
    while (this.#sleepers.length === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  /** How many milliseconds each sleeper still has, shortest first. */
  waiting(): readonly number[] {
    return this.#sleepers.map((sleeper) => sleeper.at - this.#now).sort((a, b) => a - b);
  }
}
