/** What the settings of every company have in common: how a wrong one is told, and currencies that it does not take. */
import type { ProcessorKind } from '../../giving/processor.ts';
import { type Currency, currenciesOf } from '../../money/index.ts';

/** One thing wrong with an account's settings. The sentence never holds a secret. */
export interface SettingsProblem<Field extends string> {
  readonly field: Field;
  readonly sentence: string;
}

/** @param of.currencies what the newsroom offers; `null`: all that the company takes */
export function currencyProblems(of: {
  readonly kind: ProcessorKind;
  /** As people call it. */
  readonly name: string;
  readonly currencies: readonly Currency[] | null;
}): readonly SettingsProblem<'currencies'>[] {
  const taken = currenciesOf(of.kind);
  return (of.currencies ?? [])
    .filter((currency) => !taken.includes(currency))
    .map((currency) => ({
      field: 'currencies',
      sentence: `${of.name} does not take ${currency}.`,
    }));
}
