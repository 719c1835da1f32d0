/**
 * The pool of connections to PostgreSQL, and the typed query builder on top of it.
 *
 * What it promises: a server that goes away, restarts or cuts a connection makes queries fail, never the process; no
 * statement and no forgotten transaction runs for ever; values arrive as our own types (see `values.ts`).
 */
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { preparingPool } from './prepared-statements.ts';
import type { Database } from './tables.ts';
import { postgresTypes, teachDriverOurValues } from './values.ts';

export type Db = Kysely<Database>;
export type Tx = Transaction<Database>;

export interface OpenDatabaseOptions {
  /**
   * `postgres://user:password@host:port/database`; `?sslmode=` and friends are the driver's. `?pgbouncer=true` for a pooler
   * by transactions: then no statement is prepared.
   */
  readonly url: string;
  /** Most connections held at once. */
  readonly poolSize?: number;
  /** Shown in `pg_stat_activity`, so that an operator sees which tier holds a lock. */
  readonly applicationName?: string;
  /** A statement that runs longer is cancelled by the server. 0 means never. */
  readonly statementTimeoutMs?: number;
  /** A transaction in which nothing happens for longer is rolled back and its connection closed. 0 means never. */
  readonly idleInTransactionTimeoutMs?: number;
  /** How long a query waits for a free or new connection before it fails. */
  readonly connectTimeoutMs?: number;
  /** Hears of connections that broke while nobody used them. The error holds no data of a person. */
  readonly onConnectionLost?: (error: Error) => void;
}

export interface OpenDatabase {
  readonly db: Db;
  readonly url: string;
  /** Waits for running queries, then closes every connection. Safe to call again. */
  close(): Promise<void>;
}

/** Opens a pool. Connects at the first query, so this never fails by itself, except for a malformed `url`. */
export function openDatabase(options: OpenDatabaseOptions): OpenDatabase {
  teachDriverOurValues();
  const pool = new pg.Pool(poolConfig(options));
  const lost = options.onConnectionLost ?? (() => {});
  pool.on('error', (error) => lost(error));
  // A client that is checked out has no other listener: without this one, a server that dies between two queries of a
  // transaction would end the process. The query in hand still fails, and that is what the caller sees.
  pool.on('connect', (client) => client.on('error', () => {}));

  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: isPooled(options.url) ? pool : preparingPool(pool) }),
  });
  let closing: Promise<void> | undefined;
  return {
    db,
    url: options.url,
    close() {
      // Not `db.destroy()`: it ends the pool only if a query was ever run.
      closing ??= pool.end();
      return closing;
    },
  };
}

/** `?pgbouncer=true` in the address: a pooler that hands each transaction another connection cannot keep statements. */
function isPooled(url: string): boolean {
  return /[?&]pgbouncer=true(?:&|$)/.test(url);
}

function poolConfig(options: OpenDatabaseOptions): pg.PoolConfig {
  return {
    connectionString: options.url,
    max: options.poolSize ?? 10,
    application_name: options.applicationName ?? 'tuppence',
    statement_timeout: options.statementTimeoutMs ?? 15_000,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 30_000,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    keepAlive: true,
    types: postgresTypes,
    // Reading dates and instants depends on these two; a server may be set up otherwise.
    options: '-c datestyle=ISO -c timezone=UTC',
  };
}
