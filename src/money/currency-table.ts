/**
 * The one reviewed table of currencies: how many decimals *our* minor units have, whether only whole units are given,
 * and the signs people write. Nothing else in Tuppence knows an exponent, and none is ever taken from `Intl`, which
 * says 0 for HUF, ISK, UGX, IDR, COP, MGA and 4 for CLF.
 *
 * Our minor units equal what the card processor counts in, so that the most travelled path converts nothing. How each
 * processor counts is a property of the pair (currency, processor) and stands in `processor-tables.ts`.
 *
 * A currency without a row does not exist here: it is refused, never assumed to have two decimals. To add one: read two
 * sources, add the row here and the rows of the processors that take it, and name the sources in the commit.
 *
 * Sources, read in November 2026: docs.stripe.com/currencies; liberapay/liberapay.com `i18n/currencies.py`;
 * btcpayserver/btcpayserver `Currencies.json`; ISO 4217.
 */

export interface CurrencyRow {
  /** Decimals of our minor units: 2 means that one unit is 100 minor units. */
  readonly exponent: number;
  /** True where only whole units are given, whatever the exponent says (HUF keeps 2 decimals, which must be 00). */
  readonly wholeUnitsOnly: boolean;
  /** Signs people write for it, the ISO code aside. The same sign may belong to several currencies. */
  readonly signs: readonly string[];
  /** The sign we write. Only where it is understood without the code; else we write the code. */
  readonly shown?: string;
}

const row = (exponent: number, wholeUnitsOnly: boolean, signs: string, shown?: string) =>
  Object.freeze({
    exponent,
    wholeUnitsOnly,
    signs: Object.freeze(signs === '' ? [] : signs.split(' ')),
    ...(shown === undefined ? {} : { shown }),
  }) satisfies CurrencyRow;

/** Two decimals, given to the cent. */
const cents = (signs = '', shown?: string) => row(2, false, signs, shown);
/** No minor unit at all. */
const whole = (signs = '', shown?: string) => row(0, true, signs, shown);
/** Two decimals in minor units which must be 00. */
const wholeOfHundred = (signs = '', shown?: string) => row(2, true, signs, shown);
/** Three decimals. */
const mils = (signs = '', shown?: string) => row(3, false, signs, shown);

export const CURRENCY_TABLE = {
  // The currencies whose signs have been reviewed for the amount parser.
  USD: cents('$ US$', '$'),
  EUR: cents('€', '€'),
  GBP: cents('£', '£'),
  CHF: cents('CHF Fr.', 'CHF'),
  CAD: cents('$ C$ CA$', 'CA$'),
  AUD: cents('$ A$ AU$', 'A$'),
  BRL: cents('R$', 'R$'),
  PLN: cents('zł', 'zł'),
  SEK: cents('kr kr.'),
  NOK: cents('kr kr.'),
  DKK: cents('kr kr.'),
  CZK: cents('Kč', 'Kč'),
  UAH: cents('₴ грн', '₴'),
  RUB: cents('₽ руб. руб', '₽'),
  INR: cents('₹ Rs Rs.', '₹'),
  IDR: cents('Rp Rp.', 'Rp'),
  COP: cents('$'),
  MXN: cents('$ MX$', 'MX$'),
  TRY: cents('₺', '₺'),
  BDT: cents('৳', '৳'),
  GEL: cents('₾', '₾'),
  IRR: cents('﷼'),
  AFN: cents('؋', '؋'),
  HUF: wholeOfHundred('Ft', 'Ft'),
  ISK: wholeOfHundred('kr kr.'),
  UGX: wholeOfHundred('USh', 'USh'),
  TWD: wholeOfHundred('$ NT$', 'NT$'),
  JPY: whole('¥ ￥ 円', '¥'),
  KRW: whole('₩ 원', '₩'),
  VND: whole('₫ đ', '₫'),
  CLP: whole('$'),
  XOF: whole('CFA', 'CFA'),
  KWD: mils('د.ك. د.ك'),
  JOD: mils('د.ا. د.ا'),
  BHD: mils('د.ب. د.ب'),
  TND: mils('د.ت. د.ت'),
  // Signs that belong to one currency alone, or are its everyday writing at home.
  AMD: cents('֏', '֏'),
  AZN: cents('₼', '₼'),
  BYN: cents('Br руб. руб'),
  CNY: cents('¥ ￥ CN¥', 'CN¥'),
  CRC: cents('₡'),
  HKD: cents('$ HK$', 'HK$'),
  ILS: cents('₪', '₪'),
  KHR: cents('៛'),
  KZT: cents('₸', '₸'),
  LAK: cents('₭'),
  MNT: cents('₮', '₮'),
  NGN: cents('₦', '₦'),
  NZD: cents('$ NZ$', 'NZ$'),
  PHP: cents('₱', '₱'),
  PYG: whole('₲'),
  SGD: cents('$ S$', 'S$'),
  THB: cents('฿', '฿'),
  // By code alone.
  AED: cents(),
  ALL: cents(),
  AOA: cents(),
  ARS: cents(),
  AWG: cents(),
  BAM: cents(),
  BBD: cents(),
  BIF: whole(),
  BMD: cents(),
  BND: cents(),
  BOB: cents(),
  BSD: cents(),
  BTC: row(8, false, '₿'),
  BWP: cents(),
  BZD: cents(),
  CDF: cents(),
  CVE: cents(),
  DJF: whole(),
  DOP: cents(),
  DZD: cents(),
  EGP: cents(),
  ETB: cents(),
  FJD: cents(),
  FKP: cents(),
  GIP: cents(),
  GMD: cents(),
  GNF: whole(),
  GTQ: cents(),
  GYD: cents(),
  HNL: cents(),
  HTG: cents(),
  JMD: cents(),
  KES: cents(),
  KGS: cents(),
  KMF: whole(),
  KYD: cents(),
  LBP: cents(),
  LKR: cents(),
  LRD: cents(),
  LSL: cents(),
  MAD: cents(),
  MDL: cents(),
  MGA: whole(),
  MKD: cents(),
  MMK: cents(),
  MOP: cents(),
  MUR: cents(),
  MVR: cents(),
  MWK: cents(),
  MYR: cents(),
  MZN: cents(),
  NAD: cents(),
  NIO: cents(),
  NPR: cents(),
  OMR: mils(),
  PAB: cents(),
  PEN: cents(),
  PGK: cents(),
  PKR: cents(),
  QAR: cents(),
  RON: cents(),
  RSD: cents(),
  RWF: whole(),
  SAR: cents(),
  SBD: cents(),
  SCR: cents(),
  SHP: cents(),
  SLE: cents(),
  SOS: cents(),
  SRD: cents(),
  SZL: cents(),
  TJS: cents(),
  TOP: cents(),
  TTD: cents(),
  TZS: cents(),
  UYU: cents(),
  UZS: cents(),
  VUV: whole(),
  WST: cents(),
  XAF: whole(),
  XCD: cents(),
  XCG: cents(),
  XPF: whole(),
  YER: cents(),
  ZAR: cents(),
  ZMW: cents(),
} as const satisfies Record<string, CurrencyRow>;

/** A currency that is no longer money. */
export interface RetiredCurrency {
  readonly code: string;
  /** The first day on which it was no longer legal tender. */
  readonly retiredOn: string;
  readonly successor: keyof typeof CURRENCY_TABLE;
  /** How many old units made one of the successor's, as decimal text: fixed by law, never a market rate. */
  readonly unitsPerSuccessor: string;
}

/**
 * Retired currencies as dated data. Nothing new is given in them; old records from elsewhere that name one can be told
 * apart from a typing error, and say what became of it.
 */
export const RETIRED_CURRENCIES: readonly RetiredCurrency[] = [
  { code: 'LVL', retiredOn: '2014-01-15', successor: 'EUR', unitsPerSuccessor: '0.702804' },
  { code: 'LTL', retiredOn: '2015-01-16', successor: 'EUR', unitsPerSuccessor: '3.4528' },
  { code: 'BYR', retiredOn: '2017-01-01', successor: 'BYN', unitsPerSuccessor: '10000' },
  { code: 'HRK', retiredOn: '2023-01-15', successor: 'EUR', unitsPerSuccessor: '7.53450' },
  { code: 'SLL', retiredOn: '2024-01-01', successor: 'SLE', unitsPerSuccessor: '1000' },
  { code: 'ANG', retiredOn: '2025-07-01', successor: 'XCG', unitsPerSuccessor: '1' },
  { code: 'BGN', retiredOn: '2026-02-01', successor: 'EUR', unitsPerSuccessor: '1.95583' },
];

/**
 * ISO codes that are money somewhere but that no processor of ours takes. Nothing can be given in them; knowing them lets
 * the amount parser ask "do you mean 5 euros?" where somebody typed `5 IQD`, instead of calling it no number.
 */
export const OTHER_ISO_CODES =
  'BTN CUP ERN GHS IQD KPW LYD MRU SDG SSP STN SVC SYP TMT VES ZWG'.split(' ');
