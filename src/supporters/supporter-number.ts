/**
 * The supporter number: the one thing a person holds to look at, change and stop what they give.
 *
 * It is a secret of 115 bits and stands for nobody: no name, no brand, no date is in it. It is made to be copied by hand
 * and typed on a phone in another alphabet: Crockford's base 32 without look-alikes, in groups of four, and whatever a hand
 * or a keyboard makes of it (small letters, O for 0, Cyrillic or Arabic digits, any dash or blank) reads as what was meant.
 *
 * The last character checks the others. Each character counts as a number of the field GF(32), times a power of its
 * generator that belongs to its place; all sum to zero. One wrong character never does, nor do two that changed places,
 * wherever they stand, so a slip is told at once instead of looking like an unknown number.
 */
import type { Random } from '../calendar/index.ts';
import { assert } from '../problems/index.ts';

/** A whole, checked number in its canonical writing: 24 characters, no dashes. */
export type SupporterNumber = string & { readonly __supporterNumber: true };

export type NumberReading =
  | { readonly ok: true; readonly number: SupporterNumber }
  | { readonly ok: false; readonly problem: NumberProblem };

export type NumberProblem =
  | 'empty'
  /** A sign that no supporter number holds. */
  | 'foreign-character'
  | 'too-short'
  | 'too-long'
  /** All characters are there and one of them is wrong, or two changed places. */
  | 'typo';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BITS_PER_CHARACTER = 5;
const CHARACTERS = 24;
const GROUP = 4;
/** Longer than any writing of a number; what is longer is not looked at. */
const TYPED_LIMIT = 200;

const VALUES: ReadonlyMap<string, number> = new Map([...ALPHABET].map((sign, at) => [sign, at]));

/** Signs that are read as others: look-alikes within Latin and those of Cyrillic, after upper-casing. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map([
  ...Object.entries({ O: '0', I: '1', L: '1', U: 'V' }),
  ...Object.entries({ А: 'A', В: 'B', С: 'C', Е: 'E', Н: 'H', К: 'K', М: 'M', О: '0', Р: 'P' }),
  ...Object.entries({ Т: 'T', Х: 'X', У: 'Y', Ѕ: 'S', І: '1', Ј: 'J', З: '3' }),
]);

/** A new number. Nobody can guess it, and nothing but its holder knows it. */
export function makeSupporterNumber(random: Random): SupporterNumber {
  const bytes = random.bytes(CHARACTERS - 1);
  assert(bytes.length === CHARACTERS - 1, 'a number is made of as many random bytes as asked for');
  // 32 divides 256, so the low five bits of a byte are as even as the byte.
  const values = [...bytes].map((byte) => byte & 31);
  const text = [...values, checkValue(values)].map((value) => ALPHABET[value] ?? '').join('');
  assert(isSupporterNumber(text), 'a number that was just made reads back');
  return text;
}

/**
 * Reads what somebody typed. Never throws, and says which kind of slip it was.
 * @example parseSupporterNumber('abcd efgh …') // letter case, blanks and dashes of any kind do not matter
 */
export function parseSupporterNumber(typed: string): NumberReading {
  if (typed.length > TYPED_LIMIT) return { ok: false, problem: 'too-long' };
  const signs = [...foldTyped(typed)];
  if (signs.length === 0) return { ok: false, problem: 'empty' };
  if (signs.some((sign) => !VALUES.has(sign))) return { ok: false, problem: 'foreign-character' };
  if (signs.length < CHARACTERS) return { ok: false, problem: 'too-short' };
  if (signs.length > CHARACTERS) return { ok: false, problem: 'too-long' };
  const text = signs.join('');
  return isSupporterNumber(text) ? { ok: true, number: text } : { ok: false, problem: 'typo' };
}

/** As it is shown and written down: six groups of four. */
export function formatSupporterNumber(number: SupporterNumber): string {
  const groups: string[] = [];
  for (let at = 0; at < CHARACTERS; at += GROUP) groups.push(number.slice(at, at + GROUP));
  return groups.join('-');
}

function isSupporterNumber(text: string): text is SupporterNumber {
  if (text.length !== CHARACTERS) return false;
  const values = [...text].map((sign) => VALUES.get(sign));
  if (!values.every((value) => value !== undefined)) return false;
  return checkValue(values.slice(0, -1)) === values.at(-1);
}

/** What was typed with everything that carries no meaning taken out and every look-alike folded. */
function foldTyped(typed: string): string {
  const upper = typed.normalize('NFKC').toUpperCase();
  let folded = '';
  for (const sign of upper) {
    if (/[\p{White_Space}\p{Dash}\p{Cf}._:·]/u.test(sign)) continue;
    folded += LOOK_ALIKES.get(sign) ?? asciiDigit(sign) ?? sign;
  }
  return folded;
}

/** The ASCII digit of a decimal digit of any script: Unicode keeps each script's ten in one row, zero first. */
function asciiDigit(sign: string): string | undefined {
  if (!/^\p{Nd}$/u.test(sign)) return undefined;
  const point = sign.codePointAt(0) ?? 0;
  let zero = point;
  while (point - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  // The mathematical digits stand in five rows without a gap; NFKC has turned them into ASCII before.
  return String(point - zero);
}

/** The value that brings the weighted sum to zero: Horner's rule with the generator 2 of GF(32). */
function checkValue(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum = twice(sum ^ value);
  return sum;
}

/** Multiplication by 2 in GF(32), modulo the primitive polynomial x^5 + x^2 + 1. */
function twice(value: number): number {
  const shifted = value << 1;
  return shifted >= 1 << BITS_PER_CHARACTER ? shifted ^ 0b100101 : shifted;
}
