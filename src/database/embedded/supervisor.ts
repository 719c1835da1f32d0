/**
 * The supervisor: keeps one real PostgreSQL server running for this program, and stops it with the last program that
 * needs it.
 *
 * It adopts a server it finds running on its own data directory (left by a crash, or shared with a command line beside
 * us), starts one otherwise, holds one session open to notice its death at once, and brings it back on the same port.
 * What it never does: stop a server somebody else uses, or touch a process it has not recognised.
 */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Random } from '../../calendar/index.ts';
import { type Cluster, prepareCluster, ROLE } from './cluster.ts';
import { Guardian } from './guardian.ts';
import { freePort, launch } from './launch.ts';
import { Owners } from './owners.ts';
import { type LaunchVerdict, Patience } from './patience.ts';
import { examineServer, keepAlive, openSession, urlOf, waitUntilGone } from './postmaster.ts';
import { EmbeddedPostgresError } from './problem.ts';
import { kindOfProcess, orphanedBackends } from './processes.ts';
import { OURSELVES, runAs } from './run-as.ts';

export interface EmbeddedPostgresOptions {
  /** Folder for everything of the server, such as `PROJECT/.tuppence/postgres`. Made if absent. */
  readonly directory: string;
  /** For the password of a new database. */
  readonly random: Random;
  /** Hears short lines for people: the one-time set-up, a server that died and came back. Silent otherwise. */
  readonly report?: (line: string) => void;
  /** Where a database goes that root's server could not reach in `directory`. Default `/var/lib/tuppence`. */
  readonly sharedDirectory?: string;
  /** Additional server settings. Those that keep gifts safe may be changed only for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** See `FindBinariesOptions`; for tests and packagers. */
  readonly bundledPackage?: string | null;
  readonly systemDirectories?: readonly string[];
  readonly withoutNamespaces?: boolean;
  /** For tests: makes "the port was taken in between" happen. */
  readonly choosePort?: () => Promise<number>;
}

export interface EmbeddedPostgres {
  /** Address of the database `tuppence`; it stays the same when the server dies and is brought back. */
  readonly url: string;
  readonly port: number;
  readonly version: string;
  readonly dataDirectory: string;
  /** Whether the server was already running when we came. */
  readonly adopted: boolean;
  /** Whether the database was made by this start. */
  readonly created: boolean;
  /** Process ids now, for tests and diagnosis. */
  readonly serverPid: number;
  readonly guardianPid: number | undefined;
  /**
   * Lets go of the server: it stops (in order, some 20 ms) unless another program uses it. Resolves to whether it
   * stopped. Close pools first. Safe to call again.
   */
  stop(): Promise<boolean>;
}

/** Brings the built-in server up. Throws {@link EmbeddedPostgresError}, whose message says what to do. */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const directory = resolve(options.directory);
  const cluster = await prepareCluster({
    directory,
    random: options.random,
    report: options.report ?? (() => {}),
    sharedDirectory: options.sharedDirectory ?? '/var/lib/tuppence',
    find: {
      ...(options.bundledPackage === undefined ? {} : { bundledPackage: options.bundledPackage }),
      ...(options.systemDirectories === undefined
        ? {}
        : { systemDirectories: options.systemDirectories }),
    },
    withoutNamespaces: options.withoutNamespaces ?? false,
  });
  const supervisor = new Supervisor(cluster, directory, options);
  try {
    await supervisor.start();
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return supervisor;
}

interface Running {
  readonly session: pg.Client;
  readonly port: number;
  readonly pid: number;
}

class Supervisor implements EmbeddedPostgres {
  readonly #cluster: Cluster;
  readonly #options: EmbeddedPostgresOptions;
  readonly #logFile: string;
  readonly #owners: Owners;
  #guardian: Guardian | undefined;
  #running: Running | undefined;
  #startedByUs = false;
  #stopping: Promise<boolean> | undefined;
  #recovery: Promise<void> | undefined;
  #wake = new AbortController();

  constructor(cluster: Cluster, directory: string, options: EmbeddedPostgresOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#logFile = `${directory}/server.log`;
    this.#owners = new Owners(`${directory}/owners`);
  }

  get #server(): Running {
    if (this.#running === undefined) throw new EmbeddedPostgresError('The database never started.');
    return this.#running;
  }

  get url(): string {
    return urlOf({ port: this.port, password: this.#cluster.password }, ROLE);
  }

  get port(): number {
    return this.#server.port;
  }

  get version(): string {
    return this.#cluster.binaries.version;
  }

  get dataDirectory(): string {
    return this.#cluster.dataDirectory;
  }

  get adopted(): boolean {
    return !this.#startedByUs;
  }

  get created(): boolean {
    return this.#cluster.created;
  }

  get serverPid(): number {
    return this.#server.pid;
  }

  get guardianPid(): number | undefined {
    return this.#guardian?.pid;
  }

  async start(): Promise<void> {
    await this.#owners.join();
    this.#guardian = new Guardian({
      dataDirectory: this.#cluster.dataDirectory,
      ownersDirectory: this.#owners.directory,
      ownFile: this.#owners.ownFile,
    });
    await this.#bringUp(undefined);
    await this.#makeDatabase();
    keepAlive(this.#server.session, false);
  }

  /** Adopts or starts the server. With `samePort`, only there: pools hold that address. */
  async #bringUp(samePort: number | undefined): Promise<void> {
    const patience = new Patience(samePort);
    // A stop must not find us starting a server that nobody would stop.
    while (this.#stopping === undefined) {
      await this.#owners.waitForStoppers();
      const state = await examineServer(this.#cluster.dataDirectory);
      switch (state.kind) {
        case 'listening':
          if (await this.#adopt(state)) return;
          patience.unanswered(state);
          await sleep(100);
          break;
        case 'busy':
          if (patience.busy(state) === 50) {
            this.#report('The database is recovering; this can take a while …');
          }
          await sleep(state.status === 'stopping' ? 20 : 100);
          break;
        case 'none':
          patience.launched(await this.#launch(samePort));
          break;
      }
    }
  }

  async #adopt(state: { readonly port: number; readonly pid: number }): Promise<boolean> {
    const { password, dataDirectory } = this.#cluster;
    const session = await openSession({ port: state.port, password }, dataDirectory);
    if (session === undefined) return false;
    this.#watch({ session, port: state.port, pid: state.pid });
    return true;
  }

  async #launch(samePort: number | undefined): Promise<LaunchVerdict> {
    const choosePort = this.#options.choosePort ?? freePort;
    const port = samePort ?? (await choosePort());
    const result = await launch({
      cluster: this.#cluster,
      port,
      logFile: this.#logFile,
      settings: this.#options.settings ?? {},
    });
    switch (result.kind) {
      case 'ready':
        this.#startedByUs = true;
        return 'look-again';
      case 'already-running':
        await sleep(50);
        return 'lost-race';
      case 'port-taken':
        if (samePort !== undefined) await sleep(500);
        return 'port-taken';
      case 'backend-left-over':
        await this.#endLeftOverBackends();
        return 'left-over';
      case 'failed':
        throw new EmbeddedPostgresError(
          `PostgreSQL ${this.version} did not start. It said:\n${result.log || '(nothing)'}\nThe data in ${this.dataDirectory} was not touched.`,
        );
    }
  }

  /**
   * Backends of a dead server end by themselves, as a rule at once. One that was stopped (by a debugger, by a signal)
   * cannot; nothing it did was confirmed, so ending it is safe.
   */
  async #endLeftOverBackends(): Promise<void> {
    const { dataDirectory } = this.#cluster;
    for (let waitedMs = 0; waitedMs < 1_000; waitedMs += 50) {
      await sleep(50);
      if ((await orphanedBackends(dataDirectory)).length === 0) return;
    }
    const state = await examineServer(dataDirectory);
    if (state.kind !== 'none') return;
    for (const pid of await orphanedBackends(dataDirectory)) {
      await this.#signal(pid, 'SIGKILL');
      this.#report('Ended what a crashed database server had left behind.');
    }
  }

  #watch(running: Running): void {
    this.#running = running;
    running.session.once('end', () => {
      if (this.#running !== running || this.#stopping !== undefined) return;
      this.#recovery = this.#recover(running);
    });
  }

  /** The server (or our session) is gone: look, and bring it back on the same port, for as long as it takes. */
  async #recover(lost: Running): Promise<void> {
    let told = '';
    for (let pauseMs = 0; this.#stopping === undefined; pauseMs = Math.min(pauseMs + 500, 5_000)) {
      try {
        await sleep(pauseMs, undefined, { signal: this.#wake.signal, ref: false });
        await this.#bringUp(lost.port);
        if (this.#running === undefined || this.#running === lost) return;
        keepAlive(this.#running.session, false);
        if (this.#running.pid !== lost.pid) this.#report('The database had stopped; it is back.');
        return;
      } catch (error) {
        if (this.#stopping !== undefined) return;
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== told) {
          this.#report(`The database has stopped and does not come back: ${reason}`);
        }
        told = reason;
      }
    }
  }

  async #makeDatabase(): Promise<void> {
    const { session } = this.#server;
    const found = await session.query('select from pg_database where datname = $1', [ROLE]);
    if (found.rowCount !== 0) return;
    try {
      await session.query(`create database ${ROLE}`);
    } catch (error) {
      // 42P04, 23505: a second start made it at this moment.
      if (error instanceof pg.DatabaseError && ['42P04', '23505'].includes(error.code ?? ''))
        return;
      throw error;
    }
  }

  stop(): Promise<boolean> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<boolean> {
    this.#wake.abort();
    await this.#recovery;
    const session = this.#running?.session;
    if (session !== undefined) {
      keepAlive(session, true);
      await session.end().catch(() => {});
    }
    const stopped = await this.#owners.leave(() => this.#stopServer());
    await this.#guardian?.dismiss();
    return stopped;
  }

  async #stopServer(): Promise<void> {
    const { dataDirectory } = this.#cluster;
    const state = await examineServer(dataDirectory);
    if (state.kind === 'none') return;
    if (process.platform === 'win32') {
      await runAs(OURSELVES, this.#cluster.binaries.pgCtl, [
        ...['stop', '-w', '-m', 'fast', '-D', dataDirectory],
      ]);
      return;
    }
    await this.#signal(state.pid, 'SIGINT');
    if (await waitUntilGone(dataDirectory, state.pid, 30_000)) return;
    // Stops at once and recovers at the next start; no confirmed gift is lost.
    await this.#signal(state.pid, 'SIGQUIT');
    await waitUntilGone(dataDirectory, state.pid, 5_000);
  }

  async #signal(pid: number, signal: NodeJS.Signals): Promise<void> {
    if ((await kindOfProcess(pid, this.#cluster.dataDirectory)) !== 'this-server') return;
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself in this very moment.
    }
  }

  #report(line: string): void {
    this.#options.report?.(line);
  }
}
