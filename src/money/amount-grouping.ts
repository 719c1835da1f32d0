/**
 * The third step of reading an amount: which of the signs between digits group thousands and which one is the decimal
 * sign. Most numbers have one reading. A lone dot or comma can have two, and then both are returned: the caller asks the
 * person, because a wrong guess costs a hundred or a thousand times the gift (liberapay/liberapay.com#1066).
 *
 * Rules R6 to R10 of the amount cases. The text is already free of currency signs and minus.
 */
import { ARABIC_DECIMAL } from './amount-characters.ts';

/** What the rules need to know of the page's language and the form's currency. */
export interface ReadingHabits {
  readonly exponent: number;
  readonly wholeUnitsOnly: boolean;
  readonly groupsWith: string;
  readonly decimal: string;
}

/** One way to read the digits: before and after the decimal sign, grouping left out. */
export interface Reading {
  readonly units: string;
  readonly decimals: string;
}

export interface Readings {
  /** True where the person must be asked, even when only one reading turns out to fit the currency. */
  readonly doubtful: boolean;
  readonly readings: readonly Reading[];
}

const ALPHABET = /^[0-9.,' \u066b\u066c]*$/;
const THREES = /^[1-9][0-9]{0,2}(?:[^0-9][0-9]{3})+$/;
/** Lakh and crore: the comma may group so in every language (R7). */
const INDIAN = /^[1-9][0-9]?(?:,[0-9]{2})*,[0-9]{3}$/;

/** Every reading of `body`, or null when it is no number. */
export function readDigits(body: string, habits: ReadingHabits): Readings | null {
  if (!ALPHABET.test(body) || !/[0-9]/.test(body)) return null;
  const signs = body.replace(/[0-9]/g, '');
  const last = signs.at(-1);
  if (last === undefined) return certain(body, '');
  const kinds = new Set(signs).size;
  if (kinds > 2) return null;
  if (kinds === 2) return twoSigns(body, last);
  if (last === ARABIC_DECIMAL) return signs.length === 1 ? splitAt(body, last) : null;
  if (signs.length === 1 && (last === '.' || last === ',')) return loneSign(body, last, habits);
  return isGrouped(body) ? certain(ungrouped(body), '') : null;
}

/** Two different signs: the last is the decimal sign, the earlier one groups (R8). */
function twoSigns(body: string, last: string): Readings | null {
  const at = body.indexOf(last);
  const units = body.slice(0, at);
  const decimals = body.slice(at + 1);
  const decimal = (last === '.' || last === ',' || last === ARABIC_DECIMAL) && isDigits(decimals);
  if (!decimal || units.includes(ARABIC_DECIMAL) || !isGrouped(units)) return null;
  return certain(ungrouped(units), decimals);
}

/** A lone dot or comma, the only doubtful case (R9, R10). */
function loneSign(body: string, sign: '.' | ',', habits: ReadingHabits): Readings {
  const at = body.indexOf(sign);
  const before = body.slice(0, at);
  const after = body.slice(at + 1);
  const asDecimal = { units: before, decimals: after };
  const leftOut = { units: before + after, decimals: '' };
  const both = { doubtful: true, readings: [asDecimal, leftOut] };
  const groupedHere = sign === ',' && habits.groupsWith === ',';

  if (after === '') return certain(before, '');
  if (before === '') return groupedHere ? both : only(asDecimal);
  if (before.startsWith('0')) return only(asDecimal);
  // A group has three digits and follows at most three: anything else cannot be grouping, but where the comma groups
  // it is still not what a writer of the language would type for a decimal sign.
  if (after.length !== 3 || before.length > 3) return groupedHere ? both : only(asDecimal);

  if (habits.wholeUnitsOnly) return only(leftOut);
  if (habits.exponent < 3) return groupedHere ? only(leftOut) : both;
  const decimalHere = sign === '.' ? habits.groupsWith !== '.' : habits.decimal === ',';
  return decimalHere ? only(asDecimal) : both;
}

/** Whether `text` is grouped validly with whatever one sign it holds (R7). */
function isGrouped(text: string): boolean {
  return THREES.test(text) || INDIAN.test(text);
}

function isDigits(text: string): boolean {
  return /^[0-9]*$/.test(text);
}

function ungrouped(text: string): string {
  return text.replace(/[^0-9]/g, '');
}

function splitAt(body: string, sign: string): Readings {
  const at = body.indexOf(sign);
  return certain(body.slice(0, at), body.slice(at + 1));
}

function certain(units: string, decimals: string): Readings {
  return only({ units, decimals });
}

function only(reading: Reading): Readings {
  return { doubtful: false, readings: [reading] };
}
