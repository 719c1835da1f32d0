/**
 * The second step of reading an amount: what stands around the number. One currency sign or code may stand before it and
 * one after it, with or without spaces; a minus at either end, outside or inside the sign, makes it negative; `200,-` is
 * the European way to write a whole amount and no minus at all.
 *
 * Rules R2, R3 and R4 of the amount cases. The text is already in the plain alphabet of `amount-characters.ts`.
 */

export interface CurrencyWords {
  /** Signs and code of the form's own currency, in lower case. */
  readonly own: readonly string[];
  /** Signs and codes of all other currencies, in lower case. */
  readonly other: readonly string[];
}

export interface BareAmount {
  /** What is left: digits and the signs between them, if it is a number at all. */
  readonly body: string;
  readonly negative: boolean;
  /** A sign or code of another currency stood there. */
  readonly foreign: boolean;
}

/** A dot or comma with one or two dashes: a whole amount. */
const WHOLE_AMOUNT_DASHES = /([.,])--?$/;

export function takeSigns(text: string, words: CurrencyWords): BareAmount {
  const front = takeFront(text, words);
  const back = takeBack(front.rest, words);
  return {
    body: back.rest,
    negative: front.minus || back.minus,
    foreign: [front.word, back.word].some((word) => word !== null && !words.own.includes(word)),
  };
}

interface Taken {
  readonly rest: string;
  readonly minus: boolean;
  readonly word: string | null;
}

function takeFront(text: string, words: CurrencyWords): Taken {
  let rest = text;
  let minus = rest.startsWith('-');
  if (minus) rest = rest.slice(1).trim();
  const word = longest(words, (candidate) => rest.startsWith(candidate));
  if (word !== null) rest = rest.slice(word.length).trim();
  if (word !== null && !minus && rest.startsWith('-')) {
    minus = true;
    rest = rest.slice(1).trim();
  }
  return { rest, minus, word };
}

function takeBack(text: string, words: CurrencyWords): Taken {
  if (WHOLE_AMOUNT_DASHES.test(text))
    return { rest: withoutDashes(text), minus: false, word: null };
  let rest = text;
  let minus = rest.endsWith('-');
  if (minus) rest = rest.slice(0, -1).trim();
  const word = longest(words, (candidate) => rest.endsWith(candidate));
  if (word === null) return { rest, minus, word };
  rest = rest.slice(0, -word.length).trim();
  if (WHOLE_AMOUNT_DASHES.test(rest)) return { rest: withoutDashes(rest), minus, word };
  if (!minus && rest.endsWith('-')) {
    minus = true;
    rest = rest.slice(0, -1).trim();
  }
  return { rest, minus, word };
}

/** The decimal sign stays, so that what stands before it is read as the whole part. */
function withoutDashes(text: string): string {
  return text.replace(WHOLE_AMOUNT_DASHES, '$1');
}

/** The longest fitting word, so that `rs.5` is five rupees and `ca$` is not `$`. */
function longest(words: CurrencyWords, fits: (word: string) => boolean): string | null {
  let found: string | null = null;
  for (const word of [...words.own, ...words.other]) {
    if (word.length > (found?.length ?? 0) && fits(word)) found = word;
  }
  return found;
}
