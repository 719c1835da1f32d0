/**
 * The row of an attempt after a step of `stepAttempt()`: what is kept of before, what is new, and what must not happen.
 * Pure; `writeAttempt()` writes exactly this.
 */
import { assert } from '../problems/index.ts';
import { type AttemptStep, attemptRank, isLive } from './attempt.ts';
import type { Attempt } from './rows.ts';

type Stepped = Pick<
  Attempt,
  'state' | 'objectRef' | 'heard' | 'pageUrl' | 'declineCode' | 'advice'
>;

/** What a step changes nothing of is returned as it came, so that "unchanged" can be asked by `===`. */
export function attemptAfterStep<A extends Stepped>(
  attempt: A,
  change: { readonly step: AttemptStep; readonly objectRef: string | null },
): A {
  const { step } = change;
  assert(
    step.state !== 'succeeded' || attempt.state === 'succeeded',
    'only settle() writes a success',
  );
  assert(
    attemptRank(step.state) >= attemptRank(attempt.state),
    'the rank of an attempt never falls',
  );
  const next: A = {
    ...attempt,
    state: step.state,
    objectRef: attempt.objectRef ?? change.objectRef,
    heard: step.heard,
    pageUrl: pageAfter(attempt, step),
    declineCode: step.decline?.code ?? attempt.declineCode,
    advice: step.decline?.advice ?? attempt.advice,
  };
  assert(
    attempt.objectRef === null || next.objectRef === attempt.objectRef,
    "the processor's object of an attempt never changes",
  );
  return isSame(next, attempt) ? attempt : next;
}

/** A page that is over leads nowhere, so its address goes. */
function pageAfter(attempt: Stepped, step: AttemptStep): string | null {
  if (!isLive(step.state)) return null;
  return step.pageUrl ?? attempt.pageUrl;
}

function isSame(a: Stepped, b: Stepped): boolean {
  return (
    a.state === b.state &&
    a.objectRef === b.objectRef &&
    a.heard === b.heard &&
    a.pageUrl === b.pageUrl &&
    a.declineCode === b.declineCode &&
    a.advice === b.advice
  );
}
