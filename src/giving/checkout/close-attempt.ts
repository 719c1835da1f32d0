/**
 * Making the page of an attempt unusable at its processor: before another gift takes its place, when a pledge is stopped,
 * and when nobody paid for a day. Only what the processor confirms is written.
 */
import { assert } from '../../problems/index.ts';
import { isLive } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { lockGift, readAttempt } from '../gift-store.ts';
import type { Attempt } from '../rows.ts';
import { applyInput } from '../settling/apply-input.ts';
import { askAboutAttempt } from '../settling/ask.ts';
import { inTransaction } from '../transaction.ts';

/** `paid`: the supporter was faster. `not-heard`: the page may still be open. */
export type Closing = 'closed' | 'paid' | 'not-heard';

/** Makes the page of a live attempt unusable and writes what the processor says about it. */
export async function closeAttempt(context: GivingContext, live: Attempt): Promise<Closing> {
  assert(isLive(live.state), 'only a live attempt is closed');
  if (live.state === 'planned') {
    await inTransaction(context.db, (tx) =>
      applyInput(tx, context, { attemptId: live.id, input: { kind: 'withdraw' } }),
    );
    return await closingOf(context, live);
  }
  if (await closeUntouched(context, live)) return 'closed';
  const known = live.objectRef === null ? await learnObject(context, live) : live;
  if (known.objectRef === null || !isLive(known.state)) return await closingOf(context, known);
  const processor = context.processorOf(known.accountId);
  if (processor === undefined) return 'not-heard';
  assert(processor.accountId === known.accountId, 'a page is closed where it was opened');
  const answer = await processor.closeHostedPayment(known.objectRef);
  switch (answer) {
    case 'closed':
      await inTransaction(context.db, (tx) =>
        applyInput(tx, context, {
          attemptId: known.id,
          accountId: known.accountId,
          input: { kind: 'evidence', evidence: { state: 'expired' } },
        }),
      );
      return await closingOf(context, known);
    case 'already-paid':
      await askAboutAttempt(context, known);
      return 'paid';
    case 'unknown':
      return 'not-heard';
  }
}

/**
 * A page of ours that nobody paid on yet: there is nothing at the processor to close, and what the page would make there it
 * may only make after `PayDesk.take`, which needs the lock we hold here.
 */
async function closeUntouched(context: GivingContext, live: Attempt): Promise<boolean> {
  const isUntouched = ({ heard, objectRef, pageUrl }: Attempt): boolean =>
    heard === 'open' && objectRef === null && pageUrl !== null;
  if (!isUntouched(live)) return false;
  return await inTransaction(context.db, async (tx) => {
    await lockGift(tx, live.giftId);
    const now = await readAttempt(tx, live.id);
    assert(now === undefined || now.giftId === live.giftId, 'an attempt belongs to its gift');
    if (now === undefined || !isLive(now.state) || !isUntouched(now)) return false;
    const applied = await applyInput(tx, context, {
      attemptId: live.id,
      input: { kind: 'evidence', evidence: { state: 'expired' } },
    });
    return applied === 'changed';
  });
}

/** The answer that named the page got lost: ask for it, or learn that there is none. */
async function learnObject(context: GivingContext, live: Attempt): Promise<Attempt> {
  await askAboutAttempt(context, live);
  return (await readAttempt(context.db, live.id)) ?? live;
}

async function closingOf(context: GivingContext, attempt: Attempt): Promise<Closing> {
  const now = await readAttempt(context.db, attempt.id);
  if (now?.state === 'succeeded') return 'paid';
  return now !== undefined && isLive(now.state) ? 'not-heard' : 'closed';
}
