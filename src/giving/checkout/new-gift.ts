/**
 * Writing a gift for the first time: supporter, pledge, gift and its first attempt, all or nothing, before anything leaves
 * the house. The gift's id was made by the browser and is unique, so of any number of calls one writes.
 *
 * This is the path that a busy evening takes. A gift that needs nothing else in its transaction is written together with
 * those that come at the same time (`new-gift-store.ts`). One with an address to attach, or of a supporter we know, has
 * questions to ask under a lock first; it takes a transaction of its own, and the same statement.
 *
 * The attempt is written as sent, because whoever writes it sends it next and nobody else can have planned anything with
 * it: what must be on disk before the call is key, order and "they may know of this", and it is, one commit earlier than
 * by planning it first.
 */
import { dayIn, isZone } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { giftBodyHash } from '../fingerprint.ts';
import type { GiftIntent } from '../giving.ts';
import { chargedAtOnce, mayCollect } from '../pledges/collection.ts';
import type { Processor } from '../processor.ts';
import { type HostedOrder, hostedOrder } from './hosted-order.ts';
import { type InsertAnswer, insertNewGifts, type NewGiftRows } from './new-gift-store.ts';

/** Gifts of one supporter in a day: a bound against runaway charging, far above what anybody means. */
export const GIFTS_A_DAY_MAX = 15;
/** When a worker first looks at a page that nobody paid on. */
export const FIRST_LOOK_HOURS = 1;

/** `heirOf`: a gift whose supporter this one takes over, as long as there is nothing else of them. */
export type WrittenIntent = GiftIntent & { readonly heirOf?: string };

export type WriteAnswer =
  | { readonly kind: 'written'; readonly begun: NewGift }
  | { readonly kind: 'not-written'; readonly why: NotWrittenReason };

/** `not-bare`: the supporter to be taken over has gifts beside the one that is replaced. */
export type NotWrittenReason =
  | Exclude<InsertAnswer, 'written'>
  | 'daily-limit'
  | 'unknown-supporter'
  | 'not-bare';

/** What was written, and the order to send for it. */
export interface NewGift {
  readonly giftId: string;
  readonly attemptId: string;
  readonly accountId: string;
  readonly built: HostedOrder;
}

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
  const { rows, built } = plan(context, intent, processor);
  const inserted = await insert(context, intent, rows);
  if (inserted !== 'written') return { kind: 'not-written', why: inserted };
  const { giftId, attemptId, accountId } = rows;
  return { kind: 'written', begun: { giftId, attemptId, accountId, built } };
}

async function insert(
  context: GivingContext,
  intent: WrittenIntent,
  rows: NewGiftRows,
): Promise<'written' | NotWrittenReason> {
  if (intent.attach === undefined && intent.supporterId === undefined) {
    return await context.newGifts.add(rows);
  }
  try {
    await context.db.transaction().execute(async (tx) => {
      if (intent.supporterId !== undefined) await checkSupporter(tx, intent, rows);
      const [inserted] = await insertNewGifts(tx, [rows]);
      assert(inserted !== undefined, 'one gift has one answer');
      if (inserted !== 'written') throw new NotWritten(inserted);
      await intent.attach?.(tx, rows.supporterId);
    });
    return 'written';
  } catch (error) {
    if (error instanceof NotWritten) return error.why;
    throw error;
  }
}

function plan(
  context: GivingContext,
  intent: WrittenIntent,
  processor: Processor,
): { readonly rows: NewGiftRows; readonly built: HostedOrder } {
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
  const { giftId, language } = intent;
  const built = hostedOrder(context, {
    gift: { id: giftId, money: whole, coversPeriods: months },
    pledge,
    attemptId,
    supporterId,
    language,
  });
  const today = dayIn(now, zone);
  const rows = {
    giftId,
    accountId: processor.accountId,
    supporterId,
    isNewSupporter: intent.supporterId === undefined,
    zone,
    language,
    pledge,
    each: intent.money,
    months,
    whole,
    agreed: intent.agreed ?? null,
    appeal: intent.appeal,
    bodyHash: giftBodyHash(intent),
    attemptId,
    requestHash: built.hash,
    today,
    nextAt: now.add({ hours: FIRST_LOOK_HOURS }),
    now,
  };
  return { rows, built };
}

/** A supporter we know by their number: they exist, and have not begun too many gifts today. */
async function checkSupporter(tx: Tx, intent: WrittenIntent, rows: NewGiftRows): Promise<void> {
  const { supporterId, zone, now } = rows;
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
  assert(count >= 0n, 'gifts are counted from nought');
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
