/**
 * The outbox: letters that must leave, written in the same transaction as the thing they tell about, and leased by
 * whichever worker comes first.
 */
import { sql } from 'kysely';
import type { Instant } from '../calendar/index.ts';
import type { Db, Tx } from '../database/index.ts';

export type LetterKind = 'receipt' | 'pledge-notice' | 'return' | 'reminder';

/** How long a worker has a letter for itself. A worker that died is overtaken after this. */
export const LETTER_LEASE_SECONDS = 60;

/**
 * Writes one letter into the outbox; the same `dedupeKey` again changes nothing.
 * @returns whether this call was the one that wrote it
 */
export async function enqueueLetter(
  tx: Tx,
  letter: {
    readonly dedupeKey: string;
    readonly kind: LetterKind;
    /** Id of the gift or pledge; never an address or a name. */
    readonly ref: string;
    readonly at: Instant;
  },
): Promise<boolean> {
  const result = await tx
    .insertInto('outbox')
    .values({
      dedupe_key: letter.dedupeKey,
      kind: letter.kind,
      ref: letter.ref,
      next_at: letter.at,
      created_at: letter.at,
    })
    .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** A letter that one worker holds. */
export interface LeasedLetter {
  readonly id: bigint;
  readonly dedupeKey: string;
  /** As written; a newer program may have written a kind that this one does not know. */
  readonly kind: string;
  readonly ref: string;
  /** Tries so far, this one included. */
  readonly tries: number;
  /** Names this very lease; a worker whose lease ran out cannot write over the next one's. */
  readonly leaseUntil: Instant;
}

/**
 * Takes the oldest letter whose time has come, or none. The try is counted here and not after it, so that a letter which
 * ends the process every time still runs out of tries.
 */
export async function leaseLetter(db: Db, now: Instant): Promise<LeasedLetter | undefined> {
  const leaseUntil = now.add({ seconds: LETTER_LEASE_SECONDS });
  const { rows } = await sql<{
    id: bigint;
    dedupe_key: string;
    kind: string;
    ref: string;
    tries: number;
    lease_until: Instant;
  }>`
    update outbox set lease_until = ${leaseUntil}, tries = tries + 1
    where id = (
      select id from outbox
      where state = 'pending' and next_at <= ${now} and lease_until <= ${now}
      order by next_at, id
      limit 1
      for update skip locked
    )
    returning id, dedupe_key, kind, ref, tries, lease_until
  `.execute(db);
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    id: row.id,
    dedupeKey: row.dedupe_key,
    kind: row.kind,
    ref: row.ref,
    tries: row.tries,
    leaseUntil: row.lease_until,
  };
}

/** What became of a leased letter. */
export type LetterOutcome =
  | { readonly state: 'sent' | 'unneeded' | 'dead' }
  | { readonly state: 'pending'; readonly nextAt: Instant };

/** Writes the outcome, unless the lease has meanwhile gone to another worker. @returns whether it was written */
export async function finishLetter(
  db: Db,
  letter: LeasedLetter,
  outcome: LetterOutcome,
): Promise<boolean> {
  const result = await db
    .updateTable('outbox')
    .set({
      state: outcome.state,
      lease_until: '-infinity',
      ...(outcome.state === 'pending' ? { next_at: outcome.nextAt } : {}),
    })
    .where('id', '=', letter.id)
    .where('state', '=', 'pending')
    .where('lease_until', '=', letter.leaseUntil)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Longer than all tries of a letter together: what is still pending then has no worker that would send it. */
const PENDING_DAYS = 7;

/** Whether any letter about one of these gifts or pledges still has to leave and can be expected to. */
export async function hasPendingLetter(
  db: Db,
  about: { readonly refs: readonly string[]; readonly now: Instant },
): Promise<boolean> {
  const { refs, now } = about;
  if (refs.length === 0) return false;
  const { rows } = await sql`
    select 1 from outbox
    where state = 'pending' and ref = any(${[...refs]}::text[])
      and created_at > ${now.subtract({ hours: 24 * PENDING_DAYS })}
    limit 1
  `.execute(db);
  return rows.length > 0;
}
