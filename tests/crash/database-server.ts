/**
 * The PostgreSQL of a run, as durable as in production, and its death: the postmaster alone (its children notice and end by
 * themselves), or all of its processes at once. The supervisor of the built-in server brings it back on the same port, as
 * it does in production.
 *
 * `kill -9` leaves what was written in the operating system's cache, so this proves that a crash of the server breaks
 * nothing apart; it does not prove that `fsync` does its duty when the power fails.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { checkServer } from '../../src/database/durability.ts';
import { startEmbeddedPostgres } from '../../src/database/embedded/index.ts';
import { openDatabase } from '../../src/database/index.ts';
import { realRandom } from '../../src/database/testing/test-server.ts';

export type DatabaseChoice = 'built-in' | 'system';
const BACK_TIMEOUT_MS = 60_000;

export interface DatabaseServer {
  readonly url: string;
  readonly version: string;
  /** From each kill to the first statement that was answered again. */
  readonly restartsMs: readonly number[];
  /** Kills it; returns when it is dead. @param whole its children at the same moment, too */
  kill(whole: boolean): Promise<void>;
  /** Resolves when it answers again. */
  back(): Promise<void>;
  stop(): Promise<void>;
}

export async function startDatabaseServer(options: {
  readonly directory: string;
  readonly choice: DatabaseChoice;
}): Promise<DatabaseServer> {
  const server = await startEmbeddedPostgres({
    directory: join(options.directory, 'postgres'),
    random: realRandom,
    ...(options.choice === 'system' ? { bundledPackage: null } : {}),
  });
  await refuseLossy(server.url);
  const restartsMs: number[] = [];
  let comesBack: Promise<void> = Promise.resolve();
  return {
    url: server.url,
    version: server.version,
    restartsMs,
    async kill(whole) {
      const { serverPid } = server;
      const pids = whole ? [serverPid, ...(await childrenOf(serverPid))] : [serverPid];
      for (const pid of pids) killOne(pid);
      const killedAt = performance.now();
      comesBack = untilAnswered(server.url).then(() => {
        restartsMs.push(performance.now() - killedAt);
      });
      comesBack.catch(() => {});
    },
    back: () => comesBack,
    async stop() {
      await server.stop();
      // Root's database may lie outside of the folder it was asked for.
      await rm(dirname(server.dataDirectory), { recursive: true, force: true });
    },
  };
}

/** A run on a server that does not wait for the disk would prove nothing. */
async function refuseLossy(url: string): Promise<void> {
  const { db, close } = openDatabase({ url, poolSize: 1 });
  const { refusals, warnings } = await checkServer(db);
  await close();
  if (refusals.length + warnings.length > 0) throw new Error([...refusals, ...warnings].join('\n'));
}

async function childrenOf(parent: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const ppid = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
    if (ppid === parent) found.push(Number(name));
  }
  return found;
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // A child that ended in this very moment.
  }
}

async function untilAnswered(url: string): Promise<void> {
  const until = performance.now() + BACK_TIMEOUT_MS;
  while (performance.now() < until) {
    await wait(50);
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch {
      // Not yet.
    } finally {
      await client.end().catch(() => {});
    }
  }
  throw new Error('The database did not come back.');
}
