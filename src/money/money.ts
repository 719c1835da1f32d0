/**
 * Money is a whole number of minor units of one currency, never a float. Only this folder makes, converts or formats it.
 */
import { assert } from '../problems/index.ts';
import { type Currency, isCurrency } from './currency.ts';

export interface Money {
  readonly minor: bigint;
  readonly currency: Currency;
}

/** More than any gift anybody means to make; every amount in Tuppence is at most this (12 digits). */
export const LARGEST_MINOR = 999_999_999_999n;

/**
 * Money from trusted parts (the database, a checked form). Sums may be negative; a gift's amount is checked by its own rules.
 * @example money(500n, 'USD') // five dollars
 */
export function money(minor: bigint, currency: Currency): Money {
  assert(typeof minor === 'bigint', 'an amount is a bigint of minor units');
  assert(isCurrency(currency), 'a currency has a row in the currency table');
  return Object.freeze({ minor, currency });
}

export function equalMoney(a: Money, b: Money): boolean {
  return a.minor === b.minor && a.currency === b.currency;
}
