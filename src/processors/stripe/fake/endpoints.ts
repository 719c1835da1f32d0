/** All endpoints of the fake, which one a call is for, and its answer with what it asked to be unfolded. */
import { z } from 'zod';
import { ACCOUNT_ENDPOINTS } from './account-api.ts';
import { customerJson, intentJson, methodJson } from './answers.ts';
import type { FakeBooks } from './books.ts';
import { chargeJson } from './charge-answer.ts';
import type { Endpoint } from './endpoint.ts';
import { INTENT_ENDPOINTS } from './intents-api.ts';
import { type Unfolding, unfold } from './lists.ts';
import { lineJson, payoutJson, refundJson } from './money-answers.ts';
import { MONEY_ENDPOINTS } from './money-api.ts';
import { disputeAnswer } from './money-moves.ts';
import { parseForm } from './parameters.ts';
import { PEOPLE_ENDPOINTS } from './people-api.ts';
import { Refusal } from './refusal.ts';
import { sessionJson } from './session-answer.ts';

export interface FakeCall {
  readonly method: string;
  readonly path: string;
  /** The form of a POST, the query of a GET. */
  readonly body: string;
  readonly authorization: string;
  readonly version: string;
}

export interface Route {
  readonly endpoint: Endpoint;
  readonly ids: readonly string[];
}

const ENDPOINTS: readonly (Endpoint & { readonly pattern: RegExp })[] = [
  ...INTENT_ENDPOINTS,
  ...PEOPLE_ENDPOINTS,
  ...MONEY_ENDPOINTS,
  ...ACCOUNT_ENDPOINTS,
]
  // The path without ids wins: `/v1/x/search` is no `/v1/x/{id}`.
  .toSorted((one, other) => idsIn(one.path) - idsIn(other.path))
  .map((each) => ({
    ...each,
    pattern: new RegExp(`^${each.path.replaceAll(/\{[^}]+\}/g, '([^/]+)')}$`),
  }));

function idsIn(path: string): number {
  return path.split('{').length - 1;
}

export function routeOf(call: Pick<FakeCall, 'method' | 'path'>): Route | undefined {
  for (const endpoint of ENDPOINTS) {
    const match = endpoint.method === call.method ? endpoint.pattern.exec(call.path) : null;
    if (match !== null) return { endpoint, ids: match.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}

const expanding = z.object({ expand: z.array(z.string()).catch([]).default([]) });

/** @throws Refusal for what Stripe would not do */
export function answerEndpoint(books: FakeBooks, call: FakeCall, route: Route | undefined): object {
  if (route === undefined) {
    throw new Refusal({
      status: 404,
      isKept: false,
      body: {
        type: 'invalid_request_error',
        message: `Unrecognized request URL (${call.method}: ${call.path}).`,
      },
    });
  }
  const parameters = parseForm(call.body);
  const answer = route.endpoint.answer({ books, parameters, ids: route.ids });
  return unfold(answer, expanding.parse(parameters ?? {}).expand, unfoldingOf(books));
}

function unfoldingOf(books: FakeBooks): Unfolding {
  const { account } = books;
  const finders: readonly ((id: string) => object | undefined)[] = [
    (id) => ofMap(books.intents, id, (intent) => intentJson(books, intent)),
    (id) => ofMap(books.charges, id, (charge) => chargeJson(account, charge)),
    (id) => ofMap(books.lines, id, (line) => lineJson(line, books.now())),
    (id) => ofMap(books.refunds, id, (refund) => refundJson(refund, books.charge(refund.chargeId))),
    (id) => ofMap(books.disputes, id, (dispute) => disputeAnswer(books, dispute)),
    (id) => ofMap(books.payouts, id, (payout) => payoutJson(account, payout)),
    (id) => ofMap(books.customers, id, (customer) => customerJson(account, customer)),
    (id) => ofMap(books.methods, id, (method) => methodJson(account, method)),
    (id) => ofMap(books.sessions, id, (session) => sessionJson(books, session)),
  ];
  return {
    byId(id) {
      for (const find of finders) {
        const found = find(id);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    hidden: () => undefined,
  };
}

function ofMap<T>(
  all: ReadonlyMap<string, T>,
  id: string,
  json: (one: T) => object,
): object | undefined {
  const one = all.get(id);
  return one === undefined ? undefined : json(one);
}
