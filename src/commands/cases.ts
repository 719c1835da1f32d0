/**
 * `tuppence cases FOLDER [--json]`: runs every case table found in a folder against the product's own functions. Exit
 * code 1 when a case fails, when a file that should be a table is no JSON, or when there was nothing to run.
 */
import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runCases } from './cases/run-cases.ts';
import type { System } from './system.ts';

export async function casesCommand(
  args: readonly string[],
  system: Pick<System, 'print' | 'complain'>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) {
    system.complain('Name one folder: npm run cases -- FOLDER [--json]');
    return 2;
  }
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    system.complain(`There is no folder ${folder}.`);
    return 2;
  }
  const counts = await runCases({ folder, out: system.print, json: values.json });
  if (counts.cases === 0) {
    system.complain(`No case table of a known format was found in ${folder}.`);
    return 1;
  }
  return counts.failed > 0 || counts.broken.length > 0 ? 1 : 0;
}

export { type CaseCounts, runCases } from './cases/run-cases.ts';
