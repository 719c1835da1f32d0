/**
 * Reading an amount that a person typed: the reader that asks instead of guessing. It never rounds, never floats, and
 * answers one of seven kinds of error where there is no single amount to take.
 *
 * This file and the three steps it calls hold no table and need no Node, so the browser uses the very same reader: the
 * server sends it the few facts of the form (`AmountForm`, made by `amountForm` in `parse-amount.ts`).
 */
import { plainCharacters } from './amount-characters.ts';
import { type Reading, type ReadingHabits, readDigits } from './amount-grouping.ts';
import { type CurrencyWords, takeSigns } from './amount-signs.ts';

/** Everything the reader must know of one amount field. */
export interface AmountForm extends ReadingHabits {
  readonly words: CurrencyWords;
  /** Smallest and largest amount in minor units, both allowed. */
  readonly min: bigint;
  readonly max: bigint;
}

export const AMOUNT_ERRORS = [
  'empty',
  'not-a-number',
  'negative',
  'ambiguous',
  'too-many-decimals',
  'too-small',
  'too-large',
] as const;
export type AmountError = (typeof AMOUNT_ERRORS)[number];

export type ReadAmount =
  | { readonly ok: true; readonly minor: bigint }
  | {
      readonly ok: false;
      readonly error: 'ambiguous';
      /** Every reading that fits the currency, in minor units, least first, also those outside the limits. */
      readonly offers: readonly bigint[];
    }
  | { readonly ok: false; readonly error: Exclude<AmountError, 'ambiguous'> };

/** Longer numbers are too large whatever they mean; the cap bounds the arithmetic on offers. */
const MOST_DIGITS = 1000;

/**
 * The amount in `text`, or why there is none. The order of checks is fixed: not-a-number for override marks, empty,
 * not-a-number, negative, ambiguous, too-many-decimals, too-small, too-large; limits never settle a doubt.
 */
export function readAmount(text: string, form: AmountForm): ReadAmount {
  const plain = plainCharacters(text);
  if (plain === null) return failed('not-a-number');
  const { body, negative, foreign } = takeSigns(plain, form.words);
  if (body === '' && !negative) return failed('empty');
  const read = readDigits(body, form);
  if (read === null) return failed('not-a-number');
  if (negative) return failed('negative');
  const fitting = read.readings
    .map((reading) => minorDigits(reading, form))
    .filter((digits) => digits !== null);
  const [digits] = fitting;
  if (digits === undefined) return failed('too-many-decimals');
  if (fitting.some((one) => one.length > MOST_DIGITS)) return failed('too-large');
  if (read.doubtful || foreign) return { ok: false, error: 'ambiguous', offers: offers(fitting) };
  if (isLess(digits, String(form.min))) return failed('too-small');
  if (isLess(String(form.max), digits)) return failed('too-large');
  return { ok: true, minor: BigInt(digits) };
}

/** The reading in minor units as digits without leading zeros, or null where the currency has too few decimals (R11). */
function minorDigits(reading: Reading, habits: ReadingHabits): string | null {
  const allowed = habits.wholeUnitsOnly ? 0 : habits.exponent;
  if (/[1-9]/.test(reading.decimals.slice(allowed))) return null;
  const decimals = reading.decimals.slice(0, allowed).padEnd(habits.exponent, '0');
  return (reading.units + decimals).replace(/^0+(?=[0-9])/, '') || '0';
}

function offers(digits: readonly string[]): readonly bigint[] {
  return [...new Set(digits)].map(BigInt).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Compares two whole numbers by their digits, before any arithmetic (R12). */
function isLess(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}

function failed(error: Exclude<AmountError, 'ambiguous'>): ReadAmount {
  return { ok: false, error };
}
