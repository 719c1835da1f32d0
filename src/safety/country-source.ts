/**
 * A source of country data: told an address, it names a country or says that it does not know.
 *
 * Sources are independent of each other: two packagings of one vendor's data are one source. Each says how old its data
 * is, because old data is worse than none where a wrong answer can lead somebody into a crime.
 */
import type { Instant } from '../calendar/index.ts';

export interface CountrySource {
  readonly name: string;
  /** When the data was made. */
  readonly dataFrom: Instant;
  /** ISO code of the country the address seems to be in, or what the source says instead (`null`, `ZZ`, `EU`, `T1`). */
  country(address: string): string | null;
}

/** Data older than this asks nobody (safety check C1.5). */
export const COUNTRY_DATA_MAX_AGE_DAYS = 45;
