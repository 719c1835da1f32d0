/**
 * Keeping processors' messages, many per commit. Each waits until it is on disk before its processor is told so; but the
 * messages that came while one batch was being written are the next batch, so a flood costs a commit per some hundred
 * messages instead of one each, and a single message waits for nobody. There is no timer.
 *
 * Two batches are under way at most: while the disk works for one, the other is sent. Rows go in one order, so that two
 * batches with the same messages, here or in another process, wait for each other instead of deadlocking.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import { assert, Problem } from '../../problems/index.ts';
import { isAboutARow } from '../transaction.ts';

export interface NewEvent {
  readonly accountId: string;
  readonly eventId: string;
  readonly type: string;
  readonly objectRef: string | null;
  readonly attemptId: string | null;
  readonly body: Uint8Array | null;
}

const BATCHES_AT_ONCE = 2;
const BATCH_MAX = 500;
/** Messages waiting for a batch; more are refused, and their processor sends them again. */
const WAITING_MAX = 10_000;

interface Waiting {
  readonly event: NewEvent;
  readonly receivedAt: Instant;
  readonly done: (kept: boolean) => void;
  readonly failed: (error: unknown) => void;
}

export class EventBatcher {
  readonly #db: Db;
  #waiting: Waiting[] = [];
  #underWay = 0;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Keeps a message once. Resolves when it is on disk, to whether this call kept it; rejects when it may not be. */
  keep(event: NewEvent, receivedAt: Instant): Promise<boolean> {
    assert(event.eventId !== '', 'a message has an id');
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.reject(new Problem('UNAVAILABLE'));
    }
    return new Promise((done, failed) => {
      this.#waiting.push({ event, receivedAt, done, failed });
      this.#goOn();
    });
  }

  #goOn(): void {
    while (this.#underWay < BATCHES_AT_ONCE && this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      assert(batch.length >= 1 && batch.length <= BATCH_MAX, 'a batch is bounded');
      this.#underWay += 1;
      assert(this.#underWay <= BATCHES_AT_ONCE, 'two batches are under way at most');
      void this.#write(batch).finally(() => {
        this.#underWay -= 1;
        assert(this.#underWay >= 0, 'each batch ends once');
        this.#goOn();
      });
    }
  }

  /** Never rejects: everyone who waits is told. */
  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const kept = await writeEvents(this.#db, batch);
      for (const one of batch) {
        // Of two equal messages in one batch the first kept it.
        one.done(kept.delete(keyOf(one.event)));
      }
    } catch (error) {
      if (batch.length > 1 && isAboutARow(error)) {
        // One message that the table refuses must not take its neighbours along.
        for (const one of batch) await this.#write([one]);
        return;
      }
      for (const one of batch) one.failed(error);
    }
  }
}

function keyOf(event: { readonly accountId: string; readonly eventId: string }): string {
  return JSON.stringify([event.accountId, event.eventId]);
}

/** One statement, one commit. @returns the keys that were not there before */
async function writeEvents(db: Db, batch: readonly Waiting[]): Promise<Set<string>> {
  const rows = batch.toSorted((a, b) => (keyOf(a.event) < keyOf(b.event) ? -1 : 1));
  const column = <T>(read: (waiting: Waiting) => T): readonly T[] => rows.map(read);
  const { rows: written } = await sql<{ accountId: string; eventId: string }>`
    insert into processor_event
      (processor_account_id, event_id, type, object_ref, attempt_id, body, received_at, next_at)
    select account_id, event_id, type, object_ref, attempt_id, body, received_at, received_at
    from unnest(
      ${column(({ event }) => event.accountId)}::text[],
      ${column(({ event }) => event.eventId)}::text[],
      ${column(({ event }) => event.type.slice(0, 200))}::text[],
      ${column(({ event }) => event.objectRef)}::text[],
      ${column(({ event }) => event.attemptId?.slice(0, 100) ?? null)}::text[],
      ${column(({ event }) => (event.body === null ? null : Buffer.from(event.body)))}::bytea[],
      ${column(({ receivedAt }) => receivedAt)}::timestamptz[]
    ) as fresh (account_id, event_id, type, object_ref, attempt_id, body, received_at)
    on conflict (processor_account_id, event_id) do nothing
    returning processor_account_id as "accountId", event_id as "eventId"
  `.execute(db);
  assert(written.length <= batch.length, 'no more rows are written than messages came');
  return new Set(written.map(keyOf));
}
