/**
 * One function for everything we learn about an attempt: the answer to our own call, a webhook's look-up, a poll, a
 * supporter who came back. It is a join, never an assignment: the rank of a state never falls, so the same news twice, or
 * old news late, changes nothing. Success goes to `settle()`.
 */
import type { Tx } from '../../database/index.ts';
import { unreachable } from '../../problems/index.ts';
import { assertionText, isFailedAssertion, parkGift } from '../alarms/park-gift.ts';
import { closeLeftovers } from '../checkout/close-leftovers.ts';
import type { GivingContext } from '../context.ts';
import { readAttempt } from '../gift-store.ts';
import { readAccountStatus } from '../moving/account-store.ts';
import type { PaymentEvidence } from '../processor.ts';
import { inTransaction } from '../transaction.ts';
import { applyInput } from './apply-input.ts';
import { type SettleAnswer, settle } from './settle.ts';

export interface Report {
  readonly attemptId: string;
  readonly accountId: string;
  readonly objectRef: string | null;
  readonly evidence: PaymentEvidence;
}

/** What a report did. `ignored`: it is about another account than the attempt's, and moved no money. */
export type Applied = SettleAnswer | 'changed' | 'unchanged' | 'ignored';

/**
 * Applies a report in a transaction of its own. A failed assertion parks the gift and is answered with `hold`: one gift
 * that the program does not understand must not stop the messages behind it.
 */
export async function applyEvidence(context: GivingContext, report: Report): Promise<Applied> {
  try {
    const applied = await inTransaction(context.db, (tx) => applyEvidenceIn(tx, context, report));
    if (applied === 'settled') await closeLeftovers(context, report.attemptId);
    return applied;
  } catch (error) {
    if (!isFailedAssertion(error)) throw error;
    const attempt = await readAttempt(context.db, report.attemptId);
    if (attempt === undefined) throw error;
    await parkGift(context, { giftId: attempt.giftId, detail: assertionText(error) });
    return 'hold';
  }
}

export async function applyEvidenceIn(
  tx: Tx,
  context: GivingContext,
  report: Report,
): Promise<Applied> {
  const { evidence, accountId, objectRef, attemptId } = report;
  switch (evidence.state) {
    case 'succeeded':
      return await settle(tx, context, attemptId, { accountId, objectRef, succeeded: evidence });
    case 'open':
    case 'processing':
    case 'needs_action':
      // A company that dropped us may still show a page or want a confirmation: nobody is sent there any more.
      if ((await readAccountStatus(tx, accountId)) === 'dropped') return 'ignored';
      break;
    case 'declined':
    case 'expired':
      break;
    default:
      return unreachable(evidence, 'applyEvidenceIn');
  }
  return await applyInput(tx, context, {
    attemptId,
    accountId,
    objectRef,
    input: { kind: 'evidence', evidence },
  });
}
