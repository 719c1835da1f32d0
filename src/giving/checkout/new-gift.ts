/**
 * Writing a gift for the first time: supporter, pledge, gift and its first attempt, all or nothing, before anything leaves
 * the house. The gift's id was made by the browser and is unique, so of any number of calls one writes.
 *
 * All four rows are one statement, because this is the path that a busy evening takes: without a contact to attach it is
 * one round trip and one commit. The attempt is written as sent, because whoever writes it sends it next and nobody else
 * can have planned anything with it: what must be on disk before the call is key, order and "they may know of this", and
 * it is, one commit earlier than by planning it first.
 */
import { sql } from 'kysely';
import { dayIn, isZone, type PlainDate } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { giftBodyHash } from '../fingerprint.ts';
import type { GiftIntent, PledgeUnit } from '../giving.ts';
import { type CollectMonths, chargedAtOnce, mayCollect } from '../pledges/collection.ts';
import type { Processor } from '../processor.ts';
import { constraintOf } from '../transaction.ts';
import { type HostedOrder, hostedOrder } from './hosted-order.ts';

/** Gifts of one supporter in a day: a bound against runaway charging, far above what anybody means. */
export const GIFTS_A_DAY_MAX = 15;
/** When a worker first looks at a page that nobody paid on. */
export const FIRST_LOOK_HOURS = 1;

/** `heirOf`: a gift whose supporter this one takes over, as long as there is nothing else of them. */
export type WrittenIntent = GiftIntent & { readonly heirOf?: string };

export type WriteAnswer =
  | { readonly kind: 'written'; readonly begun: NewGift }
  | { readonly kind: 'not-written'; readonly why: NotWrittenReason };

/**
 * `taken`: the id exists. `inactive`: the processor's account takes no new gifts. `not-bare`: the supporter to be taken
 * over has gifts beside the one that is replaced.
 */
export type NotWrittenReason =
  | 'taken'
  | 'daily-limit'
  | 'unknown-supporter'
  | 'inactive'
  | 'not-bare';

/** What was written, and the order to send for it. */
export interface NewGift {
  readonly giftId: string;
  readonly attemptId: string;
  readonly accountId: string;
  readonly built: HostedOrder;
}

/** What a simultaneous second gift with one id breaks: its own key or its first attempt's, in the database's own order. */
const TAKEN: ReadonlySet<string> = new Set(['gift_pkey', 'attempt_number']);

/** Ends the transaction without writing anything. */
class NotWritten extends Error {
  readonly why: NotWrittenReason;

  constructor(why: NotWrittenReason) {
    super(`gift not written: ${why}`);
    this.why = why;
  }
}

export async function writeNewGift(
  context: GivingContext,
  intent: WrittenIntent,
  processor: Processor,
): Promise<WriteAnswer> {
  const rows = plan(context, intent, processor);
  try {
    if (intent.attach === undefined && intent.supporterId === undefined) {
      await insertRows(context.db, rows);
    } else {
      await context.db.transaction().execute(async (tx) => {
        if (intent.supporterId !== undefined) await checkSupporter(tx, rows);
        await insertRows(tx, rows);
        await intent.attach?.(tx, rows.supporterId);
      });
    }
  } catch (error) {
    if (error instanceof NotWritten) return { kind: 'not-written', why: error.why };
    if (TAKEN.has(constraintOf(error) ?? '')) return { kind: 'not-written', why: 'taken' };
    throw error;
  }
  const { attemptId, built } = rows;
  const begun = { giftId: intent.giftId, attemptId, accountId: processor.accountId, built };
  return { kind: 'written', begun };
}

/** Everything to write, decided before the first statement. */
interface Rows {
  readonly intent: WrittenIntent;
  readonly accountId: string;
  readonly now: ReturnType<GivingContext['clock']['now']>;
  readonly zone: string;
  readonly today: PlainDate;
  readonly supporterId: string;
  readonly pledge: { readonly id: string; readonly unit: PledgeUnit } | null;
  readonly months: CollectMonths;
  /** What is charged: the amount of each of the months. */
  readonly whole: Money;
  readonly attemptId: string;
  readonly built: HostedOrder;
}

function plan(context: GivingContext, intent: WrittenIntent, processor: Processor): Rows {
  const now = context.clock.now();
  const zone = isZone(intent.zone) ? intent.zone : context.settings.zone;
  const supporterId = intent.supporterId ?? context.random.uuid();
  const pledge =
    intent.interval === 'once' ? null : { id: context.random.uuid(), unit: intent.interval };
  const attemptId = context.random.uuid();
  const months = intent.collectEveryMonths ?? 1;
  assert(
    mayCollect(intent.interval, months),
    'months that cannot be collected together were refused',
  );
  const whole = chargedAtOnce(intent.money, months);
  assert(intent.money.minor > 0n, 'a gift is at least one minor unit');
  assert(pledge?.id !== attemptId && attemptId !== supporterId, 'ids are made once');
  const built = hostedOrder(context, {
    gift: { id: intent.giftId, money: whole, coversPeriods: months },
    pledge,
    attemptId,
    supporterId,
    language: intent.language,
  });
  const { accountId } = processor;
  const today = dayIn(now, zone);
  return {
    intent,
    accountId,
    now,
    zone,
    today,
    supporterId,
    pledge,
    months,
    whole,
    attemptId,
    built,
  };
}

/** The four rows, in one statement. Raises 23505 when another call with this id is being written at this moment. */
async function insertRows(db: Db | Tx, rows: Rows): Promise<void> {
  const { intent, accountId, now, zone, today, supporterId, pledge, attemptId, built } = rows;
  const { months, whole } = rows;
  const { money, appeal, agreed } = intent;
  const isNew = intent.supporterId === undefined;
  const { rows: answers } = await sql<{ taken: boolean; written: boolean }>`
    with taken as (
      select id from gift where id = ${intent.giftId}::uuid
    ), account as (
      select id from processor_account
      where id = ${accountId} and status = 'active' and not exists (select from taken)
    ), new_supporter as (
      insert into supporter (id, zone, language, created_at)
      select ${supporterId}::uuid, ${zone}, ${intent.language}, ${now}::timestamptz
      from account where ${isNew}::boolean
    ), new_pledge as (
      insert into pledge
        (id, supporter_id, amount_minor, currency, unit, collect_every_months, anchor_date, zone, state, created_at)
      select ${pledge?.id ?? null}::uuid, ${supporterId}::uuid, ${money.minor}::bigint, ${money.currency},
        ${pledge?.unit ?? null}::text, ${months}::integer, ${today}::date, ${zone}, 'awaiting_first',
        ${now}::timestamptz
      from account where ${pledge !== null}::boolean
    ), agreed as (
      insert into pledge_change
        (pledge_id, version, kind, from_n, from_date, amount_minor, currency, unit, collect_every_months,
         anchor_date, anchor_n, shown, language, at)
      select ${pledge?.id ?? null}::uuid, 1, 'begun', 0, ${today}::date, ${money.minor}::bigint, ${money.currency},
        ${pledge?.unit ?? null}::text, ${months}::integer, ${today}::date, 0, ${agreed?.shown ?? null}::text,
        ${agreed?.language ?? null}::text, ${now}::timestamptz
      from account where ${months > 1}::boolean
    ), new_gift as (
      insert into gift
        (id, supporter_id, pledge_id, period_n, due_date, unit, covers_periods, amount_minor, currency, body_hash,
         state, next_at, appeal_id, variant_id, created_at)
      select ${intent.giftId}::uuid, ${supporterId}::uuid, ${pledge?.id ?? null}::uuid,
        ${pledge === null ? null : 0}::integer, ${pledge === null ? null : today}::date,
        ${pledge?.unit ?? null}::text, ${months}::integer,
        ${whole.minor}::bigint, ${whole.currency}, ${giftBodyHash(intent)}, 'collecting',
        ${now.add({ hours: FIRST_LOOK_HOURS })}::timestamptz,
        ${appeal?.appealId ?? null}::text, ${appeal?.variantId ?? null}::text, ${now}::timestamptz
      from account
    ), new_attempt as (
      insert into attempt
        (id, gift_id, n, processor_account_id, request_hash, state, first_sent_at, created_at)
      select ${attemptId}::uuid, ${intent.giftId}::uuid, 1, account.id, ${built.hash}, 'sent',
        ${now}::timestamptz, ${now}::timestamptz
      from account
      returning id
    )
    select exists (select from taken) as taken, exists (select from new_attempt) as written
  `.execute(db);
  const answer = answers[0];
  assert(answer !== undefined, 'a statement without a table has one row');
  assert(!(answer.taken && answer.written), 'a gift is written once');
  if (!answer.written) throw new NotWritten(answer.taken ? 'taken' : 'inactive');
}

/** A supporter we know by their number: they exist, and have not begun too many gifts today. */
async function checkSupporter(tx: Tx, { intent, supporterId, zone, now }: Rows): Promise<void> {
  const known = await tx
    .updateTable('supporter')
    .set({ zone, language: intent.language })
    .where('id', '=', supporterId)
    .where('forgotten_at', 'is', null)
    .executeTakeFirst();
  if (known.numUpdatedRows === 0n) throw new NotWritten('unknown-supporter');
  // Their row is held from here on, and whoever begins a gift for them holds it too: nothing appears behind this look.
  if (
    intent.heirOf !== undefined &&
    (await hasOtherGift(tx, { supporterId, than: intent.heirOf }))
  ) {
    throw new NotWritten('not-bare');
  }
  const { count } = await tx
    .selectFrom('gift')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('supporter_id', '=', supporterId)
    .where('created_at', '>', now.subtract({ hours: 24 }))
    .where('id', '<>', intent.giftId)
    // Gifts that a pledge of theirs makes are none that they begin.
    .where(({ or, eb }) => or([eb('period_n', 'is', null), eb('period_n', '=', 0)]))
    .executeTakeFirstOrThrow();
  if (count >= GIFTS_A_DAY_MAX) throw new NotWritten('daily-limit');
}

async function hasOtherGift(
  tx: Tx,
  of: { readonly supporterId: string; readonly than: string },
): Promise<boolean> {
  const other = await tx
    .selectFrom('gift')
    .select('id')
    .where('supporter_id', '=', of.supporterId)
    .where('id', '<>', of.than)
    .where('state', '<>', 'abandoned')
    .executeTakeFirst();
  return other !== undefined;
}
