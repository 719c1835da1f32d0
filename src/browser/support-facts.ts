/** What the server tells the support page's script, in the form's `data-page`: the amount reader's facts and the words. */
import { type Currency, isCurrency } from '../money/currency.ts';
import { type PackedAmountForm, unpackAmountForm } from '../money/packed-form.ts';
import type { AmountForm } from '../money/read-amount.ts';

export interface SupportFacts {
  readonly currency: Currency;
  readonly language: string;
  readonly reader: AmountForm;
  /** The pay button per interval, with `{amount}`. */
  readonly pay: Readonly<Record<string, string>>;
  readonly question: string;
}

/** As JSON carries it. Made by `support-page.ts`. */
export interface SentFacts extends Omit<SupportFacts, 'reader' | 'currency'> {
  readonly currency: string;
  readonly reader: PackedAmountForm;
}

/** The facts of a form of ours, or null where there are none: then the page works as without script. */
export function readFacts(form: HTMLFormElement): SupportFacts | null {
  const sent: SentFacts | null = JSON.parse(form.dataset.page ?? 'null');
  if (sent === null || !isCurrency(sent.currency)) return null;
  return { ...sent, currency: sent.currency, reader: unpackAmountForm(sent.reader) };
}
