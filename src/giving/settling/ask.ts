/**
 * Asking a processor what became of an attempt, and applying what it says. For answers we did not hear, pages that nobody
 * paid on yet, supporters who came back, and messages we only take as a hint to ask.
 */
import type { Instant } from '../../calendar/index.ts';
import { assert } from '../../problems/index.ts';
import { isOnItsWay } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { readAccountStatus } from '../moving/account-store.ts';
import { readMandate } from '../pledges/pledge-store.ts';
import type { Processor, SentAttempt } from '../processor.ts';
import type { Attempt } from '../rows.ts';
import { inTransaction } from '../transaction.ts';
import { applyEvidence } from './apply-evidence.ts';
import { applyInput } from './apply-input.ts';
import { lookUpPayment } from './look-up.ts';

/** `too-early`: the processor knows nothing, but our call may still be under way. */
export type AskAnswer = 'changed' | 'unchanged' | 'not-heard' | 'too-early';

/** One call out. No lock is held meanwhile. */
export async function askAboutAttempt(
  context: GivingContext,
  attempt: Attempt,
): Promise<AskAnswer> {
  const processor = context.processorOf(attempt.accountId);
  if (processor === undefined || !isOnItsWay(attempt.state)) return 'unchanged';
  const { id: attemptId, objectRef } = attempt;
  const sent = await sentOf(context, attempt);
  const question = { attemptId, objectRef, ...(sent === undefined ? {} : { sent }) };
  const answer = await lookUpPayment(context, processor, question);
  switch (answer.kind) {
    case 'unknown':
      return 'not-heard';
    case 'evidence': {
      // An answer about somebody else's payment says nothing about this one.
      if (answer.attemptId != null && answer.attemptId !== attempt.id) return 'not-heard';
      const applied = await applyEvidence(context, {
        attemptId: attempt.id,
        accountId: attempt.accountId,
        objectRef: answer.objectRef,
        evidence: answer.evidence,
      });
      return applied === 'unchanged' || applied === 'ignored' ? 'unchanged' : 'changed';
    }
    case 'not-found': {
      if (!mayBelieveNotFound({ attempt, processor, now: context.clock.now() })) return 'too-early';
      // A company that closed our account may know of nothing any more; only a person who sees its books can say so.
      if ((await readAccountStatus(context.db, attempt.accountId)) === 'dropped')
        return 'not-heard';
      const applied = await inTransaction(context.db, (tx) =>
        applyInput(tx, context, { attemptId: attempt.id, input: { kind: 'not-found' } }),
      );
      return applied === 'changed' ? 'changed' : 'unchanged';
    }
  }
}

/** How our call went out. Whom it charged only matters for an answer whose reference got lost. */
async function sentOf(context: GivingContext, attempt: Attempt): Promise<SentAttempt | undefined> {
  const { firstSentAt: firstAt, mandateId, objectRef } = attempt;
  if (firstAt === null) return undefined;
  const onMandate = mandateId !== null;
  const mandate =
    mandateId === null || objectRef !== null ? undefined : await readMandate(context.db, mandateId);
  assert(mandate === undefined || mandate.id === mandateId, 'the mandate is the one it charged');
  const customerRef = mandate?.customerRef ?? null;
  return { firstAt, onMandate, ...(customerRef === null ? {} : { customerRef }) };
}

const HOSTED_GRACE_MINUTES = 5;
const MANDATE_GRACE_HOURS = 1;

/**
 * Whether "there is no such payment" ends an attempt. A page whose address we never learned can be paid by nobody, so
 * minutes are enough. A charge on a mandate would move money by itself: there we wait until no copy of our call can be
 * under way and the same key would not be answered from memory any more.
 */
export function mayBelieveNotFound(question: {
  readonly attempt: Pick<Attempt, 'firstSentAt' | 'mandateId' | 'objectRef'>;
  readonly processor: Pick<Processor, 'capabilities'>;
  readonly now: Instant;
}): boolean {
  const { attempt, processor, now } = question;
  if (attempt.firstSentAt === null) return true;
  const age = attempt.firstSentAt.until(now).total('milliseconds');
  if (attempt.mandateId === null) return age >= HOSTED_GRACE_MINUTES * 60_000;
  const window = processor.capabilities.idempotencyWindowMs ?? 0;
  return age >= Math.max(window, MANDATE_GRACE_HOURS * 3_600_000);
}

/** Whether the same key may be sent again: the processor still answers it from memory. */
export function isInsideWindow(
  attempt: Pick<Attempt, 'firstSentAt'>,
  processor: Pick<Processor, 'capabilities'>,
  now: Instant,
): boolean {
  const window = processor.capabilities.idempotencyWindowMs;
  if (window === null) return false;
  if (attempt.firstSentAt === null) return true;
  return attempt.firstSentAt.until(now).total('milliseconds') < window;
}
