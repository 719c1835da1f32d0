/**
 * Brings a database to the shape this program needs: numbered `.sql` files, only ever upwards.
 *
 * Each file runs in its own transaction together with the row that records it, under a lock, so any number of processes
 * may start at once: one applies, the others wait and find it done. A file that was applied is history; if its text
 * differs from what was recorded, we refuse to start rather than guess which of the two a database of gifts follows.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Clock } from '../calendar/index.ts';
import type { Db } from './connection.ts';

/** The files that come with this program. */
export const MIGRATIONS_DIRECTORY = join(import.meta.dirname, 'migrations');

/** Any constant will do, as long as nothing else of ours locks the same number. */
const MIGRATION_LOCK = 727_010_001;

export interface Migration {
  readonly number: number;
  /** The file's name, such as `0001-giving.sql`. */
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

/** A database and the files do not fit together; the message says what to do. */
export class MigrationError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

export interface MigrateOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly directory?: string;
  /** Stops after the file with this number: a backup is loaded into the shape it was made with. */
  readonly upTo?: number;
  /** Hears the name of each file just before it is applied. */
  readonly onApply?: (name: string) => void;
}

/** Applies what is missing and returns the names of the files applied now. Throws {@link MigrationError}. */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const { upTo = Number.POSITIVE_INFINITY } = options;
  const all = await readMigrations(options.directory ?? MIGRATIONS_DIRECTORY);
  const files = all.filter(({ number }) => number <= upTo);
  const applied: string[] = [];
  for (;;) {
    const name = await applyNext(options, files);
    if (name === undefined) return applied;
    applied.push(name);
  }
}

/** Reads and checks a folder of migrations: `NNNN-name.sql`, no number twice. In the order in which they apply. */
export async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const files: Migration[] = [];
  for (const name of names) {
    const match = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name);
    if (match === null)
      throw new MigrationError(`${name} is not named like 0001-what-it-does.sql.`);
    const number = Number(match[1]);
    if (files.at(-1)?.number === number) {
      throw new MigrationError(`${name} and ${files.at(-1)?.name} carry the same number.`);
    }
    // A checkout on Windows may turn line ends into CRLF; that is the same migration.
    const text = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n');
    files.push({ number, name, text, sha256: createHash('sha256').update(text).digest('hex') });
  }
  return files;
}

/**
 * What is recorded (in the order of numbers) against what we have: the next file to apply, or undefined. Throws
 * {@link MigrationError}.
 */
export function nextMigration(
  files: readonly Migration[],
  recorded: readonly { number: number; name: string; sha256: string }[],
): Migration | undefined {
  const known = new Map(files.map((file) => [file.number, file]));
  for (const row of recorded) {
    const file = known.get(row.number);
    if (file === undefined) {
      throw new MigrationError(
        `This database was migrated by a newer Tuppence (${row.name}). Start that version, or restore a backup made before it.`,
      );
    }
    if (file.sha256 !== row.sha256) {
      throw new MigrationError(
        `${file.name} has changed since it was applied to this database. Put its old text back and write the change as a new file.`,
      );
    }
  }
  const done = new Set(recorded.map((row) => row.number));
  const next = files.find((file) => !done.has(file.number));
  const last = recorded.at(-1);
  if (next !== undefined && last !== undefined && next.number < last.number) {
    throw new MigrationError(
      `${next.name} comes before ${last.name}, which this database already has. Give the new file the next free number.`,
    );
  }
  return next;
}

function applyNext(
  options: MigrateOptions,
  files: readonly Migration[],
): Promise<string | undefined> {
  return options.db.transaction().execute(async (tx) => {
    // Waiting for another process and building an index over a million gifts may both take long.
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(tx);
    const next = nextMigration(files, await recordedMigrations(tx));
    if (next === undefined) return undefined;
    options.onApply?.(next.name);
    await runFile(tx, next);
    await sql`
      insert into migration (number, name, sha256, applied_at)
      values (${next.number}, ${next.name}, ${next.sha256}, ${options.clock.now()})
    `.execute(tx);
    return next.name;
  });
}

async function recordedMigrations(
  tx: Kysely<unknown> | Db,
): Promise<readonly { number: number; name: string; sha256: string }[]> {
  await sql`
    create table if not exists migration (
      number integer primary key check (number > 0),
      name text not null,
      sha256 text not null,
      applied_at timestamptz not null
    )
  `.execute(tx);
  const { rows } = await sql<{ number: number; name: string; sha256: string }>`
    select number, name, sha256 from migration order by number
  `.execute(tx);
  return rows;
}

async function runFile(tx: Db, migration: Migration): Promise<void> {
  try {
    await sql.raw(migration.text).execute(tx);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(
      `${migration.name} could not be applied: ${reason}. Nothing of it was kept; the database is as it was.`,
      { cause },
    );
  }
}
