/**
 * What a decline means for a renewal. Adapters map every code of their processor to one of a closed list of advices; here
 * each advice becomes one course of action, so no processor's wording ever decides whether somebody is charged again.
 */
import { unreachable } from '../../problems/index.ts';
import type { DeclineAdvice } from '../processor.ts';

export interface DeclineCourse {
  /**
   * `retry`: by the schedule. `wait`: only the supporter can go on (another card, a confirmation), until the pledge
   * lapses. `stop`: the pledge ends now.
   */
  readonly pledge: 'retry' | 'wait' | 'stop';
  /** What becomes of the right to charge: a dead one is never used again. */
  readonly mandate: 'keep' | 'needs_action' | 'dead';
  /** Whether the supporter hears of it at once; a try that will be repeated is not worth a letter. */
  readonly letter: boolean;
}

/** `null` (the processor gave no advice) is read as the mildest that cannot charge again by itself. */
export function courseAfterDecline(advice: DeclineAdvice | null): DeclineCourse {
  switch (advice) {
    case 'retry-later':
      return { pledge: 'retry', mandate: 'keep', letter: false };
    case 'retry-after-update':
      return { pledge: 'wait', mandate: 'needs_action', letter: true };
    case 'needs-action':
    case null:
      return { pledge: 'wait', mandate: 'keep', letter: true };
    // Visa category 1 and its like: never again on this card.
    case 'ask-for-another-method':
    case 'stop':
      return { pledge: 'wait', mandate: 'dead', letter: true };
    // The supporter is in danger if they give: not charged, not asked for another card.
    case 'refused-country':
      return { pledge: 'stop', mandate: 'dead', letter: true };
    default:
      return unreachable(advice, 'courseAfterDecline');
  }
}
