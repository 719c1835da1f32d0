/** What the bank takes at all, and for how long. It says so before a payer sees a page. */
import { LARGEST_CHARGE_MINOR, SMALLEST_CHARGE_MINOR } from '../bank-terms.ts';

/** A pay page is good for a day, a confirmation that an absent payer is asked for a week. */
export const PAGE_LIFETIME_HOURS = 24;
export const CONFIRMATION_LIFETIME_HOURS = 168;

export const API_BODY_BYTES = 16_384;
/** Payments in one page of a listing. */
export const LISTING_LIMIT = 100;

export type AmountProblem = 'amount_too_small' | 'amount_too_large';

export function amountProblem(amountMinor: bigint): AmountProblem | null {
  if (amountMinor < SMALLEST_CHARGE_MINOR) return 'amount_too_small';
  return amountMinor > LARGEST_CHARGE_MINOR ? 'amount_too_large' : null;
}

/** Who owns the test card "disputed" does it so long after the charge. */
export const DISPUTE_SELF_AFTER_HOURS = 72;
/** A dispute that nobody answered for so long is lost. */
export const DISPUTE_TO_ANSWER_HOURS = 14 * 24;
