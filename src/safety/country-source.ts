/**
 * A source of country data: told an address, it names a country or says that it does not know.
 *
 * Sources are independent of each other: two packagings of one vendor's data are one source. Each says how old its data
 * is, because old data is worse than none where a wrong answer can lead somebody into a crime.
 */
import type { Instant } from '../calendar/index.ts';

export interface CountrySource {
  /** The maker and, where there is one, the file. */
  readonly name: string;
  /** When the data was made. */
  readonly dataFrom: Instant;
  /** ISO code of the country the address seems to be in, or what the source says instead (`null`, `ZZ`, `EU`, `T1`). */
  country(address: string): string | null;
}

/** Data older than this asks nobody (safety check C1.5). */
export const COUNTRY_DATA_MAX_AGE_DAYS = 45;

/** Clocks differ a little; data that was made later than this from now lies about its age, and so about being fresh. */
const FUTURE_TOLERANCE_DAYS = 2;
const DAY_MS = 86_400_000;

/** Whether data may be believed by its age. Plain milliseconds: this runs for every request that may be asked. */
export function isFreshData(options: {
  readonly dataFrom: Instant;
  readonly now: Instant;
}): boolean {
  const ageMs = options.now.epochMilliseconds - options.dataFrom.epochMilliseconds;
  return ageMs <= COUNTRY_DATA_MAX_AGE_DAYS * DAY_MS && ageMs >= -FUTURE_TOLERANCE_DAYS * DAY_MS;
}
