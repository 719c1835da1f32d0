/**
 * The rows of new gifts, in one statement for many of them: supporter, pledge, what was agreed to, gift and first attempt.
 *
 * Written one by one a gift's time went to what surrounds its rows: a round trip, a commit, the start of an executor with
 * seven sub-statements and a trigger for each table. PostgreSQL spent about 1 ms of a core on a gift, our own process 0.5,
 * and the two cores of the machine were full at 1,200 gifts/s. So the gifts that come while one batch is being written are
 * the next one (`database/batcher.ts`).
 *
 * The gift goes in first and decides: where its id exists nothing of that call is written, whether the other one was
 * committed before, is being written by another process, or stands in the same statement. Which call of several with one
 * id it was is told by the supporter or the attempt that it brings, for each call makes its own. Gifts go in the order of
 * their ids, so that two batches with the same ids wait for each other instead of deadlocking.
 */
import { sql } from 'kysely';
import type { Instant, PlainDate } from '../../calendar/index.ts';
import { Batcher, type Db, type Tx } from '../../database/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { PledgeUnit } from '../giving.ts';
import type { CollectMonths } from '../pledges/collection.ts';

/**
 * A batch costs the server about 1 ms of a core and each gift in it 0.07, so small ones are not written side by side:
 * with 8 callers that halved the cost of a gift.
 */
const SECOND_FROM = 64;
/** Gifts waiting for a batch: a second's worth. More are told to come back rather than kept waiting. */
const WAITING_MAX = 2_000;

/** Everything that is written of one gift, decided before the first statement. */
export interface NewGiftRows {
  readonly giftId: string;
  readonly accountId: string;
  readonly supporterId: string;
  /** Whether their row is written too. */
  readonly isNewSupporter: boolean;
  readonly zone: string;
  readonly language: string;
  readonly pledge: { readonly id: string; readonly unit: PledgeUnit } | null;
  /** Of one month or year. */
  readonly each: Money;
  readonly months: CollectMonths;
  /** What is charged: the amount of each of the months. */
  readonly whole: Money;
  readonly agreed: { readonly shown: string; readonly language: string } | null;
  readonly appeal: { readonly appealId: string; readonly variantId: string } | null;
  readonly bodyHash: string;
  readonly attemptId: string;
  readonly requestHash: string;
  readonly today: PlainDate;
  /** When a worker first looks at it. */
  readonly nextAt: Instant;
  readonly now: Instant;
}

/** `taken`: the id exists. `inactive`: the processor's account takes no new gifts. */
export type InsertAnswer = 'written' | 'taken' | 'inactive';

/** For gifts that need nothing else in their transaction. */
export function createNewGiftBatcher(db: Db): Batcher<NewGiftRows, InsertAnswer> {
  return new Batcher({
    secondFrom: SECOND_FROM,
    waitingMax: WAITING_MAX,
    write: (batch) => insertNewGifts(db, batch),
  });
}

/** @returns what became of each, in the order given; nothing of a gift that is not `written` is there because of it */
export async function insertNewGifts(
  db: Db | Tx,
  gifts: readonly NewGiftRows[],
): Promise<readonly InsertAnswer[]> {
  const written = await insertRows(db, gifts);
  assert(written.size <= gifts.length, 'no more gifts are written than were begun');
  const others = gifts.filter(({ attemptId }) => !written.has(attemptId));
  const taken = others.length === 0 ? new Set() : await existing(db, others);
  return gifts.map(({ giftId, attemptId }) => {
    if (written.has(attemptId)) return 'written';
    return taken.has(giftId) ? 'taken' : 'inactive';
  });
}

/** @returns the attempts that were written, each with all its rows */
async function insertRows(db: Db | Tx, gifts: readonly NewGiftRows[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    with begun as (
      select * from json_to_recordset(${JSON.stringify(gifts.map(recordOf))}::json) as begun (
        gift_id uuid, account_id text, supporter_id uuid, is_new_supporter boolean, zone text, language text,
        pledge_id uuid, unit text, each_minor bigint, months integer, whole_minor bigint, currency text,
        shown text, shown_language text, appeal_id text, variant_id text, body_hash text,
        attempt_id uuid, request_hash text, today date, next_at timestamptz, at timestamptz)
    ), new_gift as (
      insert into gift
        (id, supporter_id, pledge_id, period_n, due_date, unit, covers_periods, amount_minor, currency, body_hash,
         state, next_at, appeal_id, variant_id, created_at)
      select gift_id, supporter_id, pledge_id, case when pledge_id is not null then 0 end,
        case when pledge_id is not null then today end, unit, months, whole_minor, currency, body_hash,
        'collecting', next_at, appeal_id, variant_id, at
      from begun
        join processor_account account on account.id = begun.account_id and account.status = 'active'
      order by gift_id
      on conflict (id) do nothing
      returning id, supporter_id
    ), fresh as materialized (
      select begun.* from begun
        join new_gift on new_gift.id = begun.gift_id and new_gift.supporter_id = begun.supporter_id
    ), new_supporter as (
      insert into supporter (id, zone, language, created_at)
      select supporter_id, zone, language, at from fresh where is_new_supporter
    ), new_pledge as (
      insert into pledge
        (id, supporter_id, amount_minor, currency, unit, collect_every_months, anchor_date, zone, state, created_at)
      select pledge_id, supporter_id, each_minor, currency, unit, months, today, zone, 'awaiting_first', at
      from fresh where pledge_id is not null
    ), new_agreement as (
      insert into pledge_change
        (pledge_id, version, kind, from_n, from_date, amount_minor, currency, unit, collect_every_months,
         anchor_date, anchor_n, shown, language, at)
      select pledge_id, 1, 'begun', 0, today, each_minor, currency, unit, months, today, 0, shown, shown_language, at
      from fresh where months > 1
    )
    insert into attempt
      (id, gift_id, n, processor_account_id, request_hash, state, first_sent_at, created_at)
    select attempt_id, gift_id, 1, account_id, request_hash, 'sent', at, at from fresh
    returning id
  `.execute(db);
  const written = new Set(rows.map(({ id }) => id));
  assert(written.size === rows.length, 'an attempt is written once');
  return written;
}

/**
 * A gift as the statement reads it. One parameter for all of a batch and not an array for each column: unpacking 22
 * arrays costs the server 0.2 ms before the first row, and a batch of a quiet hour has one or two. Amounts are text, for
 * JSON's numbers are no integers.
 */
function recordOf(gift: NewGiftRows): Readonly<Record<string, string | number | boolean | null>> {
  const { pledge, agreed, appeal } = gift;
  return {
    gift_id: gift.giftId,
    account_id: gift.accountId,
    supporter_id: gift.supporterId,
    is_new_supporter: gift.isNewSupporter,
    zone: gift.zone,
    language: gift.language,
    pledge_id: pledge?.id ?? null,
    unit: pledge?.unit ?? null,
    each_minor: String(gift.each.minor),
    months: gift.months,
    whole_minor: String(gift.whole.minor),
    currency: gift.whole.currency,
    shown: agreed?.shown ?? null,
    shown_language: agreed?.language ?? null,
    appeal_id: appeal?.appealId ?? null,
    variant_id: appeal?.variantId ?? null,
    body_hash: gift.bodyHash,
    attempt_id: gift.attemptId,
    request_hash: gift.requestHash,
    today: gift.today.toString(),
    next_at: gift.nextAt.toString(),
    at: gift.now.toString(),
  };
}

/** A statement of its own: only a later one sees what another call wrote at the same moment. */
async function existing(db: Db | Tx, gifts: readonly NewGiftRows[]): Promise<Set<string>> {
  const ids = gifts.map(({ giftId }) => giftId);
  const { rows } = await sql<{ id: string }>`
    select id from gift where id = any(${ids}::uuid[])
  `.execute(db);
  return new Set(rows.map(({ id }) => id));
}
