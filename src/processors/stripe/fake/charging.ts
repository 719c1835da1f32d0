/**
 * PaymentIntents: how one is made, confirmed, authenticated and given up, and what that does in the books.
 *
 * An intent that was declined goes back to `requires_payment_method` and may be confirmed again; only `succeeded` and
 * `canceled` are the end (docs.stripe.com/payments/paymentintents/lifecycle). Off session nobody can be sent anywhere: what
 * needs its holder is a decline with the code `authentication_required`.
 */
import { assert } from '../../../problems/index.ts';
import { intentJson, methodJson } from './answers.ts';
import type { FakeBooks } from './books.ts';
import type { CardDecline, FakeCard } from './cards.ts';
import type { Billing, FakeCharge, FakeIntent, FakeMethod, Metadata } from './records.ts';
import { type ErrorBody, notNow, Refusal } from './refusal.ts';

export interface NewIntent {
  readonly amount: bigint;
  readonly currency: string;
  readonly customerId: string | null;
  readonly metadata: Metadata;
  readonly description: string | null;
  readonly statementSuffix: string | null;
  readonly receiptEmail: string | null;
  readonly keepFor: FakeIntent['keepFor'];
  readonly captureMethod: FakeIntent['captureMethod'];
  readonly allowedTypes: readonly string[] | null;
  readonly automaticMethods: FakeIntent['automaticMethods'];
  readonly sessionId: string | null;
}

export function makeIntent(books: FakeBooks, of: NewIntent): FakeIntent {
  const now = books.now();
  const intent: FakeIntent = {
    id: books.newId('pi_3'),
    created: now,
    status: 'requires_payment_method',
    methodId: null,
    returnUrl: null,
    action: null,
    lastError: null,
    latestChargeId: null,
    canceledAt: null,
    cancellationReason: null,
    changedAt: now,
    ...of,
  };
  books.intents.set(intent.id, intent);
  books.tellIntent('created', intent);
  return intent;
}

export function makeMethod(books: FakeBooks, card: FakeCard, billing: Billing): FakeMethod {
  const method: FakeMethod = {
    id: books.newId('pm_1'),
    created: books.now(),
    card,
    billing,
    customerId: null,
    isDetached: false,
    metadata: {},
    isSetUp: false,
  };
  books.methods.set(method.id, method);
  return method;
}

export interface Confirmation {
  readonly method: FakeMethod;
  /** Its holder is not there. */
  readonly isOffSession: boolean;
  readonly errorsOnAction: boolean;
  readonly returnUrl: string | null;
  readonly keepFor: FakeIntent['keepFor'];
}

/** @throws Refusal: 402 for what was declined, 400 for an intent that is past confirming */
export function confirmIntent(books: FakeBooks, intent: FakeIntent, how: Confirmation): void {
  if (
    intent.status !== 'requires_payment_method' &&
    intent.status !== 'requires_confirmation' &&
    intent.status !== 'requires_action'
  ) {
    throw notNow({
      code: 'payment_intent_unexpected_state',
      message: `This PaymentIntent cannot be confirmed: it is ${intent.status}.`,
      more: { payment_intent: intentJson(books, intent) },
    });
  }
  const { method } = how;
  intent.methodId = method.id;
  intent.returnUrl = how.returnUrl ?? intent.returnUrl;
  intent.keepFor = how.keepFor ?? intent.keepFor;
  intent.lastError = null;
  intent.changedAt = books.now();
  if (isBlocked(books, method.card)) {
    decline(books, intent, { method, decline: BLOCKED, blocked: true });
  }
  if (wantsHolder(method, how)) {
    if (how.isOffSession || how.errorsOnAction) {
      ask(books, 'authorisation', intent, method.card);
      decline(books, intent, { method, decline: NEEDS_HOLDER, blocked: false });
    }
    intent.status = 'requires_action';
    intent.action = intent.returnUrl === null ? 'sdk' : 'redirect';
    books.tellIntent('requires_action', intent);
    return;
  }
  charge(books, intent, { method, how });
}

const BLOCKED: CardDecline = {
  code: 'card_declined',
  declineCode: 'fraudulent',
  adviceCode: 'do_not_try_again',
};
const NEEDS_HOLDER: CardDecline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  adviceCode: null,
};

function isBlocked(books: FakeBooks, card: FakeCard): boolean {
  const { radarBlocks } = books.account;
  if (card.isHighestRisk) return true;
  if (radarBlocks === null) return false;
  return card.country === null ? radarBlocks.unknown : radarBlocks.countries.includes(card.country);
}

function wantsHolder({ card, isSetUp }: FakeMethod, { isOffSession }: Confirmation): boolean {
  switch (card.authentication) {
    case 'never':
      return false;
    case 'always':
      return true;
    case 'unless-set-up':
      return !(isOffSession && isSetUp);
    case 'set-up-already':
      return !isOffSession;
  }
}

/** The holder did what the bank asked for on its page, or did not. */
export function authenticate(
  books: FakeBooks,
  intentId: string,
  outcome: 'passed' | 'failed',
): void {
  const intent = books.intent(intentId);
  assert(intent.status === 'requires_action', 'the bank waits for its holder');
  assert(intent.methodId !== null, 'who waits for its holder has a method');
  const method = books.method(intent.methodId);
  ask(books, 'authentication', intent, method.card);
  intent.action = null;
  intent.changedAt = books.now();
  if (outcome === 'failed') {
    fail(books, intent, {
      type: 'invalid_request_error',
      code: 'payment_intent_authentication_failure',
      message: 'The holder of the card did not prove to be it.',
      payment_method: methodJson(books.account, method),
    });
    return;
  }
  method.isSetUp ||= intent.keepFor === 'off_session';
  try {
    charge(books, intent, { method, how: null });
  } catch (error) {
    // The decline is written down; nobody waits for an answer here.
    if (!(error instanceof Refusal)) throw error;
  }
}

function ask(
  books: FakeBooks,
  what: 'authorisation' | 'authentication',
  intent: FakeIntent,
  card: FakeCard,
): void {
  books.issuerLog.push({
    at: books.now(),
    what,
    country: card.country,
    fingerprint: card.fingerprint,
    intentId: intent.id,
  });
}

function charge(
  books: FakeBooks,
  intent: FakeIntent,
  of: { readonly method: FakeMethod; readonly how: Confirmation | null },
): void {
  const { method } = of;
  ask(books, 'authorisation', intent, method.card);
  const { declines } = method.card;
  if (declines !== null) decline(books, intent, { method, decline: declines, blocked: false });
  const made = makeCharge(books, intent, { method, decline: null, blocked: false });
  intent.status = 'succeeded';
  intent.action = null;
  if (intent.keepFor !== null && intent.customerId !== null && method.customerId === null) {
    attach(books, method, intent.customerId);
  }
  method.isSetUp ||= intent.keepFor === 'off_session';
  books.tellCharge('succeeded', made);
  books.tellIntent('succeeded', intent);
}

export function attach(books: FakeBooks, method: FakeMethod, customerId: string): void {
  method.customerId = customerId;
  books.tell('payment_method.attached', methodJson(books.account, method));
}

interface ChargeTry {
  readonly method: FakeMethod;
  readonly decline: CardDecline | null;
  readonly blocked: boolean;
}

function makeCharge(books: FakeBooks, intent: FakeIntent, of: ChargeTry): FakeCharge {
  const { method } = of;
  const now = books.now();
  const made: FakeCharge = {
    id: books.newId('ch_3'),
    created: now,
    intentId: intent.id,
    amount: intent.amount,
    currency: intent.currency,
    status: of.decline === null ? 'succeeded' : 'failed',
    failure:
      of.decline === null ? null : { code: of.decline.code, declineCode: of.decline.declineCode },
    outcome: outcomeOf(of),
    methodId: method.id,
    card: method.card,
    billing: method.billing,
    customerId: intent.customerId,
    metadata: intent.metadata,
    description: intent.description,
    statementSuffix: intent.statementSuffix,
    receiptEmail: intent.receiptEmail,
    bookedAt: now + (intent.captureMethod === 'automatic_async' ? books.account.captureSeconds : 0),
    lineId: null,
    refunded: 0n,
    disputeId: null,
  };
  books.charges.set(made.id, made);
  intent.latestChargeId = made.id;
  return made;
}

function outcomeOf({ method, decline: declined, blocked }: ChargeTry): FakeCharge['outcome'] {
  if (declined === null) {
    return {
      networkStatus: 'approved_by_network',
      type: 'authorized',
      reason: null,
      adviceCode: null,
    };
  }
  if (blocked) {
    return {
      networkStatus: 'not_sent_to_network',
      type: 'blocked',
      reason: method.card.isHighestRisk ? 'highest_risk_level' : 'rule',
      adviceCode: null,
    };
  }
  return {
    networkStatus: 'declined_by_network',
    type: 'issuer_declined',
    reason: declined.declineCode ?? declined.code,
    adviceCode: declined.adviceCode,
  };
}

/** Writes the decline down and refuses. */
function decline(
  books: FakeBooks,
  intent: FakeIntent,
  of: ChargeTry & { readonly decline: CardDecline },
): never {
  const failed = makeCharge(books, intent, of);
  const { code, declineCode, adviceCode } = of.decline;
  books.tellCharge('failed', failed);
  fail(books, intent, {
    type: 'card_error',
    code,
    ...(declineCode === null ? {} : { decline_code: declineCode }),
    ...(adviceCode === null ? {} : { advice_code: adviceCode }),
    charge: failed.id,
    doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`,
    // Stripe's own words may name anything; nobody should pass them on.
    message: `The card of ${of.method.billing.name ?? 'somebody'} was declined.`,
    payment_method: methodJson(books.account, of.method),
  });
  assert(intent.lastError !== null, 'the decline was just written');
  throw new Refusal({
    status: 402,
    isKept: true,
    body: { ...intent.lastError, payment_intent: intentJson(books, intent) },
  });
}

function fail(books: FakeBooks, intent: FakeIntent, error: ErrorBody): void {
  intent.status = 'requires_payment_method';
  intent.methodId = null;
  intent.action = null;
  intent.lastError = error;
  intent.changedAt = books.now();
  books.tellIntent('payment_failed', intent);
}

export function cancelIntent(books: FakeBooks, intent: FakeIntent, reason: string | null): void {
  if (
    intent.status === 'succeeded' ||
    intent.status === 'canceled' ||
    intent.status === 'processing'
  ) {
    throw notNow({
      code: 'payment_intent_unexpected_state',
      message: `This PaymentIntent cannot be canceled: it is ${intent.status}.`,
      more: { payment_intent: intentJson(books, intent) },
    });
  }
  intent.status = 'canceled';
  intent.action = null;
  intent.canceledAt = books.now();
  intent.cancellationReason = reason;
  intent.changedAt = books.now();
  books.tellIntent('canceled', intent);
}
