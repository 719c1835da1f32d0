/**
 * Takes one file out of an npm archive (a gzipped tar). Not every system has a `tar` program, and one file is all we
 * want out of hundreds.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

const BLOCK = 512;

/** Writes the entry `name` of `archive` to `target`, executable. Throws if it is not there or cut short. */
export async function unpackOne(archive, name, target) {
  const blocks = new Blocks(createReadStream(archive).pipe(createGunzip()));
  for (;;) {
    const header = await blocks.take(BLOCK);
    if (header === undefined || header.every((byte) => byte === 0)) break;
    const entry = readHeader(header);
    const padded = Math.ceil(entry.size / BLOCK) * BLOCK;
    if (entry.name !== name) {
      await blocks.skip(padded);
      continue;
    }
    await write(blocks, entry.size, target);
    return;
  }
  throw new Error(`the archive holds no ${name}`);
}

function readHeader(header) {
  const text = (from, length) => {
    const field = header.subarray(from, from + length);
    const end = field.indexOf(0);
    return field.subarray(0, end === -1 ? length : end).toString('utf8');
  };
  const prefix = text(345, 155);
  const size = Number.parseInt(text(124, 12).trim(), 8);
  if (!Number.isSafeInteger(size)) throw new Error('the archive is damaged');
  return { name: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`, size };
}

async function write(blocks, size, target) {
  const file = await open(target, 'wx', 0o755);
  try {
    for (let left = size; left > 0; ) {
      const piece = await blocks.takeSome(left);
      if (piece === undefined) throw new Error('the archive is cut short');
      await file.write(piece);
      left -= piece.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A stream read in pieces of the wanted length. */
class Blocks {
  #chunks;
  #rest = Buffer.alloc(0);

  constructor(stream) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async #more() {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    return true;
  }

  /** Exactly `length` bytes, or undefined at the end. */
  async take(length) {
    while (this.#rest.length < length) if (!(await this.#more())) return undefined;
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  /** Between 1 and `most` bytes, or undefined at the end. */
  async takeSome(most) {
    if (this.#rest.length === 0 && !(await this.#more())) return undefined;
    return this.take(Math.min(most, this.#rest.length));
  }

  async skip(length) {
    for (let left = length; left > 0; ) {
      const piece = await this.takeSome(left);
      if (piece === undefined) throw new Error('the archive is cut short');
      left -= piece.length;
    }
  }
}
