/**
 * Restoring an export into an empty database, to a ledger that is equal byte for byte.
 *
 * 1. The files are read through and compared with the manifest. Nothing is written before they are right.
 * 2. The database gets the shape that the export was made with: the same migrations, up to the same number.
 * 3. One transaction loads every table with all triggers and constraints in force, then reads everything back and
 *    compares it with the manifest's hashes, counts and balances, and leaves the mark that this copy may not charge yet.
 *    Whatever goes wrong, whenever the program dies, the database is as empty as it was.
 * 4. The migrations that came since are applied, and the rules of the books are checked.
 */
import { sql } from 'kysely';
import { type Clock, Instant } from '../calendar/index.ts';
import { type Db, migrate, openDatabase, type Tx } from '../database/index.ts';
import { MIGRATIONS_DIRECTORY, readMigrations } from '../database/migrate.ts';
import { checkInvariants, type InvariantBreach } from '../giving/index.ts';
import { assert } from '../problems/index.ts';
import { fillingOrder } from './catalogue.ts';
import { ExportRefusal, type Manifest, type ManifestFile } from './manifest.ts';
import { levelOf, linesOfFile, type OpenExport, pathOf, verifyFiles } from './open-export.ts';
import {
  readLedgerSums,
  type TravellingTable,
  tallyTable,
  travellingTables,
} from './read-database.ts';
import { insertLines } from './row-text.ts';

export interface RestoreOptions {
  /** Address of an empty database. */
  readonly url: string;
  readonly opened: OpenExport;
  readonly clock: Clock;
  /** Other migrations than the program's own. */
  readonly migrationsDirectory?: string;
  readonly onProgress?: (step: 'verify' | 'load' | 'compare', table: string, rows: number) => void;
}

export interface Restored {
  readonly rows: number;
  readonly transfers: number;
  /** May it act at once? Only what was moved here; a backup waits for a person. */
  readonly acts: boolean;
  /** Rules of the books that do not hold: they did not in the export either, as every row is the same. */
  readonly breaches: readonly InvariantBreach[];
}

/** Restores. Throws {@link ExportRefusal}; then nothing was restored. */
export async function restoreExport(options: RestoreOptions): Promise<Restored> {
  const { opened, clock, onProgress } = options;
  const { manifest } = opened;
  const directory = options.migrationsDirectory ?? MIGRATIONS_DIRECTORY;
  const level = levelOf(manifest, await readMigrations(directory));
  await verifyFiles(opened, (table) => onProgress?.('verify', table, 0));
  const database = openDatabase({
    url: options.url,
    poolSize: 2,
    applicationName: 'tuppence-import',
    statementTimeoutMs: 0,
    idleInTransactionTimeoutMs: 0,
  });
  const { db } = database;
  try {
    await refuseOtherShape(db, manifest);
    await migrate({ db, clock, directory, upTo: level });
    const now = clock.now();
    await db.transaction().execute((tx) => load(tx, { ...options, now }));
    await migrate({ db, clock, directory });
    return {
      rows: manifest.files.reduce((sum, { rows }) => sum + rows, 0),
      transfers: manifest.ledger.transfers,
      acts: manifest.moves,
      breaches: await checkInvariants(db),
    };
  } finally {
    await database.close();
  }
}

/** A database without a table is right; one that has another shape than the export needs is not touched. */
async function refuseOtherShape(db: Db, manifest: Manifest): Promise<void> {
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass('migration') is not null as there`.execute(db);
  if (rows[0]?.there !== true) return;
  const recorded = await sql<{ number: number }>`select number from migration`.execute(db);
  const level = Math.max(...manifest.migrations.map(({ number }) => number));
  if (recorded.rows.every(({ number }) => number <= level)) return;
  throw new ExportRefusal(
    'This database already has the shape of a newer Tuppence than the export. Make an empty database (or name another TUPPENCE_DATA) and import into that.',
  );
}

async function load(tx: Tx, options: RestoreOptions & { readonly now: Instant }): Promise<void> {
  const { opened, onProgress } = options;
  const { manifest } = opened;
  const travelling = await travellingTables(tx);
  refuseOtherTables(travelling, opened);
  await refuseFull(tx, travelling);
  // A row may name one of its own table that comes later in the file; all is looked at before the end.
  await sql`set constraints all deferred`.execute(tx);
  const byName = new Map(travelling.map((one) => [one.table.name, one]));
  for (const { name } of fillingOrder(travelling.map(({ table }) => table))) {
    const table = byName.get(name);
    assert(table !== undefined, 'only what travels is filled');
    await loadTable(tx, { opened, table, onRows: (rows) => onProgress?.('load', name, rows) });
  }
  await sql`set constraints all immediate`.execute(tx);
  await continueCounting(tx, travelling);
  for (const table of travelling) {
    onProgress?.('compare', table.table.name, 0);
    await compareTable(tx, { opened, table });
  }
  await compareLedger(tx, manifest);
  await markCopy(tx, { manifest, now: options.now });
}

function fileOf(manifest: Manifest, table: string): ManifestFile | undefined {
  return manifest.files.find((file) => file.table === table);
}

/** The export has exactly the tables and columns that travel at its level. */
function refuseOtherTables(travelling: readonly TravellingTable[], opened: OpenExport): void {
  const { manifest } = opened;
  const describe = (columns: readonly { readonly name: string; readonly type: string }[]) =>
    columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  for (const { table, columns } of travelling) {
    const file = fileOf(manifest, table.name);
    if (file === undefined) {
      throw new ExportRefusal(
        `The manifest names no file for the table ${table.name}: this export is not whole. Take another backup.`,
      );
    }
    if (describe(file.columns) !== describe(columns)) {
      throw new ExportRefusal(
        `${pathOf(opened, table.name)} has other columns than its table. Import it with the version that made it.`,
      );
    }
  }
  const known = new Set(travelling.map(({ table }) => table.name));
  const strange = manifest.files.find(({ table }) => !known.has(table));
  if (strange !== undefined) {
    throw new ExportRefusal(
      `${pathOf(opened, strange.table)} belongs to no table that travels. Import it with the version that made it.`,
    );
  }
}

/** Nothing may be there, and nobody may write until we are done. */
async function refuseFull(tx: Tx, travelling: readonly TravellingTable[]): Promise<void> {
  for (const { table } of travelling) {
    await sql`lock table ${sql.table(table.name)} in share row exclusive mode`.execute(tx);
    const { rows } = await sql<{ full: boolean }>`
      select exists (select from ${sql.table(table.name)}) as full`.execute(tx);
    if (rows[0]?.full !== true) continue;
    throw new ExportRefusal(
      `This database is not empty (${table.name} has rows). An export is restored into an empty one: make a new database (or name another TUPPENCE_DATA) and import into that. Nothing was changed.`,
    );
  }
}

async function loadTable(
  tx: Tx,
  of: {
    readonly opened: OpenExport;
    readonly table: TravellingTable;
    readonly onRows: (rows: number) => void;
  },
): Promise<void> {
  const { opened, table, onRows } = of;
  let loaded = 0;
  for await (const chunk of linesOfFile(opened, table.table.name)) {
    const lines = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      .toString('utf8')
      .trimEnd();
    const list = `[${lines.replaceAll('\n', ',')}]`;
    try {
      const inserted = await insertLines(table.table, table.columns, list).execute(tx);
      loaded += Number(inserted.numAffectedRows ?? 0n);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'it is not readable';
      throw new ExportRefusal(
        `${pathOf(opened, table.table.name)} holds a row that the database refuses: ${reason}. Nothing was restored.`,
        { cause },
      );
    }
    onRows(loaded);
  }
}

/** The next number is one more than the largest that was given. */
async function continueCounting(tx: Tx, travelling: readonly TravellingTable[]): Promise<void> {
  for (const { table } of travelling) {
    for (const { name, isIdentity } of table.columns) {
      if (!isIdentity) continue;
      await sql`
        select setval(pg_get_serial_sequence(${table.name}, ${name}),
          greatest(coalesce(max(${sql.ref(name)}), 0), 1), max(${sql.ref(name)}) is not null)
        from ${sql.table(table.name)}`.execute(tx);
    }
  }
}

/** What is in the database now would be exported as the very bytes that were imported. */
async function compareTable(
  tx: Tx,
  of: { readonly opened: OpenExport; readonly table: TravellingTable },
): Promise<void> {
  const { opened, table } = of;
  const file = fileOf(opened.manifest, table.table.name);
  assert(file !== undefined, 'every table that travels has its file');
  const found = await tallyTable(tx, table);
  if (found.sha256 === file.sha256 && found.rows === file.rows) return;
  throw new ExportRefusal(
    `${pathOf(opened, table.table.name)} was read, but the restored table is not equal to it (${found.rows} of ${file.rows} rows). Nothing was restored; please report this.`,
  );
}

async function compareLedger(tx: Tx, manifest: Manifest): Promise<void> {
  const sums = await readLedgerSums(tx);
  const told = { transfers: manifest.ledger.transfers, balances: manifest.ledger.balances };
  const text = (of: typeof told) =>
    JSON.stringify([
      of.transfers,
      of.balances.map((one) => [
        one.account,
        one.processor_account,
        one.currency,
        one.name,
        one.debits,
        one.credits,
      ]),
    ]);
  if (text(sums) === text(told)) return;
  throw new ExportRefusal(
    'The balances of the restored ledger are not those of the manifest. Nothing was restored; take another backup.',
  );
}

/** A backup may be old, and what it came from may still live: it waits. What was moved here is the newsroom now. */
async function markCopy(
  tx: Tx,
  of: { readonly manifest: Manifest; readonly now: Instant },
): Promise<void> {
  const { manifest, now } = of;
  const marked = await tx
    .updateTable('custody')
    .set({
      state: manifest.moves ? 'acting' : 'restored',
      export_id: manifest.export_id,
      exported_at: Instant.from(manifest.made_at),
      changed_at: now,
    })
    .executeTakeFirst();
  assert(marked.numUpdatedRows === 1n, 'custody is one row');
}
