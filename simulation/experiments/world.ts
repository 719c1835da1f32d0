/**
 * An invented newsroom's readers, to try the statistics of experiments on: who is asked how often, who gives, and how much.
 *
 * It is made as hard as readers are: gifts are rare and their amounts heavy-tailed (a few are a hundred times the usual
 * one, and only the cap holds them), one reader is asked several times and always sees one variant, slots hold unequal
 * numbers of readers, and days and weekends differ. Everything comes from a seed.
 */
import type { SeededRandom } from '../../src/calendar/index.ts';

export interface Circumstances {
  /** Readers who are asked on a usual day. */
  readonly readersPerDay: number;
  /** How many readers of a thousand give when the control asks. */
  readonly givingPerThousand: number;
  /** What a gift is worth, in minor units, before the cap. */
  readonly amount: (random: SeededRandom) => number;
  readonly cap: number;
  readonly days: number;
  /** Slots out of a hundred that see the variant. */
  readonly variantShare: number;
  /** How many times as many give when the variant asks; 1 is no difference. */
  readonly moreGivers: number;
  /** How many times as much one gift is worth when the variant asks. */
  readonly moreEach: number;
}

export interface ArmDay {
  readonly asks: number;
  readonly sum: number;
  readonly squares: number;
}

export interface Day {
  readonly control: ArmDay;
  readonly variant: ArmDay;
}

/** Amounts as buttons suggest them: $2 to $50, and a pledge counts ten times. */
export function buttons(random: SeededRandom): number {
  const amounts = [200, 500, 500, 500, 1000, 1000, 2000, 5000];
  const amount = amounts[random.below(amounts.length)] ?? 500;
  return random.below(10) < 3 ? amount * 10 : amount;
}

/** Amounts without an end: Pareto with tail 1.1, whose variance is infinite and whose mean is nearly so. */
export function heavyTail(random: SeededRandom): number {
  return Math.floor(200 * (1 - uniform(random)) ** (-1 / 1.1));
}

/** Nearly all give little; one in two hundred gives the cap or more. */
export function whales(random: SeededRandom): number {
  return random.below(200) === 0 ? 5_000_000 : 300;
}

/** Lives the days of one experiment, one after the other. */
export function* live(circumstances: Circumstances, random: SeededRandom): Generator<Day> {
  for (let day = 0; day < circumstances.days; day += 1) {
    // Weekends are quiet, and one day in ten a story is shared everywhere.
    const weekday = day % 7 >= 5 ? 0.5 : 1.2;
    const shared = random.below(10) === 0 ? 4 : 1;
    const readers = circumstances.readersPerDay * weekday * shared;
    const share = circumstances.variantShare / 100;
    yield {
      control: armDay({ circumstances, readers: readers * (1 - share), isVariant: false, random }),
      variant: armDay({ circumstances, readers: readers * share, isVariant: true, random }),
    };
  }
}

function armDay(arm: {
  readonly circumstances: Circumstances;
  readonly readers: number;
  readonly isVariant: boolean;
  readonly random: SeededRandom;
}): ArmDay {
  const { circumstances, isVariant, random } = arm;
  const { moreGivers, moreEach, cap, givingPerThousand } = circumstances;
  const rate = (givingPerThousand / 1000) * (isVariant ? moreGivers : 1);
  const [sums, gifts] = [{ sum: 0, squares: 0 }, poisson(arm.readers * rate, random)];
  for (let gift = 0; gift < gifts; gift += 1) {
    const whole = Math.floor(circumstances.amount(random) * (isVariant ? moreEach : 1));
    const value = Math.min(cap, whole);
    sums.sum += value;
    sums.squares += value * value;
  }
  return { asks: clumpedAsks(arm.readers, random), ...sums };
}

/** Readers are asked one to four times each, all in one variant: their asks come in clumps. */
function clumpedAsks(readers: number, random: SeededRandom): number {
  let asks = 0;
  for (let times = 1; times <= ASKS_MOST; times += 1) {
    asks += times * poisson(readers / ASKS_MOST, random);
  }
  return asks;
}

/** The cap of an appeal: as often is one reader asked in thirty days. */
export const ASKS_MOST = 4;

/** A Poisson number: by Knuth's product where it is small, else rounded from a normal one of the same mean and spread. */
export function poisson(mean: number, random: SeededRandom): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const least = Math.exp(-mean);
  let [count, product] = [0, uniform(random)];
  while (product > least) {
    count += 1;
    product *= uniform(random);
  }
  return count;
}

/** Box and Muller's normal number. */
function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - uniform(random))) * Math.cos(2 * Math.PI * uniform(random));
}

/** A number from 0 up to, not including, 1. */
function uniform(random: SeededRandom): number {
  return random.below(2 ** 32) / 2 ** 32;
}
