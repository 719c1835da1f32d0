/**
 * An amount form as plain JSON data, for a page that checks the amount in the browser. JSON has no bigint, so limits
 * travel as text; the words of other currencies may be left out, which costs only a kinder question: `5 EUR` typed into a
 * dollar field is then no number here, and the server still asks what was meant.
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

export function packAmountForm(
  form: AmountForm,
  options: { withOtherWords: boolean },
): PackedAmountForm {
  const { words, min, max, ...habits } = form;
  return {
    ...habits,
    own: words.own.join(' '),
    other: options.withOtherWords ? words.other.join(' ') : '',
    min: String(min),
    max: String(max),
  };
}

export function unpackAmountForm(packed: PackedAmountForm): AmountForm {
  const { own, other, min, max, ...habits } = packed;
  const words = (text: string) => (text === '' ? [] : text.split(' '));
  return {
    ...habits,
    words: { own: words(own), other: words(other) },
    min: BigInt(min),
    max: BigInt(max),
  };
}
