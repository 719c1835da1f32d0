/**
 * Web addresses as other people's pages and feeds write them, made into addresses we are willing to keep.
 *
 * Addresses are read and written back by the WHATWG URL standard (Node's `URL`), with one rule on top: browsers skip
 * control characters inside a scheme (`java<TAB>script:`), and some readers skip blanks too, so both are ignored before a
 * scheme is judged. Only the schemes a caller names pass; nothing is ever fetched here.
 */

export const WEB_SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:']);
export const LINK_SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** No browser or server takes longer ones; what is longer is data that pretends to be an address. */
const LENGTH_LIMIT = 8192;

const SCHEME_GRAMMAR = /^[a-z][a-z0-9+.-]*$/i;
/** Everything before the first colon that could be a scheme: a path, query or fragment ends the search. */
const UP_TO_COLON = /^([^:/?#\\]*):/;
const IGNORED_IN_SCHEME = /[\p{Cc}\p{Cf}\p{White_Space}]/gu;

/**
 * Resolves `raw` against `base` and returns the address as the URL standard writes it, or `null` when it cannot be read,
 * is relative without a base, or has another scheme than the allowed ones.
 */
export function resolveAddress(
  raw: string,
  base: string | null,
  schemes: ReadonlySet<string>,
): string | null {
  if (raw.length > LENGTH_LIMIT) return null;
  const trimmed = raw.replace(/^[\p{Cc}\p{White_Space}]+|[\p{Cc}\p{White_Space}]+$/gu, '');
  const url = parse(withPlainScheme(trimmed), base);
  return url !== null && schemes.has(url.protocol) ? url.href : null;
}

/** As {@link resolveAddress} for pages and pictures: http and https only. */
export function resolveWebAddress(raw: string, base: string | null): string | null {
  return resolveAddress(raw, base, WEB_SCHEMES);
}

/** Resolves an `xml:base`; one that cannot be read changes nothing. */
export function resolveBase(raw: string, base: string | null): string | null {
  return parse(raw.trim(), base)?.href ?? base;
}

function withPlainScheme(address: string): string {
  const match = UP_TO_COLON.exec(address);
  if (match === null) return address;
  const scheme = (match[1] ?? '').replace(IGNORED_IN_SCHEME, '');
  return SCHEME_GRAMMAR.test(scheme) ? `${scheme}:${address.slice(match[0].length)}` : address;
}

function parse(address: string, base: string | null): URL | null {
  return base === null ? URL.parse(address) : URL.parse(address, base);
}
