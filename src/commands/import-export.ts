/**
 * `tuppence import FOLDER` where the folder is an export of a whole newsroom: restores it into an empty database, or
 * refuses with a sentence and changes nothing.
 */
import {
  ExportRefusal,
  openExport,
  type Restored,
  readIdentityFile,
  restoreExport,
} from '../backup/index.ts';
import { openNewsroom } from './open-newsroom.ts';
import { progressAfterAWhile } from './progress.ts';
import type { System } from './system.ts';

export interface ImportExportWish {
  /** The folder with the manifest. */
  readonly folder: string;
  /** Path of an age identity file; `null`: the export is not sealed. */
  readonly identity: string | null;
  readonly isJson: boolean;
}

/** Exit code: 0 restored and every rule of the books holds, 1 refused or restored with rules broken. */
export async function importExport(wish: ImportExportWish, system: System): Promise<number> {
  const open = await openNewsroom(system, { shape: 'as-it-is' });
  try {
    const identity = wish.identity === null ? null : await readIdentityFile(wish.identity);
    const opened = await openExport(wish.folder, identity);
    const say = progressAfterAWhile(system, { isQuiet: wish.isJson });
    const restored = await restoreExport({
      url: open.databaseUrl,
      opened,
      clock: system.clock,
      onProgress: (step, table, rows) => say(progressLine(step, table, rows)),
    });
    if (wish.isJson) {
      system.print(JSON.stringify({ kind: 'restored', ...restored }));
    } else {
      for (const line of report(restored)) system.print(line);
    }
    return restored.breaches.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ExportRefusal)) throw error;
    if (wish.isJson) system.print(JSON.stringify({ kind: 'refused', problem: error.message }));
    system.complain(`Nothing was restored. ${error.message}`);
    return 1;
  } finally {
    await open.close();
  }
}

function progressLine(step: 'verify' | 'load' | 'compare', table: string, rows: number): string {
  switch (step) {
    case 'verify':
      return `reading ${table} through …`;
    case 'load':
      return `${table}: ${rows} rows …`;
    case 'compare':
      return `comparing ${table} …`;
  }
}

function report(restored: Restored): string[] {
  const { rows, transfers, acts, breaches } = restored;
  const lines = [
    `Restored ${rows} rows. The ledger is equal to the exported one: ${transfers} transfers, every balance, the same hash.`,
  ];
  for (const { rule, says, count, examples } of breaches) {
    lines.push(`${rule}: ${says} Broken by ${count}, as in the export: ${examples.join(', ')}`);
  }
  if (breaches.length === 0) lines.push('Every invariant holds.');
  lines.push(
    acts
      ? 'This newsroom was moved here. Put its key files in place, then: npm start'
      : 'Collecting is paused. Put its key files in place, start it, and once the newsroom it was copied from is off for good: npm run tuppence -- resume',
  );
  return lines;
}
