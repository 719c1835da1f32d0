/**
 * Running every case table of a folder and saying how it went: a line for each failing case, one for each table, and the
 * counts at the end. With `json`, the same as JSON lines.
 */
import type { CaseFormat } from './case-format.ts';
import { type CaseTable, findTables } from './find-tables.ts';
import { CASE_FORMATS } from './formats.ts';
import { formatOf, runTable, type TableResult } from './run-table.ts';

export interface CaseCounts {
  readonly tables: number;
  readonly cases: number;
  readonly passed: number;
  readonly failed: number;
  /** Tables of formats that this build does not know. */
  readonly unknown: readonly string[];
  /** Files that should be JSON and are not. */
  readonly broken: readonly string[];
}

export async function runCases(options: {
  readonly folder: string;
  /** Takes one line of output. */
  readonly out: (line: string) => void;
  readonly json?: boolean;
  readonly formats?: readonly CaseFormat[];
}): Promise<CaseCounts> {
  const { folder, formats = CASE_FORMATS } = options;
  const report = options.json === true ? jsonReport(options.out) : plainReport(options.out);
  const { tables, unreadable } = await findTables(folder);
  const unknown: string[] = [];
  let [ran, passed, failed] = [0, 0, 0];
  for (const table of tables) {
    const format = formatOf(table, formats);
    if (format === null) {
      unknown.push(table.file);
      report.notRun(table.file, 'unknown format');
      continue;
    }
    const result = await runTable(table, format);
    report.table(table, result);
    ran += 1;
    passed += result.passed;
    failed += result.failures.length;
  }
  for (const file of unreadable) report.notRun(file, 'no JSON');
  const cases = passed + failed;
  const counts = { tables: ran, cases, passed, failed, unknown, broken: unreadable };
  report.total(counts);
  return counts;
}

interface Report {
  table(table: CaseTable, result: TableResult): void;
  notRun(file: string, reason: string): void;
  total(counts: CaseCounts): void;
}

function plainReport(out: (line: string) => void): Report {
  return {
    table({ file, cases }, { format, passed, failures }) {
      for (const { id, note, expected, got } of failures) {
        out(`FAILED  ${file} ${id} (${note}): expected ${shown(expected)}, got ${shown(got)}`);
      }
      out(`${file}: ${passed} of ${cases.length} passed (${format})`);
    },
    notRun: (file, reason) => out(`NOT RUN ${file}: ${reason}`),
    total({ tables, cases, passed, failed, unknown, broken }) {
      const notRun = unknown.length + broken.length;
      const left = notRun === 0 ? '' : `, ${notRun} not run`;
      out(`${tables} tables${left}; ${cases} cases: ${passed} passed, ${failed} failed`);
    },
  };
}

function jsonReport(out: (line: string) => void): Report {
  const line = (facts: object) => out(JSON.stringify(facts));
  return {
    table({ file, cases }, { format, passed, failures }) {
      for (const failure of failures) line({ type: 'failure', file, ...failure });
      line({ type: 'table', file, format, cases: cases.length, passed, failed: failures.length });
    },
    notRun: (file, reason) => line({ type: 'not-run', file, reason }),
    total: (counts) => line({ type: 'total', ...counts }),
  };
}

/** As JSON in ASCII, so that marks nobody sees are seen, and bidi text cannot reorder the line. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
