/**
 * A certainty that turned out false parks the gift it happened in, never the process: an assertion of ours, or a rule of
 * the schema that refused what no code of ours should have tried.
 */
import { AssertionFailure, assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { isOpenGift } from '../gift.ts';
import { sqlState } from '../transaction.ts';
import { raiseAlarm } from './alarm-store.ts';

const CHECK_VIOLATION = '23514';

export function isFailedAssertion(error: unknown): boolean {
  return error instanceof AssertionFailure || sqlState(error) === CHECK_VIOLATION;
}

/** What to note about it. A database error's own words may hold a row, so only its code is kept. */
export function assertionText(error: unknown): string {
  if (error instanceof AssertionFailure) return error.message;
  return `database refused: ${sqlState(error) ?? 'no code'}`;
}

/** Puts the gift on hold and tells a person. Everything the failed transaction had written is gone. */
export async function parkGift(
  context: GivingContext,
  failed: { readonly giftId: string; readonly detail: string },
): Promise<void> {
  assert(failed.detail !== '', 'whoever parks a gift says why');
  const now = context.clock.now();
  await context.db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('gift')
      .select(['id', 'state'])
      .where('id', '=', failed.giftId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return;
    assert(row.id === failed.giftId, 'the gift that is parked is the one that was named');
    if (isOpenGift(row.state)) {
      await tx
        .updateTable('gift')
        .set({ state: 'integrity_hold', next_at: null })
        .where('id', '=', row.id)
        .execute();
    }
    await raiseAlarm(tx, {
      kind: 'assertion',
      ref: row.id,
      giftId: row.id,
      detail: failed.detail,
      now,
    });
  });
}
