/**
 * Whoever calls the money core, from a page, from the desk or as a worker: a certainty that turned out false on the way
 * parks the gift it happened with, and tells a person, before the caller gets the error. What the failed transaction had
 * written is gone by then. Places that work on many gifts in a row catch their own failures, so that one stops no other.
 */
import { isUuid } from '../../calendar/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import type { Worker } from '../worker.ts';
import { raiseAlarm } from './alarm-store.ts';
import { assertionText, isFailedAssertion, parkGift } from './park-gift.ts';

export interface FailedAt {
  /** What was being done: a word of ours, the alarm's name where there is no gift. */
  readonly what: string;
  readonly giftId?: string | null;
  /** The open gift of the pledge is parked. */
  readonly pledgeId?: string | null;
}

/** Does the work, and notes a failed assertion before it goes on to the caller. Not inside anybody's transaction. */
export async function noting<T>(
  context: GivingContext,
  at: FailedAt,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // That even the ringing failed must not hide what had failed.
    await noteFailure(context, at, error).catch(() => undefined);
    throw error;
  }
}

/** Parks and rings for a failed assertion; other errors are not about the program's certainties. */
export async function noteFailure(
  context: GivingContext,
  at: FailedAt,
  error: unknown,
): Promise<void> {
  if (!isFailedAssertion(error)) return;
  assert(at.what !== '', 'what failed has a name');
  const detail = assertionText(error);
  const gifts = await giftsOf(context, at);
  for (const giftId of gifts) await parkGift(context, { giftId, detail });
  if (gifts.length > 0) return;
  const now = context.clock.now();
  await raiseAlarm(context.db, { kind: 'assertion', ref: at.what, giftId: null, detail, now });
}

async function giftsOf(
  context: GivingContext,
  { giftId = null, pledgeId = null }: FailedAt,
): Promise<readonly string[]> {
  if (giftId !== null && isUuid(giftId)) {
    const row = await context.db
      .selectFrom('gift')
      .select('id')
      .where('id', '=', giftId)
      .executeTakeFirst();
    if (row !== undefined) return [row.id];
  }
  if (pledgeId === null || !isUuid(pledgeId)) return [];
  const open = await context.db
    .selectFrom('gift')
    .select('id')
    .where('pledge_id', '=', pledgeId)
    .where('state', 'in', ['due', 'collecting'])
    .orderBy('id')
    .execute();
  const ids = open.map(({ id }) => id);
  assert(new Set(ids).size === ids.length, 'a gift is parked once');
  return ids;
}

/** The same worker; a certainty of its own that turned out false rings under its name. */
export function notedWorker(context: GivingContext, worker: Worker): Worker {
  const at = { what: `worker:${worker.name}` };
  return { name: worker.name, runOnce: () => noting(context, at, () => worker.runOnce()) };
}
