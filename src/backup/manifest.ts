/**
 * The manifest of an export: what it is, what made it, and what every file must hold. It is written last, so a folder
 * without it is no export.
 */
import { z } from 'zod';

export const FORMAT = 'tuppence-export';
/** Grows when a reader of the older format would misunderstand the newer. */
export const FORMAT_VERSION = 1;
export const MANIFEST_NAME = 'manifest.json';
/** Added to the name of each file that is sealed with age. */
export const SEALED_SUFFIX = '.age';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const decimal = z.string().regex(/^\d{1,40}$/);

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  export_id: z.uuid(),
  made_at: z.iso.datetime(),
  /** Whether the newsroom was exported to live elsewhere: the copy it was made from takes nothing more. */
  moves: z.boolean(),
  migrations: z
    .array(z.object({ number: z.int().positive(), name: z.string().min(1).max(200), sha256: hash }))
    .min(1),
  files: z
    .array(
      z.object({
        table: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/),
        columns: z.array(z.object({ name: z.string().min(1).max(63), type: z.string().max(63) })),
        rows: z.int().nonnegative(),
        /** Of the lines as they are before sealing. */
        bytes: z.int().nonnegative(),
        sha256: hash,
      }),
    )
    .min(1),
  ledger: z.object({
    transfers: z.int().nonnegative(),
    /** Over the lines of the journal, in order: the hash of `ledger_transfer.jsonl` before sealing. */
    journal_sha256: hash,
    balances: z.array(
      z.object({
        account: decimal,
        processor_account: z.string().nullable(),
        currency: z.string(),
        name: z.string(),
        debits: decimal,
        credits: decimal,
      }),
    ),
  }),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestFile = Manifest['files'][number];

/** Why an export cannot be taken; the message is for a person and says what to do. */
export class ExportRefusal extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ExportRefusal';
  }
}

const anyManifest = z.object({ format: z.string(), version: z.number() });

/** Reads a manifest. Throws {@link ExportRefusal}. */
export function parseManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ExportRefusal(`${MANIFEST_NAME} is damaged: it is not JSON. Take another backup.`);
  }
  const any = anyManifest.safeParse(json);
  if (!any.success || any.data.format !== FORMAT) {
    throw new ExportRefusal(`${MANIFEST_NAME} is not the manifest of a Tuppence export.`);
  }
  if (any.data.version > FORMAT_VERSION) {
    throw new ExportRefusal(
      `This export has format ${any.data.version}; this Tuppence reads formats up to ${FORMAT_VERSION}. Update Tuppence and import again.`,
    );
  }
  const manifest = manifestSchema.safeParse(json);
  if (!manifest.success) {
    const where = manifest.error.issues[0]?.path.join('.') ?? '';
    throw new ExportRefusal(
      `${MANIFEST_NAME} is damaged: "${where}" is not as this format has it. Take another backup.`,
    );
  }
  const tables = new Set(manifest.data.files.map(({ table }) => table));
  if (tables.size !== manifest.data.files.length) {
    throw new ExportRefusal(`${MANIFEST_NAME} is damaged: it names a table twice.`);
  }
  return manifest.data;
}

/** Name of a table's file before sealing. */
export function fileName(table: string): string {
  return `${table}.jsonl`;
}
