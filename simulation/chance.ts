/**
 * All chance of one seed. Every part of a world draws from a stream of its own, made from the seed and the part's name, so
 * that a change to one part does not reshuffle the luck of all others and a replay stays recognisable.
 */
import { createHash } from 'node:crypto';
import { assert, SeededRandom } from './core.ts';

export class Chance {
  readonly #random: SeededRandom;
  readonly #seed: number;
  readonly #stream: string;

  constructor(seed: number, stream: string) {
    this.#seed = seed;
    this.#stream = stream;
    const digest = createHash('sha256').update(`${seed}:${stream}`).digest();
    this.#random = new SeededRandom(digest.readUIntBE(0, 6));
  }

  /** A stream of its own for a part of this one's, whose draws do not move this one's. */
  branch(name: string): Chance {
    return new Chance(this.#seed, `${this.#stream}:${name}`);
  }

  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number {
    return this.#random.below(limit);
  }

  /** From `from` to `to`, both included. */
  between(from: number, to: number): number {
    assert(to >= from, 'a range goes up');
    return from + this.#random.below(to - from + 1);
  }

  /** True with this probability, in parts of a thousand. Draws nothing at nought, so that switched-off faults cost no luck. */
  hits(perMille: number): boolean {
    return perMille > 0 && this.#random.below(1000) < perMille;
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.#random.below(list.length)];
    assert(picked !== undefined, 'something can be picked from a list that is not empty');
    return picked;
  }
}
