/**
 * Which processor takes a gift: the first in the newsroom's order that can do what the gift needs. Decided by
 * capabilities, never by names. Whether its account still takes gifts is seen when the gift is written; if it does not,
 * the next one is chosen.
 *
 * A promise goes to a company that can charge it later, where one takes it; else to one where each of its gifts is paid by
 * its supporter, who is led there when the day has come.
 */

import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { GiftInterval } from '../giving.ts';
import type { Processor } from '../processor.ts';

export type ProcessorChoice =
  | { readonly kind: 'chosen'; readonly processor: Processor }
  | { readonly kind: 'none'; readonly reason: 'currency' | 'interval' | 'too-small' | 'too-large' };

/** The reason names what the candidate that came closest could not do. */
export function chooseAmong(
  candidates: readonly Processor[],
  gift: { readonly money: Money; readonly interval: GiftInterval },
): ProcessorChoice {
  const { currency, minor } = gift.money;
  const taking = candidates.filter(({ capabilities }) =>
    capabilities.currencies.includes(currency),
  );
  if (taking.length === 0) return { kind: 'none', reason: 'currency' };
  const repeating = taking.filter(
    ({ capabilities: { chargesMandates, pledgesByLink = false, intervals } }) =>
      (gift.interval === 'once' || chargesMandates || pledgesByLink) &&
      (intervals?.includes(gift.interval) ?? true),
  );
  if (repeating.length === 0) return { kind: 'none', reason: 'interval' };
  const largeEnough = repeating.filter(
    ({ capabilities }) => minor >= (capabilities.minimumMinor[currency] ?? 1n),
  );
  if (largeEnough.length === 0) return { kind: 'none', reason: 'too-small' };
  const fitting = largeEnough.filter(
    ({ capabilities }) => minor <= (capabilities.maximumMinor?.[currency] ?? minor),
  );
  const chargesLater = fitting.find(({ capabilities }) => capabilities.chargesMandates);
  const processor = gift.interval === 'once' ? fitting[0] : (chargesLater ?? fitting[0]);
  if (processor === undefined) return { kind: 'none', reason: 'too-large' };
  const { currencies } = processor.capabilities;
  assert(currencies.includes(currency), 'a processor takes what it is chosen for');
  return { kind: 'chosen', processor };
}
