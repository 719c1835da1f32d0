/**
 * How each language writes numbers: the habit of its writers, which the amount parser asks about, and how we draw an
 * amount in it. Reviewed against CLDR; habits as in the amount cases (`tests/cases/amounts.json`).
 *
 * The two can differ. Norwegian print groups with a space, yet writers of Norwegian also group with the dot, so a dot
 * is doubtful there; Persian is drawn with its own decimal sign, while a keyboard types a dot.
 */

const NBSP = '\u00a0';
const NARROW = '\u202f';

export interface Notation {
  /** The sign that writers of the language put between thousands. */
  readonly groupsWith: ',' | '.' | ' ' | "'";
  /** The decimal sign they type. */
  readonly decimal: ',' | '.';
  readonly drawn: {
    readonly group: string;
    readonly decimal: string;
    /** The character for 0; the other nine follow it in Unicode. */
    readonly zero: string;
    /** Lakh and crore: groups of two after the first three. */
    readonly indian: boolean;
    readonly signFirst: boolean;
    /** Between a currency sign and the number; letters always get a no-break space. */
    readonly gap: string;
  };
  /** Signs at home: where a bare `$` means the country's own, ours says which other one is meant. */
  readonly homeSigns: Readonly<Record<string, string>>;
}

type Drawn = Partial<Notation['drawn']> & { homeSigns?: Readonly<Record<string, string>> };

function notation(
  groupsWith: Notation['groupsWith'],
  decimal: Notation['decimal'],
  drawn: Drawn,
): Notation {
  const { homeSigns = {}, ...rest } = drawn;
  const group = groupsWith === ' ' ? NBSP : groupsWith;
  return Object.freeze({
    groupsWith,
    decimal,
    drawn: Object.freeze({
      group,
      decimal,
      zero: '0',
      indian: false,
      signFirst: false,
      gap: NBSP,
      ...rest,
    }),
    homeSigns,
  });
}

const comma = (drawn: Drawn = {}) => notation(',', '.', { signFirst: true, gap: '', ...drawn });
const dot = (drawn: Drawn = {}) => notation('.', ',', drawn);
const space = (drawn: Drawn = {}) => notation(' ', ',', drawn);

const ARABIC_DIGITS = { zero: '٠', decimal: '٫', group: '٬' };
const PERSIAN_DIGITS = { zero: '۰', decimal: '٫', group: '٬' };
const GULF_SIGNS = { KWD: 'د.ك.', JOD: 'د.ا.', BHD: 'د.ب.', TND: 'د.ت.', USD: 'US$' };
/** Where a bare `$` would not be taken for the dollar of the United States. */
const US_DOLLAR = { USD: 'US$' };
const arabic = comma({ signFirst: false, gap: NBSP, homeSigns: GULF_SIGNS });
const arabicOwnDigits = comma({
  signFirst: false,
  gap: NBSP,
  homeSigns: GULF_SIGNS,
  ...ARABIC_DIGITS,
});
const spanishOfTheNorth = comma({ homeSigns: US_DOLLAR });

/** By BCP 47 tag. A tag without a row uses that of its parent (`de-AT` that of `de`), at last English. */
export const NOTATION_TABLE = {
  // Group with the comma, decimal dot.
  en: comma(),
  'en-AU': comma({ homeSigns: { AUD: '$', USD: 'US$' } }),
  'en-CA': comma({ homeSigns: { CAD: '$', USD: 'US$' } }),
  'en-NZ': comma({ homeSigns: { NZD: '$', USD: 'US$' } }),
  'en-IN': comma({ indian: true }),
  am: comma(),
  ar: arabic,
  'ar-EG': arabicOwnDigits,
  'ar-IQ': arabicOwnDigits,
  'ar-SD': arabicOwnDigits,
  'ar-SY': arabicOwnDigits,
  'ar-YE': arabicOwnDigits,
  bn: comma({ signFirst: false, zero: '০', indian: true }),
  bo: comma({ gap: NBSP }),
  ckb: arabicOwnDigits,
  'es-419': spanishOfTheNorth,
  'es-DO': spanishOfTheNorth,
  'es-GT': spanishOfTheNorth,
  'es-HN': spanishOfTheNorth,
  'es-MX': comma({ homeSigns: { MXN: '$', ...US_DOLLAR } }),
  'es-NI': spanishOfTheNorth,
  'es-PA': spanishOfTheNorth,
  'es-PE': spanishOfTheNorth,
  'es-PR': spanishOfTheNorth,
  'es-SV': spanishOfTheNorth,
  'es-US': spanishOfTheNorth,
  fa: comma(PERSIAN_DIGITS),
  prs: comma({ gap: NBSP, ...PERSIAN_DIGITS }),
  ps: comma({ gap: NBSP, ...PERSIAN_DIGITS }),
  he: comma({ signFirst: false, gap: NBSP }),
  hi: comma({ indian: true }),
  ht: comma(),
  ja: comma(),
  km: comma({ signFirst: false }),
  ko: comma(),
  mn: comma({ gap: NBSP }),
  my: comma({ signFirst: false, gap: NBSP, zero: '၀', homeSigns: US_DOLLAR }),
  sw: comma({ gap: NBSP }),
  th: comma(),
  ti: comma(),
  ug: comma(),
  ur: comma(),
  zh: comma({ homeSigns: US_DOLLAR }),
  'zh-TW': comma({ homeSigns: { TWD: '$', USD: 'US$' } }),

  // Decimal comma, group with the dot.
  az: dot(),
  bs: dot(),
  da: dot({ homeSigns: { DKK: 'kr.' } }),
  de: dot(),
  el: dot(),
  es: dot({ homeSigns: US_DOLLAR }),
  'es-AR': dot({ signFirst: true, homeSigns: US_DOLLAR }),
  'es-CL': dot({ signFirst: true, gap: '', homeSigns: { CLP: '$', ...US_DOLLAR } }),
  'es-CO': dot({ signFirst: true, homeSigns: { COP: '$', ...US_DOLLAR } }),
  hr: dot(),
  id: dot({ signFirst: true, gap: '', homeSigns: US_DOLLAR }),
  is: dot({ homeSigns: { ISK: 'kr.' } }),
  it: dot(),
  ku: dot(),
  mk: dot(),
  nb: dot({ group: NBSP, homeSigns: { NOK: 'kr' } }),
  nl: dot({ signFirst: true }),
  pt: dot({ homeSigns: US_DOLLAR }),
  'pt-BR': dot({ signFirst: true, homeSigns: US_DOLLAR }),
  ro: dot(),
  rw: dot({ signFirst: true }),
  sl: dot(),
  sr: dot(),
  tr: dot({ signFirst: true, gap: '' }),
  vi: dot(),

  // Decimal comma, group with the space.
  be: space({ homeSigns: { BYN: 'Br' } }),
  bg: space(),
  cs: space(),
  et: space(),
  fi: space(),
  fr: space({ group: NARROW }),
  'fr-CA': space({ homeSigns: { CAD: '$', USD: 'US$' } }),
  hu: space(),
  hy: space(),
  ka: space(),
  kk: space(),
  ky: space(),
  lt: space(),
  lv: space(),
  pl: space(),
  ru: space(),
  sk: space(),
  sq: space(),
  sv: space({ homeSigns: { SEK: 'kr', ...US_DOLLAR } }),
  tg: space(),
  tk: space(),
  uk: space(),
  uz: space(),

  // Decimal dot, group with the apostrophe.
  'de-CH': notation("'", '.', { group: '’', signFirst: true }),
  'de-LI': notation("'", '.', { group: '’', signFirst: true }),
  'it-CH': notation("'", '.', { group: '’', signFirst: true }),
} satisfies Readonly<Record<string, Notation>>;
