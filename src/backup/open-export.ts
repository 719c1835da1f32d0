/**
 * Looking at an export before anything is restored from it: is it one, is it whole, does this program know its shape. Every
 * refusal is a sentence that names the file and says what to do.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Migration } from '../database/migrate.ts';
import { LineTally, readFileOpened, wholeLines } from './export-files.ts';
import {
  ExportRefusal,
  fileName,
  MANIFEST_NAME,
  type Manifest,
  type ManifestFile,
  parseManifest,
  SEALED_SUFFIX,
} from './manifest.ts';

export interface OpenExport {
  readonly folder: string;
  /** `null`: nothing is sealed. */
  readonly identities: readonly string[] | null;
  readonly manifest: Manifest;
}

/** The folder of the export that a path names, or undefined for anything else. Looks at names only. */
export async function findExport(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  const folder = found.isDirectory() ? path : dirname(path);
  if (!found.isDirectory() && !isManifestName(basename(path))) return undefined;
  const names = await readdir(folder);
  return names.some(isManifestName) ? folder : undefined;
}

function isManifestName(name: string): boolean {
  return name === MANIFEST_NAME || name === `${MANIFEST_NAME}${SEALED_SUFFIX}`;
}

/**
 * Reads the manifest. Throws {@link ExportRefusal}.
 * @param identityText an age identity file's content; `null`: none was given
 */
export async function openExport(folder: string, identityText: string | null): Promise<OpenExport> {
  const isSealed = (await readdir(folder)).includes(`${MANIFEST_NAME}${SEALED_SUFFIX}`);
  if (isSealed && identityText === null) {
    throw new ExportRefusal(
      `${folder} is sealed. Give the file with its age identity: --identity FILE.`,
    );
  }
  const identities = isSealed ? readIdentities(identityText ?? '') : null;
  const path = join(folder, isSealed ? `${MANIFEST_NAME}${SEALED_SUFFIX}` : MANIFEST_NAME);
  const parts: Uint8Array[] = [];
  for await (const chunk of readFileOpened(path, identities)) parts.push(chunk);
  return {
    folder,
    identities,
    manifest: parseManifest(Buffer.concat(parts).toString('utf8')),
  };
}

function readIdentities(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const identities = lines.filter((line) => /^AGE-SECRET-KEY-[A-Z0-9-]+$/i.test(line));
  if (identities.length === 0) {
    throw new ExportRefusal('The --identity file holds no line like AGE-SECRET-KEY-1….');
  }
  return identities;
}

/** Reads an identity file. Throws a sentence. */
export async function readIdentityFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new ExportRefusal(`The identity file ${path} cannot be read. Check --identity.`);
  }
}

/** Where a table's lines are. */
export function pathOf(opened: OpenExport, table: string): string {
  const suffix = opened.identities === null ? '' : SEALED_SUFFIX;
  return join(opened.folder, `${fileName(table)}${suffix}`);
}

/** The lines of one table, in pieces that end where lines end. */
export function linesOfFile(opened: OpenExport, table: string): AsyncGenerator<Uint8Array> {
  const path = pathOf(opened, table);
  return wholeLines(readFileOpened(path, opened.identities), path);
}

/**
 * Reads every file through and compares it with the manifest. Throws {@link ExportRefusal} at the first that differs.
 * @param onFile hears the name of each table before it is read
 */
export async function verifyFiles(
  opened: OpenExport,
  onFile: (table: string) => void = () => {},
): Promise<void> {
  const { manifest, folder } = opened;
  const wanted = new Set(manifest.files.map(({ table }) => basename(pathOf(opened, table))));
  for (const name of await readdir(folder)) {
    if (isManifestName(name) || wanted.has(name)) continue;
    throw new ExportRefusal(
      `${join(folder, name)} is not named in the manifest. Take it out of the folder, or take another backup.`,
    );
  }
  for (const file of manifest.files) {
    onFile(file.table);
    await verifyFile(opened, file);
  }
  const journal = manifest.files.find(({ table }) => table === 'ledger_transfer');
  if (journal?.sha256 !== manifest.ledger.journal_sha256) {
    throw new ExportRefusal(
      `${MANIFEST_NAME} is damaged: its two hashes of the journal differ. Take another backup.`,
    );
  }
}

async function verifyFile(opened: OpenExport, file: ManifestFile): Promise<void> {
  const path = pathOf(opened, file.table);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new ExportRefusal(`${path} is missing. Copy the whole folder, or take another backup.`);
  }
  const tally = new LineTally();
  for await (const chunk of linesOfFile(opened, file.table)) tally.add(chunk);
  const { rows, bytes, sha256 } = tally.end();
  if (rows === file.rows && bytes === file.bytes && sha256 === file.sha256) return;
  const how =
    bytes < file.bytes ? `it is cut off (${bytes} of ${file.bytes} bytes)` : 'it was changed';
  throw new ExportRefusal(
    `${path} is not as it was written: ${how}. Copy it again, or take another backup.`,
  );
}

/** The number of the export's last migration, once this program is known to have all of them. */
export function levelOf(manifest: Manifest, ours: readonly Migration[]): number {
  const known = new Map(ours.map((migration) => [migration.number, migration]));
  const newest = ours.at(-1)?.number ?? 0;
  for (const { number, name, sha256 } of manifest.migrations) {
    const own = known.get(number);
    if (own === undefined && number > newest) {
      throw new ExportRefusal(
        `This export was made by a newer Tuppence (${name}). Update Tuppence and import again.`,
      );
    }
    if (own?.sha256 !== sha256) {
      throw new ExportRefusal(
        `This export was made by another build of Tuppence: its ${name} is not ours. Import it with the version that made it.`,
      );
    }
  }
  const level = Math.max(...manifest.migrations.map(({ number }) => number));
  const missing = ours.find(
    ({ number }) => number <= level && !manifest.migrations.some((one) => one.number === number),
  );
  if (missing !== undefined) {
    throw new ExportRefusal(
      `This export was made by another build of Tuppence: it lacks ${missing.name}. Import it with the version that made it.`,
    );
  }
  return level;
}
