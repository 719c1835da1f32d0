/**
 * SQL about gifts and attempts: locking, reading, and writing their states.
 *
 * Rows are locked in one order, gift first; a pledge only by somebody who holds a gift of it or nothing at all. At read
 * committed a statement sees what was committed when it began, so whatever is decided on is read in a statement that
 * begins after the lock was taken.
 */
import type { Insertable } from 'kysely';
import type { Instant } from '../calendar/index.ts';
import type { Db, Tx } from '../database/index.ts';
import type { AttemptTable, GiftTable } from '../database/tables/giving.ts';
import { assert } from '../problems/index.ts';
import { type AttemptState, attemptRank } from './attempt.ts';
import { type GiftInput, giftRank, isOpenGift, stepGift } from './gift.ts';
import { type Attempt, attemptOf, type Gift, giftOf } from './rows.ts';

/** Everything but the lease, which starts at `-infinity` and is only ever compared inside the database. */
const GIFT_COLUMNS = [
  'gift.id',
  'gift.supporter_id',
  'gift.pledge_id',
  'gift.period_n',
  'gift.due_date',
  'gift.amount_minor',
  'gift.currency',
  'gift.body_hash',
  'gift.state',
  'gift.next_at',
  'gift.appeal_id',
  'gift.variant_id',
  'gift.created_at',
  'gift.settled_at',
  'gift.unit',
  'gift.covers_periods',
  'gift.covered_by',
] as const;

export async function readGift(db: Db | Tx, giftId: string): Promise<Gift | undefined> {
  const row = await db
    .selectFrom('gift')
    .select(GIFT_COLUMNS)
    .where('id', '=', giftId)
    .executeTakeFirst();
  return row === undefined ? undefined : giftOf(row);
}

export async function lockGift(tx: Tx, giftId: string): Promise<Gift | undefined> {
  const row = await tx
    .selectFrom('gift')
    .select(GIFT_COLUMNS)
    .where('id', '=', giftId)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : giftOf(row);
}

/** Locks the gift row, not the attempt: read the attempt afterwards. */
export async function lockGiftOfAttempt(tx: Tx, attemptId: string): Promise<Gift | undefined> {
  const row = await tx
    .selectFrom('gift')
    .innerJoin('attempt', 'attempt.gift_id', 'gift.id')
    .select(GIFT_COLUMNS)
    .where('attempt.id', '=', attemptId)
    .forUpdate('gift')
    .executeTakeFirst();
  return row === undefined ? undefined : giftOf(row);
}

export async function readAttempt(db: Db | Tx, attemptId: string): Promise<Attempt | undefined> {
  const row = await db
    .selectFrom('attempt')
    .selectAll()
    .where('id', '=', attemptId)
    .executeTakeFirst();
  return row === undefined ? undefined : attemptOf(row);
}

/** Attempts of a gift, oldest first. */
export async function readAttempts(db: Db | Tx, giftId: string): Promise<readonly Attempt[]> {
  const rows = await db
    .selectFrom('attempt')
    .selectAll()
    .where('gift_id', '=', giftId)
    .orderBy('n')
    .execute();
  const attempts = rows.map(attemptOf);
  assert(
    attempts.every(({ n }, index) => index === 0 || n > (attempts[index - 1]?.n ?? 0)),
    'attempts of a gift are numbered apart',
  );
  return attempts;
}

/** The attempt that a processor's object belongs to. */
export async function findAttemptByObject(
  db: Db | Tx,
  object: { readonly accountId: string; readonly objectRef: string },
): Promise<string | undefined> {
  const row = await db
    .selectFrom('attempt')
    .select('id')
    .where('processor_account_id', '=', object.accountId)
    .where('object_ref', '=', object.objectRef)
    .executeTakeFirst();
  return row?.id;
}

export async function insertAttempt(
  tx: Tx,
  attempt: Omit<Insertable<AttemptTable>, 'state'>,
): Promise<void> {
  assert(attempt.n >= 1, 'attempts are numbered from one');
  assert(attempt.request_hash !== '', 'what will be sent is known before it is sent');
  await tx
    .insertInto('attempt')
    .values({ ...attempt, state: 'planned' })
    .execute();
}

/**
 * Moves a locked gift by one input and says when a worker must look next (ignored once it is over).
 * @returns the gift as it is now
 */
export async function moveGift(
  tx: Tx,
  gift: Gift,
  move: { readonly input: GiftInput; readonly nextAt: Instant | null; readonly now: Instant },
): Promise<Gift> {
  const state = stepGift(gift.state, move.input);
  assert(giftRank(state) >= giftRank(gift.state), 'the state of a gift never falls');
  const nextAt = isOpenGift(state) ? move.nextAt : null;
  assert(!isOpenGift(state) || nextAt !== null, 'an open gift is looked at again');
  const settledAt = state === 'settled' ? (gift.settledAt ?? move.now) : null;
  await tx
    .updateTable('gift')
    .set({ state, next_at: nextAt, settled_at: settledAt })
    .where('id', '=', gift.id)
    .execute();
  return { ...gift, state, nextAt, settledAt };
}

/** Says when a worker must look at an open gift. */
export async function scheduleGift(tx: Tx, gift: Gift, nextAt: Instant): Promise<void> {
  assert(isOpenGift(gift.state), 'only an open gift is looked at again');
  await tx.updateTable('gift').set({ next_at: nextAt }).where('id', '=', gift.id).execute();
}

/** Writes what `attemptAfterStep()` decided. The gift must be locked. A success is not written here. */
export async function writeAttempt(tx: Tx, before: Attempt, next: Attempt): Promise<void> {
  assert(next.id === before.id && next.giftId === before.giftId, 'an attempt stays itself');
  assert(
    next.state !== 'succeeded' || before.state === 'succeeded',
    'only settle() writes a success',
  );
  assert(
    attemptRank(next.state) >= attemptRank(before.state),
    'the rank of an attempt never falls',
  );
  const { numUpdatedRows } = await tx
    .updateTable('attempt')
    .set({
      state: next.state,
      object_ref: next.objectRef,
      heard: next.heard,
      page_url: next.pageUrl,
      decline_code: next.declineCode?.slice(0, 100) ?? null,
      advice: next.advice,
    })
    .where('id', '=', next.id)
    .where('state', '=', before.state)
    .executeTakeFirst();
  assert(numUpdatedRows === 1n, 'nobody else moved the attempt under our lock');
}

/** Marks the one success of a gift. Called by settle() alone. */
export async function writeSuccess(
  tx: Tx,
  attempt: Attempt,
  charge: { readonly chargeRef: string; readonly objectRef: string | null },
): Promise<void> {
  assert(attempt.state !== 'succeeded', 'an attempt succeeds once');
  assert(charge.chargeRef !== '', 'a success names its charge');
  await tx
    .updateTable('attempt')
    .set({
      state: 'succeeded' satisfies AttemptState,
      charge_ref: charge.chargeRef,
      object_ref: attempt.objectRef ?? charge.objectRef,
      page_url: null,
    })
    .where('id', '=', attempt.id)
    .execute();
}

/**
 * Takes a planned attempt for sending, before the call goes out. Of any number of callers one gets it; it goes to nobody
 * once the gift is over or its pledge was stopped or paused.
 * @returns whether this caller may send
 */
export async function takeForSending(
  tx: Tx,
  attempt: Pick<Attempt, 'id' | 'giftId'>,
  now: Instant,
): Promise<boolean> {
  const gift = await lockGift(tx, attempt.giftId);
  if (gift === undefined || !isOpenGift(gift.state)) return false;
  const result = await tx
    .updateTable('attempt')
    .set({ state: 'sent', first_sent_at: now })
    .where('id', '=', attempt.id)
    .where('state', '=', 'planned')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('pledge')
            .select('pledge.id')
            .where('pledge.id', '=', gift.pledgeId)
            .where('pledge.state', 'in', ['cancelled', 'lapsed', 'paused']),
        ),
      ),
    )
    // Nothing that moves money leaves for a company that dropped us.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('processor_account')
            .select('processor_account.id')
            .whereRef('processor_account.id', '=', 'attempt.processor_account_id')
            .where('processor_account.status', '=', 'dropped'),
        ),
      ),
    )
    .executeTakeFirst();
  assert(result.numUpdatedRows <= 1n, 'an attempt is one row');
  return result.numUpdatedRows === 1n;
}

export type NewGift = Omit<Insertable<GiftTable>, 'lease_until' | 'lease_owner' | 'settled_at'>;

/** Writes a gift. @returns false when its id or its (pledge, n) is taken */
export async function insertGift(tx: Tx, gift: NewGift): Promise<boolean> {
  const result = await tx
    .insertInto('gift')
    .values(gift)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  const written = result.numInsertedOrUpdatedRows ?? 0n;
  assert(written <= 1n, 'a gift is one row');
  return written === 1n;
}
