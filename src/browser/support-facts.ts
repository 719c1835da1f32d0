/** What the server tells the support page's script, in the form's `data-page`: the amount reader's facts and the words. */
import { type Currency, isCurrency } from '../money/currency.ts';
import type { AmountForm } from '../money/read-amount.ts';

export interface SupportFacts {
  readonly currency: Currency;
  readonly language: string;
  readonly reader: AmountForm;
  /** The pay button per interval, with `{amount}`. */
  readonly pay: Readonly<Record<string, string>>;
  readonly question: string;
}

/** As JSON carries it: limits as digits. Made by `support-page.ts`. */
export interface SentFacts extends Omit<SupportFacts, 'reader' | 'currency'> {
  readonly currency: string;
  readonly reader: Omit<AmountForm, 'min' | 'max'> & { readonly min: string; readonly max: string };
}

/** The facts of a form of ours, or null where there are none: then the page works as without script. */
export function readFacts(form: HTMLFormElement): SupportFacts | null {
  const sent: SentFacts | null = JSON.parse(form.dataset.page ?? 'null');
  if (sent === null || !isCurrency(sent.currency)) return null;
  const { min, max, ...habits } = sent.reader;
  return {
    ...sent,
    currency: sent.currency,
    reader: { ...habits, min: BigInt(min), max: BigInt(max) },
  };
}
