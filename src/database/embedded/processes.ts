/**
 * Questions about processes of this machine: does it live, is it a PostgreSQL server, of which data directory?
 *
 * A process id alone proves nothing, because the system uses it again. On Linux `/proc` tells the rest; elsewhere we ask
 * `ps`, and know less.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { systemCode, unless } from './problem.ts';

const run = promisify(execFile);
const GONE = ['ENOENT', 'ESRCH'];
const HIDDEN = ['EACCES', 'EPERM', ...GONE];

/** Does a process with this id live? A zombie (ended, not yet collected by its parent) counts as dead. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  const fields = await statFields(pid);
  return fields !== undefined && fields[0] !== 'Z' && fields[0] !== 'X';
}

/**
 * A word that names this very process and never a later one with the same id: on Linux its start time in clock ticks
 * since boot. Elsewhere `-`, which every process carries.
 */
export async function birthMark(pid: number): Promise<string> {
  if (process.platform !== 'linux') return '-';
  const fields = await statFields(pid);
  return fields?.[19] ?? '-';
}

/** `/proc/PID/stat` from its third field on (state, parent …); the second is a name that may hold spaces and brackets. */
async function statFields(pid: number): Promise<readonly string[] | undefined> {
  const text = await unless(HIDDEN, undefined, () => readFile(`/proc/${pid}/stat`, 'utf8'));
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Ended, but its parent has not collected it: its number is still taken, and PostgreSQL takes it for alive. */
export async function isZombie(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const fields = await statFields(pid);
  return fields !== undefined && fields[0] === 'Z';
}

export type ProcessKind = 'dead' | 'this-server' | 'other-server' | 'something-else';

/**
 * What is the process `pid`, seen from the cluster in `dataDirectory` (an absolute path without links)? A server that
 * hides its working directory from us belongs to another user, so it cannot be ours.
 */
export async function kindOfProcess(pid: number, dataDirectory: string): Promise<ProcessKind> {
  if (!(await isAlive(pid))) return 'dead';
  if (process.platform === 'linux') {
    const name = await unless(HIDDEN, '', () => readFile(`/proc/${pid}/comm`, 'utf8'));
    if (name.trim() !== 'postgres') return 'something-else';
    const directory = await unless(HIDDEN, '', () => readlink(`/proc/${pid}/cwd`));
    return directory === dataDirectory ? 'this-server' : 'other-server';
  }
  if (process.platform === 'win32') {
    const { stdout } = await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
    return stdout.includes('postgres.exe') ? 'this-server' : 'something-else';
  }
  const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  if (!stdout.includes('postgres')) return 'something-else';
  return stdout.includes(dataDirectory) ? 'this-server' : 'other-server';
}

/**
 * Processes that a dead server left behind in its data directory: one backend that was stopped (by a debugger, by a
 * signal) keeps the shared memory, and PostgreSQL rightly refuses to start beside it. Linux only; elsewhere empty.
 */
export async function orphanedBackends(dataDirectory: string): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    if ((await kindOfProcess(pid, dataDirectory)) !== 'this-server') continue;
    // A backend calls itself "postgres: …"; a server that somebody starts at this moment does not, and its own
    // backends have it for a parent.
    const title = await unless(HIDDEN, '', () => readFile(`/proc/${pid}/cmdline`, 'utf8'));
    if (!title.startsWith('postgres: ')) continue;
    const parent = Number((await statFields(pid))?.[1] ?? 0);
    if ((await kindOfProcess(parent, dataDirectory)) !== 'this-server') found.push(pid);
  }
  return found;
}
