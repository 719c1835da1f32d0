/**
 * Keeping processors' messages, many per commit (`database/batcher.ts`): each is on disk before its processor is told so,
 * and a flood costs a commit per some hundred. Rows go in the order of their keys, so that two batches with the same
 * messages wait for each other instead of deadlocking.
 *
 * A message is kept as its id, its kind and what it is about. Its words, in which a company may name a person, stay in memory
 * until its signature was checked and are never written: what they say is asked for again.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import { Batcher, type Db } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';

export interface NewEvent {
  readonly accountId: string;
  readonly eventId: string;
  readonly type: string;
  readonly objectRef: string | null;
  readonly attemptId: string | null;
}

/** Messages waiting for a batch; more are refused, and their processor sends them again. */
const WAITING_MAX = 10_000;

interface Waiting {
  readonly event: NewEvent;
  readonly receivedAt: Instant;
}

export class EventBatcher {
  readonly #batches: Batcher<Waiting, boolean>;

  constructor(db: Db) {
    this.#batches = new Batcher({
      secondFrom: 1,
      waitingMax: WAITING_MAX,
      async write(batch) {
        const kept = await writeEvents(db, batch);
        // Of two equal messages in one batch the first kept it.
        return batch.map(({ event }) => kept.delete(keyOf(event)));
      },
    });
  }

  /** Keeps a message once. Resolves when it is on disk, to whether this call kept it; rejects when it may not be. */
  keep(event: NewEvent, receivedAt: Instant): Promise<boolean> {
    assert(event.eventId !== '', 'a message has an id');
    return this.#batches.add({ event, receivedAt });
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
      (processor_account_id, event_id, type, object_ref, attempt_id, received_at, next_at)
    select account_id, event_id, type, object_ref, attempt_id, received_at, received_at
    from unnest(
      ${column(({ event }) => event.accountId)}::text[],
      ${column(({ event }) => event.eventId)}::text[],
      ${column(({ event }) => event.type.slice(0, 200))}::text[],
      ${column(({ event }) => event.objectRef)}::text[],
      ${column(({ event }) => event.attemptId?.slice(0, 100) ?? null)}::text[],
      ${column(({ receivedAt }) => receivedAt)}::timestamptz[]
    ) as fresh (account_id, event_id, type, object_ref, attempt_id, received_at)
    on conflict (processor_account_id, event_id) do nothing
    returning processor_account_id as "accountId", event_id as "eventId"
  `.execute(db);
  assert(written.length <= batch.length, 'no more rows are written than messages came');
  return new Set(written.map(keyOf));
}
