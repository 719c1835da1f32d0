/**
 * The certificates that PayPal signs its messages with. A message names the address of its certificate; whoever sends a
 * message to us chooses that address, so it is fetched from nowhere but the one path on PayPal's own host, and believed only if a chain
 * of signatures leads from it to a root we trust, it bears PayPal's name for this purpose, and its time is now.
 *
 * What was fetched is kept in memory, a few at most. What could not be fetched or is not right is not asked for again for
 * a while, so that a stranger with many messages cannot make us send many requests.
 */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { Clock, Instant } from '../../calendar/index.ts';

export interface CertificateKeeper {
  /** Fetches the certificate of this address unless it is there, or was tried a moment ago. Never throws. */
  fetch(address: string): Promise<void>;
  /** The key of a certificate that is there and right at `now`; `null`: there is none. */
  key(address: string, now: Instant): KeyObject | null;
}

export interface CertificateOptions {
  /** Host that certificates are fetched from. */
  readonly origin: string;
  /** Name that a certificate must be issued to. */
  readonly name: string;
  /** PEM, one certificate each; those that Node trusts when left out. */
  readonly roots?: readonly string[];
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
}

const PATH = /^\/v1\/notifications\/certs\/[A-Za-z0-9_-]{1,120}$/;
const KEPT_MAX = 8;
const CHAIN_LENGTH_MAX = 6;
const CHAIN_BYTES_MAX = 65_536;
/** Addresses that may be asked for within {@link FETCH_SPAN_MINUTES}, right or not. PayPal uses one for months. */
const FETCHES_MAX = 10;
const FETCH_SPAN_MINUTES = 10;
const RETRY_MINUTES = 1;

interface Kept {
  readonly key: KeyObject;
  readonly from: number;
  readonly until: number;
}

export function createCertificateKeeper(options: CertificateOptions): CertificateKeeper {
  const { clock } = options;
  const kept = new Map<string, Kept>();
  const failedAt = new Map<string, number>();
  const fetching = new Map<string, Promise<void>>();
  let fetchedAt: readonly number[] = [];
  // Read when the first certificate comes: there are more than a hundred.
  let roots: readonly X509Certificate[] | null = null;

  const load = async (address: string): Promise<void> => {
    const pem = await download(options, address);
    roots ??= (options.roots ?? rootCertificates).map((text) => new X509Certificate(text));
    const nowMs = clock.now().epochMilliseconds;
    const found = pem === null ? null : trusted(pem, { roots, name: options.name, nowMs });
    if (found === null) {
      failedAt.set(address, nowMs);
      return;
    }
    failedAt.delete(address);
    kept.set(address, found);
    forgetOldest(kept);
  };

  return {
    async fetch(address) {
      if (!isAddress(address, options.origin)) return;
      const nowMs = clock.now().epochMilliseconds;
      if (isUsable(kept.get(address), nowMs)) return;
      const running = fetching.get(address);
      if (running !== undefined) return await running;
      const failed = failedAt.get(address);
      if (failed !== undefined && nowMs - failed < minutes(RETRY_MINUTES)) return;
      fetchedAt = fetchedAt.filter((at) => nowMs - at < minutes(FETCH_SPAN_MINUTES));
      if (fetchedAt.length >= FETCHES_MAX) return;
      fetchedAt = [...fetchedAt, nowMs];
      forgetOldest(failedAt);
      const started = load(address).finally(() => fetching.delete(address));
      fetching.set(address, started);
      await started;
    },
    key(address, now) {
      const found = kept.get(address);
      return found !== undefined && isUsable(found, now.epochMilliseconds) ? found.key : null;
    },
  };
}

/** The one place that certificates come from; anything else in the header is no address of PayPal's. */
function isAddress(address: string, origin: string): boolean {
  if (address.length > 500 || !URL.canParse(address)) return false;
  const url = new URL(address);
  return (
    url.origin === origin &&
    PATH.test(url.pathname) &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === ''
  );
}

function isUsable(kept: Kept | undefined, nowMs: number): boolean {
  return kept !== undefined && kept.from <= nowMs && nowMs <= kept.until;
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const oldest of map.keys()) {
    if (map.size <= KEPT_MAX) return;
    map.delete(oldest);
  }
}

async function download(options: CertificateOptions, address: string): Promise<string | null> {
  try {
    const answer = await options.fetch(address, {
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    if (answer.status !== 200 || answer.body === null) return null;
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for await (const chunk of answer.body) {
      bytes += chunk.byteLength;
      if (bytes > CHAIN_BYTES_MAX) return null;
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch {
    return null;
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The first certificate of the text, if the others lead from it to a root; `null` if it cannot be believed. */
function trusted(
  text: string,
  by: { readonly roots: readonly X509Certificate[]; readonly name: string; readonly nowMs: number },
): Kept | null {
  try {
    const chain = (text.match(PEM) ?? []).map((pem) => new X509Certificate(pem));
    const [leaf, ...others] = chain;
    if (leaf === undefined || chain.length > CHAIN_LENGTH_MAX) return null;
    // One that may issue others is no signing certificate.
    if (leaf.ca || leaf.checkHost(by.name, { wildcards: false }) === undefined) return null;
    if (leaf.publicKey.asymmetricKeyType !== 'rsa') return null;
    const path = pathToRoot(leaf, { ...by, others });
    if (path === null) return null;
    return {
      key: leaf.publicKey,
      from: Math.max(...path.map((each) => timeOf(each.validFrom))),
      until: Math.min(...path.map((each) => timeOf(each.validTo))),
    };
  } catch {
    // No certificate, or one that cannot be read.
    return null;
  }
}

/** Every certificate from the leaf to a root, each issued and signed by the next and valid now. */
function pathToRoot(
  leaf: X509Certificate,
  by: {
    readonly roots: readonly X509Certificate[];
    readonly others: readonly X509Certificate[];
    readonly nowMs: number;
  },
): readonly X509Certificate[] | null {
  const path = [leaf];
  if (!isValid(leaf, by.nowMs)) return null;
  let last = leaf;
  for (let step = 0; step < CHAIN_LENGTH_MAX; step += 1) {
    const issued = last;
    const issues = (issuer: X509Certificate): boolean =>
      issuer.ca &&
      isValid(issuer, by.nowMs) &&
      issued.checkIssued(issuer) &&
      issued.verify(issuer.publicKey);
    const root = by.roots.find(issues);
    if (root !== undefined) return [...path, root];
    const next = by.others.find((other) => !path.includes(other) && issues(other));
    if (next === undefined) return null;
    path.push(next);
    last = next;
  }
  return null;
}

function isValid(certificate: X509Certificate, nowMs: number): boolean {
  return timeOf(certificate.validFrom) <= nowMs && nowMs <= timeOf(certificate.validTo);
}

/** @returns milliseconds since 1970; a time that cannot be read is none, so that nothing is valid by it */
function timeOf(text: string): number {
  return Date.parse(text);
}

function minutes(count: number): number {
  return count * 60_000;
}
