/**
 * The country decision (safety checks C1): *safe* only if at least two independent sources each name a country and none
 * of them is listed; *listed* if all that answered agree on listed ones; everything else is *unknown*.
 *
 * Pure: addresses and source answers go in, a class comes out, nothing is kept.
 */

import { isIP } from 'node:net';
import type { Instant } from '../calendar/index.ts';
import { type CountrySource, isFreshData } from './country-source.ts';
import type { Place } from './place.ts';
import { isDocumentationAddress, isPublicAddress } from './public-address.ts';

/** Codes that stand for no country: user-assigned, reserved, regions and anonymisers. */
const NOT_A_COUNTRY = new Set(['AA', 'ZZ', 'EU', 'AP', 'A1', 'A2', 'O1', 'T1', 'QM', 'QZ']);

const UNKNOWN: Place = { class: 'unknown', tor: false };
const OVER_TOR: Place = { class: 'unknown', tor: true };
const SAFE: Place = { class: 'safe', tor: false };
const LISTED: Place = { class: 'listed', tor: false };

export function decidePlace(options: {
  readonly address: string | null;
  readonly sources: readonly CountrySource[];
  readonly listed: ReadonlySet<string>;
  readonly isTorExit: (address: string) => boolean;
  readonly now: Instant;
}): Place {
  const { address, sources, listed, now } = options;
  if (address === null || isIP(address) === 0) return UNKNOWN;
  if (options.isTorExit(address)) return OVER_TOR;
  if (!isPublicAddress(address) && !isDocumentationAddress(address)) return UNKNOWN;

  const countries = sources.map((source) =>
    isFreshData({ dataFrom: source.dataFrom, now }) ? countryOrNull(source, address) : null,
  );
  const named = countries.filter((country) => country !== null);
  if (
    named.length > 0 &&
    named.length === countries.length &&
    named.every((country) => listed.has(country))
  ) {
    return LISTED;
  }
  if (named.some((country) => listed.has(country))) return UNKNOWN;
  return named.length >= 2 && named.length === countries.length ? SAFE : UNKNOWN;
}

/** A source that throws is a source that does not know: an error must never become an ask. */
function countryOrNull(source: CountrySource, address: string): string | null {
  let answer: string | null;
  try {
    answer = source.country(address);
  } catch {
    return null;
  }
  if (answer === null || !/^[A-Z]{2}$/.test(answer)) return null;
  return NOT_A_COUNTRY.has(answer) || answer.startsWith('X') ? null : answer;
}
