/**
 * Looking a payment up, and taking its money where that is ours to do.
 *
 * Some processors let a supporter agree on their page and move nothing until they are told to. `agreed` is no state of an
 * attempt: it is an offer, and what answers it is one more call that may move money. So it is treated as every such call:
 * under the gift's lock the attempt must still be wanted (live, its gift open, its pledge not over), it is put back to
 * `sent`, which means "they may know of this", that is committed, and only then the word is given. Two who find the same
 * offer give the same word with the same key; the processor takes the money once. What nobody wants any more is left
 * unanswered, and its page is closed by `checkout/look-after-closed.ts`.
 */
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { isOnItsWay } from '../attempt.ts';
import { orderOfAttempt } from '../checkout/order-of-attempt.ts';
import type { GivingContext } from '../context.ts';
import { isOpenGift } from '../gift.ts';
import { lockGiftOfAttempt, readAttempt } from '../gift-store.ts';
import { movesMoney } from '../moving/account-status.ts';
import { readAccountStatus } from '../moving/account-store.ts';
import { isPledgeOver } from '../pledge.ts';
import { lockPledge } from '../pledges/pledge-store.ts';
import type {
  Agreed,
  CompletionOrder,
  EvidenceAnswer,
  LookUpAnswer,
  LookUpQuestion,
  Processor,
} from '../processor.ts';
import { inTransaction } from '../transaction.ts';
import { applyInput } from './apply-input.ts';

/** What is known of a payment once every offer was answered. */
export type FoundPayment = Exclude<LookUpAnswer, Agreed>;

/** At most two calls out; no lock is held during either. */
export async function lookUpPayment(
  context: GivingContext,
  processor: Processor,
  question: LookUpQuestion,
): Promise<FoundPayment> {
  const answer = await processor.lookUp(question);
  if (answer.kind !== 'agreed') return answer;
  return await answerAgreed(context, processor, {
    agreed: answer,
    attemptId: answer.attemptId ?? question.attemptId,
  });
}

async function answerAgreed(
  context: GivingContext,
  processor: Processor,
  offer: { readonly agreed: Agreed; readonly attemptId: string | null },
): Promise<EvidenceAnswer> {
  const { agreed, attemptId } = offer;
  assert(processor.completePayment !== undefined, 'who lets supporters agree can be told to take');
  const stillOpen: EvidenceAnswer = {
    kind: 'evidence',
    objectRef: agreed.objectRef,
    attemptId,
    evidence: { state: 'open' },
  };
  if (attemptId === null) return stillOpen;
  const order = await inTransaction(context.db, (tx) =>
    takeForCompletion(tx, context, { attemptId, accountId: processor.accountId, agreed }),
  );
  if (order === undefined) return stillOpen;
  const completed = await processor.completePayment(order);
  if (completed.kind === 'evidence') return completed;
  if (completed.kind === 'unknown') {
    await inTransaction(context.db, (tx) =>
      applyInput(tx, context, { attemptId, input: { kind: 'answer-not-heard' } }),
    );
    return completed;
  }
  await inTransaction(context.db, (tx) =>
    applyInput(tx, context, { attemptId, input: { kind: 'order-refused', code: completed.code } }),
  );
  return {
    ...stillOpen,
    evidence: { state: 'declined', code: completed.code, advice: 'ask-for-another-method' },
  };
}

/** Marks it as sent, unless nobody wants it any more. @returns the order to send */
async function takeForCompletion(
  tx: Tx,
  context: GivingContext,
  of: { readonly attemptId: string; readonly accountId: string; readonly agreed: Agreed },
): Promise<CompletionOrder | undefined> {
  const { attemptId, accountId, agreed } = of;
  const gift = await lockGiftOfAttempt(tx, attemptId);
  if (gift === undefined || !isOpenGift(gift.state)) return undefined;
  const attempt = await readAttempt(tx, attemptId);
  assert(attempt !== undefined, 'an attempt is never deleted once its gift is known');
  assert(attempt.giftId === gift.id, 'an attempt belongs to the gift that was locked');
  if (!isOnItsWay(attempt.state) || attempt.mandateId !== null) return undefined;
  if (attempt.accountId !== accountId) return undefined;
  if (attempt.objectRef !== null && attempt.objectRef !== agreed.objectRef) return undefined;
  const status = await readAccountStatus(tx, accountId);
  if (status === undefined || !movesMoney(status)) return undefined;
  const pledge = gift.pledgeId === null ? null : await lockPledge(tx, gift.pledgeId);
  if (pledge !== null && isPledgeOver(pledge.state)) return undefined;
  const built = await orderOfAttempt(context, { gift, pledge, attemptId }, tx);
  if (built === undefined) return undefined;
  const { objectRef } = agreed;
  // The page said "open" before; from here on, until we hear, the money may have moved.
  await applyInput(tx, context, {
    attemptId,
    accountId,
    objectRef,
    input: { kind: 'page-not-heard' },
  });
  const { references, idempotencyKey, money, keepMandate, statementText, refusedCountries } =
    built.order;
  assert(idempotencyKey === attemptId, 'the key of an order is its attempt');
  return {
    references,
    idempotencyKey,
    objectRef,
    money,
    keepMandate,
    statementText,
    refusedCountries,
  };
}
