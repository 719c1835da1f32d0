/**
 * What a database says about its own tables: columns, types, keys, and which table must be filled before which. Read from
 * PostgreSQL's catalogue, so that an export made by an older version is restored by the shape that it was made with.
 */
import { sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import { assert } from '../problems/index.ts';

export interface Column {
  readonly name: string;
  /** As PostgreSQL writes it, such as `timestamp with time zone`. */
  readonly type: string;
  readonly isIdentity: boolean;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
  /** Tables that its rows point to, itself left out. */
  readonly needs: readonly string[];
}

/** All tables of the program's schema, by name. */
export async function readTables(db: Db | Tx): Promise<readonly Table[]> {
  const { rows } = await sql<{
    name: string;
    columns: Column[];
    key: string[] | null;
    needs: string[] | null;
  }>`
    select t.relname as name,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
          'isIdentity', a.attidentity <> '') order by a.attnum)
        from pg_attribute a where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select json_agg(a.attname order by place.at)
        from pg_index i cross join unnest(i.indkey) with ordinality place (attnum, at)
          join pg_attribute a on a.attrelid = t.oid and a.attnum = place.attnum
        where i.indrelid = t.oid and i.indisprimary) as key,
      (select json_agg(distinct other.relname)
        from pg_constraint c join pg_class other on other.oid = c.confrelid
        where c.conrelid = t.oid and c.contype = 'f' and c.confrelid <> t.oid) as needs
    from pg_class t
    where t.relkind in ('r', 'p') and t.relnamespace = current_schema()::regnamespace
    order by t.relname collate "C"
  `.execute(db);
  return rows.map(({ name, columns, key, needs }) => ({
    name,
    columns: columns ?? [],
    key: key ?? [],
    needs: needs ?? [],
  }));
}

/** The tables in an order in which every row finds what it points to. Throws where they point in a circle. */
export function fillingOrder(tables: readonly Table[]): readonly Table[] {
  const among = new Set(tables.map(({ name }) => name));
  const filled = new Set<string>();
  const order: Table[] = [];
  for (let round = 0; round <= tables.length && order.length < tables.length; round += 1) {
    for (const table of tables) {
      if (filled.has(table.name)) continue;
      if (table.needs.some((needed) => among.has(needed) && !filled.has(needed))) continue;
      filled.add(table.name);
      order.push(table);
    }
  }
  assert(order.length === tables.length, 'tables point to each other without a circle');
  return order;
}
