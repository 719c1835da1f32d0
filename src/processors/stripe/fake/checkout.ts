/**
 * Checkout Sessions, and the page on which a supporter pays.
 *
 * In payment mode there is no PaymentIntent until somebody tries to pay (since 2022-08-01); what is declined leaves the
 * page open for another card. A customer is made only where `customer_creation` is `always`, and a method is kept only
 * where there is a customer.
 */
import { assert } from '../../../problems/index.ts';
import { customerJson } from './answers.ts';
import type { FakeBooks } from './books.ts';
import { CANARY_MAIL, CANARY_NAME, CANARY_STREET } from './canaries.ts';
import type { FakeCard } from './cards.ts';
import { authenticate, cancelIntent, confirmIntent, makeIntent, makeMethod } from './charging.ts';
import type { Billing, FakeCustomer, FakeIntent, FakeSession, Metadata } from './records.ts';
import { notNow, Refusal } from './refusal.ts';
import { sessionJson } from './session-answer.ts';

export const TYPED: Billing = {
  name: CANARY_NAME,
  email: CANARY_MAIL,
  line1: CANARY_STREET,
  country: 'DE',
};

export function makeCustomer(
  books: FakeBooks,
  of: {
    readonly metadata: Metadata;
    readonly description: string | null;
    readonly name: string | null;
    readonly email: string | null;
  },
): FakeCustomer {
  const customer: FakeCustomer = {
    id: books.newId('cus_'),
    created: books.now(),
    isDeleted: false,
    ...of,
  };
  books.customers.set(customer.id, customer);
  books.tell('customer.created', customerJson(books.account, customer));
  return customer;
}

export type PageOutcome = 'paid' | 'declined' | 'needs-holder';

/** The supporter types a card on the page and pays. */
export function payOnPage(books: FakeBooks, sessionId: string, card: FakeCard): PageOutcome {
  const session = books.session(sessionId);
  assert(session.status === 'open', 'an open page is paid on');
  const intent = intentOfPage(books, session);
  session.paidBy = TYPED;
  const method = makeMethod(books, card, TYPED);
  try {
    confirmIntent(books, intent, {
      method,
      isOffSession: false,
      errorsOnAction: false,
      returnUrl: session.successUrl,
      keepFor: null,
    });
  } catch (error) {
    if (error instanceof Refusal) return 'declined';
    throw error;
  }
  return afterTry(books, session, intent);
}

/** The supporter comes back from the bank's page. */
export function authenticateOnPage(
  books: FakeBooks,
  sessionId: string,
  outcome: 'passed' | 'failed',
): PageOutcome {
  const session = books.session(sessionId);
  assert(session.intentId !== null, 'somebody tried to pay on this page');
  authenticate(books, session.intentId, outcome);
  return afterTry(books, session, books.intent(session.intentId));
}

function intentOfPage(books: FakeBooks, session: FakeSession): FakeIntent {
  if (session.intentId !== null) return books.intent(session.intentId);
  if (session.customerId === null && session.createsCustomer) {
    const { name, email } = TYPED;
    session.customerId = makeCustomer(books, {
      metadata: {},
      description: null,
      name,
      email,
    }).id;
  }
  const intent = makeIntent(books, {
    amount: session.amount,
    currency: session.currency,
    customerId: session.customerId,
    metadata: session.intentData.metadata,
    description: session.intentData.description,
    statementSuffix: session.intentData.statementSuffix,
    receiptEmail: session.intentData.receiptEmail,
    keepFor: session.intentData.keepFor,
    captureMethod: 'automatic_async',
    allowedTypes: session.allowedTypes,
    automaticMethods: null,
    sessionId: session.id,
  });
  session.intentId = intent.id;
  return intent;
}

function afterTry(books: FakeBooks, session: FakeSession, intent: FakeIntent): PageOutcome {
  if (intent.status === 'requires_action') return 'needs-holder';
  if (intent.status !== 'succeeded') return 'declined';
  session.status = 'complete';
  books.tell('checkout.session.completed', sessionJson(books, session));
  return 'paid';
}

/** The page is over: by its time, or because it was asked for. */
export function expireSession(books: FakeBooks, session: FakeSession): void {
  if (session.status !== 'open') {
    throw notNow({
      message: `Only Checkout Sessions with a status of open can be expired: this one is ${session.status}.`,
    });
  }
  session.status = 'expired';
  if (session.intentId !== null) {
    const intent = books.intent(session.intentId);
    if (intent.status !== 'succeeded') cancelIntent(books, intent, 'expired');
  }
  books.tell('checkout.session.expired', sessionJson(books, session));
}
