/**
 * Randomness that can be replayed: for tests, the simulator and the demo, never for keys or secrets of the real thing.
 * The generator is xoshiro128** filled from the seed by splitmix32, both public domain designs.
 */
import { assert } from '../problems/index.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';
import { uuidV7 } from './uuid.ts';

/** Where ids start counting their time when no clock is given: 2026-01-01T00:00:00Z. */
const FIRST_MILLISECOND = 1_767_225_600_000;

export class SeededRandom implements Random {
  readonly #state = new Uint32Array(4);
  readonly #clock: Clock | null;
  #uuidsMade = 0;

  /** The same seed gives the same bytes and ids. With a clock, ids carry its time; without, one millisecond each. */
  constructor(seed: number, clock: Clock | null = null) {
    assert(Number.isSafeInteger(seed), 'a seed is a whole number');
    this.#clock = clock;
    let mixed = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
    for (let index = 0; index < this.#state.length; index += 1) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let word = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      this.#state[index] = word ^ (word >>> 15);
    }
    this.#state[0] = (this.#state[0] ?? 0) | 1;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index += 4) {
      const word = this.#word();
      for (let part = 0; part < 4 && index + part < length; part += 1) {
        bytes[index + part] = (word >>> (8 * part)) & 0xff;
      }
    }
    return bytes;
  }

  uuid(): string {
    const milliseconds =
      this.#clock?.now().epochMilliseconds ?? FIRST_MILLISECOND + this.#uuidsMade;
    this.#uuidsMade += 1;
    return uuidV7({ atMs: milliseconds, bytes: this.bytes(10) });
  }

  /** A whole number from 0 to `below - 1`, evenly (up to one part in 2^32 of bias): to pick in tests. */
  below(below: number): number {
    assert(
      Number.isInteger(below) && below > 0 && below <= 2 ** 32,
      'a range has at least one number',
    );
    return Math.floor((this.#word() / 2 ** 32) * below);
  }

  #word(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
    const third = c ^ a;
    const fourth = d ^ b;
    this.#state[1] = b ^ third;
    this.#state[0] = a ^ fourth;
    this.#state[2] = third ^ (b << 9);
    this.#state[3] = rotated(fourth, 11);
    return result;
  }
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
