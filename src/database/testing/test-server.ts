/**
 * The PostgreSQL server that tests share. `npm test` starts one and hands its address to every test process; a single
 * `node --test FILE` starts (or finds) the same one by itself, and the last process to end stops it.
 *
 * It does not wait for the disk, which makes a fresh database per test cheap. What tests of durability need, they start
 * themselves.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Random } from '../../calendar/index.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/index.ts';

/** Set by the test runner; the role in it may create databases. */
export const TEST_DATABASE_URL = 'TUPPENCE_TEST_DATABASE_URL';

const PROJECT = join(import.meta.dirname, '..', '..', '..');

export const realRandom: Random = {
  bytes: (length) => randomBytes(length),
  uuid: () => randomUUID(),
};

/** Not for servers that hold anything: a power cut destroys the data. */
export const FAST_AND_LOSSY: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '300',
};

let shared: Promise<string> | undefined;

/**
 * Address of the shared server: the runner's if there is one, else one that this process starts or joins. It is not
 * stopped here: when this process ends, its guardian does that, unless another test still uses the server.
 */
export function testServerUrl(): Promise<string> {
  const given = process.env[TEST_DATABASE_URL];
  if (given !== undefined && given !== '') return Promise.resolve(given);
  shared ??= startTestServer().then((server) => server.url);
  return shared;
}

/** Starts the shared server, or joins the one that runs. */
export async function startTestServer(): Promise<EmbeddedPostgres> {
  const directories = testServerDirectories();
  for (const directory of directories.slice(0, -1)) {
    const server = await startOrRemake(directory).catch(() => undefined);
    if (server !== undefined) return server;
  }
  return startOrRemake(directories.at(-1) ?? '');
}

/** Stops the shared server and takes its files away, unless another program uses it. */
export async function removeTestServer(server: EmbeddedPostgres): Promise<void> {
  const directory = dirname(server.dataDirectory);
  if (await server.stop()) await rm(directory, { recursive: true, force: true });
}

/** A lossy server can be damaged by a power cut; it holds nothing, so it is made again. */
async function startOrRemake(directory: string): Promise<EmbeddedPostgres> {
  const options = { directory, random: realRandom, settings: FAST_AND_LOSSY };
  try {
    return await startEmbeddedPostgres(options);
  } catch {
    await rm(directory, { recursive: true, force: true });
    return startEmbeddedPostgres(options);
  }
}

const ROOM_BYTES = 2 * 1024 ** 3;

/**
 * Where the server may lie, best first. In memory where there is room: creating the 400 files of a database after
 * deleting as many costs ext4 300 ms, and memory 20. Then in the project, or for a project that may not be written in
 * the system's temporary folder.
 */
function testServerDirectories(): readonly string[] {
  const { uid } = userInfo();
  const name = createHash('sha256').update(PROJECT).digest('hex').slice(0, 12);
  const own = join(PROJECT, '.tuppence');
  const onDisk = isWritable(existsSync(own) ? own : PROJECT)
    ? join(own, 'test-postgres')
    : join(tmpdir(), `tuppence-test-${uid}-${name}`);
  const inMemory = join(MEMORY, `tuppence-test-${uid}-${name}`);
  return isOursOrFree(inMemory, uid) && fastestFolder() === MEMORY ? [inMemory, onDisk] : [onDisk];
}

const MEMORY = '/dev/shm';

/** The folder for short-lived files that is quickest: memory where there is room for a few databases. */
export function fastestFolder(): string {
  return hasRoom(MEMORY) ? MEMORY : tmpdir();
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return isWritable(folder) && bavail * bsize >= ROOM_BYTES;
  } catch {
    return false;
  }
}

/** Everybody may write there, so somebody else may have taken the name. */
function isOursOrFree(path: string, uid: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || found.uid === uid;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
