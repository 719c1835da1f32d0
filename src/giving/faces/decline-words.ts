/**
 * A declined payment in plain words. Every code of every processor falls into one of a few things a person can do; a code
 * nobody has mapped gets the general sentence, never its own text. That a card is reported lost is not said: whoever holds
 * it now need not know.
 */
import type { MessageKey } from '../../language/index.ts';

const WORDS: Readonly<Record<string, MessageKey>> = {
  insufficient_funds: 'thanks.declined-funds',
  card_velocity_exceeded: 'thanks.declined-funds',
  expired_card: 'thanks.declined-update',
  incorrect_cvc: 'thanks.declined-update',
  incorrect_number: 'thanks.declined-update',
  invalid_cvc: 'thanks.declined-update',
  invalid_expiry_month: 'thanks.declined-update',
  invalid_expiry_year: 'thanks.declined-update',
  invalid_number: 'thanks.declined-update',
  authentication_required: 'thanks.declined-confirmation',
  confirmation_refused: 'thanks.declined-confirmation',
  payment_intent_authentication_failure: 'thanks.declined-confirmation',
  issuer_unavailable: 'thanks.declined-later',
  processing_error: 'thanks.declined-later',
  reenter_transaction: 'thanks.declined-later',
  try_again_later: 'thanks.declined-later',
  lost_card: 'thanks.declined-card',
  stolen_card: 'thanks.declined-card',
  pickup_card: 'thanks.declined-card',
  restricted_card: 'thanks.declined-card',
  card_not_supported: 'thanks.declined-card',
  currency_not_supported: 'thanks.declined-card',
};

/** The sentence for an adapter's decline code; it takes `{amount}`. */
export function declineWords(code: string | undefined): MessageKey {
  if (code === undefined || !Object.hasOwn(WORDS, code)) return 'thanks.declined';
  return WORDS[code] ?? 'thanks.declined';
}

/** Whether a refusal by country was made because nobody could tell the country (T3), not because it is listed (T2). */
export function isUnknownCountry(code: string | undefined): boolean {
  return code === 'country_unknown';
}
