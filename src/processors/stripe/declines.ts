/**
 * Stripe's decline codes and what to do after each: the reviewed rows, kept apart so that they can be read against their
 * source line by line.
 *
 * Source: "Stripe decline codes" (docs.stripe.com/declines/codes) and the error codes of a payment's `last_payment_error`
 * (docs.stripe.com/error-codes), read November 2026; which networks fine a further try: Visa's category 1, Mastercard's
 * advice codes 03 and 21. The advice is ours. `retry-later` only where the same card may well pay on another day;
 * `ask-for-another-method` and `stop` mean that this card is never charged again by itself.
 */
import type { DeclineAdvice } from '../../giving/processor.ts';

const ADVICE: Readonly<Record<string, DeclineAdvice>> = {
  // The bank wants its customer to confirm; they are asked by a link.
  authentication_required: 'needs-action',
  authentication_not_handled: 'needs-action',
  payment_intent_authentication_failure: 'needs-action',
  mobile_device_authentication_required: 'needs-action',
  approve_with_id: 'needs-action',

  // Another day may be another answer.
  insufficient_funds: 'retry-later',
  withdrawal_count_limit_exceeded: 'retry-later',
  card_velocity_exceeded: 'retry-later',
  issuer_not_available: 'retry-later',
  processing_error: 'retry-later',
  reenter_transaction: 'retry-later',
  try_again_later: 'retry-later',
  no_action_taken: 'retry-later',
  // Banks say these for anything; a good part of them pays later.
  generic_decline: 'retry-later',
  card_declined: 'retry-later',
  do_not_honor: 'retry-later',
  call_issuer: 'retry-later',
  card_decline_rate_limit_exceeded: 'retry-later',
  // Stripe saw the same charge a moment ago.
  duplicate_transaction: 'retry-later',

  // The card is right but for something that its holder has to enter anew.
  expired_card: 'retry-after-update',
  incorrect_cvc: 'retry-after-update',
  invalid_cvc: 'retry-after-update',
  incorrect_zip: 'retry-after-update',
  incorrect_address: 'retry-after-update',
  incorrect_number: 'retry-after-update',
  invalid_number: 'retry-after-update',
  invalid_expiry_month: 'retry-after-update',
  invalid_expiry_year: 'retry-after-update',
  new_account_information_available: 'retry-after-update',
  incorrect_pin: 'retry-after-update',
  invalid_pin: 'retry-after-update',
  offline_pin_required: 'retry-after-update',
  online_or_offline_pin_required: 'retry-after-update',

  // Not with this card, in this currency, for this kind of payment.
  card_not_supported: 'ask-for-another-method',
  currency_not_supported: 'ask-for-another-method',
  invalid_account: 'ask-for-another-method',
  invalid_amount: 'ask-for-another-method',
  not_permitted: 'ask-for-another-method',
  pin_try_exceeded: 'ask-for-another-method',
  service_not_allowed: 'ask-for-another-method',
  transaction_not_allowed: 'ask-for-another-method',
  testmode_decline: 'ask-for-another-method',
  payment_method_customer_decline: 'ask-for-another-method',
  payment_method_provider_decline: 'ask-for-another-method',
  payment_method_not_available: 'ask-for-another-method',
  // Stripe's own checks blocked it; its sender gains nothing by trying again.
  highest_risk_level: 'ask-for-another-method',
  elevated_risk_level: 'ask-for-another-method',
  previously_declined_do_not_retry: 'ask-for-another-method',
  rule: 'ask-for-another-method',

  // Never again on this card.
  do_not_try_again: 'stop',
  fraudulent: 'stop',
  lost_card: 'stop',
  stolen_card: 'stop',
  pickup_card: 'stop',
  restricted_card: 'stop',
  security_violation: 'stop',
  merchant_blacklist: 'stop',
  stop_payment_order: 'stop',
  revocation_of_authorization: 'stop',
  revocation_of_all_authorizations: 'stop',
};

export const KNOWN_DECLINES: readonly string[] = Object.freeze(Object.keys(ADVICE));

export interface DeclineTold {
  /** Such as `card_declined`. */
  readonly code?: string | null | undefined;
  /** Such as `insufficient_funds`. */
  readonly declineCode?: string | null | undefined;
  /** The bank's advice as Stripe hands it on. */
  readonly adviceCode?: string | null | undefined;
}

export interface Decline {
  readonly code: string;
  readonly advice: DeclineAdvice;
}

/**
 * What a decline means. The finer code decides; a code that stands nowhere here asks the supporter for another method,
 * because charging again by itself is what card networks fine, and asking harms nobody. What the bank advises can only
 * make it stricter: it never makes us charge a card that a code says to leave alone.
 */
export function declineOf({ code, declineCode, adviceCode }: DeclineTold): Decline {
  const told = safeCode(declineCode) ?? safeCode(code) ?? 'unknown_decline';
  const advice = Object.hasOwn(ADVICE, told) ? (ADVICE[told] ?? 'stop') : 'ask-for-another-method';
  return { code: told, advice: stricter(advice, adviceCode) };
}

function stricter(advice: DeclineAdvice, adviceCode: string | null | undefined): DeclineAdvice {
  if (advice !== 'retry-later') return advice;
  switch (adviceCode) {
    case 'do_not_try_again':
      return 'ask-for-another-method';
    case 'confirm_card_data':
      return 'retry-after-update';
    default:
      return advice;
  }
}

/** Only codes are kept, should a sentence ever stand in the place of one. */
function safeCode(text: string | null | undefined): string | null {
  return text != null && /^[a-z0-9_]{1,80}$/.test(text) ? text : null;
}
