/**
 * The demo's clock and its pretended reader, kept in the database so that a restart forgets neither.
 *
 * The demo's clock is the real one plus an offset that only grows. Everything in the demo, its bank included, takes its
 * time from here, so renewals after "advance one month" run through the same workers as in production.
 */
import { type Clock, Instant } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { type DemoReader, demoAddress } from './demo-readers.ts';

export class DemoState implements Clock {
  readonly #db: Db;
  readonly #realClock: Clock;
  #offsetMs = 0;
  #reader: DemoReader = 'germany';

  constructor(options: { readonly db: Db; readonly realClock: Clock }) {
    this.#db = options.db;
    this.#realClock = options.realClock;
  }

  /** Reads what an earlier run left. Called once at start. */
  async load(): Promise<void> {
    const row = await this.#db
      .insertInto('demo_state')
      .defaultValues()
      .onConflict((conflict) => conflict.column('only_row').doUpdateSet({ only_row: true }))
      .returning(['clock_offset_ms', 'reader'])
      .executeTakeFirstOrThrow();
    this.#offsetMs = Number(row.clock_offset_ms);
    this.#reader = row.reader;
  }

  /** Takes over what another process of the same demo changed since. */
  async follow(): Promise<void> {
    const row = await this.#db
      .selectFrom('demo_state')
      .select(['clock_offset_ms', 'reader'])
      .executeTakeFirstOrThrow();
    // Never back: the answer may be older than what we wrote meanwhile.
    this.#offsetMs = Math.max(this.#offsetMs, Number(row.clock_offset_ms));
    this.#reader = row.reader;
  }

  now(): Instant {
    return Instant.fromEpochMilliseconds(this.#realClock.now().epochMilliseconds + this.#offsetMs);
  }

  get reader(): DemoReader {
    return this.#reader;
  }

  /** The address that every request of the demo seems to come from. */
  get readerAddress(): string {
    return demoAddress(this.#reader);
  }

  async readAs(reader: DemoReader): Promise<void> {
    await this.#db.updateTable('demo_state').set({ reader }).execute();
    this.#reader = reader;
  }

  /** Moves the clock on; it never goes back. */
  async advanceMs(durationMs: number): Promise<void> {
    assert(Number.isSafeInteger(durationMs) && durationMs >= 0, 'the clock only moves on');
    const row = await this.#db
      .updateTable('demo_state')
      .set((set) => ({ clock_offset_ms: set('clock_offset_ms', '+', BigInt(durationMs)) }))
      .returning('clock_offset_ms')
      .executeTakeFirstOrThrow();
    this.#offsetMs = Number(row.clock_offset_ms);
  }
}
