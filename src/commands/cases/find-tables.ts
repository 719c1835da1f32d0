/**
 * Finding case tables in a folder and all below it. A table is told by its content (an object with `about` and a list of
 * `cases`), never by its name. Files that a table names as its input are input, even when they are JSON.
 */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';

const oneCase = z.object({
  id: z.string(),
  note: z.string().default(''),
  given: z.unknown(),
  expect: z.unknown(),
});
const table = z.object({ about: z.unknown(), cases: z.array(oneCase) });

export type Case = z.infer<typeof oneCase>;

export interface CaseTable {
  /** Path below the folder that was searched. */
  readonly file: string;
  /** Folder the table stands in. */
  readonly folder: string;
  readonly cases: readonly Case[];
}

export interface FoundTables {
  readonly tables: readonly CaseTable[];
  /** Files that should be JSON and cannot be read as such. */
  readonly unreadable: readonly string[];
}

const inputFile = z.object({ file: z.string() });

export async function findTables(folder: string): Promise<FoundTables> {
  const tables: CaseTable[] = [];
  const unreadable: string[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of paths) {
    const content = parsed(await readFile(path, 'utf8'));
    if (content === undefined) {
      unreadable.push(path);
      continue;
    }
    const found = table.safeParse(content);
    if (found.success) {
      tables.push({
        file: relative(folder, path),
        folder: dirname(path),
        cases: found.data.cases,
      });
    }
  }
  const inputs = new Set(tables.flatMap(inputsOf));
  return {
    tables,
    unreadable: unreadable
      .filter((path) => !inputs.has(path))
      .map((path) => relative(folder, path)),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function inputsOf({ folder, cases }: CaseTable): readonly string[] {
  return cases.flatMap(({ given }) => {
    const named = inputFile.safeParse(given);
    return named.success ? [join(folder, named.data.file)] : [];
  });
}
