/** Running one table: each case put to the product's function, what came out compared with what was expected. */
import { isDeepStrictEqual } from 'node:util';
import type { CaseFormat } from './case-format.ts';
import type { Case, CaseTable } from './find-tables.ts';

export interface CaseFailure {
  readonly id: string;
  readonly note: string;
  readonly expected: unknown;
  readonly got: unknown;
}

export interface TableResult {
  readonly format: string;
  readonly passed: number;
  readonly failures: readonly CaseFailure[];
}

/** The format that reads at least one of the table's cases, or null. */
export function formatOf(table: CaseTable, formats: readonly CaseFormat[]): CaseFormat | null {
  return formats.find((format) => table.cases.some(({ given }) => format.accepts(given))) ?? null;
}

/** Runs every case. A case that the format cannot read, or at which the product throws, has failed. */
export async function runTable(table: CaseTable, format: CaseFormat): Promise<TableResult> {
  const failures: CaseFailure[] = [];
  for (const one of table.cases) {
    const got = await outcome(one, { format, folder: table.folder });
    if (!isDeepStrictEqual(got, one.expect)) {
      failures.push({ id: one.id, note: one.note, expected: one.expect, got });
    }
  }
  return { format: format.name, passed: table.cases.length - failures.length, failures };
}

async function outcome(
  one: Case,
  options: { readonly format: CaseFormat; readonly folder: string },
): Promise<unknown> {
  const { format, folder } = options;
  if (!format.accepts(one.given)) return { unreadable: `no case of the format ${format.name}` };
  try {
    return await format.run(one.given, { folder, expected: one.expect });
  } catch (error) {
    return { threw: error instanceof Error ? error.message : String(error) };
  }
}
