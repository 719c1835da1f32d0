/**
 * A gift that settled by late money may have another page open: its supporter came back and began anew before the first
 * payment was told. That page is closed, so that nobody pays twice. Should it have been paid already, the money is booked
 * as unmatched when it is told, as always.
 */

import { assert } from '../../problems/index.ts';
import { type AttemptInput, isLive } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { type Attempt, attemptOf } from '../rows.ts';
import { applyInput } from '../settling/apply-input.ts';
import { inTransaction } from '../transaction.ts';

/** @param settledId the attempt that succeeded */
export async function closeLeftovers(context: GivingContext, settledId: string): Promise<void> {
  const leftovers = await context.db
    .selectFrom('attempt')
    .innerJoin('attempt as settled', 'settled.gift_id', 'attempt.gift_id')
    .selectAll('attempt')
    .where('settled.id', '=', settledId)
    .where('attempt.state', 'in', ['planned', 'sent', 'unknown', 'needs_action'])
    .execute();
  assert(leftovers.length <= 1, 'at most one attempt of a gift is live');
  for (const leftover of leftovers) await closeLeftover(context, attemptOf(leftover));
}

async function closeLeftover(context: GivingContext, attempt: Attempt): Promise<void> {
  const input = await endOf(context, attempt);
  if (input === null) return;
  await inTransaction(context.db, (tx) =>
    applyInput(tx, context, { attemptId: attempt.id, input }),
  );
}

/** What to write about it, or null when it cannot be called back. */
async function endOf(context: GivingContext, attempt: Attempt): Promise<AttemptInput | null> {
  assert(isLive(attempt.state), 'only what may still take money is called back');
  if (attempt.state === 'planned') return { kind: 'withdraw' };
  if (attempt.mandateId !== null || attempt.objectRef === null) return null;
  const closed = await context
    .processorOf(attempt.accountId)
    ?.closeHostedPayment(attempt.objectRef);
  return closed === 'closed' ? { kind: 'evidence', evidence: { state: 'expired' } } : null;
}
