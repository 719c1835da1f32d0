/**
 * The PostgreSQL server that tests share. `npm test` starts one and hands its address to every test process; a single
 * `node --test FILE` starts (or finds) the same one by itself, and the last process to end stops it.
 *
 * It does not wait for the disk, which makes a fresh database per test cheap. What tests of durability need, they start
 * themselves.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
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
export function startTestServer(): Promise<EmbeddedPostgres> {
  return startOrRemake(testServerDirectory());
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

function testServerDirectory(): string {
  const own = join(PROJECT, '.tuppence');
  try {
    accessSync(existsSync(own) ? own : PROJECT, constants.W_OK);
    return join(own, 'test-postgres');
  } catch {
    return join(tmpdir(), `tuppence-test-postgres-${userInfo().uid}`);
  }
}
