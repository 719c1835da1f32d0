/**
 * Starts the guardian (`guardian.sh`), a small shell at the end of a pipe that outlives us, and keeps one alive as long
 * as we live. Windows has none: there a server left behind is adopted by the next start.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SERVER_ENVIRONMENT } from './run-as.ts';

const SCRIPT = join(import.meta.dirname, 'guardian.sh');

export class Guardian {
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #dismissed = false;

  constructor(options: { dataDirectory: string; ownersDirectory: string; ownFile: string }) {
    this.#args = [SCRIPT, options.dataDirectory, options.ownersDirectory, options.ownFile];
    if (process.platform !== 'win32') this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  #start(): void {
    const child = spawn('sh', [...this.#args], {
      // Its own process group, so that Ctrl-C reaches only the program.
      detached: true,
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // Neither the guardian nor its pipe may keep our event loop alive.
    child.unref();
    child.stdin.on('error', () => {});
    if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
    child.on('error', () => {});
    child.on('exit', () => {
      if (!this.#dismissed) void this.#replace();
    });
    this.#child = child;
  }

  /** Somebody killed the guardian: set a new one, not faster than twice a second. */
  async #replace(): Promise<void> {
    await sleep(500, undefined, { ref: false });
    if (!this.#dismissed) this.#start();
  }

  /** Tells the guardian that there is nothing left to guard, and waits (a second at most) until it is gone. */
  async dismiss(): Promise<void> {
    this.#dismissed = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.stdin?.end('done\n');
    await Promise.race([gone, sleep(1_000, undefined, { ref: false })]);
  }
}
