/**
 * Drawing money for people, from our own tables: decimals from the currency's row, separators, digits and the place of
 * the sign from the language's. `Intl` draws none of it, because its decimals are wrong for several currencies and its
 * output carries invisible marks.
 *
 * The text holds no bidi marks. On a page, isolate it: `<bdi>` around it (with `dir="ltr"` where digits must not turn).
 * Formatted money never goes into an input (newspack-blocks#1164); use {@link plainAmount} for that.
 */
import { currencyRow, minorPerUnit } from './currency.ts';
import type { Money } from './money.ts';
import { notationOf } from './notation.ts';
import type { Notation } from './notation-table.ts';

const NBSP = '\u00a0';
const MINUS = '\u2212';

export interface MoneyFormat {
  /** `always` (the default): `$5.00`, for tables and receipts. `dropped`: `$5`, for buttons and sentences. */
  readonly zeros?: 'always' | 'dropped';
  /** `sign` (the default): the currency's sign where there is a clear one. `code`: always the ISO code. */
  readonly currencyAs?: 'sign' | 'code';
}

/**
 * `amount` as people of `language` (a BCP 47 tag) read it.
 * @example formatMoney(money(123450n, 'EUR'), 'de') // '1.234,50 €' with a no-break space
 */
export function formatMoney(amount: Money, language: string, format: MoneyFormat = {}): string {
  const notation = notationOf(language);
  const digits = numberText(amount, notation, {
    grouped: true,
    zeros: format.zeros ?? 'always',
  });
  const sign = format.currencyAs === 'code' ? amount.currency : signOf(amount, notation);
  const minus = amount.minor < 0n ? MINUS : '';
  const { signFirst, gap } = notation.drawn;
  const touching = signFirst ? sign.slice(-1) : sign.slice(0, 1);
  const between = /\p{L}|\./u.test(touching) ? NBSP : gap;
  return minus + (signFirst ? sign + between + digits : digits + between + sign);
}

/**
 * `amount` as its giver would type it in `language`: no sign, no grouping, whole amounts without decimals. For filling
 * an input again; the amount parser reads it back to the same money, in every currency and language.
 */
export function plainAmount(amount: Money, language: string): string {
  const minus = amount.minor < 0n ? '-' : '';
  return minus + numberText(amount, notationOf(language), { grouped: false, zeros: 'dropped' });
}

function signOf(amount: Money, notation: Notation): string {
  return (
    notation.homeSigns[amount.currency] ?? currencyRow(amount.currency).shown ?? amount.currency
  );
}

/** The number alone, without its minus. Whole-unit currencies never show decimals, unless a sum has some after all. */
function numberText(
  amount: Money,
  notation: Notation,
  format: { readonly grouped: boolean; readonly zeros: 'always' | 'dropped' },
): string {
  const { exponent, wholeUnitsOnly } = currencyRow(amount.currency);
  const { group, decimal, zero, indian } = notation.drawn;
  const perUnit = minorPerUnit(amount.currency);
  const minor = amount.minor < 0n ? -amount.minor : amount.minor;
  const units = String(minor / perUnit);
  const isWhole = minor % perUnit === 0n;
  const shown = format.grouped ? grouped({ units, sign: group, indian }) : units;
  const decimals =
    isWhole && (wholeUnitsOnly || format.zeros === 'dropped')
      ? ''
      : decimal + String(minor % perUnit).padStart(exponent, '0');
  return inScript(exponent === 0 ? shown : shown + decimals, zero);
}

function grouped(number: { units: string; sign: string; indian: boolean }): string {
  const { units, sign, indian } = number;
  const boundary = indian ? /(?<=\d)(?=(?:\d\d)*\d{3}$)/g : /(?<=\d)(?=(?:\d{3})+$)/g;
  return units.replace(boundary, sign);
}

/** ASCII digits in the script whose zero is `zero`. */
function inScript(text: string, zero: string): string {
  if (zero === '0') return text;
  const start = zero.codePointAt(0) ?? 0;
  return text.replace(/\d/g, (digit) => String.fromCodePoint(start + Number(digit)));
}
