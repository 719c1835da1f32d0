/** PaymentIntents over the API: made, confirmed, looked at, listed, searched, given up. */
import type { z } from 'zod';
import { intentJson } from './answers.ts';
import type { FakeBooks } from './books.ts';
import { publishedCard } from './cards.ts';
import { cancelIntent, confirmIntent, makeIntent, makeMethod } from './charging.ts';
import { checkAmount, type Endpoint, endpoint, merged, pick } from './endpoint.ts';
import { isWithin, listJson, pageOf } from './lists.ts';
import type { Billing, FakeIntent, FakeMethod, FakeToken } from './records.ts';
import { badParameter, notNow } from './refusal.ts';
import {
  type IntentConfirm,
  intentCancel,
  intentConfirm,
  intentCreate,
  intentList,
  intentRetrieve,
  intentSearch,
  intentUpdate,
} from './requests.ts';
import { searched } from './search.ts';

const RESOURCE = 'payment_intent';
const NOT_TYPED: Billing = { name: null, email: null, line1: null, country: null };

export const INTENT_ENDPOINTS: readonly Endpoint[] = [
  endpoint('POST /v1/payment_intents', RESOURCE, intentCreate, ({ books, given }) => {
    const intent = create(books, given);
    if (given.confirm === true) confirm(books, intent, given);
    return intentJson(books, intent);
  }),
  endpoint('GET /v1/payment_intents/search', RESOURCE, intentSearch, ({ books, given }) =>
    searched(books, given),
  ),
  endpoint('GET /v1/payment_intents/{intent}', RESOURCE, intentRetrieve, ({ books, id }) =>
    intentJson(books, intentInPath(books, id)),
  ),
  endpoint('POST /v1/payment_intents/{intent}', RESOURCE, intentUpdate, ({ books, given, id }) =>
    update(books, intentInPath(books, id), given),
  ),
  endpoint(
    'POST /v1/payment_intents/{intent}/confirm',
    RESOURCE,
    intentConfirm,
    ({ books, given, id }) => {
      const intent = intentInPath(books, id);
      confirm(books, intent, given);
      return intentJson(books, intent);
    },
  ),
  endpoint(
    'POST /v1/payment_intents/{intent}/cancel',
    RESOURCE,
    intentCancel,
    ({ books, given, id }) => {
      const intent = intentInPath(books, id);
      if (intent.sessionId !== null) {
        throw notNow({
          code: 'payment_intent_unexpected_state',
          message: 'A PaymentIntent of a Checkout Session ends with the Session.',
        });
      }
      cancelIntent(books, intent, given.cancellation_reason ?? null);
      return intentJson(books, intent);
    },
  ),
  endpoint('GET /v1/payment_intents', RESOURCE, intentList, ({ books, given }) => {
    const all = [...books.intents.values()].filter(
      ({ created, customerId }) =>
        isWithin(created, given.created) &&
        (given.customer === undefined || customerId === given.customer),
    );
    const { page, hasMore } = pageOf(all, given);
    const data = page.map((intent) => intentJson(books, intent));
    return listJson('/v1/payment_intents', data, hasMore);
  }),
];

function intentInPath(books: FakeBooks, id: string): FakeIntent {
  return pick(books.intents, { what: 'payment_intent', id, param: 'intent', inPath: true });
}

function create(books: FakeBooks, given: z.infer<typeof intentCreate>): FakeIntent {
  checkAmount(books, given.amount, given.currency);
  if (given.confirm !== true) refuseUnconfirmed(given);
  if (given.statement_descriptor !== undefined) throw noDescriptorForCards();
  if (given.automatic_payment_methods !== undefined && given.allowed_payment_method_types) {
    const message = 'Either types are named or they are automatic.';
    throw badParameter({ param: 'automatic_payment_methods', message });
  }
  checkCustomer(books, given.customer);
  if (given.confirm === true) checkConfirmation(books, given, given.customer ?? null);
  const automatic = given.automatic_payment_methods;
  return makeIntent(books, {
    amount: given.amount,
    currency: given.currency,
    customerId: given.customer ?? null,
    metadata: given.metadata ?? {},
    description: given.description ?? null,
    statementSuffix: given.statement_descriptor_suffix ?? null,
    receiptEmail: given.receipt_email ?? null,
    keepFor: given.setup_future_usage ?? null,
    captureMethod: given.capture_method ?? 'automatic_async',
    allowedTypes: given.allowed_payment_method_types ?? null,
    automaticMethods:
      automatic === undefined ? null : { allowRedirects: automatic.allow_redirects ?? 'always' },
    sessionId: null,
  });
}

/** These go with `confirm=true` only. */
function refuseUnconfirmed(given: z.infer<typeof intentCreate>): void {
  const wrong = (
    [
      'off_session',
      'error_on_requires_action',
      'confirmation_token',
      'return_url',
      'mandate_data',
    ] as const
  ).find((param) => given[param] !== undefined);
  if (wrong !== undefined) {
    throw badParameter({ param: wrong, message: `${wrong} goes with confirm=true only.` });
  }
}

export function noDescriptorForCards() {
  return badParameter({
    param: 'statement_descriptor',
    message: 'statement_descriptor is not taken for cards; statement_descriptor_suffix is.',
  });
}

export function checkCustomer(books: FakeBooks, customerId: string | undefined): void {
  if (customerId === undefined) return;
  const customer = pick(books.customers, { what: 'customer', id: customerId, param: 'customer' });
  if (customer.isDeleted) {
    throw badParameter({
      param: 'customer',
      code: 'resource_missing',
      message: `No such customer: '${customerId}'; a deleted one cannot be used.`,
    });
  }
}

/** What must be right before anything is tried. */
function checkConfirmation(
  books: FakeBooks,
  given: IntentConfirm,
  customerId: string | null,
): void {
  if (given.off_session === true && given.setup_future_usage !== undefined) {
    const message = 'A charge off session does not set up further ones.';
    throw badParameter({ param: 'setup_future_usage', message });
  }
  if (given.confirmation_token !== undefined) {
    tokenOf(books, given.confirmation_token);
    if (given.payment_method !== undefined) {
      const message = 'A token and a payment method are not given together.';
      throw badParameter({ param: 'payment_method', message });
    }
  }
  if (given.payment_method !== undefined) findMethod(books, given.payment_method, customerId);
}

function confirm(books: FakeBooks, intent: FakeIntent, given: IntentConfirm): void {
  checkConfirmation(books, given, intent.customerId);
  const token =
    given.confirmation_token === undefined ? null : tokenOf(books, given.confirmation_token);
  const returnUrl = given.return_url ?? token?.returnUrl ?? null;
  if (intent.automaticMethods?.allowRedirects === 'always' && returnUrl === null) {
    const message = 'Automatic payment methods may redirect, so a return_url is needed.';
    throw badParameter({ param: 'return_url', message });
  }
  const method = methodOf(books, intent, { given, token });
  confirmIntent(books, intent, {
    method,
    isOffSession: given.off_session === true,
    errorsOnAction: given.error_on_requires_action === true,
    // The browser's own script would handle it.
    returnUrl: given.use_stripe_sdk === true ? null : returnUrl,
    keepFor: given.setup_future_usage ?? token?.keepFor ?? null,
  });
}

function tokenOf(books: FakeBooks, id: string): FakeToken {
  const param = 'confirmation_token';
  const token = pick(books.tokens, { what: 'confirmation_token', id, param });
  if (token.usedFor !== null) {
    throw badParameter({ param, message: 'This token was used before.' });
  }
  if (books.now() >= token.expiresAt) {
    throw badParameter({ param, message: 'This token is older than twelve hours.' });
  }
  return token;
}

function methodOf(
  books: FakeBooks,
  intent: FakeIntent,
  of: { readonly given: IntentConfirm; readonly token: FakeToken | null },
): FakeMethod {
  const { given, token } = of;
  if (token !== null) {
    token.usedFor = intent.id;
    return makeMethod(books, token.card, token.billing);
  }
  const id = given.payment_method ?? intent.methodId;
  if (id === null) {
    throw notNow({
      code: 'payment_intent_unexpected_state',
      message: 'There is no payment method to confirm with.',
      more: { payment_intent: intentJson(books, intent) },
    });
  }
  return findMethod(books, id, intent.customerId);
}

/** A kept one, or a new one of a published test method. @throws Refusal for another customer's */
function findMethod(books: FakeBooks, id: string, customerId: string | null): FakeMethod {
  const published = id.startsWith('pm_card_') ? publishedCard(id) : undefined;
  if (published !== undefined) return makeMethod(books, published, NOT_TYPED);
  const param = 'payment_method';
  const method = pick(books.methods, { what: 'PaymentMethod', id, param });
  if (method.customerId !== null && method.customerId !== customerId) {
    const message = 'This payment method belongs to another customer.';
    throw badParameter({ param, message });
  }
  if (method.customerId === null && method.isDetached) {
    const message = 'This payment method was detached from its customer and cannot be used again.';
    throw badParameter({ param, message });
  }
  return method;
}

function update(books: FakeBooks, intent: FakeIntent, given: z.infer<typeof intentUpdate>): object {
  const isOver = intent.status === 'succeeded' || intent.status === 'canceled';
  if (isOver && (given.amount !== undefined || given.customer !== undefined)) {
    throw notNow({
      code: 'payment_intent_unexpected_state',
      message: `This PaymentIntent is ${intent.status}.`,
      more: { payment_intent: intentJson(books, intent) },
    });
  }
  if (given.amount !== undefined) checkAmount(books, given.amount, intent.currency);
  checkCustomer(books, given.customer);
  intent.amount = given.amount ?? intent.amount;
  intent.customerId = given.customer ?? intent.customerId;
  intent.description = given.description ?? intent.description;
  intent.metadata = merged(intent.metadata, given.metadata);
  intent.keepFor = given.setup_future_usage ?? intent.keepFor;
  intent.statementSuffix = given.statement_descriptor_suffix ?? intent.statementSuffix;
  intent.changedAt = books.now();
  return intentJson(books, intent);
}
