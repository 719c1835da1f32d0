/**
 * Moving an attempt by one input, under its gift's lock, with all that follows for gift and pledge in the same
 * transaction. What the processor says comes through `apply-evidence.ts`; what we do ourselves comes here directly. What
 * the input means is decided in `decide-input.ts`.
 */
import type { Tx } from '../../database/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import { endAlarms } from '../alarms/resolve-ended.ts';
import { isOnItsWay } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import {
  lockGiftOfAttempt,
  moveGift,
  readAttempt,
  scheduleGift,
  writeAttempt,
} from '../gift-store.ts';
import type { Attempt, Gift } from '../rows.ts';
import { writeBooking } from '../write-booking.ts';
import { type AttemptChange, decideInput, type InputEffect } from './decide-input.ts';
import { afterTryEnded } from './try-ended.ts';

export type { AttemptChange } from './decide-input.ts';

/** Moves an attempt by one input under its gift's lock, with all that follows for gift and pledge. */
export async function applyInput(
  tx: Tx,
  context: GivingContext,
  change: AttemptChange,
): Promise<'changed' | 'unchanged' | 'ignored' | 'no_such_attempt'> {
  const gift = await lockGiftOfAttempt(tx, change.attemptId);
  if (gift === undefined) return 'no_such_attempt';
  // A statement of its own: only now is what the lock's last holder wrote to be seen.
  const attempt = await readAttempt(tx, change.attemptId);
  assert(attempt !== undefined, 'an attempt is never deleted once its gift is known');
  const objectTaken = await isObjectTaken(tx, attempt, change.objectRef ?? null);
  const { answer, effects } = decideInput(
    { gift, attempt, objectTaken },
    change,
    context.clock.now(),
  );
  assert(answer !== 'ignored' || effects.length === 0, 'what is ignored changes nothing');
  for (const effect of effects) await carryOut(tx, context, { gift, attempt, effect });
  return answer;
}

async function carryOut(
  tx: Tx,
  context: GivingContext,
  of: { readonly gift: Gift; readonly attempt: Attempt; readonly effect: InputEffect },
): Promise<void> {
  const { gift, attempt, effect } = of;
  switch (effect.do) {
    case 'write-attempt':
      await writeAttempt(tx, attempt, effect.attempt);
      if (attempt.asked > 0 && isOnItsWay(attempt.state) && !isOnItsWay(effect.attempt.state)) {
        // The processor said it after all.
        const refs = [attempt.id, gift.id];
        await endAlarms(tx, { kinds: ['unanswered'], refs, now: context.clock.now() });
      }
      return;
    case 'try-ended':
      return await afterTryEnded(tx, context, {
        gift,
        attempt: effect.attempt,
        input: effect.input,
      });
    case 'ask-again':
      return await scheduleGift(tx, gift, effect.at);
    case 'alarm':
      return void (await writeBooking(tx, effect, context.clock.now()));
    default:
      return unreachable(effect, 'carryOut');
  }
}

/** Whether the reference is another attempt's already: then our id in the processor's record decided. */
async function isObjectTaken(tx: Tx, attempt: Attempt, objectRef: string | null): Promise<boolean> {
  if (objectRef === null || attempt.objectRef !== null) return false;
  const taken = await tx
    .selectFrom('attempt')
    .select('id')
    .where('processor_account_id', '=', attempt.accountId)
    .where('object_ref', '=', objectRef)
    .executeTakeFirst();
  assert(taken?.id !== attempt.id, 'an attempt without an object has none');
  return taken !== undefined;
}

/** Marks an open gift as one nobody will finish. The gift must be locked. */
export async function abandonGift(tx: Tx, context: GivingContext, gift: Gift): Promise<Gift> {
  return await moveGift(tx, gift, {
    input: { kind: 'abandon' },
    nextAt: null,
    now: context.clock.now(),
  });
}
