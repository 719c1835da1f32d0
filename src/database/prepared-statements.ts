/**
 * Statements that are used again and again are prepared once per connection, so that the server reads and plans them
 * once: writing a new gift (five rows' worth of rules in one statement) runs 1.5 to 2 times as often that way.
 *
 * A text is prepared from its fifth use on, like the common drivers of other languages do, because most texts of a
 * process's start are used once. When a migration by a newer program changes a table under a running one, the server
 * refuses the old plan; then every name is made anew, so only the statement in hand fails.
 */
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';

const USES_BEFORE = 5;
/** Texts that are counted or prepared; beyond it (lists of any length make new texts) statements are sent as they are. */
const TEXTS_LIMIT = 400;

/** Which texts are prepared, under what names; shared by the connections of one pool. */
export class StatementNames {
  readonly #uses = new Map<string, number>();
  readonly #names = new Map<string, string>();
  #generation = 0;

  /** The name to prepare this text under, or undefined to send it as it is. */
  nameOf(text: string): string | undefined {
    const name = this.#names.get(text);
    if (name !== undefined) return name;
    const uses = this.#uses.get(text) ?? 0;
    if (uses === 0 && this.#uses.size >= TEXTS_LIMIT) return undefined;
    this.#uses.set(text, uses + 1);
    if (uses + 1 < USES_BEFORE) return undefined;
    const made = `s${this.#generation}_${this.#names.size}`;
    this.#names.set(text, made);
    return made;
  }

  /** Hears of a failed statement: a plan that no longer fits means that all names are made anew. */
  failed(error: unknown): void {
    // 0A000 "cached plan must not change result type"; 26000: a pooler lost the statement.
    const state = error instanceof Error && 'code' in error ? error.code : undefined;
    if (state !== '0A000' && state !== '26000') return;
    this.#generation += 1;
    this.#names.clear();
  }
}

/** The same pool, whose connections prepare what is used often. */
export function preparingPool(pool: pg.Pool): PostgresPool {
  const names = new StatementNames();
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? new PreparingClient(client, names);
      clients.set(client, known);
      return known;
    },
  };
}

class PreparingClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #names: StatementNames;

  constructor(client: pg.PoolClient, names: StatementNames) {
    this.#client = client;
    this.#names = names;
  }

  query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    what: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof what !== 'string') throw new TypeError('no cursors here: results are bounded');
    return this.#run(what, parameters);
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy);
  }

  async #run<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const name = parameters.length === 0 ? undefined : this.#names.nameOf(text);
    const values = [...parameters];
    try {
      const result: unknown = await this.#client.query(
        name === undefined ? { text, values } : { name, text, values },
      );
      // The driver's own result; its type says the same in other words.
      return result as PostgresQueryResult<R>;
    } catch (error) {
      this.#names.failed(error);
      throw error;
    }
  }
}
