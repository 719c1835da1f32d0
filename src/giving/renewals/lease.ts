/**
 * Claiming due gifts: the row itself is the job. One statement takes the oldest due rows that nobody holds and leases
 * them for a minute, so any number of processes work side by side and a dead one's rows come back by themselves. The
 * partial index on next_at makes this a short walk, however many pledges there are.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';

export const LEASE_SECONDS = 60;

export async function claimDueGifts(
  db: Db,
  claim: { readonly now: Instant; readonly owner: string; readonly limit: number },
): Promise<readonly string[]> {
  assert(claim.limit > 0 && claim.owner !== '', 'somebody leases a bounded number');
  const { rows } = await sql<{ id: string }>`
    with due as (
      select id from gift
      where next_at <= ${claim.now} and lease_until <= ${claim.now}
      order by next_at
      limit ${claim.limit}
      for update skip locked
    )
    update gift set lease_until = ${claim.now.add({ seconds: LEASE_SECONDS })}, lease_owner = ${claim.owner}
    from due where gift.id = due.id
    returning gift.id
  `.execute(db);
  assert(rows.length <= claim.limit, 'a batch is bounded');
  assert(new Set(rows.map(({ id }) => id)).size === rows.length, 'a gift is leased once');
  return rows.map((row) => row.id);
}

/** Gives gifts back, as far as they are still ours: many in one commit, because each costs the disk as much as a charge. */
export async function releaseGifts(
  db: Db,
  lease: { readonly giftIds: readonly string[]; readonly owner: string },
): Promise<void> {
  const { giftIds, owner } = lease;
  assert(giftIds.length > 0 && owner !== '', 'somebody gives something back');
  // One that somebody writes at this moment is passed over: waiting for it with others in hand could end in a deadlock,
  // and its lease ends by itself within the minute.
  await sql`
    with ours as (
      select id from gift where id = any(${giftIds}::uuid[]) and lease_owner = ${owner}
      for no key update skip locked
    )
    update gift set lease_until = '-infinity', lease_owner = null from ours where gift.id = ours.id
  `.execute(db);
}
