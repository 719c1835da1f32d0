/**
 * Money is a whole number of minor units of one currency, never a float. Only this folder makes, converts or formats it.
 *
 * The type carries a brand that exists for the compiler alone, so `{ minor, currency }` written by hand elsewhere is not
 * money. Sums of two currencies are a programmer's error and fail loudly, because a silent one would land in the books.
 */
import { assert } from '../problems/index.ts';
import { type Currency, isCurrency } from './currency.ts';

declare const made: unique symbol;

export interface Money {
  readonly minor: bigint;
  readonly currency: Currency;
  readonly [made]: true;
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
  return Object.freeze({ minor, currency }) as Money;
}

export function zero(currency: Currency): Money {
  return money(0n, currency);
}

export function equalMoney(a: Money, b: Money): boolean {
  return a.minor === b.minor && a.currency === b.currency;
}

function sameCurrency(a: Money, b: Money): Currency {
  assert(a.currency === b.currency, 'amounts of two currencies are never added or compared');
  return a.currency;
}

/** @throws AssertionFailure when the currencies differ. */
export function addMoney(a: Money, b: Money): Money {
  return money(a.minor + b.minor, sameCurrency(a, b));
}

/** `a` minus `b`; may be negative. @throws AssertionFailure when the currencies differ. */
export function subtractMoney(a: Money, b: Money): Money {
  return money(a.minor - b.minor, sameCurrency(a, b));
}

export function negateMoney(amount: Money): Money {
  return money(-amount.minor, amount.currency);
}

/** -1, 0 or 1, for sorting. @throws AssertionFailure when the currencies differ. */
export function compareMoney(a: Money, b: Money): -1 | 0 | 1 {
  sameCurrency(a, b);
  if (a.minor === b.minor) return 0;
  return a.minor < b.minor ? -1 : 1;
}

export function isZero(amount: Money): boolean {
  return amount.minor === 0n;
}

/** The sum of `amounts`, zero of `currency` when there are none. @throws AssertionFailure when one is of another currency. */
export function sumMoney(amounts: Iterable<Money>, currency: Currency): Money {
  let total = zero(currency);
  for (const amount of amounts) total = addMoney(total, amount);
  return total;
}
