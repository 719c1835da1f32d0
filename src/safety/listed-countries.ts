/**
 * Countries where a gift to an independent newsroom endangers the giver: data, one row each with reason, source and date.
 *
 * The shipped rows are reviewed every quarter. A newsroom adds rows in its own file and they hold at once; it cannot take a
 * shipped one away there. Nothing in Tuppence asks in, or accepts from, a country on this list.
 */
export interface ListedCountry {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly reason: string;
  readonly source: string;
  /** When the row was last confirmed. */
  readonly reviewed: string;
}

export const SHIPPED_LISTED_COUNTRIES: readonly ListedCountry[] = [
  {
    country: 'RU',
    reason:
      'Giving to an organisation declared undesirable or extremist is a crime from the first gift.',
    source: 'en.zona.media 2025-08-05: at least 76 criminal cases in 38 regions',
    reviewed: '2026-11-01',
  },
  {
    country: 'BY',
    reason: 'Gifts to groups listed as extremist are punished, also those made before the listing.',
    source: 'spring96.org/en/news/114028',
    reviewed: '2026-11-01',
  },
  {
    country: 'HK',
    reason: 'People who paid an exiled publisher by subscription were arrested years later.',
    source: 'advox.globalvoices.org 2023-12-18',
    reviewed: '2026-11-01',
  },
  {
    country: 'CN',
    reason:
      'Stands beside Hong Kong by the same security law; a source of its own is still missing.',
    source: 'judgement of the team, to be confirmed',
    reviewed: '2026-11-01',
  },
  {
    country: 'MM',
    reason: 'Accounts are frozen and people jailed over payments to banned media and groups.',
    source: 'rfa.org; english.dvb.no: over 18,000 accounts frozen in 18 months',
    reviewed: '2026-11-01',
  },
  {
    country: 'IR',
    reason: 'Any cooperation with listed exile media is forbidden.',
    source: 'shorouknews.com 2026-01-14',
    reviewed: '2026-11-01',
  },
  {
    country: 'NI',
    reason: 'Money to or from abroad needs registration as a foreign agent.',
    source: 'en.sipiapa.org',
    reviewed: '2026-11-01',
  },
];

/** Every listed country of this newsroom: the shipped ones and its own, sorted by code. */
export function listedCountries(options: {
  readonly added: readonly { readonly country: string }[];
}): readonly string[] {
  const codes = new Set(SHIPPED_LISTED_COUNTRIES.map((row) => row.country));
  for (const row of options.added) codes.add(row.country);
  return [...codes].sort();
}

/**
 * The names of countries in a language, for the self-check that everybody sees.
 * The names come from the engine's own table; a code it does not know is shown as it is.
 */
export function countryNames(codes: readonly string[], language: string): string[] {
  const names = new Intl.DisplayNames([language, 'en'], { type: 'region', fallback: 'code' });
  return codes.map((code) => names.of(code) ?? code).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
