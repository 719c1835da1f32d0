/** Events, webhook endpoints and the account itself over the API, the newer events API included. */
import { Instant } from '../../../calendar/index.ts';
import type { FakeBooks } from './books.ts';
import { type Endpoint, endpoint, pick } from './endpoint.ts';
import { isWithin, listJson, pageOf } from './lists.ts';
import {
  accountJson,
  countrySpecJson,
  destinationJson,
  endpointJson,
  eventJson,
  thinEventId,
  thinEventJson,
} from './money-answers.ts';
import type { FakeEvent } from './records.ts';
import { noSuch } from './refusal.ts';
import { destinationList, endpointList, eventList, onlyExpand } from './requests.ts';

/** "List events, going back up to 30 days." */
const KEPT_SECONDS = 30 * 86_400;

export const ACCOUNT_ENDPOINTS: readonly Endpoint[] = [
  endpoint('GET /v1/events/{id}', 'event', onlyExpand, ({ books, id }) => {
    const event = kept(books).find((each) => each.id === id);
    if (event === undefined) throw noSuch({ what: 'event', id, param: 'id', inPath: true });
    return eventJson(books.account, event);
  }),
  endpoint('GET /v1/events', 'event', eventList, ({ books, given }) => {
    const all = kept(books).filter(
      (event) =>
        isWithin(event.created, given.created) &&
        (given.type === undefined || isOfType(event, given.type)) &&
        (given.types === undefined || given.types.some((type) => isOfType(event, type))),
    );
    const { page, hasMore } = pageOf(all, given);
    return listJson(
      '/v1/events',
      page.map((event) => eventJson(books.account, event)),
      hasMore,
    );
  }),
  endpoint('GET /v2/core/events/{id}', 'event', onlyExpand, ({ books, id }) => {
    const event = kept(books).find((each) => thinEventId(each.id) === id);
    if (event === undefined) throw noSuch({ what: 'event', id, param: 'id', inPath: true });
    return thinEventJson(books.account, event, timeText(event.created));
  }),
  endpoint('GET /v2/core/event_destinations', 'webhook', destinationList, ({ books }) => ({
    data: books.account.endpoints
      .filter(({ payload }) => payload === 'thin')
      .map((each) => destinationJson(books.account, each)),
    next_page_url: null,
    previous_page_url: null,
  })),
  endpoint('GET /v1/webhook_endpoints', 'webhook', endpointList, ({ books, given }) => {
    const all = books.account.endpoints
      .filter(({ payload }) => payload === 'snapshot')
      .map((each) => ({ ...each, created: 0 }));
    const { page, hasMore } = pageOf(all, given);
    const data = page.map((each) => endpointJson(books.account, each));
    return listJson('/v1/webhook_endpoints', data, hasMore);
  }),
  endpoint(
    'GET /v1/webhook_endpoints/{webhook_endpoint}',
    'webhook',
    onlyExpand,
    ({ books, id }) => {
      const all = new Map(books.account.endpoints.map((each) => [each.id, each]));
      const param = 'webhook_endpoint';
      return endpointJson(
        books.account,
        pick(all, { what: 'webhook endpoint', id, param, inPath: true }),
      );
    },
  ),
  endpoint('GET /v1/account', 'accounts_kyc_basic', onlyExpand, ({ books }) =>
    accountJson(books.account),
  ),
  endpoint('GET /v1/country_specs/{country}', null, onlyExpand, ({ books, id }) =>
    countrySpecJson(books.account, id),
  ),
];

function kept(books: FakeBooks): readonly FakeEvent[] {
  return books.events.filter(({ created }) => created > books.now() - KEPT_SECONDS);
}

function isOfType(event: FakeEvent, type: string): boolean {
  return type.endsWith('*') ? event.type.startsWith(type.slice(0, -1)) : event.type === type;
}

export function timeText(second: number): string {
  return Instant.fromEpochMilliseconds(second * 1000).toString({ smallestUnit: 'millisecond' });
}
