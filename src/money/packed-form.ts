/**
 * An amount form as plain JSON data, for pages that check the amount in the browser: JSON has no bigint, so limits travel
 * as digits, and lists of words as one text.
 */
import type { AmountForm } from './read-amount.ts';

export interface PackedAmountForm {
  readonly exponent: number;
  readonly wholeUnitsOnly: boolean;
  readonly groupsWith: string;
  readonly decimal: string;
  readonly own: string;
  readonly other: string;
  readonly min: string;
  readonly max: string;
}

export function packAmountForm(form: AmountForm): PackedAmountForm {
  const { words, min, max, ...habits } = form;
  return {
    ...habits,
    own: words.own.join(' '),
    other: words.other.join(' '),
    min: String(min),
    max: String(max),
  };
}

export function unpackAmountForm(packed: PackedAmountForm): AmountForm {
  const { own, other, min, max, ...habits } = packed;
  return {
    ...habits,
    words: { own: own.split(' '), other: other.split(' ') },
    min: BigInt(min),
    max: BigInt(max),
  };
}
