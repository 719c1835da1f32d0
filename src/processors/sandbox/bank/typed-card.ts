/**
 * Reads the three card fields as people type them: with spaces, dashes, another script's digits or a pasted mark.
 *
 * What is wrong is a field problem and never reaches an issuer. Expiry and security code are only looked at here; they
 * are not handed on and not kept.
 */
import type { Instant } from '../../../calendar/index.ts';
import { behaviourOf, hasValidCheckDigit } from './test-cards.ts';

export type CardField = 'number' | 'expiry' | 'code';
export type CardFieldProblem =
  | 'number_missing'
  | 'number_wrong'
  | 'number_not_ours'
  | 'expiry_missing'
  | 'expiry_wrong'
  | 'expiry_past'
  | 'code_missing'
  | 'code_wrong';

export interface TypedCard {
  readonly number: string;
  readonly expiry: string;
  readonly code: string;
}

export type CardReading =
  | { readonly ok: true; readonly cardNumber: string }
  | { readonly ok: false; readonly problems: readonly [CardField, CardFieldProblem][] };

/** Checks all three fields at once, so that a person meets every problem the first time. */
export function readTypedCard(typed: TypedCard, now: Instant): CardReading {
  const number = withoutSeparators(typed.number);
  const problems: [CardField, CardFieldProblem][] = [];
  const add = (field: CardField, problem: CardFieldProblem | null) => {
    if (problem !== null) problems.push([field, problem]);
  };
  add('number', numberProblem(number));
  add('expiry', expiryProblem(typed.expiry, now));
  add('code', codeProblem(withoutSeparators(typed.code)));
  return problems.length === 0 ? { ok: true, cardNumber: number } : { ok: false, problems };
}

function numberProblem(number: string): CardFieldProblem | null {
  if (number === '') return 'number_missing';
  if (!/^\d{12,19}$/.test(number) || !hasValidCheckDigit(number)) return 'number_wrong';
  return behaviourOf(number) === null ? 'number_not_ours' : null;
}

/** Month and year in that order, as printed: 4/29, 04 29, 04-2029, 0429. */
function expiryProblem(typed: string, now: Instant): CardFieldProblem | null {
  const text = asciiDigits(typed).trim();
  if (text === '') return 'expiry_missing';
  const parts =
    /^(\d{1,2})\D{1,3}(\d{4}|\d{2})$/u.exec(text) ?? /^(\d{2})(\d{4}|\d{2})$/.exec(text);
  if (parts === null) return 'expiry_wrong';
  const month = Number(parts[1]);
  const year = Number(parts[2]?.padStart(4, '20'));
  if (month < 1 || month > 12) return 'expiry_wrong';
  const today = now.toZonedDateTimeISO('UTC');
  // A card is good until the last day of its month; no card is printed for more than twenty years ahead.
  const isPast = year < today.year || (year === today.year && month < today.month);
  if (isPast) return 'expiry_past';
  return year > today.year + 20 ? 'expiry_wrong' : null;
}

function codeProblem(code: string): CardFieldProblem | null {
  if (code === '') return 'code_missing';
  return /^\d{3,4}$/.test(code) ? null : 'code_wrong';
}

function withoutSeparators(text: string): string {
  return asciiDigits(text).replace(/[\s\p{Pd}\p{Cf}.·_]/gu, '');
}

/** Zeros of the digit sets people here type: Arabic, extended Arabic (Persian), Devanagari, Bengali, Burmese, full width. */
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x1040, 0xff10];

function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const point = digit.codePointAt(0) ?? 0;
    const zero = ZEROS.find((first) => point >= first && point < first + 10);
    return zero === undefined ? digit : String(point - zero);
  });
}
