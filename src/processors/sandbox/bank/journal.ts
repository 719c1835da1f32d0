/**
 * The bank's only storage: a file of JSON lines that grows at its end.
 *
 * `append` is synchronous and cheap, so a decision and its facts can never be separated by another decision; `durable`
 * resolves when everything appended so far has been written **and** fsynced. Whoever answers anybody waits for it first,
 * also when only reading: an answer may never show a fact that a crash can still take back. All facts that wait are
 * written together, so many callers share one fsync. If the disk refuses, the journal refuses for good: every later
 * `durable` rejects, and the bank stops answering rather than answer what it may forget.
 *
 * Replay drops a last line that a crash cut off (nobody was ever told of it) and truncates the file there. A line that
 * cannot be read anywhere else is damage, and the bank does not start over it.
 */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type JournalEntry, readEntry, writeEntry } from './facts.ts';
import { type JournalLock, lockJournal } from './journal-lock.ts';

export class DamagedJournal extends Error {
  readonly line: number;

  constructor(line: number) {
    super(`the bank's journal cannot be read at line ${line}`);
    this.name = 'DamagedJournal';
    this.line = line;
  }
}

export interface Journal {
  append(entry: JournalEntry): void;
  /** Resolves once everything appended before the call would survive a crash. */
  durable(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens (or makes) the journal and hands every kept entry to `replay`, oldest first.
 * Rejects with {@link DamagedJournal} when a line other than the last cannot be read, and with `JournalInUse` while
 * another bank has it open.
 */
export async function openJournal(options: {
  readonly file: string;
  readonly replay: (entry: JournalEntry) => void;
}): Promise<Journal> {
  await mkdir(dirname(options.file), { recursive: true });
  const lock = await lockJournal(options.file);
  const handle = await open(options.file, 'a+', 0o600).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  try {
    const keptBytes = replayAll(await handle.readFile(), options.replay);
    await handle.truncate(keptBytes);
    await handle.sync();
    await syncFolder(dirname(options.file));
  } catch (error) {
    await handle.close();
    await lock.release();
    throw error;
  }
  return new FileJournal(handle, lock);
}

const LINE_END = 0x0a;

/** Returns how many bytes of whole, readable lines the file starts with. */
function replayAll(bytes: Uint8Array, replay: (entry: JournalEntry) => void): number {
  const decoder = new TextDecoder();
  let start = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const end = bytes.indexOf(LINE_END, start);
    if (end === -1) return start;
    const entry = readEntry(decoder.decode(bytes.subarray(start, end)));
    if (entry === undefined) {
      if (end === bytes.length - 1) return start;
      throw new DamagedJournal(line);
    }
    replay(entry);
    start = end + 1;
  }
  return start;
}

/** A new file's name must survive too. Some systems cannot sync a folder; there the file's own sync has to do. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}

class FileJournal implements Journal {
  readonly #handle: FileHandle;
  readonly #lock: JournalLock;
  #waiting: string[] = [];
  #flushing: Promise<void> = Promise.resolve();
  #scheduled = false;

  constructor(handle: FileHandle, lock: JournalLock) {
    this.#handle = handle;
    this.#lock = lock;
  }

  append(entry: JournalEntry): void {
    this.#waiting.push(writeEntry(entry));
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Chained, never parallel. A rejection stays in the chain: after one failed write nothing is durable any more.
    this.#flushing = this.#flushing.then(() => this.#flush());
    this.#flushing.catch(() => undefined);
  }

  async #flush(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#scheduled = false;
    await this.#handle.appendFile(`${lines.join('\n')}\n`);
    await this.#handle.datasync();
  }

  durable(): Promise<void> {
    return this.#flushing;
  }

  async close(): Promise<void> {
    await this.#flushing.catch(() => undefined);
    await this.#handle.close();
    await this.#lock.release();
  }
}
