/**
 * Pledges that no company may charge: each of their gifts is paid by its supporter, on the gift's own page, once its day
 * has come. Some companies keep no mandates at all (a chain of blocks has none); others kept none for this pledge. The same
 * rules hold as for any unpaid gift: it lapses after three weeks, and what is paid by then is the period it was for.
 */
import type { Pledge } from '../rows.ts';

export function isPaidByLink({ mandateId, state }: Pick<Pledge, 'mandateId' | 'state'>): boolean {
  if (mandateId !== null) return false;
  switch (state) {
    case 'active':
    case 'paused':
    case 'past_due':
      return true;
    // Before its first gift nobody knows whether a mandate will be kept.
    case 'awaiting_first':
    case 'cancelled':
    case 'lapsed':
      return false;
  }
}
