/**
 * When to ask a processor again what became of a payment. The intervals are Kill Bill's defaults: an answer we did not
 * hear after 5 minutes, 1 hour, then daily five times; a payment under way (an open page, a bank debit) after 1 hour,
 * then daily. After that a person is told and we ask weekly: nothing is ever left unasked, and nothing loops.
 */
import type { Instant } from '../../calendar/index.ts';
import { assert, unreachable } from '../../problems/index.ts';

const UNHEARD_MINUTES = [5, 60, 1440, 1440, 1440, 1440, 1440] as const;
const UNDER_WAY_MINUTES = [60, 1440] as const;
/** A bank debit may take weeks: daily until then. */
const UNDER_WAY_ASKS_MAX = 30;
const WEEK_MINUTES = 7 * 1440;
const DAY_MINUTES = 1440;

export type AskedFor = 'unheard' | 'under-way';

export interface NextAsk {
  readonly at: Instant;
  /** The schedule is used up: somebody should look. */
  readonly exhausted: boolean;
}

/** @param asked how often it was asked so far */
export function nextAsk(question: {
  readonly asked: number;
  readonly for: AskedFor;
  readonly now: Instant;
}): NextAsk {
  const { asked, now } = question;
  assert(Number.isSafeInteger(asked) && asked >= 0, 'asking is counted from nought');
  switch (question.for) {
    case 'unheard': {
      const minutes = UNHEARD_MINUTES[asked];
      return {
        at: now.add({ minutes: minutes ?? WEEK_MINUTES }),
        exhausted: minutes === undefined,
      };
    }
    case 'under-way': {
      const exhausted = asked >= UNDER_WAY_ASKS_MAX;
      const minutes = exhausted ? WEEK_MINUTES : (UNDER_WAY_MINUTES[asked] ?? DAY_MINUTES);
      return { at: now.add({ minutes }), exhausted };
    }
    default:
      return unreachable(question.for, 'nextAsk');
  }
}
