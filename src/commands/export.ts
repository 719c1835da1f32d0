/**
 * `tuppence export FOLDER`: writes everything this newsroom knows into a folder that any Tuppence can restore, while the
 * newsroom runs. With `--move` this copy stops for good, so that the restored one is the only one that charges.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ExportRefusal,
  type Manifest,
  moveAway,
  refuseTaken,
  writeExport,
} from '../backup/index.ts';
import { takeBackMoved } from '../giving/index.ts';
import { type OpenNewsroom, openNewsroom } from './open-newsroom.ts';
import { progressAfterAWhile } from './progress.ts';
import type { System } from './system.ts';

const USAGE = `Usage: npm run tuppence -- export FOLDER [options]

  --to age1…         seal every file for this age recipient; may be given several times
  --move             this copy takes nothing more from now on: restore the export elsewhere and start that
  --json             the report as a line of JSON`;

interface ExportWish {
  readonly folder: string;
  readonly recipients: readonly string[];
  readonly moves: boolean;
  readonly isJson: boolean;
}

/** Exit code: 0 written, 1 refused, 2 the command was not understood. */
export async function exportCommand(argv: readonly string[], system: System): Promise<number> {
  const wish = readExportArguments(argv);
  if (typeof wish === 'string') {
    system.complain(`${wish}\n\n${USAGE}`);
    return 2;
  }
  const open = await openNewsroom(system);
  try {
    await refuseTaken(resolve(wish.folder));
    report(wish, system, await write(wish, system, open));
    return 0;
  } catch (error) {
    if (!(error instanceof ExportRefusal)) throw error;
    system.complain(`Nothing was exported. ${error.message}`);
    return 1;
  } finally {
    await open.close();
  }
}

/** The arguments, or a sentence about what is wrong with them. */
export function readExportArguments(argv: readonly string[]): ExportWish | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return error instanceof Error ? error.message : 'The options could not be read.';
  }
  const [folder] = parsed.positionals;
  if (folder === undefined || parsed.positionals.length > 1) return 'Name one folder to make.';
  const recipients = parsed.values.to ?? [];
  const wrong = recipients.find((recipient) => !/^age1[a-z0-9]{20,}$/.test(recipient));
  if (wrong !== undefined) return `"${wrong}" is not an age recipient such as age1….`;
  return {
    folder,
    recipients,
    moves: parsed.values.move === true,
    isJson: parsed.values.json === true,
  };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      to: { type: 'string', multiple: true },
      move: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
}

async function write(wish: ExportWish, system: System, open: OpenNewsroom): Promise<Manifest> {
  const { clock, random, sleep } = system;
  const { db } = open;
  const exportId = random.uuid();
  if (wish.moves) await moveAway({ db, clock, exportId, sleep });
  const say = progressAfterAWhile(system, { isQuiet: wish.isJson });
  try {
    return await writeExport({
      url: open.databaseUrl,
      folder: wish.folder,
      recipients: wish.recipients,
      exportId,
      moves: wish.moves,
      clock,
      random,
      onProgress: (table, rows) => say(`${table}: ${rows} rows …`),
    });
  } catch (error) {
    // Nothing left, so nothing moved.
    if (wish.moves) await takeBackMoved({ db, clock });
    throw error;
  }
}

function report(wish: ExportWish, system: System, manifest: Manifest): void {
  const rows = manifest.files.reduce((sum, file) => sum + file.rows, 0);
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const { transfers, journal_sha256 } = manifest.ledger;
  const { folder, moves } = wish;
  if (wish.isJson) {
    const facts = { folder, rows, bytes, transfers, journal_sha256, moves };
    system.print(JSON.stringify({ kind: 'exported', export_id: manifest.export_id, ...facts }));
    return;
  }
  const sealed = wish.recipients.length === 0 ? '' : ', sealed';
  system.print(
    `Exported ${rows} rows of ${manifest.files.length} tables into ${folder}${sealed}.\nThe journal has ${transfers} transfers; its hash is ${journal_sha256}.\nThe key files are not in it: keep a copy of them elsewhere (docs/moving.md).`,
  );
  if (moves) {
    system.print(
      'This copy takes nothing more and does not start again. Import the folder where the newsroom is to live.',
    );
  }
}
