/** The ways to pay that a form may offer: kinds of companies whose accounts take new gifts, in the newsroom's order. */
import type { Currency } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import type { ProcessorKind } from '../processor.ts';
import { activeProcessors } from './active-processors.ts';

export interface WayToPay {
  readonly kind: ProcessorKind;
  readonly currencies: readonly Currency[];
  /** Whether it is offered to those whose place is not known to be safe as well: it learns the payer's country itself. */
  readonly takesFromUnknownPlaces: boolean;
  /** Whether a pledge can be charged later without its supporter. */
  readonly chargesMandates: boolean;
}

export async function waysToPay(context: GivingContext): Promise<readonly WayToPay[]> {
  await context.ready();
  const ways = new Map<ProcessorKind, WayToPay>();
  for (const { kind, capabilities } of await activeProcessors(context)) {
    const known = ways.get(kind);
    ways.set(kind, {
      kind,
      currencies: [...new Set([...(known?.currencies ?? []), ...capabilities.currencies])],
      takesFromUnknownPlaces:
        capabilities.payerCountry !== 'never' || (known?.takesFromUnknownPlaces ?? false),
      chargesMandates: capabilities.chargesMandates || (known?.chargesMandates ?? false),
    });
  }
  const list = [...ways.values()];
  assert(
    list.every(({ currencies }) => currencies.length > 0),
    'a way that takes no currency is none',
  );
  return list;
}
