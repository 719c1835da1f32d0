/** A story from a list of numbers instead of a seed, which fast-check can make shorter and smaller until little is left. */
import fc from 'fast-check';
import { SeededRandom } from '../../src/calendar/index.ts';
import { type Played, playStory } from './play.ts';
import type { Draw } from './story.ts';

const NUMBER_MAX = 9999;

/** Reads the list from the front; when it is used up every draw is 0, the plainest choice. */
export class Tape implements Draw {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  below(limit: number): number {
    const number = this.#numbers[this.#at] ?? 0;
    this.#at += 1;
    return number % limit;
  }
}

export const tapes = fc.array(fc.nat(NUMBER_MAX), { maxLength: 2000, size: 'max' });

export function playTape(numbers: readonly number[]): Played {
  return playStory(new Tape(numbers));
}

/** The draws of a seed, as the tape that plays the same story. */
export function tapeOf(seed: number): readonly number[] {
  const random = new SeededRandom(seed);
  const numbers: number[] = [];
  playStory({
    below(limit) {
      const number = random.below(limit);
      numbers.push(number);
      return number;
    },
  });
  return numbers;
}

/** What fast-check makes of a seed that failed: the smallest story it finds that fails too. */
export function shrunk(seed: number): { readonly found: string; readonly tape: readonly number[] } {
  const property = fc.property(
    fc.array(fc.nat(NUMBER_MAX), { maxLength: 20_000, size: 'max' }),
    (numbers) => playTape(numbers).found === null,
  );
  const details = fc.check(property, {
    numRuns: 1,
    examples: [[[...tapeOf(seed)]]],
    endOnFailure: false,
    interruptAfterTimeLimit: 10_000,
  });
  const tape = details.counterexample?.[0] ?? tapeOf(seed);
  return { tape, found: playTape(tape).found ?? 'nothing' };
}
