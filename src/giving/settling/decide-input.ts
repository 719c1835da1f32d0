/**
 * What one input means for an attempt and its gift: pure. The step itself is `stepAttempt()`; here is added what only the
 * standing can say: whether the account that speaks is the attempt's own, whether the processor's object is free to be
 * noted, and what has to follow. `applyInput()` locks, reads, asks here, and carries the effects out in this order.
 */
import type { Instant } from '../../calendar/index.ts';
import { assert } from '../../problems/index.ts';
import { type AttemptInput, isLive, stepAttempt } from '../attempt.ts';
import { attemptAfterStep } from '../attempt-after-step.ts';
import type { AlarmEffect } from '../booking.ts';
import { isOpenGift } from '../gift.ts';
import type { Attempt, Gift } from '../rows.ts';
import { nextAsk } from './ask-schedule.ts';

export interface AttemptChange {
  readonly attemptId: string;
  /** The account that says so; left out for what we do ourselves. */
  readonly accountId?: string;
  readonly objectRef?: string | null;
  readonly pageUrl?: string | null;
  readonly input: AttemptInput;
}

/** Read in statements that began after the gift was locked. */
export interface InputStanding {
  readonly gift: Pick<Gift, 'id' | 'state'>;
  readonly attempt: Attempt;
  /** The processor's object is already another attempt's. */
  readonly objectTaken: boolean;
}

export type InputEffect =
  | { readonly do: 'write-attempt'; readonly attempt: Attempt }
  | { readonly do: 'try-ended'; readonly attempt: Attempt; readonly input: AttemptInput }
  | { readonly do: 'ask-again'; readonly at: Instant }
  | AlarmEffect;

export interface InputDecision {
  readonly answer: 'changed' | 'unchanged' | 'ignored';
  readonly effects: readonly InputEffect[];
}

const IGNORED: InputDecision = { answer: 'ignored', effects: [] };

export function decideInput(
  standing: InputStanding,
  change: AttemptChange,
  now: Instant,
): InputDecision {
  const { gift, attempt } = standing;
  assert(attempt.id === change.attemptId, 'the attempt is the one that was asked for');
  assert(attempt.giftId === gift.id, 'an attempt belongs to the gift that was locked');
  if (change.accountId !== undefined && change.accountId !== attempt.accountId) return IGNORED;
  const stepped = stepAttempt(attempt, change.input);
  assert(stepped.effect !== 'settle', 'a success goes through settle()');
  const step = { ...stepped, pageUrl: stepped.pageUrl ?? change.pageUrl ?? null };
  const objectRef = standing.objectTaken ? null : (change.objectRef ?? null);
  const next = attemptAfterStep(attempt, { step, objectRef });
  assert(next.chargeRef === attempt.chargeRef, 'only settle() names the charge of an attempt');
  assert(attempt.state !== 'succeeded' || next.state === 'succeeded', 'a success is final');
  const effects: InputEffect[] = [];
  if (next !== attempt) effects.push({ do: 'write-attempt', attempt: next });
  if (step.effect === 'try-ended') {
    assert(isLive(attempt.state) && !isLive(next.state), 'a try ends once');
    effects.push({ do: 'try-ended', attempt: next, input: change.input });
  }
  if (next.state === 'unknown' && attempt.state !== 'unknown' && isOpenGift(gift.state)) {
    effects.push({ do: 'ask-again', at: nextAsk({ asked: 0, for: 'unheard', now }).at });
  }
  if (change.input.kind === 'order-refused') {
    // An order the processor calls invalid is our bug: nobody is charged again by itself.
    const { code } = change.input;
    effects.push({
      do: 'alarm',
      kind: 'our-bug',
      ref: attempt.id,
      giftId: gift.id,
      detail: code,
    });
  }
  return { answer: next === attempt ? 'unchanged' : 'changed', effects };
}
