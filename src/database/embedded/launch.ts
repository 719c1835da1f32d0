/**
 * Starts the server process and waits until it is ready, or says why it is not.
 *
 * Every setting that safety depends on stands on the command line, where no file in the data directory can undo it:
 * loopback only, no socket file, and commits that wait for the disk.
 */
import { spawn } from 'node:child_process';
import { open, readFile, rename, unlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { readPidFile } from './postmaster.ts';
import { EmbeddedPostgresError, unless } from './problem.ts';
import { commandAs, OURSELVES, runAs, SERVER_ENVIRONMENT } from './run-as.ts';

export type LaunchResult =
  | { readonly kind: 'ready'; readonly pid: number }
  /** Another start won: its server can be adopted. */
  | { readonly kind: 'already-running' }
  | { readonly kind: 'port-taken' }
  /** A backend of a dead server is still there (see `orphanedBackends`). */
  | { readonly kind: 'backend-left-over' }
  | { readonly kind: 'failed'; readonly log: string };

export interface LaunchOptions {
  readonly cluster: Cluster;
  readonly port: number;
  readonly logFile: string;
  /** Additional settings; those that safety depends on can be changed only for servers that hold no real gifts. */
  readonly settings: Readonly<Record<string, string>>;
}

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  password_encryption: 'scram-sha-256',
  logging_collector: 'off',
  log_checkpoints: 'off',
  // An error's text can hold what a person typed ("key (…) already exists"); errors reach us through the driver.
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/** Starts one server on `port`. */
export async function launch(options: LaunchOptions): Promise<LaunchResult> {
  // Two starts at once must not write into each other's log: it becomes `server.log` when its server is ready.
  const ownLog = `${options.logFile}.${process.pid}`;
  // Opened by us and for us alone (0600): the server only inherits it. New at each start, so it cannot grow for ever.
  const log = await open(ownLog, 'w', 0o600);
  try {
    const result =
      process.platform === 'win32'
        ? await launchOnWindows(options, ownLog)
        : await launchProcess(options, log.fd);
    if (result.kind === 'ready') await rename(ownLog, options.logFile);
    return result.kind === 'ended' ? whyItEnded(await logTail(ownLog)) : result;
  } finally {
    await log.close();
    await unless(['ENOENT', 'EBUSY'], undefined, () => unlink(ownLog));
  }
}

type Outcome = { readonly kind: 'ready'; readonly pid: number } | { readonly kind: 'ended' };

async function launchProcess(options: LaunchOptions, log: number): Promise<Outcome> {
  const { cluster } = options;
  const command = commandAs(cluster.who, cluster.binaries.postgres, serverArguments(options));
  const child = spawn(command.file, command.args, {
    ...command.options,
    // Its own process group, so that Ctrl-C reaches only the program, which then stops the server in order.
    detached: true,
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    stdio: ['ignore', log, log],
  });
  child.unref();
  let ended = child.pid === undefined;
  child.on('error', () => {
    ended = true;
  });
  child.on('exit', () => {
    ended = true;
  });
  return waitUntilReady(options, child.pid, () => ended);
}

function serverArguments(options: LaunchOptions): readonly string[] {
  const settings = { ...SETTINGS, ...options.settings, port: String(options.port) };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', options.cluster.dataDirectory, ...flags];
}

/** PostgreSQL refuses an elevated shell; its own `pg_ctl` drops those rights. Not yet run on Windows. */
async function launchOnWindows(options: LaunchOptions, logFile: string): Promise<Outcome> {
  const { cluster } = options;
  const quoted = serverArguments(options)
    .slice(2)
    .map((word) => `"${word}"`)
    .join(' ');
  const args = ['start', '-W', '-D', cluster.dataDirectory, '-l', logFile, '-o', quoted];
  const ran = await runAs(OURSELVES, cluster.binaries.pgCtl, args);
  return waitUntilReady(options, undefined, () => ran.code !== 0);
}

/** Recovery after a crash can take minutes on a large database; the server says when it is through. */
const READY_TIMEOUT_MS = 600_000;

async function waitUntilReady(
  options: LaunchOptions,
  pid: number | undefined,
  hasEnded: () => boolean,
): Promise<Outcome> {
  const { dataDirectory } = options.cluster;
  for (let waitedMs = 0; waitedMs < READY_TIMEOUT_MS; waitedMs += 5) {
    if (hasEnded()) return { kind: 'ended' };
    const file = await readPidFile(dataDirectory);
    const started = file !== undefined && file !== 'unreadable' && file.status === 'ready';
    if (started && (pid === undefined || file.pid === pid)) return { kind: 'ready', pid: file.pid };
    await sleep(5);
  }
  return { kind: 'ended' };
}

/** The last 4 kB of the server's own words. */
async function logTail(logFile: string): Promise<string> {
  const text = await unless(['ENOENT'], '', () => readFile(logFile, 'utf8'));
  return text.slice(-4_096).trim();
}

function whyItEnded(log: string): LaunchResult {
  // "… already exists", and "… is empty" in the moment before the other one writes into it.
  if (log.includes('lock file "postmaster.pid"')) return { kind: 'already-running' };
  if (log.includes('could not create any TCP/IP sockets')) return { kind: 'port-taken' };
  if (log.includes('pre-existing shared memory block')) return { kind: 'backend-left-over' };
  if (log.includes('No space left on device')) {
    throw new EmbeddedPostgresError(
      'There is no space left on the disk, so the database cannot start. Free some and start again; confirmed gifts are safe.',
    );
  }
  return { kind: 'failed', log };
}

/** A port that is free at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.unref();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no free port'));
        else resolve(address.port);
      });
    });
  });
}
