/**
 * One payment we want once: what it can become, and why.
 *
 * ```
 *   due ──► collecting ──► settled
 *    │          ├──► failed          no more tries; its pledge lapsed
 *    │          ├──► abandoned       the supporter never finished, or the pledge was stopped before a charge was sent
 *    ├──────────┴──► skipped         a period deliberately not charged; it keeps (pledge, n) occupied
 *    └─ any of them ─► integrity_hold    money arrived that does not fit, or the program caught itself in a mistake
 * ```
 *
 * `settled` is final and outranks everything: money that arrived is never refused, so a proof from the processor lifts a
 * gift out of failed, abandoned, skipped and integrity_hold. Nothing else leads out of them. Refunded and disputed are
 * amounts in the ledger, not states.
 *
 * The row is also the job: while a gift is due or collecting, `next_at` says when a worker must look at it. It is empty
 * only while a bound has parked the gift, with an alarm that a person answers. An attempt that is still live when its gift
 * is over is looked after by the poller (`checkout/look-after-closed.ts`).
 */
import { Instant } from '../calendar/index.ts';
import { assert, unreachable } from '../problems/index.ts';
import type { PledgeState } from './pledge.ts';

export type GiftState =
  | 'due'
  | 'collecting'
  | 'skipped'
  | 'failed'
  | 'abandoned'
  | 'integrity_hold'
  | 'settled';

export type GiftInput =
  | { readonly kind: 'plan' }
  | { readonly kind: 'settle' }
  | { readonly kind: 'hold' }
  /** Not charged on purpose: paused, or missed during an outage. Only before anything was sent. */
  | { readonly kind: 'skip' }
  | { readonly kind: 'abandon' }
  | { readonly kind: 'fail' };

/** Rank by which a gift only climbs. */
export function giftRank(state: GiftState): 0 | 1 | 2 | 3 | 4 {
  switch (state) {
    case 'due':
      return 0;
    case 'collecting':
      return 1;
    case 'skipped':
    case 'failed':
    case 'abandoned':
      return 2;
    case 'integrity_hold':
      return 3;
    case 'settled':
      return 4;
  }
}

/** Whether a worker or a supporter may still act on it. */
export function isOpenGift(state: GiftState): state is 'due' | 'collecting' {
  return giftRank(state) <= 1;
}

/**
 * Whether its time has come. A worker asks before it decides, and once more under the gift's lock: between its lease and
 * its turn another may have dealt with the gift and said when to look again.
 */
export function isDue(gift: { readonly nextAt: Instant | null }, now: Instant): boolean {
  return gift.nextAt !== null && Instant.compare(gift.nextAt, now) <= 0;
}

/** The next state. An input that comes too late changes nothing: it is never an error. */
export function stepGift(state: GiftState, input: GiftInput): GiftState {
  const next = giftStateAfter(state, input);
  assert(giftRank(next) >= giftRank(state), 'the state of a gift never falls');
  assert(next !== 'settled' || state === 'settled' || input.kind === 'settle', 'money settles');
  return next;
}

function giftStateAfter(state: GiftState, input: GiftInput): GiftState {
  switch (input.kind) {
    case 'settle':
      return 'settled';
    case 'hold':
      return state === 'settled' ? 'settled' : 'integrity_hold';
    case 'plan':
      return state === 'due' ? 'collecting' : state;
    case 'skip':
      return isOpenGift(state) ? 'skipped' : state;
    case 'abandon':
      return isOpenGift(state) ? 'abandoned' : state;
    case 'fail':
      // A gift nobody tried to collect cannot have failed.
      return state === 'collecting' ? 'failed' : state;
    default:
      return unreachable(input, 'giftStateAfter');
  }
}

/** Whether a new attempt may be planned: the one question to ask before anything is charged. */
export function mayPlan(gift: {
  readonly state: GiftState;
  readonly hasLiveAttempt: boolean;
  readonly pledgeState: PledgeState | null;
}): boolean {
  if (!isOpenGift(gift.state) || gift.hasLiveAttempt) return false;
  switch (gift.pledgeState) {
    case null:
    case 'awaiting_first':
    case 'active':
    case 'past_due':
      return true;
    case 'paused':
    case 'cancelled':
    case 'lapsed':
      return false;
    default:
      return unreachable(gift.pledgeState, 'mayPlan');
  }
}
