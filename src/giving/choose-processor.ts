/**
 * Which processor takes a gift: the first in the newsroom's order whose account is active and that can do what the gift
 * needs. Decided by capabilities, never by names.
 */
import type { Money } from '../money/index.ts';
import type { GivingContext } from './context.ts';
import type { GiftInterval } from './giving.ts';
import type { Processor } from './processor.ts';

export type ProcessorChoice =
  | { readonly kind: 'chosen'; readonly processor: Processor }
  | { readonly kind: 'none'; readonly reason: 'currency' | 'interval' | 'too-small' };

export async function chooseProcessor(
  context: GivingContext,
  gift: { readonly money: Money; readonly interval: GiftInterval },
): Promise<ProcessorChoice> {
  const active = await activeAccounts(context);
  const candidates = context.processors.filter((processor) => active.has(processor.accountId));
  return chooseAmong(candidates, gift);
}

/** The rule behind {@link chooseProcessor}. The reason names what the last candidate that came closest could not do. */
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
    ({ capabilities }) => gift.interval === 'once' || capabilities.chargesMandates,
  );
  if (repeating.length === 0) return { kind: 'none', reason: 'interval' };
  const processor = repeating.find(
    ({ capabilities }) => minor >= (capabilities.minimumMinor[currency] ?? 1n),
  );
  return processor === undefined
    ? { kind: 'none', reason: 'too-small' }
    : { kind: 'chosen', processor };
}

async function activeAccounts(context: GivingContext): Promise<ReadonlySet<string>> {
  const rows = await context.db
    .selectFrom('processor_account')
    .select('id')
    .where('status', '=', 'active')
    .execute();
  return new Set(rows.map((row) => row.id));
}
