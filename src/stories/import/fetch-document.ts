/**
 * Fetching a feed from an address somebody typed, without becoming a tool against the network we stand in.
 *
 * Only http and https. The name is resolved first, every address it resolves to must be public, and the connection then
 * goes to exactly the address that was checked, so that a name cannot answer differently a moment later. Each redirect is
 * checked in the same way. Size, time and number of redirects are limited. The network itself is handed in.
 */
import { isIP } from 'node:net';
import { isPublicAddress } from '../../safety/index.ts';

export interface FetchedBytes {
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
  /** Where the document was found in the end. */
  readonly address: string;
}

export type FetchProblem =
  | 'not-a-web-address'
  | 'unknown-host'
  | 'private-address'
  | 'too-many-redirects'
  | 'too-large'
  | 'too-slow'
  | 'refused'
  | 'unreachable';

export type FetchResult =
  | { readonly ok: true; readonly document: FetchedBytes }
  | { readonly ok: false; readonly problem: FetchProblem; readonly status?: number };

export interface NetworkAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly location: string | null;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection, whether or not the body was read. */
  close(): void;
}

/** The outside world, handed in. */
export interface Network {
  /** All addresses of a host name. Rejects when there is none. */
  resolve(host: string): Promise<readonly string[]>;
  /** One GET to `address` (an IP), with the host name of `url` in the request and its certificate checked against it. */
  get(options: {
    readonly url: URL;
    readonly address: string;
    readonly signal: AbortSignal;
  }): Promise<NetworkAnswer>;
}

const REDIRECTS_LIMIT = 5;
const BYTES_LIMIT = 64 * 1024 * 1024;
const REDIRECT_STATUS = new Set([301, 302, 303, 307, 308]);

/** Fetches one document. Never throws for what the other side does. */
export async function fetchDocument(
  address: string,
  { network, signal }: { readonly network: Network; readonly signal: AbortSignal },
): Promise<FetchResult> {
  let url = URL.parse(address);
  for (let redirects = 0; redirects <= REDIRECTS_LIMIT; redirects += 1) {
    if (url === null || !/^https?:$/.test(url.protocol)) {
      return { ok: false, problem: 'not-a-web-address' };
    }
    const checked = await publicAddress(url, network);
    if (!checked.ok) return checked;
    let answer: NetworkAnswer;
    try {
      answer = await network.get({ url, address: checked.address, signal });
    } catch {
      return { ok: false, problem: signal.aborted ? 'too-slow' : 'unreachable' };
    }
    try {
      if (!REDIRECT_STATUS.has(answer.status)) return await readAnswer(answer, url, signal);
      url = URL.parse(answer.location ?? '', url.href);
    } finally {
      answer.close();
    }
  }
  return { ok: false, problem: 'too-many-redirects' };
}

type Checked =
  | { readonly ok: true; readonly address: string }
  | { readonly ok: false; readonly problem: FetchProblem };

async function publicAddress(url: URL, network: Network): Promise<Checked> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  let addresses: readonly string[];
  try {
    addresses = isIP(host) === 0 ? await network.resolve(host) : [host];
  } catch {
    return { ok: false, problem: 'unknown-host' };
  }
  const [first] = addresses;
  if (first === undefined) return { ok: false, problem: 'unknown-host' };
  // One private address among public ones is how a name is made to lead inside.
  if (!addresses.every(isPublicAddress)) return { ok: false, problem: 'private-address' };
  return { ok: true, address: first };
}

async function readAnswer(
  answer: NetworkAnswer,
  url: URL,
  signal: AbortSignal,
): Promise<FetchResult> {
  if (answer.status !== 200) return { ok: false, problem: 'refused', status: answer.status };
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of answer.body) {
      length += piece.byteLength;
      if (length > BYTES_LIMIT) return { ok: false, problem: 'too-large' };
      pieces.push(piece);
    }
  } catch {
    return { ok: false, problem: signal.aborted ? 'too-slow' : 'unreachable' };
  }
  const document = {
    bytes: new Uint8Array(Buffer.concat(pieces)),
    contentType: answer.contentType,
    address: url.href,
  };
  return { ok: true, document };
}
