/**
 * A currency is a code with a row in the reviewed table. The type is the set of those codes, so a literal like `'USD'`
 * is checked by the compiler and text from outside must pass {@link isCurrency} or {@link parseCurrency} first.
 */
import { CURRENCY_TABLE, type CurrencyRow } from './currency-table.ts';

export type Currency = keyof typeof CURRENCY_TABLE;

const ROWS: ReadonlyMap<string, CurrencyRow> = new Map(Object.entries(CURRENCY_TABLE));

/** Every currency of the table, in the table's order. */
export const CURRENCIES = Object.freeze(Object.keys(CURRENCY_TABLE).filter(isCurrency));

/** Whether `code` has a row: upper case exactly, so that a stored code has one spelling. */
export function isCurrency(code: string): code is Currency {
  return ROWS.has(code);
}

/** The currency that `text` names in any letter case, or null. */
export function parseCurrency(text: string): Currency | null {
  const code = text.trim().toUpperCase();
  return isCurrency(code) ? code : null;
}

/** The currency's row: exponent of our minor units, whole units only, signs. */
export function currencyRow(currency: Currency): CurrencyRow {
  return CURRENCY_TABLE[currency];
}

/** How many minor units make one unit: 1, 100, 1000. */
export function minorPerUnit(currency: Currency): bigint {
  return 10n ** BigInt(CURRENCY_TABLE[currency].exponent);
}
