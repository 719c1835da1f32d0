/**
 * The country data of a running newsroom: the files in one folder, read into memory, looked at again every minute, so that
 * `tuppence geo update` is in force in every process without a restart.
 *
 * It asks nobody when in doubt: with fewer than two sources, one that is too old or says that it was made tomorrow, a file that
 * cannot be read, or no list of Tor's exits that is fresh, no place is known to be safe.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Instant } from '../../calendar/index.ts';
import { canonicalAddress } from '../address.ts';
import { COUNTRY_DATA_MAX_AGE_DAYS, type CountrySource, isFreshData } from '../country-source.ts';
import { type MmdbSource, readMmdb } from './mmdb-source.ts';
import { readTorExits } from './tor-exits.ts';

export const TOR_EXITS_FILE = 'tor-exits.txt';
const LOOK_AGAIN_MS = 60_000;
const DAY_MS = 86_400_000;
/** From this age on the desk says that new data is needed. */
export const COUNTRY_DATA_WARN_DAYS = 38;

export interface LoadedData {
  /** One for each maker: its newest. */
  readonly sources: readonly MmdbSource[];
  readonly tor: { readonly exits: ReadonlySet<string>; readonly dataFrom: Instant } | null;
  /** Files that lie there and cannot be used. One is enough to ask nobody: it was put there to say something. */
  readonly broken: readonly string[];
}

const NOTHING: LoadedData = { sources: [], tor: null, broken: [] };

export class CountryData {
  readonly #folder: string;
  readonly #clock: Clock;
  #loaded: LoadedData = NOTHING;
  #seen = '';
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(options: { readonly folder: string; readonly clock: Clock }) {
    this.#folder = options.folder;
    this.#clock = options.clock;
  }

  /** The data of now. Without a fresh list of Tor's exits nobody's place can be told, so there are no sources either. */
  sources(): readonly CountrySource[] {
    return this.#isFreshTor() && this.#loaded.broken.length === 0 ? this.#loaded.sources : [];
  }

  isTorExit(address: string): boolean {
    return this.#loaded.tor?.exits.has(canonicalAddress(address)) ?? false;
  }

  loaded(): LoadedData {
    return this.#loaded;
  }

  /** Reads the folder if it changed; looks at most once a minute unless told otherwise. Never throws: what cannot be read is not there. */
  async look(options: { readonly now?: boolean } = {}): Promise<void> {
    const nowMs = this.#clock.now().epochMilliseconds;
    if (options.now !== true && nowMs - this.#lookedMs < LOOK_AGAIN_MS) return;
    this.#lookedMs = nowMs;
    const files = await filesIn(this.#folder);
    const seen = JSON.stringify(files);
    if (seen === this.#seen) return;
    this.#loaded = await load(this.#folder, files);
    this.#seen = seen;
  }

  /** Why nobody is asked, in a sentence of ours; `null`: the data is there and fresh. */
  whyNobody(): string | null {
    const { sources, tor, broken } = this.#loaded;
    const mend = 'Run: npm run tuppence -- geo update FILE…';
    if (broken.length > 0) {
      return `"${broken.join('", "')}" in the folder of country data cannot be used. Take it away, or give it again. ${mend}`;
    }
    if (sources.length < 2) {
      return `there are ${sources.length} of the two sources of country data, of different makers, that are needed. ${mend}`;
    }
    const early = sources.find(
      ({ dataFrom }) => this.#ageDays(dataFrom) < 0 && !this.#isFresh(dataFrom),
    );
    if (early !== undefined) {
      return `the country data "${early.name}" says that it was made in the future: it lies, or this machine's clock does.`;
    }
    const old = sources.find(({ dataFrom }) => !this.#isFresh(dataFrom));
    if (old !== undefined) {
      return `the country data "${old.name}" is older than ${COUNTRY_DATA_MAX_AGE_DAYS} days. ${mend}`;
    }
    if (tor === null) return `there is no list of Tor's exits. ${mend}`;
    if (!this.#isFreshTor()) {
      return `the list of Tor's exits is older than ${COUNTRY_DATA_MAX_AGE_DAYS} days, or of tomorrow. ${mend}`;
    }
    return null;
  }

  /** What will be too old soon; `null`: nothing. */
  agesSoon(): string | null {
    const { sources, tor } = this.#loaded;
    const oldest = Math.max(
      ...sources.map(({ dataFrom }) => this.#ageDays(dataFrom)),
      tor === null ? 0 : this.#ageDays(tor.dataFrom),
    );
    if (oldest < COUNTRY_DATA_WARN_DAYS) return null;
    const left = Math.max(0, Math.floor(COUNTRY_DATA_MAX_AGE_DAYS - oldest));
    return `the country data is ${Math.floor(oldest)} days old; in ${left} days nobody is asked any more.`;
  }

  #isFreshTor(): boolean {
    const { tor } = this.#loaded;
    return tor !== null && this.#isFresh(tor.dataFrom);
  }

  #isFresh(dataFrom: Instant): boolean {
    return isFreshData({ dataFrom, now: this.#clock.now() });
  }

  #ageDays(from: Instant): number {
    return (this.#clock.now().epochMilliseconds - from.epochMilliseconds) / DAY_MS;
  }
}

interface SeenFile {
  readonly name: string;
  readonly bytes: number;
  /** Not of its content alone: whoever copies with times kept is noticed too. */
  readonly changedMs: number;
  /** Another file under the same name has another one. */
  readonly inode: number;
}

async function filesIn(folder: string): Promise<readonly SeenFile[]> {
  const names = await readdir(folder).catch(() => []);
  const files: SeenFile[] = [];
  for (const name of names.toSorted()) {
    if (name !== TOR_EXITS_FILE && !name.endsWith('.mmdb')) continue;
    const facts = await stat(join(folder, name)).catch(() => undefined);
    if (facts?.isFile() === true) {
      const { size, ctimeMs, ino } = facts;
      files.push({ name, bytes: size, changedMs: ctimeMs, inode: ino });
    }
  }
  return files;
}

async function load(folder: string, files: readonly SeenFile[]): Promise<LoadedData> {
  const newest = new Map<string, MmdbSource>();
  const broken: string[] = [];
  let tor: LoadedData['tor'] = null;
  for (const { name } of files) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    if (name === TOR_EXITS_FILE) {
      tor = bytes === undefined ? null : torOf(bytes);
      if (tor === null) broken.push(name);
      continue;
    }
    const read = bytes === undefined ? undefined : readMmdb({ name, bytes });
    if (read?.ok !== true) {
      broken.push(name);
      continue;
    }
    const { source } = read;
    const other = newest.get(source.maker.id);
    if (other === undefined || isNewer(source, other)) newest.set(source.maker.id, source);
  }
  return { sources: withoutCopies([...newest.values()]), tor, broken };
}

function isNewer(one: MmdbSource, other: MmdbSource): boolean {
  return one.dataFrom.epochMilliseconds > other.dataFrom.epochMilliseconds;
}

/** The same data under the names of two makers is one source. */
function withoutCopies(sources: readonly MmdbSource[]): readonly MmdbSource[] {
  const seen = new Set<string>();
  return sources.filter(({ sha256 }) => {
    const isNew = !seen.has(sha256);
    seen.add(sha256);
    return isNew;
  });
}

/** A list that does not say how old it is cannot be told from one of last year. */
function torOf(bytes: Buffer): LoadedData['tor'] {
  const read = readTorExits(bytes.toString('utf8'));
  return read.ok && read.dataFrom !== null ? { exits: read.exits, dataFrom: read.dataFrom } : null;
}
