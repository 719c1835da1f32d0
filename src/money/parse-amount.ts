/**
 * The amount parser on the server: the reader of `read-amount.ts` together with our tables of currencies and languages.
 * The same parser serves the form, the desk and imports.
 *
 * `amountForm` gathers what one field needs. A page that checks amounts in the browser sends that, not the tables.
 */
import { CURRENCIES, type Currency, currencyRow } from './currency.ts';
import { OTHER_ISO_CODES, RETIRED_CURRENCIES } from './currency-table.ts';
import { LARGEST_MINOR, type Money, money } from './money.ts';
import { notationOf } from './notation.ts';
import { type AmountError, type AmountForm, readAmount } from './read-amount.ts';

export interface AmountField {
  readonly currency: Currency;
  /** Language of the page, a BCP 47 tag: it decides which separators are doubtful. */
  readonly language: string;
  /** Smallest and largest amount in minor units, both allowed. Without them 1 and {@link LARGEST_MINOR}. */
  readonly min?: bigint | undefined;
  readonly max?: bigint | undefined;
}

export type ParsedAmount =
  | { readonly ok: true; readonly money: Money }
  | {
      readonly ok: false;
      readonly error: 'ambiguous';
      /** What may have been meant, least first. Ask which; some may lie outside the limits. */
      readonly offers: readonly Money[];
    }
  | { readonly ok: false; readonly error: Exclude<AmountError, 'ambiguous'> };

/**
 * The amount that a person typed into a field, or one error kind. Never rounds, never guesses.
 * @example parseAmount('2,50', { currency: 'EUR', language: 'de' }) // { ok: true, money: 2.50 EUR }
 * @example parseAmount('1.000', { currency: 'EUR', language: 'de' }) // ambiguous: 1.00 or 1000.00?
 */
export function parseAmount(text: string, field: AmountField): ParsedAmount {
  const read = readAmount(text, amountForm(field));
  if (read.ok) return { ok: true, money: money(read.minor, field.currency) };
  if (read.error !== 'ambiguous') return read;
  return { ...read, offers: read.offers.map((minor) => money(minor, field.currency)) };
}

const KNOWN_WORDS: ReadonlySet<string> = new Set(
  [
    ...CURRENCIES.flatMap((currency) => wordsOf(currency)),
    ...RETIRED_CURRENCIES.map(({ code }) => code),
    ...OTHER_ISO_CODES,
  ].map((word) => word.toLowerCase()),
);

/** What the reader must know of this field. The words of other currencies are there to be told from mere words. */
export function amountForm(field: AmountField): AmountForm {
  const { exponent, wholeUnitsOnly } = currencyRow(field.currency);
  const { groupsWith, decimal } = notationOf(field.language);
  const own = wordsOf(field.currency).map((word) => word.toLowerCase());
  return {
    exponent,
    wholeUnitsOnly,
    groupsWith,
    decimal,
    words: { own, other: [...KNOWN_WORDS].filter((word) => !own.includes(word)) },
    min: field.min ?? 1n,
    max: field.max ?? LARGEST_MINOR,
  };
}

function wordsOf(currency: Currency): readonly string[] {
  return [currency, ...currencyRow(currency).signs];
}
