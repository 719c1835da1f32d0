/**
 * A payment on our own page, in three steps of which only the last one lets a bank hear of it: look at the card's country,
 * make the payment, confirm it with the card.
 *
 * The page's form brings the id of a ConfirmationToken: the card as its holder typed it, kept by Stripe for some hours and
 * seen by nobody. Looking at it makes nothing. The payment is made under the attempt's own key, so an attempt has one
 * payment however often the form is sent; each token confirms under a key of its own (`<attempt>:<token>`), so the same form
 * sent twice is answered from memory, and another card after a decline is a new try on the same payment, which Stripe
 * takes money for once.
 */
import type {
  HostedPaymentOrder,
  OrderRefused,
  PaymentEvidence,
  Unknown,
} from '../../giving/processor.ts';
import { assert } from '../../problems/index.ts';
import { notHeard, type StripeApi, type StripeError, UNEXPECTED } from './api.ts';
import { customerFor } from './customer.ts';
import { declineOf } from './declines.ts';
import { challengeUrl, evidenceOfPayment } from './map.ts';
import { countryRefusal, readCountry, wireAmount } from './money.ts';
import { metadataOf } from './references.ts';
import { refusedOr } from './refused.ts';
import { confirmationTokenAnswer, type PaymentIntentAnswer, paymentIntentAnswer } from './wire.ts';

/** What Stripe is asked to tell with a payment, so that nothing need be asked for again. */
export const WITH_CHARGE = ['latest_charge.balance_transaction'];

export type CardCountry =
  /** `null`: Stripe does not say. */
  | { readonly kind: 'country'; readonly country: string | null }
  /** Used up, too old, or none of this account: the card has to be typed again. Nothing happened. */
  | { readonly kind: 'token-gone' }
  | Unknown;

/** The country of the card in a token. Makes nothing, and no bank hears of it. */
export async function readCardCountry(api: StripeApi, tokenId: string): Promise<CardCountry> {
  if (!isTokenId(tokenId)) return { kind: 'token-gone' };
  const called = await api.call({
    endpoint: 'GET /v1/confirmation_tokens',
    send: (stripe) => stripe.confirmationTokens.retrieve(tokenId),
    answer: confirmationTokenAnswer,
  });
  if (called.kind === 'unknown') return called;
  if (called.kind === 'error') {
    return called.status === 404 || called.status === 400
      ? { kind: 'token-gone' }
      : notHeard(called);
  }
  const { payment_method_preview: preview } = called.answer;
  return { kind: 'country', country: readCountry(preview?.card?.country) };
}

/** What a form may bring as a token's id. */
export function isTokenId(text: string): boolean {
  return /^ctoken_[A-Za-z0-9_]{1,200}$/.test(text);
}

/**
 * A refusal because of the card's country, to be told before anything is made; `null`: it is welcome. Nothing exists at
 * Stripe, so the attempt's own id stands for the object that is not there.
 */
export function countryDecline(
  order: Pick<HostedPaymentOrder, 'references' | 'refusedCountries'>,
  country: string | null,
): { readonly objectRef: string; readonly evidence: PaymentEvidence } | null {
  const code = countryRefusal(country, order.refusedCountries);
  if (code === null) return null;
  return {
    objectRef: notMadeRef(order.references.attemptId),
    evidence: { state: 'declined', code, advice: 'refused-country' },
  };
}

/** Stands in our books for what was never made at Stripe. */
export function notMadeRef(attemptId: string): string {
  return `not-made-${attemptId}`;
}

export type MadePayment =
  | { readonly kind: 'made'; readonly objectRef: string }
  | OrderRefused
  | Unknown;

/**
 * Makes the payment of an attempt, unconfirmed: no bank hears of it. Made again, it is the same one for
 * {@link IDEMPOTENCY_WINDOW_MS}; the page is told its reference before it confirms, and confirms only that one.
 */
export async function makePayment(api: StripeApi, order: HostedPaymentOrder): Promise<MadePayment> {
  const amount = wireAmount(order.money);
  if (!amount.ok) return { kind: 'refused', code: amount.refuse };
  const customer = await customerFor(api, order);
  if (customer.kind !== 'customer') return customer;
  const made = await api.call({
    endpoint: 'POST /v1/payment_intents',
    send: (stripe) =>
      stripe.paymentIntents.create(
        {
          amount: amount.amount,
          currency: amount.currency,
          allowed_payment_method_types: ['card'],
          // The answer to a confirmation then says that the money was taken, and what Stripe kept of it.
          capture_method: 'automatic',
          metadata: metadataOf('own', order.references),
          ...(customer.id === null
            ? {}
            : { customer: customer.id, setup_future_usage: 'off_session' as const }),
        },
        { idempotencyKey: order.idempotencyKey },
      ),
    answer: paymentIntentAnswer,
  });
  return made.kind === 'answered' ? { kind: 'made', objectRef: made.answer.id } : refusedOr(made);
}

export type ConfirmOutcome =
  /** To be told to the desk. `challengeUrl`: the supporter goes there, to their bank, and comes back to the return address. */
  | {
      readonly kind: 'evidence';
      readonly evidence: PaymentEvidence;
      readonly challengeUrl: string | null;
    }
  /** The card has to be typed again; no bank heard of it. */
  | { readonly kind: 'token-gone' }
  | OrderRefused
  | Unknown;

/** Lets the bank hear of it: confirms a made payment with the card of a token whose country was looked at. */
export async function confirmPayment(
  api: StripeApi,
  confirming: {
    readonly order: HostedPaymentOrder;
    readonly objectRef: string;
    readonly tokenId: string;
  },
): Promise<ConfirmOutcome> {
  const { order, objectRef, tokenId } = confirming;
  assert(/^pi_[A-Za-z0-9_]+$/.test(objectRef), 'what is confirmed was made here');
  assert(isTokenId(tokenId), 'a token was looked at before');
  const confirmed = await api.call({
    endpoint: 'POST /v1/payment_intents/confirm',
    send: (stripe) =>
      stripe.paymentIntents.confirm(
        objectRef,
        {
          confirmation_token: tokenId,
          return_url: order.returnUrl,
          // The bank's page is a redirect, which works without any script of Stripe's.
          use_stripe_sdk: false,
          expand: [...WITH_CHARGE],
        },
        { idempotencyKey: `${order.idempotencyKey}:${tokenId}` },
      ),
    answer: paymentIntentAnswer,
  });
  if (confirmed.kind === 'answered') return outcomeOf(confirmed.answer);
  return confirmed.kind === 'unknown' ? confirmed : outcomeOfError(confirmed);
}

function outcomeOf(intent: PaymentIntentAnswer): ConfirmOutcome {
  const evidence = evidenceOfPayment(intent);
  if ('kind' in evidence) return evidence;
  const url = challengeUrl(intent);
  // A bank that asks in a way we have no page for leaves its payer nothing to do.
  if (intent.status === 'requires_action' && url === null) return UNEXPECTED;
  return { kind: 'evidence', evidence, challengeUrl: url };
}

function outcomeOfError(error: StripeError): ConfirmOutcome {
  if (error.status === 402 && error.type === 'card_error') {
    if (error.paymentIntent !== null) return outcomeOf(error.paymentIntent);
    // On an open page a decline is not the end.
    const { code } = declineOf(error);
    return {
      kind: 'evidence',
      evidence: { state: 'open', declinedCode: code },
      challengeUrl: null,
    };
  }
  // Confirmed a moment ago by another click, or over: what it is now is asked for.
  if (error.code === 'payment_intent_unexpected_state') {
    return error.paymentIntent === null
      ? { kind: 'unknown', reason: 'conflict' }
      : outcomeOf(error.paymentIntent);
  }
  if (isAboutToken(error)) return { kind: 'token-gone' };
  return refusedOr(error);
}

function isAboutToken({ status, param, code }: StripeError): boolean {
  if (status !== 400 && status !== 404) return false;
  return param === 'confirmation_token' || (code?.startsWith('confirmation_token') ?? false);
}
