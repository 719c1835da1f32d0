/**
 * Starts and kills the program in `app.ts`, and looks at the processes it leaves.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { fastestFolder } from '../../testing/test-server.ts';
import { isAlive, orphanedBackends } from '../processes.ts';

const APP = join(import.meta.dirname, 'app.ts');

const startedSchema = z.object({
  url: z.string(),
  port: z.number(),
  version: z.string(),
  dataDirectory: z.string(),
  adopted: z.boolean(),
  created: z.boolean(),
  serverPid: z.number(),
  guardianPid: z.number(),
});
export type Started = z.infer<typeof startedSchema>;

export interface AppOptions {
  readonly directory: string;
  readonly sharedDirectory?: string;
  readonly bundledPackage?: string | null;
  readonly systemDirectories?: readonly string[];
  readonly withoutNamespaces?: boolean;
}

export interface AppUser {
  readonly uid: number;
  readonly gid: number;
}

const lineSchema = z.record(z.string(), z.unknown());

export class App {
  readonly child: ChildProcess;
  readonly #lines: Record<string, unknown>[] = [];
  #arrived: () => void = () => {};
  #ended = false;
  /** What it printed outside the protocol, for the message of a failed test. */
  errors = '';

  constructor(options: AppOptions, user?: AppUser) {
    this.child = spawn(process.execPath, [APP, JSON.stringify(options)], {
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
      cwd: '/',
      env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    createInterface({ input: stdout }).on('line', (line) => {
      this.#lines.push(lineSchema.parse(JSON.parse(line)));
      this.#arrived();
    });
    stderr.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString('utf8');
    });
    this.child.on('close', () => {
      this.#ended = true;
      this.#arrived();
    });
  }

  /** The next line that has `key`. Fails when the program ends without. */
  async #next(key: string): Promise<unknown> {
    for (;;) {
      const at = this.#lines.findIndex((line) => key in line || 'error' in line);
      const line = this.#lines[at];
      if (line !== undefined) {
        this.#lines.splice(at, 1);
        if (key in line) return key === 'url' ? line : line[key];
        throw new Error(String(line.error));
      }
      if (this.#ended) throw new Error(`the program ended: ${this.errors}`);
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  async started(): Promise<Started> {
    return startedSchema.parse(await this.#next('url'));
  }

  /** The sentence with which it gave up. */
  async gaveUp(): Promise<string> {
    return String(await this.#next('error'));
  }

  report(): Promise<unknown> {
    return this.#next('report');
  }

  ask(): Promise<unknown> {
    this.child.stdin?.write('ask\n');
    return this.#next('answer');
  }

  /** Lets go in order; resolves to whether the server stopped. */
  stop(): Promise<unknown> {
    this.child.stdin?.write('stop\n');
    return this.#next('stopped');
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('close', resolve));
    this.child.kill(signal);
    await gone;
  }
}

/** An empty folder of this test, and a promise that nothing of it runs on. */
export async function testFolder(
  place = fastestFolder(),
): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(place, 'tuppence-embedded-'));
  return {
    path,
    async remove() {
      for (const pid of await orphanedBackends(join(path, 'postgres', 'data'))) {
        process.kill(pid, 'SIGKILL');
      }
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Waits until `condition` holds; fails after `timeoutMs`. */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  timeoutMs = 10_000,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += 10) {
    if (await condition()) return;
    await sleep(10);
  }
  throw new Error(`not within ${timeoutMs} ms: ${what}`);
}

export const gone = async (pid: number): Promise<boolean> => !(await isAlive(pid));

/** Numeric id of the user a process runs as, seen from outside its namespace. */
export async function userOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
}
