/**
 * A gift that settled by late money may have another page open: its supporter came back and began anew before the first
 * payment was told. That page is closed, so that nobody pays twice. Should it have been paid already, the money is booked
 * as unmatched when it is told, as always.
 */
import { applyInput } from './apply-input.ts';
import { type AttemptInput, isLive } from './attempt.ts';
import type { GivingContext } from './context.ts';
import { readAttempt, readAttempts } from './gift-store.ts';
import type { Attempt } from './rows.ts';
import { inTransaction } from './transaction.ts';

/** @param settledId the attempt that succeeded */
export async function closeLeftovers(context: GivingContext, settledId: string): Promise<void> {
  const settled = await readAttempt(context.db, settledId);
  if (settled === undefined) return;
  const attempts = await readAttempts(context.db, settled.giftId);
  for (const attempt of attempts) {
    if (attempt.id !== settledId && isLive(attempt.state)) await closeLeftover(context, attempt);
  }
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
  if (attempt.state === 'planned') return { kind: 'withdraw' };
  if (attempt.mandateId !== null || attempt.objectRef === null) return null;
  const closed = await context
    .processorOf(attempt.accountId)
    ?.closeHostedPayment(attempt.objectRef);
  return closed === 'closed' ? { kind: 'evidence', evidence: { state: 'expired' } } : null;
}
