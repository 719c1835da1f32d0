/**
 * Writing a gift for the first time: supporter, pledge, gift and its first attempt in one transaction, before anything
 * leaves the house. The gift's id was made by the browser and is unique, so of any number of calls one writes.
 */
import { dayIn, isZone } from '../calendar/index.ts';
import type { Tx } from '../database/index.ts';
import { assert } from '../problems/index.ts';
import type { GivingContext } from './context.ts';
import { giftBodyHash } from './fingerprint.ts';
import { insertAttempt, insertGift } from './gift-store.ts';
import type { GiftIntent, PledgeUnit } from './giving.ts';
import { hostedOrder } from './hosted-order.ts';
import type { Processor } from './processor.ts';

/** Gifts of one supporter in a day: a bound against runaway charging, far above what anybody means. */
export const GIFTS_A_DAY_MAX = 15;
/** When a worker first looks at a page that nobody paid on. */
export const FIRST_LOOK_HOURS = 1;

export type WriteAnswer = 'written' | 'taken' | 'daily-limit' | 'unknown-supporter';

/** Ends the transaction without writing anything. */
class NotWritten extends Error {
  readonly answer: Exclude<WriteAnswer, 'written'>;

  constructor(answer: Exclude<WriteAnswer, 'written'>) {
    super(`gift not written: ${answer}`);
    this.answer = answer;
  }
}

export async function writeNewGift(
  context: GivingContext,
  intent: GiftIntent,
  processor: Processor,
): Promise<WriteAnswer> {
  try {
    await context.db.transaction().execute((tx) => writeAll(tx, context, { intent, processor }));
    return 'written';
  } catch (error) {
    if (error instanceof NotWritten) return error.answer;
    throw error;
  }
}

interface Writing {
  readonly intent: GiftIntent;
  readonly processor: Processor;
}

async function writeAll(tx: Tx, context: GivingContext, writing: Writing): Promise<void> {
  const { intent, processor } = writing;
  const now = context.clock.now();
  const zone = isZone(intent.zone) ? intent.zone : context.settings.zone;
  const supporterId = await writeSupporter(tx, context, { intent, zone });
  const unit = intent.interval === 'once' ? null : intent.interval;
  const pledge =
    unit === null ? null : await writePledge(tx, context, { intent, unit, supporterId, zone });
  const written = await insertGift(tx, {
    id: intent.giftId,
    supporter_id: supporterId,
    pledge_id: pledge?.id ?? null,
    period_n: pledge === null ? null : 0,
    due_date: pledge === null ? null : dayIn(now, zone),
    amount_minor: intent.money.minor,
    currency: intent.money.currency,
    body_hash: giftBodyHash(intent),
    state: 'collecting',
    next_at: now.add({ hours: FIRST_LOOK_HOURS }),
    appeal_id: intent.appeal?.appealId ?? null,
    variant_id: intent.appeal?.variantId ?? null,
    created_at: now,
  });
  if (!written) throw new NotWritten('taken');
  const attemptId = context.random.uuid();
  const { hash } = hostedOrder(context, {
    gift: { id: intent.giftId, money: intent.money },
    pledge,
    attemptId,
    supporterId,
    language: intent.language,
  });
  await insertAttempt(tx, {
    id: attemptId,
    gift_id: intent.giftId,
    n: 1,
    processor_account_id: processor.accountId,
    request_hash: hash,
    created_at: now,
  });
  await intent.attach?.(tx, supporterId);
}

/** The supporter we know by their number, or a new one. */
async function writeSupporter(
  tx: Tx,
  context: GivingContext,
  { intent, zone }: { intent: GiftIntent; zone: string },
): Promise<string> {
  const now = context.clock.now();
  if (intent.supporterId === undefined) {
    const id = context.random.uuid();
    await tx
      .insertInto('supporter')
      .values({ id, zone, language: intent.language, created_at: now, forgotten_at: null })
      .execute();
    return id;
  }
  const known = await tx
    .updateTable('supporter')
    .set({ zone, language: intent.language })
    .where('id', '=', intent.supporterId)
    .where('forgotten_at', 'is', null)
    .executeTakeFirst();
  if (known.numUpdatedRows === 0n) throw new NotWritten('unknown-supporter');
  const { count } = await tx
    .selectFrom('gift')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('supporter_id', '=', intent.supporterId)
    .where('created_at', '>', now.subtract({ hours: 24 }))
    .where('id', '<>', intent.giftId)
    // Gifts that a pledge of theirs makes are none that they begin.
    .where(({ or, eb }) => or([eb('period_n', 'is', null), eb('period_n', '=', 0)]))
    .executeTakeFirstOrThrow();
  if (count >= GIFTS_A_DAY_MAX) throw new NotWritten('daily-limit');
  return intent.supporterId;
}

async function writePledge(
  tx: Tx,
  context: GivingContext,
  pledge: { intent: GiftIntent; unit: PledgeUnit; supporterId: string; zone: string },
): Promise<{ id: string; unit: PledgeUnit }> {
  const { intent, unit, supporterId, zone } = pledge;
  const now = context.clock.now();
  const id = context.random.uuid();
  assert(id !== intent.giftId, 'ids are made once');
  await tx
    .insertInto('pledge')
    .values({
      id,
      supporter_id: supporterId,
      amount_minor: intent.money.minor,
      currency: intent.money.currency,
      unit,
      anchor_date: dayIn(now, zone),
      zone,
      mandate_id: null,
      state: 'awaiting_first',
      paused_until: null,
      resume_at: null,
      replaces: null,
      created_at: now,
      ended_at: null,
    })
    .execute();
  return { id, unit };
}
