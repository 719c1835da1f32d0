/**
 * The first step of reading an amount: every way to write the same character becomes one. Invisible marks go, digits of
 * any script become 0-9, the several commas, dots, apostrophes and spaces become one each. What is left is what a person
 * saw, in an alphabet the next steps can reason about.
 *
 * Rules R1, R5 and R6 of the amount cases (`tests/cases/amounts.json`).
 */

/** Marks that change nothing a person sees: zero-width, bidi marks and isolates, soft hyphen (R1). */
const INVISIBLE = /[\u200b-\u200f\u061c\u202a-\u202c\u2060\u2066-\u2069\ufeff\u00ad]/gu;

/** Overrides make the shown number differ from the stored one, so a text with one cannot be trusted (R1). */
const OVERRIDE = /[\u202d\u202e]/;

const DIGIT = /\p{Nd}/u;
const DIGITS = /\p{Nd}/gu;

const ASCII_ZERO = 0x30;
const FULL_WIDTH_ZERO = 0xff10;
const ARABIC_ZERO = 0x660;
const PERSIAN_ZERO = 0x6f0;

/** The decimal sign of Arabic script: always decimal, whatever the language (R6). */
export const ARABIC_DECIMAL = '\u066b';

/**
 * `text` in the plain alphabet: lower case, digits 0-9, `,` `.` `'` and space for all their kinds, `-` for every minus.
 * Null where the text cannot be one number: it has an override mark or digits of two scripts.
 */
export function plainCharacters(text: string): string | null {
  if (OVERRIDE.test(text)) return null;
  return (
    plainDigits(
      text
        .normalize('NFC')
        .replace(INVISIBLE, '')
        .toLowerCase()
        .replace(/\p{White_Space}/gu, ' ')
        .replace(/[\uff0c\u060c]/g, ',')
        .replace(/\uff0e/g, '.')
        .replace(/[\u2019\u02bc]/g, "'")
        .replace(/[\u2010-\u2014\u2212\uff0d\ufe63]/g, '-'),
    )?.trim() ?? null
  );
}

/** Digits of any script as 0-9; null when two scripts are mixed. */
function plainDigits(text: string): string | null {
  const scripts = new Set<number>();
  const plain = text.replace(DIGITS, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    const value = digitValue(code);
    scripts.add(scriptOf(code - value));
    return String(value);
  });
  return scripts.size > 1 ? null : plain;
}

/**
 * The value of a decimal digit. Unicode keeps the ten digits of a script in a row beginning with zero, and every run of
 * neighbouring digits is made of whole tens, so the distance to the run's start tells the value without a table.
 */
function digitValue(code: number): number {
  let start = code;
  while (DIGIT.test(String.fromCodePoint(start - 1))) start -= 1;
  return (code - start) % 10;
}

/** Full-width digits are ASCII ones drawn wide, and Persian ones are Arabic ones: each pair counts as one script (R5). */
function scriptOf(zero: number): number {
  if (zero === FULL_WIDTH_ZERO) return ASCII_ZERO;
  if (zero === PERSIAN_ZERO) return ARABIC_ZERO;
  return zero;
}
