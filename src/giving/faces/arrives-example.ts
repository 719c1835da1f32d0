/**
 * What a processor leaves of a small monthly gift, and of several months of it at once: the reason for collecting them
 * together, in the newsroom's own experience. Shown only where both are known and the difference is worth a sentence.
 */
import { type Currency, type Money, money } from '../../money/index.ts';
import type { Newsroom } from '../../newsroom/index.ts';
import { assert } from '../../problems/index.ts';
import type { Giving } from '../giving.ts';
import { chargedAtOnce } from '../pledges/collection.ts';
import { amountsFor } from './support-draft.ts';

export interface ArrivesExample {
  readonly monthly: Money;
  readonly monthlyArrives: Money;
  /** Three months of it. */
  readonly together: Money;
  readonly togetherArrives: Money;
}

export const EXAMPLE_MONTHS = 3;
/** Fees below a tenth are not worth a decision (Liberapay recommends 10.00 for that, which keeps 8 of 100). */
const WORTH_SAYING = 10n;

/** For a monthly amount. */
export async function arrivesExample(
  giving: Pick<Giving, 'whatArrives'>,
  monthly: Money,
): Promise<ArrivesExample | null> {
  const together = chargedAtOnce(monthly, EXAMPLE_MONTHS);
  const one = await giving.whatArrives({ money: monthly });
  const many = await giving.whatArrives({ money: together });
  if (one === undefined || many === undefined) return null;
  assert(
    one.arrives.minor + one.fee.minor === monthly.minor,
    'what arrives and the fee are the gift',
  );
  assert(many.arrives.minor + many.fee.minor === together.minor, 'of several months as well');
  const isWorthSaying =
    one.fee.minor * WORTH_SAYING >= monthly.minor &&
    many.arrives.minor > one.arrives.minor * BigInt(EXAMPLE_MONTHS);
  if (!isWorthSaying) return null;
  return { monthly, monthlyArrives: one.arrives, together, togetherArrives: many.arrives };
}

/** For the smallest monthly amount that the form offers in a currency. */
export async function smallestExample(
  giving: Pick<Giving, 'whatArrives'>,
  of: { readonly newsroom: Newsroom; readonly currency: Currency },
): Promise<ArrivesExample | null> {
  const [least] = (amountsFor(of.newsroom, of.currency)?.month ?? []).toSorted((a, b) =>
    a < b ? -1 : 1,
  );
  if (least === undefined) return null;
  assert(least > 0n, 'an amount that is offered is something');
  return await arrivesExample(giving, money(least, of.currency));
}
