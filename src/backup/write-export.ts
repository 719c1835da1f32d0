/**
 * Writing an export: every table that travels, as of one moment, while the newsroom runs.
 *
 * One transaction at repeatable read sees one snapshot, so gifts, attempts and ledger fit each other whatever is written
 * meanwhile. The files go into a folder beside the wished one, each waits for the disk, the manifest comes last, and one
 * rename makes the folder an export. Who dies on the way leaves a folder whose name says that it is not one.
 */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { sql } from 'kysely';
import type { Clock, Random } from '../calendar/index.ts';
import { openDatabase, type Tx } from '../database/index.ts';
import { assert } from '../problems/index.ts';
import { LineTally, writeFileSealed } from './export-files.ts';
import {
  ExportRefusal,
  FORMAT,
  FORMAT_VERSION,
  fileName,
  MANIFEST_NAME,
  type Manifest,
  type ManifestFile,
  SEALED_SUFFIX,
} from './manifest.ts';
import {
  linesOfTable,
  readLedgerSums,
  type TravellingTable,
  travellingTables,
} from './read-database.ts';

export interface ExportOptions {
  /** Address of the newsroom's database. */
  readonly url: string;
  /** The folder to make; nothing may be there. */
  readonly folder: string;
  /** `age1…`: every file is sealed for all of them. None: the files can be read by whoever has them. */
  readonly recipients: readonly string[];
  /** Known before: a newsroom that moves is marked with it before it is exported. */
  readonly exportId: string;
  readonly moves: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly onProgress?: (table: string, rows: number) => void;
}

/** Writes the export and returns its manifest. Throws {@link ExportRefusal}. */
export async function writeExport(options: ExportOptions): Promise<Manifest> {
  const folder = resolve(options.folder);
  await refuseTaken(folder);
  const mark = Buffer.from(options.random.bytes(6)).toString('hex');
  const unfinished = join(dirname(folder), `${basename(folder)}.unfinished-${mark}`);
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  try {
    const manifest = await writeSnapshot(options, unfinished);
    await refuseTaken(folder);
    await syncFolder(unfinished);
    await rename(unfinished, folder);
    await syncFolder(dirname(folder));
    return manifest;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** Refuses a folder that is there already: an older backup is never overwritten. */
export async function refuseTaken(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found !== undefined) {
    throw new ExportRefusal(`${folder} is there already. Name a folder that does not exist yet.`);
  }
}

async function writeSnapshot(options: ExportOptions, folder: string): Promise<Manifest> {
  const database = openDatabase({
    url: options.url,
    poolSize: 1,
    applicationName: 'tuppence-export',
    statementTimeoutMs: 0,
    idleInTransactionTimeoutMs: 0,
  });
  // Before the snapshot, so that nothing which happened later can seem older than the export.
  const madeAt = options.clock.now().toString();
  try {
    return await database.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (tx) => {
        const files: ManifestFile[] = [];
        for (const table of await travellingTables(tx)) {
          files.push(await writeTable(tx, { table, folder, options }));
        }
        const manifest = await manifestOf(tx, { options, madeAt, files });
        await writeManifest(manifest, { folder, recipients: options.recipients });
        return manifest;
      });
  } finally {
    await database.close();
  }
}

async function writeTable(
  tx: Tx,
  of: { readonly table: TravellingTable; readonly folder: string; readonly options: ExportOptions },
): Promise<ManifestFile> {
  const { table, folder, options } = of;
  const { name } = table.table;
  const { recipients, onProgress } = options;
  const tally = new LineTally();
  const lines = linesOfTable(tx, table, (rows) => onProgress?.(name, rows));
  const path = join(folder, sealedName(fileName(name), recipients));
  await writeFileSealed(path, tallied(lines, tally), recipients);
  return {
    table: name,
    columns: table.columns.map((column) => ({ name: column.name, type: column.type })),
    ...tally.end(),
  };
}

async function* tallied(
  chunks: AsyncIterable<Uint8Array>,
  tally: LineTally,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    tally.add(chunk);
    yield chunk;
  }
}

async function manifestOf(
  tx: Tx,
  of: {
    readonly options: ExportOptions;
    readonly madeAt: string;
    readonly files: readonly ManifestFile[];
  },
): Promise<Manifest> {
  const { options, madeAt, files } = of;
  const migrations = await sql<Manifest['migrations'][number]>`
    select number, name, sha256 from migration order by number`.execute(tx);
  const sums = await readLedgerSums(tx);
  const journal = files.find(({ table }) => table === 'ledger_transfer');
  assert(journal !== undefined, 'the journal travels');
  assert(journal.rows === sums.transfers, 'one snapshot counts its transfers in one way');
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    export_id: options.exportId,
    made_at: madeAt,
    moves: options.moves,
    migrations: migrations.rows,
    files: [...files],
    ledger: { ...sums, journal_sha256: journal.sha256 },
  };
}

async function writeManifest(
  manifest: Manifest,
  to: { readonly folder: string; readonly recipients: readonly string[] },
): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8');
  const path = join(to.folder, sealedName(MANIFEST_NAME, to.recipients));
  await writeFileSealed(
    path,
    (async function* () {
      yield bytes;
    })(),
    to.recipients,
  );
}

function sealedName(name: string, recipients: readonly string[]): string {
  return recipients.length === 0 ? name : `${name}${SEALED_SUFFIX}`;
}

/** A rename is only as lasting as the folder it happened in. Some systems cannot do this; they need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
