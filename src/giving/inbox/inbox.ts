/**
 * The inbox for processors' messages. Taking one verifies its signature, keeps it once and does nothing else, so that it
 * is answered in a millisecond and no message is lost to a mistake further on. The worker then treats each message as a
 * hint: it looks the object up again at the processor and applies what that says, so order and repetition do not matter.
 *
 * A message about a payment nobody knows is parked and tried again for a day, because it may be faster than our own
 * commit. Then the money, if there is any, is booked as unmatched and a person is told.
 */
import { sql } from 'kysely';
import { Instant, isUuid } from '../../calendar/index.ts';
import { assert } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { noteFailure } from '../alarms/note-failure.ts';
import { isFailedAssertion } from '../alarms/park-gift.ts';
import type { GivingContext } from '../context.ts';
import { findAttemptByObject, readAttempt } from '../gift-store.ts';
import type { WebhookAnswer } from '../giving.ts';
import { readMoneySoon } from '../money-facts/money-worker.ts';
import { endSubscription } from '../pledges/end-subscription.ts';
import { type PaymentEvidence, type Processor, SUBSCRIPTION_ENDED } from '../processor.ts';
import { applyEvidence } from '../settling/apply-evidence.ts';
import { type FoundPayment, lookUpPayment } from '../settling/look-up.ts';
import { bookUnmatched } from '../settling/settle.ts';
import { inTransaction, sqlState } from '../transaction.ts';
import type { Worker } from '../worker.ts';
import type { NewEvent } from './event-batcher.ts';

const BATCH = 50;
const AT_ONCE = 8;
const LEASE_SECONDS = 60;
const PARKED_HOURS = 24;
/** Tries at a processor that does not answer, before a person is told; the poller goes on either way. */
const TRIES_MAX = 48;
/** Tries once a day after that, before they become weekly. */
const DAILY_TRIES = 30;

export async function takeWebhook(
  context: GivingContext,
  message: { readonly accountId: string; readonly body: Uint8Array; readonly headers: Headers },
): Promise<WebhookAnswer> {
  const processor = context.processorOf(message.accountId);
  if (processor === undefined) return { kind: 'unknown-account' };
  const now = context.clock.now();
  const { body, headers } = message;
  await processor.prepareForWebhook?.(headers);
  const reading = processor.readWebhook({ body, headers, now });
  if (reading.kind === 'refused') return reading;
  await context.ready();
  const { event } = reading;
  assert(event.eventId !== '', 'a message that was verified has an id');
  const kept = await keepEvent(context, {
    accountId: processor.accountId,
    eventId: event.eventId,
    type: event.type,
    objectRef: event.objectRef,
    attemptId: event.attemptId,
  });
  if (event.movesMoney === true) await readMoneySoon(context, processor.accountId);
  return { kind: kept ? 'stored' : 'duplicate' };
}

/** Keeps a message once, together with others that come at the same time. @returns whether this call kept it */
export function keepEvent(context: GivingContext, event: NewEvent): Promise<boolean> {
  return context.events.keep(event, context.clock.now());
}

interface KeptEvent {
  readonly accountId: string;
  readonly eventId: string;
  readonly type: string;
  readonly objectRef: string | null;
  readonly attemptId: string | null;
  readonly receivedAt: Instant;
  readonly tries: number;
}

/** What became of a message. `later` keeps its state and waits. */
type Outcome =
  | { readonly state: 'applied' | 'ignored'; readonly error: string | null; readonly nextAt: null }
  | { readonly state: 'parked' | 'later'; readonly error: string; readonly nextAt: Instant };

export function createInboxWorker(context: GivingContext): Worker {
  return {
    name: 'inbox',
    async runOnce() {
      const events = await claimEvents(context);
      for (let from = 0; from < events.length; from += AT_ONCE) {
        await Promise.all(
          events.slice(from, from + AT_ONCE).map((event) => handleSafely(context, event)),
        );
      }
      return events.length;
    },
  };
}

async function claimEvents(context: GivingContext): Promise<readonly KeptEvent[]> {
  const now = context.clock.now();
  const { rows } = await sql<KeptEvent>`
    with due as (
      select processor_account_id, event_id from processor_event
      where next_at <= ${now} and lease_until <= ${now}
      order by next_at
      limit ${BATCH}
      for update skip locked
    )
    update processor_event event set lease_until = ${now.add({ seconds: LEASE_SECONDS })}
    from due
    where event.processor_account_id = due.processor_account_id and event.event_id = due.event_id
    returning event.processor_account_id as "accountId", event.event_id as "eventId",
      event.type, event.object_ref as "objectRef", event.attempt_id as "attemptId",
      event.received_at as "receivedAt", event.tries
  `.execute(context.db);
  assert(rows.length <= BATCH, 'a batch is bounded');
  assert(
    rows.every(({ eventId, tries }) => eventId !== '' && tries >= 0),
    'a message that was kept has an id, and its tries are counted',
  );
  return rows;
}

async function handleSafely(context: GivingContext, event: KeptEvent): Promise<void> {
  let outcome: Outcome;
  try {
    outcome = await handle(context, event);
  } catch (error) {
    await ringIfFailed(context, event, error);
    // A poisoned message blocks only itself. The error's own words may hold anything, so they stay here.
    const name = error instanceof Error ? error.name : 'unknown error';
    outcome = later(context, event, `${name} ${sqlState(error) ?? ''}`.trim());
  }
  await finish(context, event, outcome);
}

/** A certainty that turned out false about a message: its gift is parked where one is known, and a person told at once. */
async function ringIfFailed(
  context: GivingContext,
  event: KeptEvent,
  error: unknown,
): Promise<void> {
  if (!isFailedAssertion(error)) return;
  const known = await knownAttempt(context, event.accountId, event);
  const attempt = known === undefined ? undefined : await readAttempt(context.db, known);
  assert(
    attempt === undefined || attempt.id === known,
    'the attempt is the one that was asked for',
  );
  const what = `event:${event.accountId}:${event.eventId}`;
  await noteFailure(context, { what, giftId: attempt?.giftId ?? null }, error);
}

async function handle(context: GivingContext, event: KeptEvent): Promise<Outcome> {
  if (event.objectRef === null) return { state: 'ignored', error: null, nextAt: null };
  if (event.type === SUBSCRIPTION_ENDED) return await subscriptionEnded(context, event);
  const processor = context.processorOf(event.accountId);
  if (processor === undefined) return later(context, event, 'no processor for this account');
  const known = await knownAttempt(context, event.accountId, event);
  const answer = await lookUp(context, processor, { event, attemptId: known });
  if (answer.kind === 'unknown') return later(context, event, answer.reason);
  if (answer.kind === 'not-found') return parkOrIgnore(context, event, 'not found');
  const { evidence, objectRef } = answer;
  // The processor's own record has the last word on whose payment it is.
  const recorded = { attemptId: answer.attemptId ?? null, objectRef };
  const attemptId =
    recorded.attemptId === null
      ? (known ?? (await knownAttempt(context, event.accountId, recorded)))
      : await knownAttempt(context, event.accountId, recorded);
  if (attemptId !== undefined) {
    const report = { attemptId, accountId: event.accountId, objectRef, evidence };
    const applied = await applyEvidence(context, report);
    if (applied !== 'no_such_attempt') return { state: 'applied', error: null, nextAt: null };
  }
  assert(objectRef !== '', 'a payment that was found has a name');
  const isStrangers = event.attemptId === null && (answer.attemptId ?? null) === null;
  return await keepStrange(context, event, { evidence, objectRef, isStrangers });
}

/**
 * Believed on its signature alone, because it can only stop something: whoever forged it could end a promise, and never
 * take money.
 */
async function subscriptionEnded(context: GivingContext, event: KeptEvent): Promise<Outcome> {
  const { accountId, objectRef: subscriptionRef } = event;
  assert(subscriptionRef !== null, 'a subscription that ended is named');
  const stopped = await inTransaction(context.db, (tx) =>
    endSubscription(tx, context, { accountId, subscriptionRef }),
  );
  return stopped === undefined
    ? { state: 'ignored', error: 'no pledge of this subscription', nextAt: null }
    : { state: 'applied', error: null, nextAt: null };
}

function lookUp(
  context: GivingContext,
  processor: Processor,
  { event, attemptId }: { event: KeptEvent; attemptId: string | undefined },
): Promise<FoundPayment> {
  const { objectRef } = event;
  if (attemptId !== undefined) return lookUpPayment(context, processor, { attemptId, objectRef });
  if (objectRef === null) return Promise.resolve({ kind: 'not-found' });
  return lookUpPayment(context, processor, { attemptId: null, objectRef });
}

/** The attempt of ours that an object belongs to: by our id in the processor's record, else by the stored reference. */
export async function knownAttempt(
  context: GivingContext,
  accountId: string,
  object: { readonly attemptId: string | null; readonly objectRef: string | null },
): Promise<string | undefined> {
  if (object.attemptId !== null && isUuid(object.attemptId)) {
    const attempt = await readAttempt(context.db, object.attemptId);
    assert(attempt === undefined || attempt.id === object.attemptId, 'an id has one attempt');
    if (attempt !== undefined) return attempt.id;
  }
  if (object.objectRef === null) return undefined;
  return await findAttemptByObject(context.db, { accountId, objectRef: object.objectRef });
}

/** A payment that is none of our attempts: money is booked, the rest waits for a day and goes. */
async function keepStrange(
  context: GivingContext,
  event: KeptEvent,
  strange: {
    readonly evidence: PaymentEvidence;
    readonly objectRef: string;
    readonly isStrangers: boolean;
  },
): Promise<Outcome> {
  const { evidence, objectRef, isStrangers } = strange;
  // Every order of ours carries our id, so a record without one cannot turn out to be ours tomorrow.
  if (!isStrangers && !isOld(context, event)) {
    return parkOrIgnore(context, event, 'no such attempt yet');
  }
  if (evidence.state !== 'succeeded')
    return { state: 'ignored', error: 'no attempt of ours', nextAt: null };
  assert(evidence.money.minor > 0n, 'what is booked as unmatched is at least one minor unit');
  const charge = { accountId: event.accountId, objectRef, succeeded: evidence };
  await inTransaction(context.db, (tx) => bookUnmatched(tx, context, charge));
  return { state: 'applied', error: 'booked as unmatched', nextAt: null };
}

function isOld(context: GivingContext, event: KeptEvent): boolean {
  assert(event.tries >= 0, 'tries are counted from nought');
  const until = event.receivedAt.add({ hours: PARKED_HOURS });
  return Instant.compare(context.clock.now(), until) >= 0;
}

async function parkOrIgnore(
  context: GivingContext,
  event: KeptEvent,
  error: string,
): Promise<Outcome> {
  if (!isOld(context, event)) {
    return { state: 'parked', error, nextAt: context.clock.now().add({ minutes: pause(event) }) };
  }
  await ring(context, event, error);
  return { state: 'ignored', error, nextAt: null };
}

function later(context: GivingContext, event: KeptEvent, error: string): Outcome {
  return { state: 'later', error, nextAt: context.clock.now().add({ minutes: pause(event) }) };
}

const DAY_MINUTES = 1440;

/**
 * 1, 2, 4 … minutes, then every hour for nearly two days, after which a person is told ({@link TRIES_MAX}); then once a
 * day, and in the end once a week: a company that closed on us may not answer for years.
 */
function pause({ tries }: Pick<KeptEvent, 'tries'>): number {
  assert(Number.isSafeInteger(tries) && tries >= 0, 'tries are counted from nought');
  if (tries < TRIES_MAX) return Math.min(60, 2 ** Math.min(tries, 6));
  return tries < TRIES_MAX + DAILY_TRIES ? DAY_MINUTES : 7 * DAY_MINUTES;
}

async function ring(context: GivingContext, event: KeptEvent, detail: string): Promise<void> {
  await raiseAlarm(context.db, {
    kind: 'parked-event',
    ref: `${event.accountId}:${event.eventId}`,
    giftId: null,
    detail,
    now: context.clock.now(),
  });
}

async function finish(context: GivingContext, event: KeptEvent, outcome: Outcome): Promise<void> {
  const isOver = outcome.state === 'applied' || outcome.state === 'ignored';
  assert(isOver === (outcome.nextAt === null), 'a message that waits knows until when');
  if (!isOver && event.tries + 1 === TRIES_MAX) {
    await ring(context, event, outcome.error ?? 'tried too often');
  }
  assert(
    outcome.nextAt === null || Instant.compare(outcome.nextAt, context.clock.now()) > 0,
    'a message that waits is looked at later, not at once',
  );
  const { numUpdatedRows } = await context.db
    .updateTable('processor_event')
    .set({
      ...(outcome.state === 'later' ? {} : { state: outcome.state }),
      tries: event.tries + 1,
      next_at: outcome.nextAt,
      lease_until: '-infinity',
      error: outcome.error?.slice(0, 200) ?? null,
    })
    .where('processor_account_id', '=', event.accountId)
    .where('event_id', '=', event.eventId)
    .where('state', 'in', ['received', 'parked'])
    .executeTakeFirst();
  assert(numUpdatedRows <= 1n, 'a message is one row');
}
