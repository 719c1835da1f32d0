export { clientAddress, plainAddress, proxyList } from './address.ts';
export { CountryData, TOR_EXITS_FILE } from './country-data/country-data.ts';
export { type Maker, makerOf } from './country-data/makers.ts';
export {
  type MmdbProblem,
  type MmdbSource as CountryDataInUse,
  readMmdb,
} from './country-data/mmdb-source.ts';
export { datedTorExits, readTorExits } from './country-data/tor-exits.ts';
export { COUNTRY_DATA_MAX_AGE_DAYS, type CountrySource, isFreshData } from './country-source.ts';
export { decidePlace } from './decide-place.ts';
export {
  countryNames,
  type ListedCountry,
  listedCountries,
  SHIPPED_LISTED_COUNTRIES,
} from './listed-countries.ts';
export {
  CONFIRM_WITHIN_MINUTES,
  confirmBy,
  REMOVAL_DAYS_MAX,
  type Standing,
} from './listing/listing.ts';
export { Listing } from './listing/listing-store.ts';
export { ownHost } from './own-host.ts';
export type { Asker, DecidePlace, Place, PlaceClass } from './place.ts';
export { isPublicAddress } from './public-address.ts';
export { safetyPage } from './safety-page.ts';
