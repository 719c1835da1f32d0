/**
 * One look at the server of a data directory: is it running, is it ours, where does it listen?
 *
 * PostgreSQL notes this in `postmaster.pid`, but the note outlives a crash, and the process id in it may by now be
 * anybody's. PostgreSQL itself then refuses to start; so what cannot be true is taken away here, and nothing else is.
 */
import { readFile, realpath, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ROLE } from './cluster.ts';
import { unless } from './problem.ts';
import { isAlive, isZombie, kindOfProcess } from './processes.ts';

export type ServerState =
  | { readonly kind: 'none' }
  /** It lives, but is not (or no longer) ready for us. */
  | { readonly kind: 'busy'; readonly pid: number; readonly status: string }
  | { readonly kind: 'listening'; readonly pid: number; readonly port: number };

export interface PidFile {
  readonly pid: number;
  readonly port: number | undefined;
  /** `starting`, `ready`, `stopping`, `standby`, or empty while it is still being written. */
  readonly status: string;
}

const pidPath = (dataDirectory: string): string => join(dataDirectory, 'postmaster.pid');

/** The note as it stands; `unreadable` when it holds no process id, undefined when there is none. */
export async function readPidFile(
  dataDirectory: string,
): Promise<PidFile | 'unreadable' | undefined> {
  const text = await unless(['ENOENT'], undefined, () => readFile(pidPath(dataDirectory), 'utf8'));
  if (text === undefined) return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return 'unreadable';
  const port = Number(lines[3]);
  return {
    pid,
    port: Number.isInteger(port) && port > 0 ? port : undefined,
    status: lines[7] ?? '',
  };
}

/** Looks, and takes away a note that cannot be true. */
export async function examineServer(dataDirectory: string): Promise<ServerState> {
  let file = await readPidFile(dataDirectory);
  if (file === 'unreadable') {
    // Either a crash left it empty, or a server writes it at this moment.
    await sleep(200);
    file = await readPidFile(dataDirectory);
  }
  if (file === undefined) return { kind: 'none' };
  if (file === 'unreadable') {
    await takeAway(dataDirectory);
    return { kind: 'none' };
  }
  switch (await kindOfProcess(file.pid, dataDirectory)) {
    case 'dead':
      // PostgreSQL sees by itself that the process is gone, except for a zombie.
      if (await isZombie(file.pid)) await takeAway(dataDirectory, file.pid);
      return { kind: 'none' };
    case 'something-else':
    case 'other-server':
      // The moment between `fork` and `chdir` of a server that just starts looks like this too: look twice.
      await sleep(50);
      if ((await kindOfProcess(file.pid, dataDirectory)) !== 'this-server') {
        await takeAway(dataDirectory, file.pid);
        return { kind: 'none' };
      }
      break;
    case 'this-server':
      break;
  }
  if (file.status !== 'ready' || file.port === undefined) {
    return { kind: 'busy', pid: file.pid, status: file.status };
  }
  return { kind: 'listening', pid: file.pid, port: file.port };
}

async function takeAway(dataDirectory: string, expectedPid?: number): Promise<void> {
  const now = await readPidFile(dataDirectory);
  const same = now === 'unreadable' ? expectedPid === undefined : now?.pid === expectedPid;
  if (same) await unless(['ENOENT'], undefined, () => unlink(pidPath(dataDirectory)));
}

/** Waits until the server of this note is gone: no note, or another one, and no process. False after `timeoutMs`. */
export async function waitUntilGone(
  dataDirectory: string,
  pid: number,
  timeoutMs: number,
): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += 5) {
    const file = await readPidFile(dataDirectory);
    const noted = file !== undefined && file !== 'unreadable' && file.pid === pid;
    if (!noted && !(await isAlive(pid))) return true;
    if (noted && !(await isAlive(pid))) return true;
    await sleep(5);
  }
  return false;
}

export interface Address {
  readonly port: number;
  readonly password: string;
}

export const urlOf = (address: Address, database: string): string =>
  `postgres://${ROLE}:${encodeURIComponent(address.password)}@127.0.0.1:${address.port}/${database}`;

/** The driver has these methods; its type declarations lack them. */
interface Referable {
  ref(): void;
  unref(): void;
}

/** Whether an open session keeps the event loop alive. An idle one must not; one that is being used must. */
export function keepAlive(session: pg.Client, keep: boolean): void {
  const referable = session as unknown as Referable;
  if (keep) referable.ref();
  else referable.unref();
}

/**
 * Opens a session if the server at this address knows our password and serves this very data directory; otherwise
 * undefined.
 */
export async function openSession(
  address: Address,
  dataDirectory: string,
): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    connectionString: urlOf(address, 'postgres'),
    application_name: 'tuppence supervisor',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ directory: string }>(
      "select current_setting('data_directory') as directory",
    );
    const reported = rows[0]?.directory;
    if (reported !== undefined && (await sameDirectory(reported, dataDirectory))) {
      return client;
    }
  } catch {
    // Not listening, not our password, or shutting down: the caller looks again.
  }
  await client.end().catch(() => {});
  return undefined;
}

async function sameDirectory(reported: string, ours: string): Promise<boolean> {
  if (reported === ours) return true;
  const real = await unless(['ENOENT', 'EACCES'], undefined, () => realpath(reported));
  return real === ours;
}
