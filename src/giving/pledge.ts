/**
 * A standing promise: what it can become, and why.
 *
 * ```
 *   awaiting_first ──► active ◄──► paused
 *                        │ ▲
 *            a try fails ▼ │ the gift arrives after all
 *                      past_due ──► lapsed
 *   any of them ──► cancelled
 * ```
 *
 * - *awaiting_first*: the first gift has not settled, so nothing was promised yet that we could collect.
 * - *past_due*: the period that is being collected was declined; other tries follow, or the supporter pays it by hand,
 *   which closes the same period. It cannot be paused: what is behind is either collected or ended.
 * - *paused*: periods due before a day are skipped, not collected later; on that day it is active again by itself.
 * - *lapsed*: three weeks of tries did not help. *cancelled*: somebody said stop. Both are final: a comeback is a new
 *   pledge that names the old one. Late money settles its gift and revives nothing.
 *
 * A pledge that is active, paused or past due has exactly one open gift: the period that is collected now or comes next.
 * Whoever closes it makes the next one in the same transaction. Two things leave it without: money that did not fit puts
 * the open gift on hold, and the pledge stands still until a person has dealt with it; and a first gift that was given up
 * leaves its pledge awaiting, for money that may still come.
 */
import { assert, unreachable } from '../problems/index.ts';

export type PledgeState =
  | 'awaiting_first'
  | 'active'
  | 'paused'
  | 'past_due'
  | 'cancelled'
  | 'lapsed';

export type PledgeInput =
  /** A gift of it arrived. */
  | { readonly kind: 'gift-settled' }
  /** A try to collect a renewal ended without money. */
  | { readonly kind: 'try-failed' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'lapse' }
  | { readonly kind: 'cancel' };

export function isPledgeOver(state: PledgeState): state is 'cancelled' | 'lapsed' {
  switch (state) {
    case 'cancelled':
    case 'lapsed':
      return true;
    case 'awaiting_first':
    case 'active':
    case 'paused':
    case 'past_due':
      return false;
  }
}

/** The next state. What is final stays; an input that does not apply changes nothing. */
export function stepPledge(state: PledgeState, input: PledgeInput): PledgeState {
  const next = pledgeStateAfter(state, input);
  assert(!isPledgeOver(state) || next === state, 'what is over stays over');
  assert(
    next !== 'lapsed' || state === 'lapsed' || state === 'past_due',
    'only what is behind lapses',
  );
  assert(
    next !== 'awaiting_first' || state === 'awaiting_first',
    'what began does not begin again',
  );
  return next;
}

function pledgeStateAfter(state: PledgeState, input: PledgeInput): PledgeState {
  if (isPledgeOver(state)) return state;
  switch (input.kind) {
    case 'gift-settled':
      return state === 'paused' ? 'paused' : 'active';
    case 'try-failed':
      return state === 'active' ? 'past_due' : state;
    case 'pause':
      return state === 'active' ? 'paused' : state;
    case 'resume':
      return state === 'paused' ? 'active' : state;
    case 'lapse':
      return state === 'past_due' ? 'lapsed' : state;
    case 'cancel':
      return 'cancelled';
    default:
      return unreachable(input, 'pledgeStateAfter');
  }
}
