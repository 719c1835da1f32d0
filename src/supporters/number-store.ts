/**
 * Which supporter a number belongs to: one row per supporter, found by the number's hash alone.
 */
import { sql } from 'kysely';
import type { Instant } from '../calendar/index.ts';
import type { Db, Tx } from '../database/index.ts';

/** How long after the first showing a number that opened nothing yet may be replaced: "it did not arrive". */
export const REISSUE_MINUTES = 30;

/**
 * Gives a supporter this number, in place of an earlier one that was shown only minutes ago and never used. One statement,
 * so that two taps leave one number: the one asked for last, because that is the page a browser shows.
 * @returns `false` when another number stands, or the supporter asked to be forgotten
 */
export async function putNumber(
  db: Db,
  options: { readonly supporterId: string; readonly hash: Uint8Array; readonly askedAt: Instant },
): Promise<boolean> {
  const { supporterId, hash, askedAt } = options;
  // The lock makes us wait for a "forget me" under way, and then see it.
  const { rows } = await sql`
    insert into supporter_number as held (supporter_id, number_hash, first_issued_at, asked_at)
    select id, ${hash}, ${askedAt}, ${askedAt} from supporter
    where id = ${supporterId} and forgotten_at is null
    for share
    on conflict (supporter_id) do update
    set number_hash = excluded.number_hash, asked_at = excluded.asked_at
    where not held.used
      and held.asked_at <= excluded.asked_at
      and held.first_issued_at > ${askedAt.subtract({ minutes: REISSUE_MINUTES })}
    returning held.supporter_id
  `.execute(db);
  return rows.length === 1;
}

/** The supporter of a hash, or undefined. */
export async function findSupporter(db: Db, hash: Uint8Array): Promise<string | undefined> {
  const row = await db
    .selectFrom('supporter_number')
    .select('supporter_id')
    .where('number_hash', '=', hash)
    .executeTakeFirst();
  return row?.supporter_id;
}

/** Notes that a number has opened something; from now on it is never replaced. */
export async function markNumberUsed(db: Db, supporterId: string): Promise<void> {
  await db
    .updateTable('supporter_number')
    .set({ used: true })
    .where('supporter_id', '=', supporterId)
    .where('used', '=', false)
    .execute();
}

export async function deleteNumber(tx: Tx, supporterId: string): Promise<void> {
  await tx.deleteFrom('supporter_number').where('supporter_id', '=', supporterId).execute();
}
