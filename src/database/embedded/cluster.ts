/**
 * The data directory: where it lies, who owns it, how it is made.
 *
 * A half-made database must never look like one, so it is made under another name beside its place and renamed when it
 * is whole, with the password inside: whoever wins a race of two first starts also sets the password. Sort order depends
 * neither on the libraries of this machine nor on a bundled one, or moving the data would corrupt indexes silently.
 */
import { createHash } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Random } from '../../calendar/index.ts';
import { type Binaries, type FindBinariesOptions, findBinaries } from './binaries.ts';
import { EmbeddedPostgresError, systemCode, unless } from './problem.ts';
import { isAlive } from './processes.ts';
import {
  canEnter,
  IN_NAMESPACE,
  isReadOnlyError,
  isRoot,
  namespacesWork,
  OURSELVES,
  ownerOf,
  postgresUser,
  type RunAs,
  runAs,
} from './run-as.ts';

/** The one role of the built-in server, and its database. */
export const ROLE = 'tuppence';

const PASSWORD_FILE = 'tuppence.password';

export interface Cluster {
  /** Absolute and without links, so that it can be compared with what the server reports. */
  readonly dataDirectory: string;
  readonly who: RunAs;
  readonly binaries: Binaries;
  readonly password: string;
  /** True if this call made it. */
  readonly created: boolean;
}

export interface PrepareOptions {
  readonly directory: string;
  readonly random: Random;
  readonly report: (line: string) => void;
  /** Where a cluster goes that root's server could not reach below `directory`. */
  readonly sharedDirectory: string;
  readonly find: Pick<FindBinariesOptions, 'bundledPackage' | 'systemDirectories'>;
  /** For tests: do not try a user namespace. */
  readonly withoutNamespaces: boolean;
}

/** Finds the cluster of `directory` or makes it. Throws {@link EmbeddedPostgresError}. */
export async function prepareCluster(options: PrepareOptions): Promise<Cluster> {
  await makeHome(options.directory);
  const existing = await findCluster(options);
  if (existing !== undefined) return existing;
  const placed = await choosePlace(options);
  await sweepLeftovers(placed.parent);
  options.report('Making the database (once) …');
  await createCluster(options, placed);
  const made = await findCluster(options);
  if (made === undefined) {
    throw new EmbeddedPostgresError(
      `${join(placed.parent, 'data')} is in the way: it is not a PostgreSQL database. Move it elsewhere and start again.`,
    );
  }
  return { ...made, created: true };
}

/** The folder that holds everything of ours; root's must be open for entering, because the server is another user. */
async function makeHome(directory: string): Promise<void> {
  try {
    const mode = isRoot() ? 0o711 : 0o700;
    const first = await mkdir(directory, { recursive: true, mode });
    if (first === undefined) return;
    // The umask may have taken bits away; what we made ourselves, from the top down to `directory`, we may correct.
    for (let made = directory; ; made = dirname(made)) {
      await chmod(made, mode);
      if (made === first || made === dirname(made)) return;
    }
  } catch (error) {
    if (systemCode(error) === 'ENOSPC') throw diskFull(directory);
    if (!isReadOnlyError(error)) throw error;
    throw new EmbeddedPostgresError(
      `The folder ${directory} for the database cannot be made: you may not write there. Start from a folder of your own, or set DATABASE_URL to a server you have.`,
      { cause: error },
    );
  }
}

function diskFull(directory: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `There is no space left on the disk for the database in ${directory} (about 40 MB to begin with). Free some and start again; nothing was lost.`,
  );
}

const elsewhereFile = (directory: string): string => join(directory, 'elsewhere');

/** Folder that holds `data`: `directory`, or the one noted there at the first start. */
async function parentOf(directory: string): Promise<string> {
  const noted = await unless(['ENOENT'], undefined, () =>
    readFile(elsewhereFile(directory), 'utf8'),
  );
  return noted?.trim() ?? directory;
}

async function findCluster(options: PrepareOptions): Promise<Cluster | undefined> {
  const parent = await parentOf(options.directory);
  const path = join(parent, 'data');
  const version = await readCluster(path, 'PG_VERSION');
  if (version === undefined) return undefined;
  const dataDirectory = await realpath(path);
  const owner = await stat(dataDirectory);
  if (!isRoot() && process.getuid !== undefined && owner.uid !== process.getuid()) {
    throw foreignCluster(path);
  }
  const password = await readCluster(path, PASSWORD_FILE);
  if (password === undefined) {
    throw new EmbeddedPostgresError(
      `${path} was not made by Tuppence. Set DATABASE_URL to the server it belongs to, or move it elsewhere.`,
    );
  }
  const who = await ownerOf(dataDirectory);
  const binaries = await findBinaries({
    ...options.find,
    who,
    copiesDirectory: join(parent, 'programs'),
    major: Number.parseInt(version, 10),
  });
  return { dataDirectory, who, binaries, password: password.trim(), created: false };
}

async function readCluster(path: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(join(path, file), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (isReadOnlyError(error)) throw foreignCluster(path);
    throw error;
  }
}

function foreignCluster(path: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The database in ${path} belongs to another user of this machine; perhaps Tuppence was first started as root. Start it as that user again, or in a folder of your own.`,
  );
}

interface Place {
  readonly parent: string;
  readonly who: RunAs;
  readonly binaries: Binaries;
}

/** Decides where a new cluster goes and who runs it (see `run-as.ts`). */
async function choosePlace(options: PrepareOptions): Promise<Place> {
  if (!isRoot()) return place(options, options.directory, OURSELVES);
  const user = await postgresUser();
  if (user !== undefined && (await canEnter(user, options.directory))) {
    return place(options, options.directory, user);
  }
  if (!options.withoutNamespaces && (await namespacesWork())) {
    return place(options, options.directory, IN_NAMESPACE);
  }
  const parent = await makeSharedPlace(options);
  if (user !== undefined && (await canEnter(user, parent))) {
    await writeFile(elsewhereFile(options.directory), `${parent}\n`);
    return place(options, parent, user);
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL refuses to run as root, and no other user could be used for it here. Start Tuppence as an ordinary user, or set DATABASE_URL to a server you have.',
  );
}

async function place(options: PrepareOptions, parent: string, who: RunAs): Promise<Place> {
  const copiesDirectory = join(parent, 'programs');
  return { parent, who, binaries: await findBinaries({ ...options.find, who, copiesDirectory }) };
}

/** One folder per place the data would have been, so that two checkouts never share a database. */
async function makeSharedPlace(options: PrepareOptions): Promise<string> {
  const name = createHash('sha256').update(options.directory).digest('hex').slice(0, 16);
  const parent = join(options.sharedDirectory, name);
  await mkdir(parent, { recursive: true });
  for (const path of [options.sharedDirectory, parent]) await chmod(path, 0o711);
  return parent;
}

const UNFINISHED = /^\.(?:data|password)-(\d+)$/;

/** What interrupted first starts left behind. */
async function sweepLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = UNFINISHED.exec(name)?.[1];
    if (pid === undefined || (await isAlive(Number(pid)))) continue;
    // The initdb of a killed start may still be writing; what it leaves is swept next time.
    await unless(['ENOTEMPTY'], undefined, () => remove(join(parent, name)));
  }
}

const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });

async function createCluster(options: PrepareOptions, placed: Place): Promise<void> {
  const unfinished = join(placed.parent, `.data-${process.pid}`);
  const passwordFile = join(placed.parent, `.password-${process.pid}`);
  const password = Buffer.from(options.random.bytes(24)).toString('base64url');
  try {
    await remove(unfinished);
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await giveTo(placed.who, unfinished, passwordFile);
    await initialise(placed, unfinished, passwordFile);
    const inside = join(unfinished, PASSWORD_FILE);
    await rename(passwordFile, inside);
    // Another first start may have been faster; then its database counts and ours is thrown away.
    await unless(['ENOTEMPTY', 'EEXIST', 'EPERM'], undefined, () =>
      rename(unfinished, join(placed.parent, 'data')),
    );
  } catch (error) {
    if (systemCode(error) === 'ENOSPC') throw diskFull(placed.parent);
    throw error;
  } finally {
    await remove(unfinished);
    await rm(passwordFile, { force: true });
  }
}

async function giveTo(who: RunAs, ...paths: readonly string[]): Promise<void> {
  if (who.uid === undefined || who.gid === undefined) return;
  for (const path of paths) await chown(path, who.uid, who.gid);
}

async function initialise(placed: Place, directory: string, passwordFile: string): Promise<void> {
  const common = [
    `--pgdata=${directory}`,
    `--username=${ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--data-checksums',
  ];
  let output = '';
  for (const locale of localeChoices(placed.binaries.major)) {
    const ran = await runAs(placed.who, placed.binaries.initdb, [...common, ...locale]);
    if (ran.code === 0) return;
    output = ran.output;
  }
  if (output.includes('No space left on device')) throw diskFull(placed.parent);
  throw new EmbeddedPostgresError(
    `The database could not be made in ${placed.parent}. PostgreSQL said:\n${output.trim()}`,
  );
}

/** Before 17 there is no built-in locale; `C.UTF-8` of the system is next best, `C` is everywhere. */
function localeChoices(major: number): readonly (readonly string[])[] {
  if (major >= 17) {
    return [['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']];
  }
  return [['--locale=C.UTF-8'], ['--locale=C']];
}
