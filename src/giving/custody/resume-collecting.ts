/**
 * Letting a restored newsroom act again, once a person says that the one it was copied from is off.
 *
 * Between the backup and now another copy may have charged, given back and sent letters. So before anything is charged:
 *
 * - every processor must have been listed to its end since the restore; `recover-payment.ts` put back what they knew;
 * - whatever was planned at the time of the backup may have been sent: from now on it counts as sent then, so that it is
 *   asked about, or sent again only where the processor still knows its key;
 * - a renewal that fell due while the other copy was alive, and for which no charge is known, is parked for a person:
 *   perhaps its supporter stopped, and that word is lost. The last charge that the backup does not know is the last sign
 *   of the other copy's life; what fell due after that was missed, and is caught up as after any outage.
 */
import { sql } from 'kysely';
import { type Clock, Instant } from '../../calendar/index.ts';
import { type Db, readCustody, type Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';

export type ResumeAnswer =
  | { readonly kind: 'not-waiting'; readonly state: 'acting' | 'moved' }
  /** These accounts' payments or money were not listed to their end since the restore. */
  | { readonly kind: 'not-caught-up'; readonly accounts: readonly string[] }
  | {
      readonly kind: 'resumed';
      /** Charges and refunds that may have been sent after the backup: they are asked about first. */
      readonly doubted: number;
      /** Renewals that wait for a person. */
      readonly parked: number;
    };

/** All of it in one transaction, or nothing. Safe to call again. */
export async function resumeCollecting(options: {
  readonly db: Db;
  readonly clock: Clock;
}): Promise<ResumeAnswer> {
  return await options.db.transaction().execute(async (tx) => {
    await sql`select from custody for update`.execute(tx);
    const { state, exportedAt, changedAt } = await readCustody(tx);
    if (state !== 'restored') return { kind: 'not-waiting', state };
    assert(exportedAt !== null && changedAt !== null, 'a restored copy knows since when');
    const accounts = await notCaughtUp(tx, changedAt);
    if (accounts.length > 0) return { kind: 'not-caught-up', accounts };
    const now = options.clock.now();
    assert(Instant.compare(exportedAt, now) <= 0, 'a backup was made before it was restored');
    const parked = await parkUncharged(tx, { exportedAt, now });
    await tx.updateTable('custody').set({ state: 'acting', changed_at: now }).execute();
    const doubted = await doubtPlanned(tx, { exportedAt, now });
    return { kind: 'resumed', doubted, parked };
  });
}

/** A copy that was moved away comes back: only where the other never lived. @returns whether it had been moved */
export async function takeBackMoved(options: {
  readonly db: Db;
  readonly clock: Clock;
}): Promise<boolean> {
  const taken = await options.db
    .updateTable('custody')
    .set({ state: 'acting', changed_at: options.clock.now() })
    .where('state', '=', 'moved')
    .executeTakeFirst();
  assert(taken.numUpdatedRows <= 1n, 'custody is one row');
  return taken.numUpdatedRows === 1n;
}

/** `money_at` is finite where the account's money can be listed. */
async function notCaughtUp(tx: Tx, since: Instant): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from processor_account
    where status <> 'dropped' and (
      poll_whole_at is null or poll_whole_at <= ${since}
      or (isfinite(money_at) and (money_whole_at is null or money_whole_at <= ${since}))
    )
    order by id`.execute(tx);
  return rows.map(({ id }) => id);
}

async function parkUncharged(
  tx: Tx,
  of: { readonly exportedAt: Instant; readonly now: Instant },
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    with alive as (
      select max(happened_at) as until from ledger_transfer
      where code in (10, 90) and happened_at > ${of.exportedAt}
    ), uncharged as (
      select gift.id from gift join pledge on pledge.id = gift.pledge_id, alive
      where gift.state in ('due', 'collecting') and gift.period_n > 0
        and pledge.state in ('active', 'past_due')
        and gift.next_at > ${of.exportedAt} and gift.next_at < alive.until
        and not exists (
          select from attempt where attempt.gift_id = gift.id
            and attempt.state in ('planned', 'sent', 'unknown', 'needs_action')
        )
      order by gift.id for update of gift
    )
    update gift set next_at = null from uncharged where gift.id = uncharged.id
    returning gift.id`.execute(tx);
  assert(new Set(rows.map(({ id }) => id)).size === rows.length, 'a gift is parked once');
  if (rows.length === 0) return 0;
  await sql`
    insert into alarm (kind, ref, gift_id, detail, raised_at)
    select 'bound', id, id::uuid, 'not charged between backup and restore: perhaps stopped', ${of.now}
    from unnest(${rows.map(({ id }) => id)}::text[]) as id
    on conflict (kind, ref) where resolved_at is null do nothing`.execute(tx);
  return rows.length;
}

/** Counts what was planned as sent at the moment of the backup: the earliest at which it can have left. */
async function doubtPlanned(
  tx: Tx,
  of: { readonly exportedAt: Instant; readonly now: Instant },
): Promise<number> {
  const attempts = await tx
    .updateTable('attempt')
    .set({ state: 'sent', first_sent_at: of.exportedAt })
    .where('state', '=', 'planned')
    .where('mandate_id', 'is not', null)
    .executeTakeFirst();
  const refunds = await tx
    .updateTable('refund_order')
    .set({ state: 'sent', first_sent_at: of.exportedAt, next_at: of.now })
    .where('state', '=', 'planned')
    .executeTakeFirst();
  return Number(attempts.numUpdatedRows + refunds.numUpdatedRows);
}
