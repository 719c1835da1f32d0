/** Reading a whole database as lines, inside one transaction and with bounded memory. */
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import { assert } from '../problems/index.ts';
import { type Column, readTables, type Table } from './catalogue.ts';
import { LineTally, type Written } from './export-files.ts';
import type { Manifest } from './manifest.ts';
import { selectLines } from './row-text.ts';
import { ruleOf } from './tables-of-export.ts';

const ROWS_AT_ONCE = 2_000;

export interface TravellingTable {
  readonly table: Table;
  /** Those that travel. */
  readonly columns: readonly Column[];
}

/** The tables that travel, by name. Throws when somebody added a table and decided nothing about it. */
export async function travellingTables(tx: Tx): Promise<readonly TravellingTable[]> {
  const travelling: TravellingTable[] = [];
  for (const table of await readTables(tx)) {
    const rule = ruleOf(table.name);
    if (rule === undefined) {
      throw new Error(
        `The table ${table.name} is not in src/backup/tables-of-export.ts: it must say whether the table travels.`,
      );
    }
    if (!rule.travels) continue;
    assert(table.key.length > 0, 'rows travel in the order of a primary key');
    const without = new Set(rule.without ?? []);
    travelling.push({ table, columns: table.columns.filter(({ name }) => !without.has(name)) });
  }
  return travelling;
}

/** The lines of a table, some thousand rows at a time. @param onRows hears how many rows were read so far */
export async function* linesOfTable(
  tx: Tx,
  { table, columns }: TravellingTable,
  onRows: (rows: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  await sql`declare lines_of_table no scroll cursor for ${selectLines(table, columns)}`.execute(tx);
  let read = 0;
  for (;;) {
    const { rows } = await sql<{ line: string }>`
      fetch ${sql.lit(ROWS_AT_ONCE)} from lines_of_table`.execute(tx);
    if (rows.length === 0) break;
    read += rows.length;
    yield Buffer.from(`${rows.map(({ line }) => line).join('\n')}\n`, 'utf8');
    onRows(read);
  }
  await sql`close lines_of_table`.execute(tx);
}

/** What a table's lines come to, without keeping them. */
export async function tallyTable(tx: Tx, table: TravellingTable): Promise<Written> {
  const tally = new LineTally();
  for await (const chunk of linesOfTable(tx, table)) tally.add(chunk);
  return tally.end();
}

/** Every account with the sums of its debits and credits, and the number of transfers. */
export async function readLedgerSums(
  tx: Tx,
): Promise<Pick<Manifest['ledger'], 'transfers' | 'balances'>> {
  const { rows } = await sql<Manifest['ledger']['balances'][number]>`
    select a.id::text as account, a.processor_account_id as processor_account, a.currency, a.name,
      coalesce(sum(moved.debit), 0)::text as debits, coalesce(sum(moved.credit), 0)::text as credits
    from ledger_account a left join (
      select debit as account, sum(amount) as debit, 0 as credit from ledger_transfer group by debit
      union all
      select credit, 0, sum(amount) from ledger_transfer group by credit
    ) moved on moved.account = a.id
    group by a.id order by a.id`.execute(tx);
  const counted = await sql<{ transfers: bigint }>`
    select count(*) as transfers from ledger_transfer`.execute(tx);
  return { transfers: Number(counted.rows[0]?.transfers ?? 0n), balances: rows };
}
