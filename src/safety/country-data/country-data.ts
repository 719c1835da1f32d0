/**
 * The country data of a running newsroom: the files in one folder, read into memory, looked at again every minute, so that
 * `tuppence geo update` is in force in every process without a restart.
 *
 * It asks nobody when in doubt: with fewer than two sources, one that is too old, or no list of Tor's exits that is fresh, no
 * place is known to be safe.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, Instant } from '../../calendar/index.ts';
import { COUNTRY_DATA_MAX_AGE_DAYS, type CountrySource } from '../country-source.ts';
import { readMmdb } from './mmdb-source.ts';
import { readTorExits } from './tor-exits.ts';

export const TOR_EXITS_FILE = 'tor-exits.txt';
const LOOK_AGAIN_MS = 60_000;
const DAY_MS = 86_400_000;
/** From this age on the desk says that new data is needed. */
export const COUNTRY_DATA_WARN_DAYS = 38;

export interface LoadedData {
  readonly sources: readonly CountrySource[];
  readonly tor: { readonly exits: ReadonlySet<string>; readonly dataFrom: Instant } | null;
}

const NOTHING: LoadedData = { sources: [], tor: null };

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
    return this.#isFreshTor() ? this.#loaded.sources : [];
  }

  isTorExit(address: string): boolean {
    return this.#loaded.tor?.exits.has(address) ?? false;
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
    const { sources, tor } = this.#loaded;
    const mend = 'Run: npm run tuppence -- geo update FILE…';
    if (sources.length < 2) {
      return `there are ${sources.length} of the two sources of country data that are needed. ${mend}`;
    }
    const old = sources.find(({ dataFrom }) => this.#ageDays(dataFrom) > COUNTRY_DATA_MAX_AGE_DAYS);
    if (old !== undefined) {
      return `the country data "${old.name}" is older than ${COUNTRY_DATA_MAX_AGE_DAYS} days. ${mend}`;
    }
    if (tor === null) return `there is no list of Tor's exits. ${mend}`;
    if (!this.#isFreshTor()) {
      return `the list of Tor's exits is older than ${COUNTRY_DATA_MAX_AGE_DAYS} days. ${mend}`;
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
    return tor !== null && this.#ageDays(tor.dataFrom) <= COUNTRY_DATA_MAX_AGE_DAYS;
  }

  #ageDays(from: Instant): number {
    return (this.#clock.now().epochMilliseconds - from.epochMilliseconds) / DAY_MS;
  }
}

interface SeenFile {
  readonly name: string;
  readonly bytes: number;
  readonly changedMs: number;
}

async function filesIn(folder: string): Promise<readonly SeenFile[]> {
  const names = await readdir(folder).catch(() => []);
  const files: SeenFile[] = [];
  for (const name of names.toSorted()) {
    if (name !== TOR_EXITS_FILE && !name.endsWith('.mmdb')) continue;
    const facts = await stat(join(folder, name)).catch(() => undefined);
    if (facts?.isFile() === true) {
      files.push({ name, bytes: facts.size, changedMs: Math.floor(facts.mtimeMs) });
    }
  }
  return files;
}

async function load(folder: string, files: readonly SeenFile[]): Promise<LoadedData> {
  const sources: CountrySource[] = [];
  const hashes = new Set<string>();
  let tor: LoadedData['tor'] = null;
  for (const { name, changedMs } of files) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    if (bytes === undefined) continue;
    if (name === TOR_EXITS_FILE) {
      const read = readTorExits(bytes.toString('utf8'));
      // It says no date of its own; it was put there when it was fetched.
      if (read.ok) tor = { exits: read.exits, dataFrom: Instant.fromEpochMilliseconds(changedMs) };
      continue;
    }
    // The same data under two names is one source.
    const hash = createHash('sha256').update(bytes).digest('hex');
    const read = readMmdb({ name, bytes });
    if (!read.ok || hashes.has(hash)) continue;
    hashes.add(hash);
    sources.push(read.source);
  }
  return { sources, tor };
}
