/**
 * When a declined renewal is tried again, and when we stop: four tries, each counted from the day of the try before it
 * (3, then 5, then 7 days later), so days 0, 3, 8 and 15, which crosses one pay day for most people. Then a letter, and on
 * day 21 the pledge lapses. An outage is not a try: only declines count.
 *
 * The card networks allow more (Visa 15 to 20 tries per card in 30 days); the bound here is per card as well, because
 * one supporter may have two pledges on one card.
 */
import type { PlainDate } from '../../calendar/index.ts';
import { assert } from '../../problems/index.ts';

export const RETRY_GAPS_DAYS = [3, 5, 7] as const;
export const LAPSE_AFTER_DAYS = 21;
/** Declined tries on one card in {@link METHOD_WINDOW_DAYS}, below the strictest network rule. */
export const METHOD_TRIES_MAX = 15;
export const METHOD_WINDOW_DAYS = 30;

export type AfterDecline =
  | { readonly kind: 'retry'; readonly on: PlainDate }
  | { readonly kind: 'tries-used-up' };

/**
 * @param tries.made declined tries so far, this one included
 * @param tries.lastOn day of the last try, where the supporter lives
 */
export function afterDeclinedTry(tries: {
  readonly made: number;
  readonly lastOn: PlainDate;
}): AfterDecline {
  assert(tries.made >= 1, 'a declined try was made');
  const gap = RETRY_GAPS_DAYS[tries.made - 1];
  if (gap === undefined) return { kind: 'tries-used-up' };
  assert(
    gap >= 1 && gap < LAPSE_AFTER_DAYS,
    'tries are days apart and end before the pledge lapses',
  );
  return { kind: 'retry', on: tries.lastOn.add({ days: gap }) };
}

/** The day on which a pledge lapses whose period was first tried (or should have been) on `firstOn`. */
export function lapseDay(firstOn: PlainDate): PlainDate {
  return firstOn.add({ days: LAPSE_AFTER_DAYS });
}
