/** The invented newsrooms in which the statistics are tried, and what is promised of each. */
import type { Trial } from './trial.ts';
import { buttons, type Circumstances, heavyTail, whales } from './world.ts';

/** A newsroom whose appeal is shown to 5,000 readers a day, of whom two in a thousand give: 600 gifts in sixty days. */
const USUAL: Circumstances = {
  readersPerDay: 5000,
  givingPerThousand: 2,
  amount: buttons,
  cap: 20_000,
  days: 60,
  variantShare: 50,
  moreGivers: 1,
  moreEach: 1,
};

/** Nothing differs: whoever wins is a false winner. */
export const SAME: readonly Trial[] = [
  { name: 'amounts of buttons', circumstances: USUAL },
  { name: 'amounts without an end', circumstances: { ...USUAL, amount: heavyTail, cap: 10_000 } },
  { name: 'nearly all little, a few very much', circumstances: { ...USUAL, amount: whales } },
  { name: 'one reader in ten sees the variant', circumstances: { ...USUAL, variantShare: 10 } },
  { name: 'many gifts, a year', circumstances: { ...USUAL, readersPerDay: 20_000, days: 180 } },
];

export interface PlantedTrial extends Trial {
  /** The part of experiments, in percent, in which the difference is found at least. */
  readonly foundPercent: number;
}

/** The variant really brings more. */
export const PLANTED: readonly PlantedTrial[] = [
  {
    name: 'half as many givers more',
    circumstances: { ...USUAL, readersPerDay: 10_000, moreGivers: 1.5 },
    foundPercent: 80,
  },
  {
    name: 'twice as many givers',
    circumstances: { ...USUAL, moreGivers: 2 },
    foundPercent: 95,
  },
  {
    name: 'twice as many givers, amounts without an end',
    circumstances: { ...USUAL, amount: heavyTail, cap: 10_000, moreGivers: 2 },
    foundPercent: 80,
  },
  {
    name: 'a quarter more givers, large newsroom',
    circumstances: { ...USUAL, readersPerDay: 40_000, moreGivers: 1.25 },
    foundPercent: 80,
  },
];
