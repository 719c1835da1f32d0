/**
 * Moving an attempt by one input, under its gift's lock, with all that follows for gift and pledge in the same
 * transaction. What the processor says comes through `apply-evidence.ts`; what we do ourselves comes here directly.
 */
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { type AttemptInput, type AttemptStep, isLive, stepAttempt } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { isOpenGift } from '../gift.ts';
import {
  lockGiftOfAttempt,
  moveGift,
  readAttempt,
  scheduleGift,
  writeAttemptStep,
} from '../gift-store.ts';
import type { Attempt, Gift } from '../rows.ts';
import { nextAsk } from './ask-schedule.ts';
import { afterTryEnded } from './try-ended.ts';

export interface AttemptChange {
  readonly attemptId: string;
  /** The account that says so; left out for what we do ourselves. */
  readonly accountId?: string;
  readonly objectRef?: string | null;
  readonly pageUrl?: string | null;
  readonly input: AttemptInput;
}

/** Moves an attempt by one input under its gift's lock, with all that follows for gift and pledge. */
export async function applyInput(
  tx: Tx,
  context: GivingContext,
  change: AttemptChange,
): Promise<'changed' | 'unchanged' | 'ignored' | 'no_such_attempt'> {
  const gift = await lockGiftOfAttempt(tx, change.attemptId);
  if (gift === undefined) return 'no_such_attempt';
  const attempt = await readAttempt(tx, change.attemptId);
  assert(attempt !== undefined, 'an attempt is never deleted once its gift is known');
  if (change.accountId !== undefined && change.accountId !== attempt.accountId) return 'ignored';
  assert(attempt.giftId === gift.id, 'an attempt belongs to the gift that was locked');
  const step = withPage(stepAttempt(attempt, change.input), change.pageUrl ?? null);
  assert(step.effect !== 'settle', 'a success goes through settle()');
  const objectRef = await freeObjectRef(tx, attempt, change.objectRef ?? null);
  const written = await writeAttemptStep(tx, attempt, { step, objectRef });
  assert(written.state === step.state, 'what was decided was written');
  if (step.effect === 'try-ended') {
    assert(!isLive(written.state), 'a try that ended is not live');
    await afterTryEnded(tx, context, { gift, attempt: written, input: change.input });
  }
  if (written.state === 'unknown' && attempt.state !== 'unknown' && isOpenGift(gift.state)) {
    const next = nextAsk({ asked: 0, for: 'unheard', now: context.clock.now() });
    await scheduleGift(tx, gift, next.at);
  }
  await tellAPerson(tx, context, { gift, attempt, input: change.input });
  return written === attempt ? 'unchanged' : 'changed';
}

function withPage(step: AttemptStep, pageUrl: string | null): AttemptStep {
  return step.pageUrl === null && pageUrl !== null ? { ...step, pageUrl } : step;
}

/** The reference to store, unless it is another attempt's already: then our id in the processor's record decided. */
async function freeObjectRef(
  tx: Tx,
  attempt: Attempt,
  objectRef: string | null,
): Promise<string | null> {
  if (objectRef === null || attempt.objectRef !== null) return null;
  const taken = await tx
    .selectFrom('attempt')
    .select('id')
    .where('processor_account_id', '=', attempt.accountId)
    .where('object_ref', '=', objectRef)
    .executeTakeFirst();
  return taken === undefined ? objectRef : null;
}

/** An order the processor calls invalid is our bug: nobody is charged again by itself. */
async function tellAPerson(
  tx: Tx,
  context: GivingContext,
  told: { gift: Gift; attempt: Attempt; input: AttemptInput },
): Promise<void> {
  if (told.input.kind !== 'order-refused') return;
  await raiseAlarm(tx, {
    kind: 'our-bug',
    ref: told.attempt.id,
    giftId: told.gift.id,
    detail: told.input.code,
    now: context.clock.now(),
  });
}

/** Marks an open gift as one nobody will finish. The gift must be locked. */
export async function abandonGift(tx: Tx, context: GivingContext, gift: Gift): Promise<Gift> {
  return await moveGift(tx, gift, {
    input: { kind: 'abandon' },
    nextAt: null,
    now: context.clock.now(),
  });
}
