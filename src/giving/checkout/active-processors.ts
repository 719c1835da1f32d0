/** Which processors may take a gift now: those whose accounts are active, of the way its supporter chose. */
import type { Money } from '../../money/index.ts';
import type { GivingContext } from '../context.ts';
import type { GiftIntent, GiftInterval } from '../giving.ts';
import type { Processor } from '../processor.ts';
import type { Attempt } from '../rows.ts';
import { chooseAmong, type ProcessorChoice } from './choose-processor.ts';

/** In the newsroom's order. */
export async function activeProcessors(
  context: Pick<GivingContext, 'db' | 'processors'>,
): Promise<readonly Processor[]> {
  const rows = await context.db
    .selectFrom('processor_account')
    .select('id')
    .where('status', '=', 'active')
    .execute();
  const active = new Set(rows.map((row) => row.id));
  return context.processors.filter((processor) => active.has(processor.accountId));
}

/** How a supporter wishes to pay, and what is known of where they are. */
export type WayWished = Pick<GiftIntent, 'way' | 'placeIsSafe'>;

/**
 * Those of the way that was chosen, all of them where none was; and of these only the ones that may take a gift from where
 * its supporter is. A company that never learns the payer's country cannot refuse a listed one, so the place has to be
 * known to be safe beforehand.
 */
export function candidatesFor(
  context: Pick<GivingContext, 'settings'>,
  processors: readonly Processor[],
  { way, placeIsSafe = false }: WayWished,
): readonly Processor[] {
  const anywhere = placeIsSafe || context.settings.refusedCountries().length === 0;
  return processors.filter(
    ({ kind, capabilities }) =>
      (way === undefined || kind === way) && (anywhere || capabilities.payerCountry !== 'never'),
  );
}

/**
 * The same once more is known of them: whose card or account was refused for its country is led to no company that never
 * learns one, wherever they seem to be. A refusal is no detour.
 */
export function afterRefusals<Wished extends WayWished>(
  wished: Wished,
  attempts: readonly Pick<Attempt, 'advice'>[],
): Wished {
  const wasRefused = attempts.some(({ advice }) => advice === 'refused-country');
  return wasRefused ? { ...wished, placeIsSafe: false } : wished;
}

export async function chooseActive(
  context: GivingContext,
  gift: { readonly money: Money; readonly interval: GiftInterval; readonly wished: WayWished },
): Promise<ProcessorChoice> {
  return chooseAmong(candidatesFor(context, await activeProcessors(context), gift.wished), gift);
}
