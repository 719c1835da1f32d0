/**
 * A file of country data in the MaxMind DB format, whoever made it, as a source of the country decision. The file is read
 * into memory once; an address is looked up there and kept nowhere.
 *
 * Refused are files that would answer wrongly: one for IPv4 alone names a country for IPv6 addresses that it knows nothing of
 * (`2a02:6b8::1` was said to be in Hong Kong, C1.4 of the safety checks), and one of cities, networks or anything else may
 * name none.
 */
import { createHash } from 'node:crypto';
import { type CountryResponse, Reader } from 'mmdb-lib';
import { Instant } from '../../calendar/index.ts';
import type { CountrySource } from '../country-source.ts';
import { type Maker, makerOf } from './makers.ts';

export type MmdbReading =
  | { readonly ok: true; readonly source: MmdbSource }
  | { readonly ok: false; readonly why: MmdbProblem };

export interface MmdbSource extends CountrySource {
  readonly maker: Maker;
  /** Of the whole file: the same bytes are the same data. */
  readonly sha256: string;
}

export type MmdbProblem = 'unreadable' | 'ipv4-only' | 'no-countries';

/** Both layouts that are about: MaxMind's own, and the flat one of the collections of regional registries' data. */
interface CountryRecord {
  readonly country?: CountryResponse['country'];
  readonly country_code?: unknown;
}

/** Addresses of large, old networks: a file of the world's countries names one for most of them. */
const WELL_KNOWN = ['8.8.8.8', '193.0.6.139', '2001:67c:2e8:22::c100:68b', '2a00:1450:4001::1'];

export function readMmdb(options: { readonly name: string; readonly bytes: Buffer }): MmdbReading {
  let reader: Reader<CountryResponse>;
  try {
    reader = new Reader(options.bytes);
  } catch {
    return { ok: false, why: 'unreadable' };
  }
  const { ipVersion, buildEpoch, databaseType } = reader.metadata;
  if (ipVersion !== 6) return { ok: false, why: 'ipv4-only' };
  const builtMs = buildEpoch.getTime();
  if (!Number.isFinite(builtMs) || builtMs <= 0) return { ok: false, why: 'unreadable' };
  const country = (address: string): string | null => codeOf(reader.get(address));
  if (!WELL_KNOWN.some((address) => namesCountry(country, address))) {
    return { ok: false, why: 'no-countries' };
  }
  const dataFrom = Instant.fromEpochMilliseconds(builtMs);
  const maker = makerOf({ name: options.name, databaseType });
  const sha256 = createHash('sha256').update(options.bytes).digest('hex');
  return { ok: true, source: { name: options.name, dataFrom, country, maker, sha256 } };
}

function codeOf(record: CountryRecord | null): string | null {
  const code: unknown = record?.country?.iso_code ?? record?.country_code;
  return typeof code === 'string' ? code : null;
}

function namesCountry(country: (address: string) => string | null, address: string): boolean {
  try {
    return /^[A-Z]{2}$/.test(country(address) ?? '');
  } catch {
    return false;
  }
}
