/**
 * PayPal's issues, and what each says about a payment: the reviewed rows, kept apart so that they can be read against
 * their source line by line.
 *
 * Source: the `issue` lists of the published orders v2 description (create, capture and patch, 400, 403 and 422) and
 * "Handle payment failures" of developer.paypal.com, read November 2026. PayPal has no list of what may be tried again, so
 * an advice is ours: `retry-later` only where the same account may well pay on another day.
 */
import type { DeclineAdvice } from '../../giving/processor.ts';

/**
 * - `decline`: the payment was declined, in PayPal's explicit word.
 * - `choose-again`: declined, but its supporter may go back to PayPal's page and choose another way to pay.
 * - `look`: money may have moved; what became of it is asked for.
 * - `busy`: another call for the same payment is under way.
 * - `not-approved`: the supporter has not agreed (any more).
 */
export type IssueMeaning =
  | { readonly means: 'decline'; readonly advice: DeclineAdvice }
  | { readonly means: 'choose-again'; readonly advice: DeclineAdvice }
  | { readonly means: 'look' }
  | { readonly means: 'busy' }
  | { readonly means: 'not-approved' };

const decline = (advice: DeclineAdvice): IssueMeaning => ({ means: 'decline', advice });
const chooseAgain = (advice: DeclineAdvice): IssueMeaning => ({ means: 'choose-again', advice });

const MEANINGS: Readonly<Record<string, IssueMeaning>> = {
  // The bank or card behind the account said no; PayPal says to send the payer back to choose.
  INSTRUMENT_DECLINED: chooseAgain('retry-later'),
  REDIRECT_PAYER_FOR_ALTERNATE_FUNDING: chooseAgain('ask-for-another-method'),
  PAYER_ACTION_REQUIRED: chooseAgain('needs-action'),
  PAYMENT_SOURCE_DECLINED_BY_PROCESSOR: chooseAgain('retry-later'),
  PAYMENT_SOURCE_CANNOT_BE_USED: chooseAgain('ask-for-another-method'),
  CARD_EXPIRED: chooseAgain('retry-after-update'),
  REFERENCED_CARD_EXPIRED: chooseAgain('retry-after-update'),
  // PayPal's risk check or a limit; another day may be another answer.
  TRANSACTION_REFUSED: decline('retry-later'),
  TRANSACTION_LIMIT_EXCEEDED: decline('retry-later'),
  DECLINED_DUE_TO_RELATED_TXN: decline('retry-later'),
  // This account cannot pay this newsroom; another one, or another way, may.
  PAYER_CANNOT_PAY: decline('ask-for-another-method'),
  PAYER_ACCOUNT_RESTRICTED: decline('ask-for-another-method'),
  PAYEE_BLOCKED_TRANSACTION: decline('ask-for-another-method'),
  TRANSACTION_BLOCKED_BY_PAYEE: decline('ask-for-another-method'),
  DOMESTIC_TRANSACTION_REQUIRED: decline('ask-for-another-method'),
  MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED: decline('ask-for-another-method'),
  // The right to charge is gone: ended by the supporter at PayPal, or by PayPal.
  AGREEMENT_ALREADY_CANCELLED: decline('ask-for-another-method'),
  BILLING_AGREEMENT_NOT_FOUND: decline('ask-for-another-method'),
  TOKEN_ID_NOT_FOUND: decline('ask-for-another-method'),
  TOKEN_EXPIRED: decline('ask-for-another-method'),
  // Never again with this account.
  PAYER_ACCOUNT_LOCKED_OR_CLOSED: decline('stop'),
  COMPLIANCE_VIOLATION: decline('stop'),
  // The money may be ours already.
  ORDER_ALREADY_CAPTURED: { means: 'look' },
  ORDER_ALREADY_COMPLETED: { means: 'look' },
  DUPLICATE_INVOICE_ID: { means: 'look' },
  ORDER_COMPLETION_IN_PROGRESS: { means: 'busy' },
  PREVIOUS_REQUEST_IN_PROGRESS: { means: 'busy' },
  ORDER_NOT_APPROVED: { means: 'not-approved' },
};

/**
 * What an issue means; `null` for every other one. Those are no word about the supporter: our order was wrong, or the
 * newsroom's account cannot do this, and a person has to look (`refused`). A new code lands there as well, because a decline that
 * we invent would end a pledge for a mistake of our own.
 */
export function meaningOf(issue: string | null): IssueMeaning | null {
  if (issue === null || !Object.hasOwn(MEANINGS, issue)) return null;
  return MEANINGS[issue] ?? null;
}

export const KNOWN_ISSUES: readonly string[] = Object.freeze(Object.keys(MEANINGS));

/** A capture that PayPal made and that brought nothing. Its reason is not told; the account may pay on another day. */
export const CAPTURE_DECLINED = { code: 'CAPTURE_DECLINED', advice: 'retry-later' } as const;
/** A charge on a mandate that was made as an order and not taken: nothing moves by it any more. */
export const ORDER_NOT_TAKEN = { code: 'ORDER_NOT_TAKEN', advice: 'retry-later' } as const;
export const NEEDS_PAYER = { code: 'PAYER_ACTION_REQUIRED', advice: 'needs-action' } as const;
