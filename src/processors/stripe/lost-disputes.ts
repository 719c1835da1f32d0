/**
 * Disputes that were lost. Money left when they began, so losing one stands in no line of the balance; Stripe tells it by an
 * event. Events are kept for thirty days: a newsroom that was not running for so long books the end of such a dispute by
 * hand. An event is only a hint: the dispute itself is asked for.
 */
import type { MoneyFact, Unknown } from '../../giving/processor.ts';
import { type StripeApi, UNREADABLE } from './api.ts';
import { fetchOne } from './fetch-payment.ts';
import { listAll } from './list-all.ts';
import { readMoney, readTime } from './money.ts';
import { type Told, type WalkCursor, walk } from './walk.ts';
import { type ClosedDisputeEvent, closedDisputeEvent, disputeAnswer, pageOf } from './wire.ts';

const ENDPOINT = 'GET /v1/events';
const CLOSED = 'charge.dispute.closed';
const eventsPage = pageOf(closedDisputeEvent);

export async function walkLost(api: StripeApi, from: WalkCursor): Promise<Told> {
  const read = await walk(
    api,
    (params) =>
      api.call({
        endpoint: ENDPOINT,
        send: (stripe) => stripe.events.list({ ...params, type: CLOSED }),
        answer: eventsPage,
      }),
    from,
  );
  if (read.kind === 'unknown') return read;
  const facts = await lostBy(api, read.items);
  if ('kind' in facts) return facts;
  return { kind: 'told', facts, cursor: read.cursor, more: read.more };
}

/** The disputes that were lost in a time (seconds), as long as Stripe keeps its events. */
export async function lostBetween(
  api: StripeApi,
  created: { readonly gte: number; readonly lt: number },
): Promise<readonly MoneyFact[] | Unknown> {
  const events = await listAll((params) =>
    api.call({
      endpoint: ENDPOINT,
      send: (stripe) => stripe.events.list({ ...params, type: CLOSED, created }),
      answer: eventsPage,
    }),
  );
  return 'kind' in events ? events : await lostBy(api, events);
}

async function lostBy(
  api: StripeApi,
  events: readonly ClosedDisputeEvent[],
): Promise<readonly MoneyFact[] | Unknown> {
  const facts: MoneyFact[] = [];
  for (const event of events) {
    const { id } = event.data.object;
    const fetched = await fetchOne(api, {
      endpoint: 'GET /v1/disputes',
      send: (stripe) => stripe.disputes.retrieve(id),
      answer: disputeAnswer,
    });
    if (fetched.kind === 'unknown') return fetched;
    // Won, or only asked about: its line in the balance, if any, tells.
    if (fetched.kind !== 'fetched' || fetched.found.status !== 'lost') continue;
    const { amount, currency, charge: chargeRef } = fetched.found;
    const money = readMoney(amount, currency);
    if (money === null || money.minor <= 0n || chargeRef == null) return UNREADABLE;
    const happenedAt = readTime(event.created);
    facts.push({ kind: 'dispute-lost', ref: id, money, happenedAt, chargeRef, payoutRef: null });
  }
  return facts;
}
