/**
 * A fresh, migrated database for one test file, in some 50 ms.
 *
 * ```ts
 * const t = await testDatabase();
 * after(() => t.close());
 * await t.db.selectFrom('gift')…
 * ```
 *
 * The migrations run once per change of their files, into a template database; each test copies the template. Real
 * connections, real locks and real constraints: nothing about the database is pretended.
 */
import { createHash } from 'node:crypto';
import pg from 'pg';
import { ManualClock } from '../../calendar/index.ts';
import { type Db, openDatabase } from '../connection.ts';
import { isAlive } from '../embedded/processes.ts';
import { MIGRATIONS_DIRECTORY, migrate, readMigrations } from '../migrate.ts';
import { testServerUrl } from './test-server.ts';

export interface TestDatabase {
  readonly db: Db;
  /** For a second pool, or a program started by the test. */
  readonly url: string;
  /** Closes the pool and drops the database. */
  close(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Other migrations than the program's own. */
  readonly migrationsDirectory?: string;
  readonly poolSize?: number;
}

/** Any constant will do, as long as nothing else of ours locks the same number. */
const TEMPLATE_LOCK = 727_010_002;

let counter = 0;

/** Makes the database. Fails with a sentence for people if no PostgreSQL can be started. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await testServerUrl();
  counter += 1;
  const name = `test_${process.pid}_${counter}`;
  await withAdmin(server, async (admin) => {
    const directory = options.migrationsDirectory ?? MIGRATIONS_DIRECTORY;
    await copyTemplate({ admin, server, directory, name });
  });
  const url = withDatabase(server, name);
  const { db, close } = openDatabase({ url, poolSize: options.poolSize ?? 10 });
  let closing: Promise<void> | undefined;
  return {
    db,
    url,
    close() {
      closing ??= close().then(() =>
        withAdmin(server, (admin) => admin.query(`drop database if exists ${name} with (force)`)),
      );
      return closing;
    },
  };
}

async function withAdmin(
  server: string,
  work: (admin: pg.Client) => Promise<unknown>,
): Promise<void> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
}

interface CopyOptions {
  readonly admin: pg.Client;
  readonly server: string;
  readonly directory: string;
  readonly name: string;
}

/** Copies the template of this folder's migrations; makes it first where nobody has. Many copy at once, one makes. */
async function copyTemplate({ admin, server, directory, name }: CopyOptions): Promise<void> {
  const template = await templateName(directory);
  for (;;) {
    await admin.query('select pg_advisory_lock_shared($1)', [TEMPLATE_LOCK]);
    try {
      if (await databaseExists(admin, template)) {
        await admin.query(`drop database if exists ${name} with (force)`);
        // Copying files is quicker than logging their pages where nobody waits for the disk.
        await admin.query(`create database ${name} template ${template} strategy file_copy`);
        return;
      }
    } finally {
      await admin.query('select pg_advisory_unlock_shared($1)', [TEMPLATE_LOCK]);
    }
    await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    try {
      await sweep(admin);
      if (!(await databaseExists(admin, template))) {
        await makeTemplate({ admin, server, directory, name: template });
      }
    } finally {
      await admin.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
    }
  }
}

/** Named after the text of the files, so that a changed migration gets a new template by itself. */
async function templateName(directory: string): Promise<string> {
  const files = await readMigrations(directory);
  const fingerprint = createHash('sha256').update(files.map((file) => file.sha256).join());
  return `template_${fingerprint.digest('hex').slice(0, 16)}`;
}

async function databaseExists(admin: pg.Client, name: string): Promise<boolean> {
  const found = await admin.query('select from pg_database where datname = $1', [name]);
  return found.rowCount !== 0;
}

async function makeTemplate({ admin, server, directory, name }: CopyOptions): Promise<void> {
  const unfinished = `${name}_unfinished`;
  await admin.query(`drop database if exists ${unfinished} with (force)`);
  await admin.query(`create database ${unfinished}`);
  const { db, close } = openDatabase({ url: withDatabase(server, unfinished), poolSize: 1 });
  try {
    await migrate({ db, directory, clock: new ManualClock('2026-01-01T00:00:00Z') });
  } finally {
    await close();
  }
  await admin.query(`alter database ${unfinished} with allow_connections false`);
  await admin.query(`alter database ${unfinished} rename to ${name}`);
}

/** Takes away what crashed tests left behind, and the templates of older migrations. Called when a new one is needed. */
async function sweep(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    "select datname from pg_database where datname like 'test\\_%' or datname like 'template\\_%'",
  );
  for (const { datname } of rows) {
    const pid = /^test_(\d+)_/.exec(datname)?.[1];
    if (pid !== undefined && (await isAlive(Number(pid)))) continue;
    await admin.query(`drop database if exists ${datname} with (force)`);
  }
}
