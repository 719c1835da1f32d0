/**
 * Who has the server in use. Several programs may share one (the server that serves and a command line beside it), and
 * only the last to leave may stop it.
 *
 * Each owner keeps one small file, and each has a guardian that takes it away should the owner die. Nobody holds a lock:
 * who joins writes his file and then looks for somebody stopping the server; who wants to stop it says so in a file and
 * then looks for owners again. One of the two always sees the other, and then the one who wanted to stop gives way.
 */
import { mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unless } from './problem.ts';
import { birthMark, isAlive } from './processes.ts';

let counter = 0;

export class Owners {
  readonly directory: string;
  /** Our own file; the guardian is told its path. */
  readonly ownFile: string;
  readonly #id: string;

  constructor(directory: string) {
    counter += 1;
    this.#id = `${process.pid}.${counter}`;
    this.directory = directory;
    this.ownFile = join(directory, `owner.${this.#id}`);
  }

  /** Declares that we have the server in use. Do this before looking whether it runs. */
  async join(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    await this.#write(this.ownFile);
  }

  /** Waits until nobody is in the middle of stopping the server. */
  async waitForStoppers(): Promise<void> {
    while ((await this.#living('stopping.')).length > 0) await sleep(20);
  }

  /**
   * Takes our file away; if nobody else is left, runs `stopServer`. Returns whether it ran.
   */
  async leave(stopServer: () => Promise<void>): Promise<boolean> {
    await unless(['ENOENT'], undefined, () => unlink(this.ownFile));
    if ((await this.#living('owner.')).length > 0) return false;
    const flag = join(this.directory, `stopping.${this.#id}`);
    await this.#write(flag);
    try {
      if ((await this.#living('owner.')).length > 0) return false;
      await stopServer();
      return true;
    } finally {
      await unless(['ENOENT'], undefined, () => unlink(flag));
    }
  }

  /** Written whole or not at all, so that nobody reads half a file. */
  async #write(path: string): Promise<void> {
    const unfinished = join(this.directory, `.${basename(path)}`);
    await writeFile(unfinished, `${process.pid} ${await birthMark(process.pid)}\n`, {
      mode: 0o600,
    });
    await rename(unfinished, path);
  }

  /** Names of the files with this prefix whose program lives; those of the dead are swept away. */
  async #living(prefix: 'owner.' | 'stopping.'): Promise<readonly string[]> {
    const names = await unless(['ENOENT'], [], () => readdir(this.directory));
    const living: string[] = [];
    for (const name of names) {
      if (!name.startsWith(prefix)) continue;
      const path = join(this.directory, name);
      if (await this.#programLives(path)) living.push(name);
      else await unless(['ENOENT'], undefined, () => unlink(path));
    }
    return living;
  }

  async #programLives(path: string): Promise<boolean> {
    // A file we may not read belongs to another user's program: it counts as living, so that nobody loses a server.
    const text = await unless(['EACCES'], 'unreadable', () =>
      unless(['ENOENT'], undefined, () => readFile(path, 'utf8')),
    );
    if (text === undefined) return false;
    if (text === 'unreadable') return true;
    const [pid, mark] = text.trim().split(' ');
    if (mark === undefined) return false;
    return (await isAlive(Number(pid))) && (await birthMark(Number(pid))) === mark;
  }
}
