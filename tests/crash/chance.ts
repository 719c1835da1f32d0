/**
 * All chance of one run: who is killed, when, and what people give. Each concern draws from a stream of its own, so that a
 * run with the same seed chooses the same victims. What the operating system does in between is nobody's choice.
 */
import { createHash } from 'node:crypto';
import { SeededRandom } from '../../src/calendar/index.ts';

export class Chance {
  readonly #random: SeededRandom;

  constructor(seed: number, stream: string) {
    const digest = createHash('sha256').update(`${seed}:${stream}`).digest();
    this.#random = new SeededRandom(digest.readUIntBE(0, 6));
  }

  /** From `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + this.#random.below(to - from + 1);
  }

  /** True in so many of a hundred cases. */
  percent(share: number): boolean {
    return this.#random.below(100) < share;
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : list[this.#random.below(list.length)];
  }

  uuid(): string {
    return this.#random.uuid();
  }
}
