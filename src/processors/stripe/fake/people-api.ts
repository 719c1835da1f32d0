/** Checkout Sessions, customers, payment methods, setups and confirmation tokens over the API. */
import type { z } from 'zod';
import { customerJson, methodJson, setupJson, tokenJson } from './answers.ts';
import type { FakeBooks } from './books.ts';
import { publishedCard } from './cards.ts';
import { attach, makeMethod } from './charging.ts';
import { expireSession, makeCustomer, TYPED } from './checkout.ts';
import { checkAmount, type Endpoint, endpoint, merged, pick } from './endpoint.ts';
import { checkCustomer, noDescriptorForCards } from './intents-api.ts';
import { isWithin, listJson, pageOf } from './lists.ts';
import type { FakeCustomer, FakeMethod, FakeSession, FakeSetup } from './records.ts';
import { badParameter, notNow } from './refusal.ts';
import {
  customerCreate,
  customerList,
  customerUpdate,
  metadataUpdate,
  methodAttach,
  methodList,
  onlyExpand,
  sessionCreate,
  sessionList,
  setupCreate,
  setupList,
} from './requests.ts';
import { sessionJson } from './session-answer.ts';

const HALF_AN_HOUR = 1800;
const A_DAY = 86_400;

export const PEOPLE_ENDPOINTS: readonly Endpoint[] = [
  endpoint('POST /v1/checkout/sessions', 'checkout_session', sessionCreate, ({ books, given }) =>
    sessionJson(books, createSession(books, given)),
  ),
  endpoint('GET /v1/checkout/sessions', 'checkout_session', sessionList, ({ books, given }) => {
    const all = [...books.sessions.values()].filter(
      (session) =>
        isWithin(session.created, given.created) &&
        (given.customer === undefined || session.customerId === given.customer) &&
        (given.payment_intent === undefined || session.intentId === given.payment_intent) &&
        (given.status === undefined || session.status === given.status),
    );
    const { page, hasMore } = pageOf(all, given);
    const data = page.map((session) => sessionJson(books, session));
    return listJson('/v1/checkout/sessions', data, hasMore);
  }),
  endpoint('GET /v1/checkout/sessions/{session}', 'checkout_session', onlyExpand, ({ books, id }) =>
    sessionJson(books, sessionInPath(books, id)),
  ),
  endpoint(
    'POST /v1/checkout/sessions/{session}/expire',
    'checkout_session',
    onlyExpand,
    ({ books, id }) => {
      const session = sessionInPath(books, id);
      expireSession(books, session);
      return sessionJson(books, session);
    },
  ),
  endpoint('POST /v1/customers', 'customer', customerCreate, ({ books, given }) =>
    customerJson(
      books.account,
      makeCustomer(books, {
        metadata: given.metadata ?? {},
        description: given.description ?? null,
        name: given.name ?? null,
        email: given.email ?? null,
      }),
    ),
  ),
  endpoint('GET /v1/customers', 'customer', customerList, ({ books, given }) => {
    const all = [...books.customers.values()].filter(
      ({ created, email, isDeleted }) =>
        !isDeleted &&
        isWithin(created, given.created) &&
        (given.email === undefined || email === given.email),
    );
    const { page, hasMore } = pageOf(all, given);
    const data = page.map((customer) => customerJson(books.account, customer));
    return listJson('/v1/customers', data, hasMore);
  }),
  endpoint('GET /v1/customers/{customer}', 'customer', onlyExpand, ({ books, id }) => {
    const customer = customerInPath(books, id);
    if (customer.isDeleted) return { id, object: 'customer', deleted: true };
    return customerJson(books.account, customer);
  }),
  endpoint('POST /v1/customers/{customer}', 'customer', customerUpdate, ({ books, given, id }) => {
    const customer = customerInPath(books, id);
    checkCustomer(books, id);
    customer.metadata = merged(customer.metadata, given.metadata);
    customer.description = given.description ?? customer.description;
    if (given.email !== undefined) customer.email = given.email === '' ? null : given.email;
    if (given.name !== undefined) customer.name = given.name === '' ? null : given.name;
    return customerJson(books.account, customer);
  }),
  endpoint('DELETE /v1/customers/{customer}', 'customer', onlyExpand, ({ books, id }) => {
    const customer = customerInPath(books, id);
    checkCustomer(books, id);
    customer.isDeleted = true;
    customer.name = null;
    customer.email = null;
    for (const method of books.methods.values()) {
      if (method.customerId === id) {
        method.customerId = null;
        method.isDetached = true;
      }
    }
    books.tell('customer.deleted', customerJson(books.account, customer));
    return { id, object: 'customer', deleted: true };
  }),
  endpoint(
    'GET /v1/customers/{customer}/payment_methods',
    ['customer', 'payment_method'],
    methodList,
    ({ books, given, id }) => {
      checkCustomer(books, customerInPath(books, id).id);
      return methodsJson(books, { ...given, customer: id }, `/v1/customers/${id}/payment_methods`);
    },
  ),
  endpoint('GET /v1/payment_methods', 'payment_method', methodList, ({ books, given }) =>
    methodsJson(books, given, '/v1/payment_methods'),
  ),
  endpoint(
    'GET /v1/payment_methods/{payment_method}',
    'payment_method',
    onlyExpand,
    ({ books, id }) => methodJson(books.account, methodInPath(books, id)),
  ),
  endpoint(
    'POST /v1/payment_methods/{payment_method}',
    'payment_method',
    metadataUpdate,
    ({ books, given, id }) => {
      const method = methodInPath(books, id);
      if (method.customerId === null) {
        throw notNow({ message: 'Only a method of a customer can be changed.' });
      }
      method.metadata = merged(method.metadata, given.metadata);
      return methodJson(books.account, method);
    },
  ),
  endpoint(
    'POST /v1/payment_methods/{payment_method}/attach',
    'payment_method',
    methodAttach,
    ({ books, given, id }) => {
      checkCustomer(books, given.customer);
      const method = methodToAttach(books, id);
      attach(books, method, given.customer);
      return methodJson(books.account, method);
    },
  ),
  endpoint(
    'POST /v1/payment_methods/{payment_method}/detach',
    'payment_method',
    onlyExpand,
    ({ books, id }) => {
      const method = methodInPath(books, id);
      if (method.customerId === null) {
        throw notNow({ message: 'This payment method belongs to nobody.' });
      }
      method.customerId = null;
      method.isDetached = true;
      books.tell('payment_method.detached', methodJson(books.account, method));
      return methodJson(books.account, method);
    },
  ),
  endpoint(
    'GET /v1/confirmation_tokens/{confirmation_token}',
    // Either will do, as its refusal says.
    ['confirmation_token_client', 'setup_intent', 'payment_intent'],
    onlyExpand,
    ({ books, id }) =>
      tokenJson(
        books.account,
        pick(books.tokens, {
          what: 'confirmation_token',
          id,
          param: 'confirmation_token',
          inPath: true,
        }),
      ),
  ),
  endpoint('POST /v1/setup_intents', 'setup_intent', setupCreate, ({ books, given }) =>
    setupJson(books.account, createSetup(books, given)),
  ),
  endpoint('GET /v1/setup_intents', 'setup_intent', setupList, ({ books, given }) => {
    const all = [...books.setups.values()].filter(
      ({ created, customerId }) =>
        isWithin(created, given.created) &&
        (given.customer === undefined || customerId === given.customer),
    );
    const { page, hasMore } = pageOf(all, given);
    return listJson(
      '/v1/setup_intents',
      page.map((each) => setupJson(books.account, each)),
      hasMore,
    );
  }),
  endpoint('GET /v1/setup_intents/{intent}', 'setup_intent', onlyExpand, ({ books, id }) =>
    setupJson(
      books.account,
      pick(books.setups, { what: 'setupintent', id, param: 'intent', inPath: true }),
    ),
  ),
];

function sessionInPath(books: FakeBooks, id: string): FakeSession {
  return pick(books.sessions, { what: 'checkout.session', id, param: 'session', inPath: true });
}

function customerInPath(books: FakeBooks, id: string): FakeCustomer {
  return pick(books.customers, { what: 'customer', id, param: 'id', inPath: true });
}

function methodInPath(books: FakeBooks, id: string): FakeMethod {
  return pick(books.methods, {
    what: 'PaymentMethod',
    id,
    param: 'payment_method',
    inPath: true,
  });
}

function methodToAttach(books: FakeBooks, id: string): FakeMethod {
  const published = id.startsWith('pm_card_') ? publishedCard(id) : undefined;
  if (published !== undefined) return makeMethod(books, published, TYPED);
  const method = methodInPath(books, id);
  if (method.customerId !== null || method.isDetached) {
    throw notNow({ message: 'This payment method was attached before.', param: 'payment_method' });
  }
  return method;
}

function methodsJson(books: FakeBooks, given: z.infer<typeof methodList>, url: string): object {
  const all = [...books.methods.values()].filter(
    ({ customerId }) => given.customer !== undefined && customerId === given.customer,
  );
  const { page, hasMore } = pageOf(all, given);
  return listJson(
    url,
    page.map((method) => methodJson(books.account, method)),
    hasMore,
  );
}

function createSession(books: FakeBooks, given: z.infer<typeof sessionCreate>): FakeSession {
  const now = books.now();
  const [first, ...others] = given.line_items;
  const currency = first?.price_data.currency ?? '';
  if (others.some(({ price_data }) => price_data.currency !== currency)) {
    throw badParameter({ param: 'line_items', message: 'All items are of one currency.' });
  }
  const amount = given.line_items.reduce(
    (sum, { quantity, price_data }) => sum + quantity * price_data.unit_amount,
    0n,
  );
  checkAmount(books, amount, currency);
  checkSession(books, given);
  const data = given.payment_intent_data;
  const session: FakeSession = {
    id: books.newId(books.account.livemode ? 'cs_live_a1' : 'cs_test_a1'),
    created: now,
    expiresAt: given.expires_at ?? now + A_DAY,
    status: 'open',
    amount,
    currency,
    productName: first?.price_data.product_data.name ?? '',
    quantity: Number(first?.quantity ?? 1n),
    successUrl: given.success_url,
    cancelUrl: given.cancel_url ?? null,
    clientReferenceId: given.client_reference_id ?? null,
    customerId: given.customer ?? null,
    createsCustomer: given.customer_creation === 'always',
    customerEmail: given.customer_email ?? null,
    locale: given.locale ?? null,
    submitType: given.submit_type ?? null,
    metadata: given.metadata ?? {},
    allowedTypes: given.allowed_payment_method_types ?? null,
    intentData: {
      metadata: data?.metadata ?? {},
      description: data?.description ?? null,
      statementSuffix: data?.statement_descriptor_suffix ?? null,
      receiptEmail: data?.receipt_email ?? null,
      keepFor: data?.setup_future_usage ?? null,
    },
    intentId: null,
    paidBy: null,
  };
  books.sessions.set(session.id, session);
  return session;
}

function checkSession(books: FakeBooks, given: z.infer<typeof sessionCreate>): void {
  const now = books.now();
  const { expires_at: expires = now + A_DAY } = given;
  if (expires < now + HALF_AN_HOUR || expires > now + A_DAY) {
    const message = 'A page is open for half an hour at least and a day at most.';
    throw badParameter({ param: 'expires_at', message });
  }
  if (given.customer !== undefined) {
    const other = (['customer_creation', 'customer_email'] as const).find(
      (param) => given[param] !== undefined,
    );
    if (other !== undefined) {
      throw badParameter({ param: other, message: `customer and ${other} exclude each other.` });
    }
    checkCustomer(books, given.customer);
  }
  if (given.payment_intent_data?.statement_descriptor !== undefined) throw noDescriptorForCards();
}

/** Checks a card without money: its bank hears of it all the same. */
function createSetup(books: FakeBooks, given: z.infer<typeof setupCreate>): FakeSetup {
  checkCustomer(books, given.customer);
  const setup: FakeSetup = {
    id: books.newId('seti_1'),
    created: books.now(),
    status: 'requires_payment_method',
    customerId: given.customer ?? null,
    methodId: null,
    metadata: given.metadata ?? {},
    description: given.description ?? null,
    usage: given.usage ?? 'off_session',
  };
  books.setups.set(setup.id, setup);
  books.tell('setup_intent.created', setupJson(books.account, setup));
  if (given.confirm === true && given.payment_method !== undefined) {
    const method = methodToAttach(books, given.payment_method);
    books.issuerLog.push({
      at: books.now(),
      what: 'zero-amount-check',
      country: method.card.country,
      fingerprint: method.card.fingerprint,
      intentId: setup.id,
    });
    setup.status = 'succeeded';
    setup.methodId = method.id;
    method.isSetUp = setup.usage === 'off_session';
    if (setup.customerId !== null) attach(books, method, setup.customerId);
    books.tell('setup_intent.succeeded', setupJson(books.account, setup));
  }
  return setup;
}
