/**
 * As whom the server runs. PostgreSQL refuses to run as root, and rightly: so when we are root it runs as the user
 * `postgres`, or, where that user cannot reach the files (below root's own 0700 home), as root without root's powers
 * in a user namespace of its own.
 */
import { type SpawnOptions, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { systemCode } from './problem.ts';

export interface RunAs {
  /** For messages and tests. */
  readonly how: 'ourselves' | 'user' | 'namespace';
  readonly uid?: number;
  readonly gid?: number;
}

export const OURSELVES: RunAs = { how: 'ourselves' };
export const IN_NAMESPACE: RunAs = { how: 'namespace' };

export const isRoot = (): boolean => process.getuid?.() === 0;

/** The program, arguments and options that start `file` as `who`. */
export function commandAs(
  who: RunAs,
  file: string,
  args: readonly string[],
): { file: string; args: string[]; options: Pick<SpawnOptions, 'uid' | 'gid'> } {
  switch (who.how) {
    case 'ourselves':
      return { file, args: [...args], options: {} };
    case 'user':
      return {
        file,
        args: [...args],
        options: {
          ...(who.uid === undefined ? {} : { uid: who.uid }),
          ...(who.gid === undefined ? {} : { gid: who.gid }),
        },
      };
    case 'namespace':
      return { file: 'unshare', args: ['--user', '--', file, ...args], options: {} };
  }
}

export interface Finished {
  /** The exit code, or undefined when the program could not be started or was killed. */
  readonly code: number | undefined;
  readonly output: string;
}

/** Runs a short program to its end as `who`, with English messages and a quiet environment. Never throws. */
export function runAs(
  who: RunAs,
  file: string,
  args: readonly string[],
  timeoutMs = 120_000,
): Promise<Finished> {
  const command = commandAs(who, file, args);
  return new Promise((resolve) => {
    const child = spawn(command.file, command.args, {
      ...command.options,
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-4_096);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: undefined, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? undefined, output }));
  });
}

/** What the server inherits from us: nothing but a path and plain English messages (we read its log). */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv =
  process.platform === 'win32'
    ? { ...process.env, LC_MESSAGES: 'C' }
    : {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        LC_ALL: 'C',
        TZ: 'UTC',
      };

/** The owner of an existing cluster keeps it: whoever made it, as whom it was started then is how it is started now. */
export async function ownerOf(dataDirectory: string): Promise<RunAs> {
  if (!isRoot()) return OURSELVES;
  const { uid, gid } = await stat(dataDirectory);
  return uid === 0 ? IN_NAMESPACE : { how: 'user', uid, gid };
}

/** The system's user `postgres`, made if absent. Undefined where that is not possible. Only called as root. */
export async function postgresUser(): Promise<RunAs | undefined> {
  const existing = await lookUpPostgres();
  if (existing !== undefined) return existing;
  const shell = '/usr/sbin/nologin';
  const args = ['--system', '--user-group', '--home-dir', '/var/lib/postgresql', '--shell', shell];
  await runAs(OURSELVES, 'useradd', [...args, 'postgres'], 20_000);
  return lookUpPostgres();
}

async function lookUpPostgres(): Promise<RunAs | undefined> {
  const uid = await runAs(OURSELVES, 'id', ['-u', 'postgres'], 20_000);
  const gid = await runAs(OURSELVES, 'id', ['-g', 'postgres'], 20_000);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { how: 'user', uid: Number(uid.output), gid: Number(gid.output) };
}

/** Can `who` enter this directory? Asked by trying, because access lists and security modules have a say too. */
export async function canEnter(who: RunAs, directory: string): Promise<boolean> {
  const tried = await runAs(who, 'sh', ['-c', 'cd "$1"', 'sh', directory], 20_000);
  return tried.code === 0;
}

/** Does this kernel (and this container) let us make a user namespace? */
export async function namespacesWork(): Promise<boolean> {
  const tried = await runAs(IN_NAMESPACE, 'true', [], 20_000);
  return tried.code === 0;
}

/** A system error that means "you may not write here". */
export function isReadOnlyError(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '');
}
