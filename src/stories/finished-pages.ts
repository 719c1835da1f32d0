/**
 * Finished responses of public pages, kept in memory so that a flood of readers costs no more than sending bytes.
 *
 * Every copy belongs to one revision of the stories. At most once a second a process asks the database for the revision and
 * forgets everything when it rose, so a correction made anywhere shows everywhere within a second. When the database does
 * not answer, what is there is served on: stories stay readable while everything else is down. Responses are the same for
 * everybody; the validator is a hash of the content, so it cannot mark a reader.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Clock, Instant } from '../calendar/index.ts';
import { type CompleteHeaders, completeHeaders, completeResponse } from '../page/index.ts';

export type Encoding = 'br' | 'gzip' | 'identity';

/** One response, ready to be sent in any encoding. */
export interface FinishedPage {
  readonly status: number;
  /** Validator over the content, weak because the same content is sent in several encodings. */
  readonly etag: string;
  readonly bodies: Readonly<Record<Encoding, Uint8Array<ArrayBuffer>>>;
  /** Complete headers for each encoding. */
  readonly headers: Readonly<Record<Encoding, CompleteHeaders>>;
  /** Headers of a 304. */
  readonly unchangedHeaders: CompleteHeaders;
}

export interface FinishedPagesOptions {
  readonly clock: Clock;
  /** The current revision of the stories. */
  readonly revision: () => Promise<bigint>;
  /** Most bytes of finished pages held, all encodings counted. */
  readonly bytesLimit?: number;
}

const BYTES_LIMIT = 64 * 1024 * 1024;
const CHECK_EVERY_MS = 1000;
const BROTLI_QUALITY = 9;
/** Smaller bodies do not get smaller. */
const WORTH_COMPRESSING_BYTES = 256;

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

export class FinishedPages {
  readonly #options: FinishedPagesOptions;
  readonly #pages = new Map<string, FinishedPage>();
  readonly #making = new Map<string, Promise<FinishedPage | undefined>>();
  #bytes = 0;
  #revision: bigint | undefined;
  #checkedAt: Instant | undefined;
  #checking: Promise<void> | undefined;

  constructor(options: FinishedPagesOptions) {
    this.#options = options;
  }

  /**
   * The finished page of a key; `make` is called when there is none, once for all who wait. Where `make` finds nothing,
   * nothing is kept.
   */
  async get(
    key: string,
    make: () => Promise<Response | undefined>,
  ): Promise<FinishedPage | undefined> {
    if (this.#isCheckDue()) await this.#check();
    const kept = this.#pages.get(key);
    if (kept !== undefined) return kept;
    const waiting = this.#making.get(key);
    if (waiting !== undefined) return waiting;
    const made = this.#make(key, make).finally(() => this.#making.delete(key));
    this.#making.set(key, made);
    return made;
  }

  /** A kept page without waiting for anything: for servers that answer before a Request is made. Undefined: use `get`. */
  peek(key: string): FinishedPage | undefined {
    return this.#isCheckDue() ? undefined : this.#pages.get(key);
  }

  async #make(
    key: string,
    make: () => Promise<Response | undefined>,
  ): Promise<FinishedPage | undefined> {
    const revision = this.#revision;
    const response = await make();
    if (response === undefined) return undefined;
    const page = await finish(response);
    // A story may have changed while its page was made: such a page is sent once and not kept.
    if (revision !== undefined && revision === this.#revision) this.#keep(key, page);
    return page;
  }

  #keep(key: string, page: FinishedPage): void {
    this.#pages.set(key, page);
    this.#bytes += sizeOf(page);
    const limit = this.#options.bytesLimit ?? BYTES_LIMIT;
    for (const [oldest, old] of this.#pages) {
      if (this.#bytes <= limit) break;
      this.#pages.delete(oldest);
      this.#bytes -= sizeOf(old);
    }
  }

  #isCheckDue(): boolean {
    if (this.#checkedAt === undefined) return true;
    const elapsed = this.#options.clock.now().epochMilliseconds - this.#checkedAt.epochMilliseconds;
    return elapsed >= CHECK_EVERY_MS || elapsed < 0;
  }

  #check(): Promise<void> {
    this.#checking ??= this.#askRevision().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #askRevision(): Promise<void> {
    const now = this.#options.clock.now();
    try {
      const revision = await this.#options.revision();
      if (revision !== this.#revision) this.#forget();
      this.#revision = revision;
    } catch (error) {
      // Nothing kept means nothing can be served without the database.
      if (this.#pages.size === 0) throw error;
    }
    this.#checkedAt = now;
  }

  #forget(): void {
    this.#pages.clear();
    this.#bytes = 0;
  }
}

async function finish(response: Response): Promise<FinishedPage> {
  const identity = new Uint8Array(await response.arrayBuffer());
  const isWorth = identity.byteLength >= WORTH_COMPRESSING_BYTES;
  const [br, gz] = isWorth ? await compressed(identity) : [identity, identity];
  const hash = createHash('sha256').update(identity).digest('base64url').slice(0, 27);
  const etag = `W/"${hash}"`;
  const { 'content-length': _length, ...own } = Object.fromEntries(response.headers);
  const common = completeHeaders({ ...own, etag, vary: 'Accept-Encoding' });
  const headersFor = (encoding: Encoding, body: Uint8Array): CompleteHeaders => ({
    ...common,
    'content-length': String(body.byteLength),
    ...(encoding === 'identity' || !isWorth ? {} : { 'content-encoding': encoding }),
  });
  const { 'content-type': _type, ...unchangedHeaders } = common;
  return {
    status: response.status,
    etag,
    bodies: { identity, br, gzip: gz },
    headers: {
      identity: headersFor('identity', identity),
      br: headersFor('br', br),
      gzip: headersFor('gzip', gz),
    },
    unchangedHeaders,
  };
}

async function compressed(
  body: Uint8Array,
): Promise<[Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>]> {
  const [br, gz] = await Promise.all([
    compressBrotli(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.byteLength,
      },
    }),
    compressGzip(body, { level: 9 }),
  ]);
  return [new Uint8Array(br), new Uint8Array(gz)];
}

function sizeOf(page: FinishedPage): number {
  const { identity, br, gzip: gz } = page.bodies;
  return identity.byteLength + br.byteLength + gz.byteLength;
}

/** Browsers send a handful of different values; reading each once is enough. Bounded, because anybody may send more. */
const chosen = new Map<string, Encoding>();
const CHOSEN_LIMIT = 200;

/** The best encoding a client takes (RFC 9110 section 12.5.3); q=0 refuses one. */
export function chooseEncoding(acceptEncoding: string | null | undefined): Encoding {
  const accepted = acceptEncoding ?? '';
  const known = chosen.get(accepted);
  if (known !== undefined) return known;
  const encoding = readAcceptEncoding(accepted.slice(0, 200).toLowerCase());
  if (chosen.size < CHOSEN_LIMIT) chosen.set(accepted, encoding);
  return encoding;
}

function readAcceptEncoding(accepted: string): Encoding {
  const takes = (name: string) => {
    const match = new RegExp(`(?:^|,)\\s*${name}\\s*(?:;\\s*q\\s*=\\s*([0-9.]+)\\s*)?(?=,|$)`).exec(
      accepted,
    );
    return match !== null && Number(match[1] ?? '1') > 0;
  };
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : 'identity';
}

/** Whether the client already has this content. */
export function isNotModified(page: FinishedPage, ifNoneMatch: string | null | undefined): boolean {
  if (ifNoneMatch === null || ifNoneMatch === undefined || page.status !== 200) return false;
  const strong = page.etag.slice(2);
  return ifNoneMatch
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => tag === '*' || tag === page.etag || tag === strong);
}

/** What is sent for a finished page: the body in the best encoding, or 304 without one. */
export interface FinishedAnswer {
  readonly status: number;
  readonly headers: CompleteHeaders;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

export function answerWith(
  page: FinishedPage,
  wants: {
    readonly acceptEncoding: string | null | undefined;
    readonly ifNoneMatch: string | null | undefined;
  },
): FinishedAnswer {
  if (isNotModified(page, wants.ifNoneMatch)) {
    return { status: 304, headers: page.unchangedHeaders, body: null };
  }
  const encoding = chooseEncoding(wants.acceptEncoding);
  return { status: page.status, headers: page.headers[encoding], body: page.bodies[encoding] };
}

/** The same as a Response. */
export function respond(page: FinishedPage, request: Request): Response {
  const answer = answerWith(page, {
    acceptEncoding: request.headers.get('accept-encoding'),
    ifNoneMatch: request.headers.get('if-none-match'),
  });
  return completeResponse(answer.body, answer);
}
