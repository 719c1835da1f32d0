/**
 * The files of an export on disk: written and read as streams, sealed with age where recipients or an identity are given,
 * hashed on the way. Never more than some megabytes are held.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Decrypter, Encrypter } from 'age-encryption';
import { ExportRefusal } from './manifest.ts';

const NEWLINE = 0x0a;
const READ_BYTES = 1024 * 1024;
/** A longer line is no row of ours: the longest are stories. */
const LINE_BYTES_MAX = 64 * 1024 * 1024;

export interface Written {
  readonly rows: number;
  /** Before sealing. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Counts and hashes lines as they pass. */
export class LineTally {
  readonly #hash = createHash('sha256');
  rows = 0;
  bytes = 0;

  /** @param chunk whole lines, each with its end */
  add(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.bytes += chunk.byteLength;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) {
      this.rows += 1;
    }
  }

  /** The end: call it once. */
  end(): Written {
    return { rows: this.rows, bytes: this.bytes, sha256: this.#hash.digest('hex') };
  }
}

/** Writes lines into a new file that only its owner may read, and waits until the disk has them. */
export async function writeFileSealed(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): Promise<void> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  if (recipients.length === 0) {
    await pipeline(chunks, file);
    return;
  }
  const age = new Encrypter();
  for (const recipient of recipients) age.addRecipient(recipient);
  const sealed = await age.encrypt(ReadableStream.from(chunks));
  await pipeline(Readable.fromWeb(sealed), file);
}

/** The content of a file, opened with the identities where it is sealed. Throws {@link ExportRefusal}. */
export async function* readFileOpened(
  path: string,
  identities: readonly string[] | null,
): AsyncGenerator<Uint8Array> {
  const raw = createReadStream(path, { highWaterMark: READ_BYTES });
  if (identities === null) {
    for await (const chunk of raw) yield bytesOf(chunk);
    return;
  }
  const age = new Decrypter();
  for (const identity of identities) age.addIdentity(identity);
  try {
    const opened = await age.decrypt(ReadableStream.from(raw));
    for await (const chunk of opened) yield chunk;
  } catch (cause) {
    const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (isAbsent) throw cause;
    throw new ExportRefusal(
      `${path} cannot be opened: it is damaged, or sealed for another key than --identity holds. Take another backup or the right key.`,
      { cause },
    );
  } finally {
    raw.destroy();
  }
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError('a file gives bytes');
}

/** The same bytes, cut only where a line ends. A last line without an end is given as it is. */
export async function* wholeLines(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      rest.push(Buffer.from(chunk));
      restBytes += chunk.byteLength;
    } else {
      const head = chunk.subarray(0, end);
      yield restBytes === 0 ? head : Buffer.concat([...rest, head]);
      const tail = Buffer.from(chunk.subarray(end));
      rest = tail.byteLength === 0 ? [] : [tail];
      restBytes = tail.byteLength;
    }
    if (restBytes > LINE_BYTES_MAX) {
      throw new ExportRefusal(`${name} holds a line of over 64 MB: it is no export of Tuppence.`);
    }
  }
  if (restBytes > 0) yield Buffer.concat(rest);
}
