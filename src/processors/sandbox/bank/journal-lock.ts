/**
 * Lets only one bank at a time write a journal. Two would each remember what the other does not, and charge twice.
 *
 * The lock is a local socket named after the file: whoever listens on it holds the journal. The operating system takes
 * it back when a process dies in whatever way, so a killed bank leaves nothing behind that a person has to remove (a
 * file with a process number would, and numbers come again). A socket file that nobody answers on is left over: removed.
 */
import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

export class JournalInUse extends Error {
  constructor() {
    super('another bank is using this journal');
    this.name = 'JournalInUse';
  }
}

export interface JournalLock {
  release(): Promise<void>;
}

/** Takes the lock of a journal whose folder exists. Rejects with {@link JournalInUse} while another bank holds it. */
export async function lockJournal(file: string): Promise<JournalLock> {
  const address = socketOf(join(await realpath(dirname(file)), basename(file)));
  const server = await listen(address).catch(async (error: unknown) => {
    if (!hasCode(error, 'EADDRINUSE')) throw error;
    if (await isAnswered(address)) throw new JournalInUse();
    await rm(address, { force: true });
    return listen(address).catch(() => {
      throw new JournalInUse();
    });
  });
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function socketOf(path: string): string {
  const name = `sandbox-bank-${createHash('sha256').update(path).digest('hex').slice(0, 24)}`;
  // A name of its own kind on Windows; elsewhere a short path, because sockets take about a hundred bytes.
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

function listen(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(address, () => resolve(server));
  });
}

function isAnswered(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
