/**
 * One row as one line of JSON, and back: both made by PostgreSQL itself, so that a million rows cost the program nothing
 * but passing bytes on. The text of a value does not depend on the server's settings, version or locale: equal rows give
 * equal bytes anywhere.
 *
 * | column | in the line |
 * | --- | --- |
 * | bigint | decimal text: JSON numbers end at 2^53 |
 * | integer, smallint | number |
 * | boolean | true or false |
 * | text, uuid | text |
 * | bytea | base64 text |
 * | timestamp with time zone | `2026-11-25T07:00:00.000000Z`, always UTC and six places; `-infinity` and `infinity` |
 * | date | `2026-11-25` |
 * | text[] | list of text |
 * | jsonb | as it is |
 *
 * An empty value is `null`.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Column, Table } from './catalogue.ts';

/** How a type is written, how it is read from JSON, and how that becomes the column's own type. */
interface TypeRule {
  readonly write: (column: RawBuilder<unknown>) => RawBuilder<unknown>;
  readonly jsonType: string;
  readonly read: (value: RawBuilder<unknown>) => RawBuilder<unknown>;
}

const same = (value: RawBuilder<unknown>): RawBuilder<unknown> => value;
const asIs = (jsonType: string): TypeRule => ({ write: same, jsonType, read: same });

const RULES: Readonly<Record<string, TypeRule>> = {
  bigint: {
    write: (column) => sql`${column}::text`,
    jsonType: 'text',
    read: (value) => sql`${value}::bigint`,
  },
  integer: asIs('integer'),
  smallint: asIs('smallint'),
  boolean: asIs('boolean'),
  text: asIs('text'),
  uuid: asIs('uuid'),
  bytea: {
    // PostgreSQL breaks base64 into lines of 76.
    write: (column) => sql`translate(encode(${column}, 'base64'), E'\n', '')`,
    jsonType: 'text',
    read: (value) => sql`decode(${value}, 'base64')`,
  },
  'timestamp with time zone': {
    write: (column) => sql`case when isfinite(${column})
      then to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') else ${column}::text end`,
    jsonType: 'text',
    read: (value) => sql`${value}::timestamptz`,
  },
  date: {
    write: (column) => sql`case when isfinite(${column})
      then to_char(${column}, 'YYYY-MM-DD') else ${column}::text end`,
    jsonType: 'text',
    read: (value) => sql`${value}::date`,
  },
  'text[]': asIs('text[]'),
  jsonb: asIs('jsonb'),
};

/** A column has a type that the format does not know: nothing may be guessed about it. */
export class UnknownColumnType extends Error {
  constructor(table: string, column: Column) {
    super(`${table}.${column.name} has the type ${column.type}, which the export format lacks.`);
    this.name = 'UnknownColumnType';
  }
}

function ruleFor(table: string, column: Column): TypeRule {
  const rule = Object.hasOwn(RULES, column.type) ? RULES[column.type] : undefined;
  if (rule === undefined) throw new UnknownColumnType(table, column);
  return rule;
}

/** Selects `line` of every row, in the order of the primary key whatever the server's locale. */
export function selectLines(
  table: Table,
  columns: readonly Column[],
): RawBuilder<{ line: string }> {
  const written = columns.map(
    (column) =>
      sql`${ruleFor(table.name, column).write(sql.ref(column.name))} as ${sql.ref(column.name)}`,
  );
  const order = table.key.map((name) => {
    const type = table.columns.find((column) => column.name === name)?.type;
    return type === 'text'
      ? sql`source.${sql.ref(name)} collate "C"`
      : sql`source.${sql.ref(name)}`;
  });
  return sql`
    select row_to_json(made)::text as line
    from (select ${sql.join(written)} from ${sql.table(table.name)} source order by ${sql.join(order)}) made`;
}

/** Inserts the rows of a JSON list of lines. */
export function insertLines(
  table: Table,
  columns: readonly Column[],
  list: string,
): RawBuilder<unknown> {
  const names = sql.join(columns.map(({ name }) => sql.ref(name)));
  const read = columns.map((column) =>
    ruleFor(table.name, column).read(sql`given.${sql.ref(column.name)}`),
  );
  const shape = columns.map(
    (column) => sql`${sql.ref(column.name)} ${sql.raw(ruleFor(table.name, column).jsonType)}`,
  );
  return sql`
    insert into ${sql.table(table.name)} (${names}) overriding system value
    select ${sql.join(read)} from json_to_recordset(${list}::json) as given (${sql.join(shape)})`;
}
