/** Stories by seed: many of them, until there are enough or one is wrong. */
import { SeededRandom } from '../../src/calendar/index.ts';
import { type Played, playStory } from './play.ts';

export interface Tally {
  readonly sequences: number;
  readonly steps: number;
  readonly stories: number;
  /** Stories whose world has one ending. */
  readonly strict: number;
  readonly failures: readonly { readonly seed: number; readonly found: string }[];
}

const FAILURES_MAX = 5;

export function playSeed(seed: number): Played {
  return playStory(new SeededRandom(seed));
}

export function playSeeds(of: {
  readonly from: number;
  readonly isEnough: (tally: Tally) => boolean;
}): Tally {
  let tally: Tally = { sequences: 0, steps: 0, stories: 0, strict: 0, failures: [] };
  for (let seed = of.from; !of.isEnough(tally) && tally.failures.length < FAILURES_MAX; seed += 1) {
    const { sequences, steps, found, strict } = playSeed(seed);
    tally = {
      sequences: tally.sequences + sequences,
      steps: tally.steps + steps,
      stories: tally.stories + 1,
      strict: tally.strict + (strict ? 1 : 0),
      failures: found === null ? tally.failures : [...tally.failures, { seed, found }],
    };
  }
  return tally;
}
