/**
 * PostgreSQL as the simulator needs it: the real server behind one connection, one transaction around a whole seed that
 * is rolled back at its end, and a savepoint at the beginning of every transaction of the program.
 *
 * One connection makes a history repeatable: the order in which transactions run is ours to choose, by the seed. What it
 * cannot show is two transactions waiting for each other's locks; the crash tests and the tests beside the code do that
 * with real processes. Between two statements outside of a transaction, and between two transactions, every other party
 * may run.
 */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import pg from 'pg';
import {
  assert,
  type Database,
  type Db,
  postgresTypes,
  StatementNames,
  teachDriverOurValues,
} from './core.ts';

/** What may happen at the border between a program and its database. Each may throw instead of returning. */
export interface Border {
  beforeStatement(): void;
  afterStatement(): void;
  /** The COMMIT arrived; whether its answer does is decided here. */
  afterCommit(): void;
}

/** Which of so many waiting parties goes next. */
export type ChooseNext = (waiting: number) => number;

/** Turns of the queue that a party gets to ask for the connection again, before the next one is chosen. */
const TURNS_BEFORE_NEXT = 12;

const IDENTITY_TABLES = ['ledger_account', 'ledger_transfer', 'outbox', 'alarm'] as const;

export class OneConnection {
  readonly #client: pg.Client;
  readonly #names = new StatementNames();
  readonly #waiting: (() => void)[] = [];
  #taken = false;
  /** Something was written since the savepoint was set. */
  #isWritten = false;
  /** A savepoint that was sent and not answered yet: the statement behind it does not wait for that. */
  #ahead: Promise<unknown> | null = null;
  chooseNext: ChooseNext = () => 0;
  statements = 0;
  /** Statements that may have changed rows, undoing included: while it stands still, so does what was read. */
  writes = 0;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(url: string): Promise<OneConnection> {
    teachDriverOurValues();
    const client = new pg.Client({
      connectionString: url,
      types: postgresTypes,
      application_name: 'tuppence-simulation',
      // A savepoint and the statement behind it are one round trip.
      pipeline: true,
      // One way to run each statement, whatever statistics say: the order of equal rows must not depend on the past.
      options:
        '-c datestyle=ISO -c timezone=UTC -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c plan_cache_mode=force_generic_plan',
    });
    await client.connect();
    return new OneConnection(client);
  }

  /** A program's own view of the database; everything it does passes its border. */
  dbFor(border: Border): Db {
    return new Kysely<Database>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new BorderDriver(this, border),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    });
  }

  /** Begins a seed: nothing of it will stay, and numbers are counted from one. */
  async begin(): Promise<void> {
    this.writes += 1;
    await this.#client.query('begin');
    await this.#client.query(
      IDENTITY_TABLES.map(
        (table) => `select setval(pg_get_serial_sequence('${table}', 'id'), 1, false)`,
      ).join(';'),
    );
    await this.#client.query('savepoint here');
  }

  /**
   * Everything before this stays, whatever becomes of what follows. Nobody waits for it: the next statement is sent behind
   * it. Committing costs nothing, because the next transaction's beginning does it.
   */
  openTransaction(): void {
    if (!this.#isWritten) return;
    this.#isWritten = false;
    this.statements += 1;
    assert(this.#ahead === null, 'between two savepoints there is a statement that wrote');
    this.#ahead = this.#client.query('release savepoint here; savepoint here');
    // Whoever sends the next statement hears of a failure.
    this.#ahead.catch(() => undefined);
  }

  async undoTransaction(): Promise<void> {
    await this.run('rollback to savepoint here', []);
    this.#isWritten = false;
  }

  async rollback(): Promise<void> {
    assert(!this.#taken, 'nobody uses the connection when a seed ends');
    await this.#client.query('rollback');
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  async run(text: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    this.statements += 1;
    const values = [...parameters];
    const isPlanned = values.length > 0 || isQuestion(text);
    const sent = this.#client.query(
      isPlanned ? { name: this.#names.nameOf(text), text, values } : { text },
    );
    const ahead = this.#ahead;
    this.#ahead = null;
    const [result] = await Promise.all([sent, ahead]);
    if (mayHaveWritten(text, result.rowCount)) {
      this.#isWritten = true;
      this.writes += 1;
    }
    return result;
  }

  take(): Promise<void> {
    if (!this.#taken) {
      this.#taken = true;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async release(): Promise<void> {
    assert(this.#taken, 'only what was taken is given back');
    if (this.#waiting.length > 0) {
      for (let turn = 0; turn < TURNS_BEFORE_NEXT; turn += 1) await undefined;
      const [next] = this.#waiting.splice(this.chooseNext(this.#waiting.length), 1);
      assert(next !== undefined, 'one of those who wait is chosen');
      next();
      return;
    }
    this.#taken = false;
  }
}

class BorderConnection implements DatabaseConnection {
  readonly #line: OneConnection;
  readonly #border: Border;
  inTransaction = false;

  constructor(line: OneConnection, border: Border) {
    this.#line = line;
    this.#border = border;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    this.#border.beforeStatement();
    const result = this.inTransaction
      ? await this.#line.run(query.sql, query.parameters)
      : await this.#alone(query);
    this.#border.afterStatement();
    const { command, rowCount } = result;
    const rows: R[] = inOneOrder(query.sql, result.rows);
    return command === 'SELECT' ? { rows } : { rows, numAffectedRows: BigInt(rowCount ?? 0) };
  }

  /** A statement by itself is a transaction by itself: one that fails must not spoil the seed's. */
  async #alone(query: CompiledQuery): Promise<pg.QueryResult> {
    if (isQuestion(query.sql)) return await this.#line.run(query.sql, query.parameters);
    this.#line.openTransaction();
    try {
      return await this.#line.run(query.sql, query.parameters);
    } catch (error) {
      await this.#line.undoTransaction();
      throw error;
    }
  }

  async begin(): Promise<void> {
    this.#border.beforeStatement();
    this.#line.openTransaction();
    this.inTransaction = true;
  }

  async commit(): Promise<void> {
    this.#border.beforeStatement();
    this.inTransaction = false;
    this.#border.afterCommit();
  }

  /** Never refused: a connection that breaks ends its transaction too. */
  async rollback(): Promise<void> {
    if (!this.inTransaction) return;
    this.inTransaction = false;
    await this.#line.undoTransaction();
  }

  // biome-ignore lint/correctness/useYield: it says that there is no such thing here
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new TypeError('no cursors here: results are bounded');
  }
}

class BorderDriver implements Driver {
  readonly #line: OneConnection;
  readonly #border: Border;

  constructor(line: OneConnection, border: Border) {
    this.#line = line;
    this.#border = border;
  }

  async init(): Promise<void> {}
  async destroy(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#line.take();
    return new BorderConnection(this.#line, this.#border);
  }

  async releaseConnection(): Promise<void> {
    await this.#line.release();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await ours(connection).begin();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await ours(connection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await ours(connection).rollback();
  }
}

function ours(connection: DatabaseConnection): BorderConnection {
  assert(connection instanceof BorderConnection, 'a connection comes from this driver');
  return connection;
}

/** Reads only, so it cannot leave anything half done; a `with` may hold an insert. */
function isQuestion(text: string): boolean {
  return /^\s*select\b/i.test(text) && !/\bfor (no key )?update\b/i.test(text);
}

/** A `with` may write and answer no row; an `update` that met none wrote nothing. */
function mayHaveWritten(text: string, rowCount: number | null): boolean {
  if (isQuestion(text) || /^\s*select\b/i.test(text)) return false;
  return !/^\s*(insert|update|delete)\b/i.test(text) || rowCount !== 0;
}

/** SQL promises no order without `order by`, so the simulator may choose one that is the same every time. */
function inOneOrder<R>(text: string, rows: R[]): R[] {
  if (rows.length < 2) return rows;
  if (/\border by\b/i.test(text) && !/\breturning\b/i.test(text)) return rows;
  const keyed = rows.map((row) => ({ row, key: keyOf(row) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ row }) => row);
}

function keyOf(row: unknown): string {
  return JSON.stringify(row, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString().padStart(20, '0') : value,
  );
}
