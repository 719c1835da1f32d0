/** Which processors may take a gift now: those whose accounts are active, and of the way its supporter chose. */
import type { Money } from '../../money/index.ts';
import type { GivingContext } from '../context.ts';
import type { GiftInterval } from '../giving.ts';
import type { Processor, ProcessorKind } from '../processor.ts';
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

/** Those of the way that was chosen; all of them where none was. */
export function ofWay(
  processors: readonly Processor[],
  way: ProcessorKind | undefined,
): readonly Processor[] {
  return way === undefined ? processors : processors.filter(({ kind }) => kind === way);
}

export async function chooseActive(
  context: GivingContext,
  gift: {
    readonly money: Money;
    readonly interval: GiftInterval;
    readonly way: ProcessorKind | undefined;
  },
): Promise<ProcessorChoice> {
  return chooseAmong(ofWay(await activeProcessors(context), gift.way), gift);
}
