/**
 * Which country issued a card, read from its number before anybody is asked.
 *
 * Real issuers are looked up by the first digits of the number; so here: a number of this bank carries the ISO 3166-1
 * numeric code of its issuer's country in digits 7 to 9. A code that is not in the table (000 above all, as of wallets
 * that tell no country) is an unknown country, and whoever refuses countries refuses an unknown one too.
 */
const COUNTRY_OF_NUMERIC_CODE: Readonly<Record<string, string>> = {
  '008': 'AL',
  '031': 'AZ',
  '036': 'AU',
  '040': 'AT',
  '051': 'AM',
  '056': 'BE',
  '100': 'BG',
  '112': 'BY',
  '124': 'CA',
  '156': 'CN',
  '158': 'TW',
  '191': 'HR',
  '203': 'CZ',
  '208': 'DK',
  '231': 'ET',
  '233': 'EE',
  '246': 'FI',
  '250': 'FR',
  '268': 'GE',
  '276': 'DE',
  '300': 'GR',
  '344': 'HK',
  '348': 'HU',
  '356': 'IN',
  '364': 'IR',
  '372': 'IE',
  '376': 'IL',
  '380': 'IT',
  '392': 'JP',
  '398': 'KZ',
  '400': 'JO',
  '414': 'KW',
  '417': 'KG',
  '428': 'LV',
  '440': 'LT',
  '484': 'MX',
  '498': 'MD',
  '528': 'NL',
  '558': 'NI',
  '578': 'NO',
  '616': 'PL',
  '620': 'PT',
  '642': 'RO',
  '643': 'RU',
  '682': 'SA',
  '688': 'RS',
  '703': 'SK',
  '724': 'ES',
  '752': 'SE',
  '756': 'CH',
  '762': 'TJ',
  '784': 'AE',
  '792': 'TR',
  '795': 'TM',
  '804': 'UA',
  '826': 'GB',
  '840': 'US',
  '860': 'UZ',
  '862': 'VE',
};

/** ISO 3166 alpha-2 code of the issuer's country, `null` when the number does not say. */
export function countryOfCard(cardNumber: string): string | null {
  return COUNTRY_OF_NUMERIC_CODE[cardNumber.slice(6, 9)] ?? null;
}

/** True when a payment must not reach this card's issuer. An unknown country is refused as soon as any country is. */
export function isRefusedCountry(
  country: string | null,
  refusedCountries: readonly string[],
): boolean {
  if (refusedCountries.length === 0) return false;
  return country === null || refusedCountries.includes(country);
}
