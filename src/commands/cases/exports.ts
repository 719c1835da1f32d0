/** Text cells on their way into a CSV file and back. */
import { z } from 'zod';
import { csvCell, csvRow, readCsvCell } from '../../desk/index.ts';
import { unreachable } from '../../problems/index.ts';
import { caseFormat } from './case-format.ts';

const given = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('export'), text: z.string() }),
  z.object({ kind: z.literal('import'), csv: z.string() }),
  z.object({ kind: z.literal('row'), cells: z.array(z.string()) }),
]);

export const exportsFormat = caseFormat({ name: 'exports', given, run });

function run(one: z.infer<typeof given>): unknown {
  switch (one.kind) {
    case 'export': {
      const cell = csvCell(one.text);
      return cell.ok ? { csv: cell.csv } : { error: cell.error };
    }
    case 'import': {
      const cell = readCsvCell(one.csv);
      return cell.ok ? { text: cell.text } : { error: cell.error };
    }
    case 'row': {
      const row = csvRow(one.cells);
      return row.ok ? { csv: row.csv } : { error: row.error };
    }
    default:
      return unreachable(one, 'the kind of an exports case');
  }
}
