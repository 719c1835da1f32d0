/**
 * A charge whose processor does not tell us any more what became of it: its account was dropped, or nobody holds its key.
 * A person who sees the company's books (a report that was downloaded, a statement of the newsroom's own bank) says it.
 *
 * "Not charged" ends the attempt, and its gift can be paid elsewhere. "Charged" settles it by the charge they read there,
 * through the same function as every other proof; should the company tell the same charge later, it is the same cause and
 * nothing is booked twice.
 */
import { type Instant, isUuid } from '../../calendar/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { type Decision, isReason } from '../acts/act-store.ts';
import { isOnItsWay } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { lockGiftOfAttempt, readAttempt } from '../gift-store.ts';
import { applyEvidenceIn } from '../settling/apply-evidence.ts';
import { applyInput } from '../settling/apply-input.ts';
import { inTransaction } from '../transaction.ts';
import { movesMoney } from './account-status.ts';
import { findAccountAct, lockAccountStatus, writeAccountAct } from './account-store.ts';

export interface LostChargeDecision extends Decision {
  readonly actId: string;
  readonly attemptId: string;
  readonly became:
    | { readonly kind: 'not-charged' }
    /** As the company's own books have it. */
    | {
        readonly kind: 'charged';
        readonly chargeRef: string;
        readonly money: Money;
        readonly happenedAt: Instant;
      };
}

export type LostChargeAnswer =
  | { readonly kind: 'done' }
  /** The charge does not fit (it paid another gift, or its amount is another): kept apart for a person, as always. */
  | { readonly kind: 'held' }
  /** It is not under way any more, or this very act was sent before. */
  | { readonly kind: 'already' }
  | { readonly kind: 'not-found' }
  /** `still-told`: its processor is there and is asked; nobody needs to guess. */
  | {
      readonly kind: 'refused';
      readonly reason: 'reason' | 'act-id' | 'still-told' | 'charge-ref';
    };

const CHARGE_REF = /^[\x21-\x7e]{3,255}$/;

export async function closeLostCharge(
  context: GivingContext,
  decision: LostChargeDecision,
): Promise<LostChargeAnswer> {
  const { actId, attemptId, became } = decision;
  if (!isReason(decision.reason)) return { kind: 'refused', reason: 'reason' };
  if (!isUuid(actId)) return { kind: 'refused', reason: 'act-id' };
  const isReadable =
    became.kind === 'not-charged' || (CHARGE_REF.test(became.chargeRef) && became.money.minor > 0n);
  if (!isReadable) {
    return { kind: 'refused', reason: 'charge-ref' };
  }
  if (!isUuid(attemptId)) return { kind: 'not-found' };
  return await inTransaction(context.db, async (tx): Promise<LostChargeAnswer> => {
    const gift = await lockGiftOfAttempt(tx, attemptId);
    const attempt = gift === undefined ? undefined : await readAttempt(tx, attemptId);
    if (gift === undefined || attempt === undefined) return { kind: 'not-found' };
    const { accountId } = attempt;
    assert(attempt.giftId === gift.id, 'an attempt belongs to the gift that was locked');
    const status = await lockAccountStatus(tx, accountId);
    assert(status !== undefined, 'the account of an attempt exists');
    const before = await findAccountAct(tx, actId);
    if (before !== undefined) {
      const isSame = before.accountId === accountId && before.kind === became.kind;
      return isSame ? { kind: 'already' } : { kind: 'refused', reason: 'act-id' };
    }
    if (!isOnItsWay(attempt.state)) return { kind: 'already' };
    const isTold = movesMoney(status) && context.processorOf(accountId) !== undefined;
    if (isTold) return { kind: 'refused', reason: 'still-told' };
    const now = context.clock.now();
    await writeAccountAct(tx, {
      id: actId,
      accountId,
      kind: became.kind,
      attemptId,
      decision,
      now,
    });
    if (became.kind === 'not-charged') {
      await applyInput(tx, context, { attemptId, input: { kind: 'not-found' } });
      return { kind: 'done' };
    }
    const applied = await applyEvidenceIn(tx, context, {
      attemptId,
      accountId,
      objectRef: attempt.objectRef,
      evidence: {
        state: 'succeeded',
        chargeRef: became.chargeRef,
        money: became.money,
        happenedAt: became.happenedAt,
        payerCountry: null,
        mandate: null,
        fee: null,
      },
    });
    assert(applied !== 'no_such_attempt', 'an attempt that was locked is there');
    assert(applied !== 'ignored', 'a person speaks for the account of the attempt itself');
    return { kind: applied === 'hold' ? 'held' : 'done' };
  });
}
