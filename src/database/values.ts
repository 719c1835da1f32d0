/**
 * How our values travel to PostgreSQL and back, in one place, so that no query has to think about it.
 *
 * Out of the database: `bigint` columns are JavaScript `bigint` (a number would lose cents above 2^53), `timestamptz` is
 * an `Instant`, `date` is a `PlainDate`, `numeric` stays text (only `money` may turn text into an amount). A zoneless
 * `timestamp` stays text too: we use none, and a guess at its zone would be wrong.
 *
 * Into the database: the driver asks an object for `toPostgres()` before it falls back to JSON, also for each element
 * of an array. Without it a Temporal value would arrive as a JSON string in quotes. The two methods are put on the
 * prototypes, hidden from enumeration, because the driver offers no other hook; JSON (and so jsonb) is untouched and
 * keeps using `toJSON`.
 */
import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { Instant, PlainDate } from '../calendar/index.ts';

type TextParser = (text: string) => unknown;

/** Type ids of PostgreSQL's catalogue (`pg_type.oid`); they never change. */
const OID = {
  int8: 20,
  int8Array: 1016,
  date: 1082,
  dateArray: 1182,
  timestamp: 1114,
  timestampArray: 1115,
  timestamptz: 1184,
  timestamptzArray: 1185,
  numericArray: 1231,
} as const;

const PLAIN_DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT =
  /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)([+-]\d{2}(?::\d{2}(?::\d{2})?)?)$/;

/** Reads the text of a `timestamptz`. Throws for `infinity` and for years outside 0001-9999, which no rule of ours makes. */
export function instantFromPostgres(text: string): Instant {
  const match = INSTANT.exec(text);
  if (match === null)
    throw new RangeError('a timestamptz from the database is not a plain instant');
  return Instant.from(`${match[1]}T${match[2]}${match[3]}`);
}

/** Reads the text of a `date`. Throws for `infinity` and for years outside 0001-9999. */
export function plainDateFromPostgres(text: string): PlainDate {
  if (!PLAIN_DATE.test(text)) throw new RangeError('a date from the database is not a plain date');
  return PlainDate.from(text);
}

function arrayOf(parse: TextParser): TextParser {
  return (text) => arrayParser.create(text, parse).parse();
}

/** The driver has this at run time; its type declarations describe an older shape. */
interface ArrayParser {
  create(source: string, transform: TextParser): { parse(): unknown[] };
}
const arrayParser = pg.types.arrayParser as unknown as ArrayParser;

const asText: TextParser = (text) => text;

const TEXT_PARSERS: ReadonlyMap<number, TextParser> = new Map<number, TextParser>([
  [OID.int8, BigInt],
  [OID.int8Array, arrayOf(BigInt)],
  [OID.date, plainDateFromPostgres],
  [OID.dateArray, arrayOf(plainDateFromPostgres)],
  [OID.timestamp, asText],
  [OID.timestampArray, arrayOf(asText)],
  [OID.timestamptz, instantFromPostgres],
  [OID.timestamptzArray, arrayOf(instantFromPostgres)],
  [OID.numericArray, arrayOf(asText)],
]);

/** The parsers of one connection; other types keep the driver's own. Set per pool, so no other user of `pg` is affected. */
export const postgresTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const ours = format === 'binary' ? undefined : TEXT_PARSERS.get(oid);
    return ours ?? pg.types.getTypeParser(oid, format);
  },
};

/** PostgreSQL keeps microseconds and would round; cutting means that what is read back is never later than what was meant. */
function instantToPostgres(this: Instant): string {
  return this.toString({ smallestUnit: 'microsecond' });
}

function plainDateToPostgres(this: PlainDate): string {
  return this.toString({ calendarName: 'never' });
}

/** Teaches the driver our Temporal values. Safe to call again. */
export function teachDriverOurValues(): void {
  const hidden = { enumerable: false, configurable: true, writable: true };
  Object.defineProperty(Instant.prototype, 'toPostgres', { ...hidden, value: instantToPostgres });
  Object.defineProperty(PlainDate.prototype, 'toPostgres', {
    ...hidden,
    value: plainDateToPostgres,
  });
}

/**
 * A value for a `jsonb` column. Use it always: the driver would send a JavaScript array as a PostgreSQL array and a
 * string as bare text. Throws a TypeError for a `bigint` inside, which JSON cannot hold: write amounts as text.
 */
export function jsonb<T>(value: T): RawBuilder<T> {
  return sql<T>`${JSON.stringify(value)}::jsonb`;
}
