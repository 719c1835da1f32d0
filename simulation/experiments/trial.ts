/** Many invented experiments, each looked at every single day, as an impatient editor would; and what was concluded. */
import { logSampleRatioEvidence, ratioInterval } from '../../src/appeals/experiments/statistics.ts';
import { SeededRandom } from '../../src/calendar/index.ts';
import { ASKS_MOST, type Circumstances, live } from './world.ts';

export interface Trial {
  readonly name: string;
  readonly circumstances: Circumstances;
}

export interface TrialResult {
  readonly experiments: number;
  /** Experiments in which the interval at any daily look left out "no difference". */
  readonly winners: number;
  /** Of these, the variant was called better. */
  readonly better: number;
  /** Experiments in which the interval at any daily look missed the true ratio; counted where that is known. */
  readonly missed: number;
  /** Experiments in which the shares were called wrong on any day. */
  readonly ratioAlarms: number;
  /** The same experiments, looked at as often with a common 95 % interval: what would have been believed. */
  readonly commonWinners: number;
  /** The day of the first winner, in the middle. */
  readonly medianDay: number | null;
}

const SAMPLE_RATIO_ALARM = Math.log(1000);

/** Runs experiments with the seeds `from`, `from + 1`, …; every one is looked at at the end of each of its days. */
export function runTrial(
  { circumstances }: Trial,
  { experiments, from }: { readonly experiments: number; readonly from: number },
): TrialResult {
  const isKnown = circumstances.moreEach === 1;
  const tally = { winners: 0, better: 0, missed: 0, ratioAlarms: 0, commonWinners: 0 };
  const days: number[] = [];
  for (let seed = from; seed < from + experiments; seed += 1) {
    const one = liveOne(circumstances, new SeededRandom(seed));
    if (one.winnerDay !== null) {
      tally.winners += 1;
      days.push(one.winnerDay);
    }
    if (one.isBetter) tally.better += 1;
    if (one.isMissed && isKnown) tally.missed += 1;
    if (one.isRatioAlarm) tally.ratioAlarms += 1;
    if (one.isCommonWinner) tally.commonWinners += 1;
  }
  days.sort((a, b) => a - b);
  return { experiments, ...tally, medianDay: days[Math.floor(days.length / 2)] ?? null };
}

function liveOne(circumstances: Circumstances, random: SeededRandom) {
  const control = { asks: 0, sum: 0, squares: 0 };
  const variant = { asks: 0, sum: 0, squares: 0 };
  const told = { isBetter: false, isMissed: false, isRatioAlarm: false, isCommonWinner: false };
  let winnerDay: number | null = null;
  let day = 0;
  for (const lived of live(circumstances, random)) {
    day += 1;
    for (const part of ['asks', 'sum', 'squares'] as const) {
      control[part] += lived.control[part];
      variant[part] += lived.variant[part];
    }
    const { variantShare } = circumstances;
    const controlShare = 100 - variantShare;
    const { low, high } = ratioInterval({
      control: { sum: BigInt(control.sum), squares: BigInt(control.squares) },
      variant: { sum: BigInt(variant.sum), squares: BigInt(variant.squares) },
      controlShare,
      variantShare,
      cap: BigInt(circumstances.cap),
      alpha: 0.05,
    });
    if (winnerDay === null && (low > 1 || high < 1)) {
      winnerDay = day;
      told.isBetter = low > 1;
    }
    told.isCommonWinner ||= isCommonlySure(control, variant);
    told.isMissed ||= low > circumstances.moreGivers || high < circumstances.moreGivers;
    told.isRatioAlarm ||=
      logSampleRatioEvidence({
        counts: [control.asks, variant.asks],
        shares: [controlShare, variantShare],
        clump: ASKS_MOST,
      }) >= SAMPLE_RATIO_ALARM;
  }
  return { winnerDay, ...told };
}

interface Seen {
  readonly asks: number;
  readonly sum: number;
  readonly squares: number;
}

/** The usual two-sample comparison at 1.96 standard errors, right for one look and for no more. */
function isCommonlySure(control: Seen, variant: Seen): boolean {
  const difference = variant.sum / variant.asks - control.sum / control.asks;
  const spread = spreadOf(control) + spreadOf(variant);
  return spread > 0 && Math.abs(difference) > 1.96 * Math.sqrt(spread);
}

function spreadOf({ asks, sum, squares }: Seen): number {
  return (squares / asks - (sum / asks) ** 2) / asks;
}
