/** The experiments of one newsroom, put together from its appeals' counters and its gifts' sums. */
import {
  type Appeals,
  createExperiments,
  type Experiments,
  MONTHLY_PAYMENTS,
} from '../appeals/index.ts';
import type { Clock } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';
import type { Giving } from '../giving/index.ts';
import type { Newsroom } from '../newsroom/index.ts';

export function deskExperiments(options: {
  readonly db: Db;
  readonly clock: Clock;
  readonly newsroom: Newsroom;
  readonly giving: Pick<Giving, 'valuePerVariant'>;
  readonly appeals: Appeals;
}): Experiments {
  const { db, clock, newsroom, giving, appeals } = options;
  return createExperiments({
    db,
    clock,
    zone: newsroom.zone,
    currency: newsroom.giving.currency,
    capMinor: capOf(newsroom),
    valuePerVariant: (question) => giving.valuePerVariant(question),
    flush: () => appeals.flush(),
  });
}

/**
 * The largest monthly amount that is suggested, for as many payments as a pledge counts for: whatever a reader picks from
 * the buttons counts in full, and what is typed above it decides no more than that.
 */
function capOf({ giving }: Newsroom): bigint {
  // They stand in ascending order; a currency without amounts is never asked in.
  const largest = giving.amounts[giving.currency]?.month.at(-1) ?? 1n;
  return largest * BigInt(MONTHLY_PAYMENTS);
}
