/** What will happen and when, in the order of time; at the same moment in the order in which it was planned. */
import { assert, Instant } from './core.ts';

export interface Planned {
  readonly at: Instant;
  readonly what: string;
  readonly happen: () => Promise<void> | void;
}

export class Agenda {
  readonly #planned: Planned[] = [];

  plan(planned: Planned): void {
    let index = this.#planned.length;
    while (index > 0) {
      const before = this.#planned[index - 1];
      assert(before !== undefined, 'an index below the length names an entry');
      if (Instant.compare(before.at, planned.at) <= 0) break;
      index -= 1;
    }
    this.#planned.splice(index, 0, planned);
  }

  nextAt(): Instant | null {
    return this.#planned[0]?.at ?? null;
  }

  /** The next entry whose time has come. */
  take(now: Instant): Planned | null {
    const [first] = this.#planned;
    if (first === undefined || Instant.compare(first.at, now) > 0) return null;
    this.#planned.shift();
    return first;
  }
}
