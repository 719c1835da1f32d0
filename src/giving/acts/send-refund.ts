/**
 * Sending refunds and finding out what became of them. Inside the processor's window the same key goes again with the same
 * body; after it nothing is ever sent again: the listing of money is read, and what it shows decides.
 */
import { sql } from 'kysely';
import { Instant } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { equalMoney, type Money } from '../../money/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { assertionText, isFailedAssertion } from '../alarms/park-gift.ts';
import { endAlarms } from '../alarms/resolve-ended.ts';
import type { GivingContext } from '../context.ts';
import { readMoneyNow } from '../money-facts/money-worker.ts';
import { recordFact } from '../money-facts/record-fact.ts';
import { readAccountStatus } from '../moving/account-store.ts';
import type { Processor, RefundAnswer } from '../processor.ts';
import { moneyOf } from '../rows.ts';
import { isInsideWindow } from '../settling/ask.ts';
import { nextAsk } from '../settling/ask-schedule.ts';
import { inTransaction } from '../transaction.ts';
import type { Worker } from '../worker.ts';

const BATCH = 20;
const LEASE_SECONDS = 60;

export interface RefundOrderRow {
  readonly id: string;
  readonly accountId: string;
  readonly chargeRef: string;
  readonly money: Money;
  readonly state: 'planned' | 'sent' | 'unknown' | 'refunded' | 'refused' | 'not_found';
  readonly firstSentAt: Instant | null;
  readonly tries: number;
}

export function createRefundWorker(context: GivingContext): Worker {
  return {
    name: 'refunds',
    async runOnce() {
      const due = await claimDue(context);
      for (const id of due) await goOnOrPark(context, id);
      return due.length;
    },
  };
}

const PARKED_DAYS = 1;

/** An order that the program does not understand holds up no other: a person is told, and it is looked at again in a day. */
async function goOnOrPark(context: GivingContext, id: string): Promise<void> {
  try {
    await goOnWithRefund(context, id);
  } catch (error) {
    if (!isFailedAssertion(error)) throw error;
    const now = context.clock.now();
    await context.db.transaction().execute(async (tx) => {
      await tx
        .updateTable('refund_order')
        .set({ next_at: now.add({ hours: 24 * PARKED_DAYS }), lease_until: '-infinity' })
        .where('id', '=', id)
        .where('next_at', 'is not', null)
        .execute();
      const detail = assertionText(error);
      await raiseAlarm(tx, { kind: 'assertion', ref: `refund:${id}`, giftId: null, detail, now });
    });
  }
}

async function claimDue(context: GivingContext): Promise<readonly string[]> {
  const now = context.clock.now();
  const { rows } = await sql<{ id: string }>`
    with due as (
      select id from refund_order where next_at <= ${now} and lease_until <= ${now}
      order by next_at limit ${BATCH} for update skip locked
    )
    update refund_order set lease_until = ${now.add({ seconds: LEASE_SECONDS })}
    from due where refund_order.id = due.id returning refund_order.id
  `.execute(context.db);
  assert(rows.length <= BATCH, 'a batch is bounded');
  return rows.map((row) => row.id);
}

export async function readRefundOrder(db: Db | Tx, id: string): Promise<RefundOrderRow> {
  const row = await db
    .selectFrom('refund_order')
    .select([
      'id',
      'processor_account_id',
      'charge_ref',
      'amount_minor',
      'currency',
      'state',
      'first_sent_at',
      'tries',
    ])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  assert(row.amount_minor > 0n, 'a refund gives back at least one minor unit');
  assert(row.charge_ref !== '', 'money goes back to the charge it came from');
  assert(
    row.state === 'planned' || row.first_sent_at !== null,
    'a refund that was sent knows when',
  );
  return {
    id: row.id,
    accountId: row.processor_account_id,
    chargeRef: row.charge_ref,
    money: moneyOf(row.amount_minor, row.currency),
    state: row.state,
    firstSentAt: row.first_sent_at,
    tries: row.tries,
  };
}

/** Does the next thing for one order: sends it, sends it again, or asks. At most one call that moves money. */
export async function goOnWithRefund(context: GivingContext, id: string): Promise<void> {
  const order = await readRefundOrder(context.db, id);
  if (order.state !== 'planned' && order.state !== 'sent' && order.state !== 'unknown') return;
  const processor = context.processorOf(order.accountId);
  if (processor === undefined) return await waitForAnswer(context, order);
  const now = context.clock.now();
  if ((await readAccountStatus(context.db, order.accountId)) === 'dropped') {
    // Nothing that moves money leaves for a company that dropped us; what may have moved is still looked for.
    if (order.state === 'planned') return await waitForAnswer(context, order);
    return await ask(context, order, processor);
  }
  if (order.state === 'planned') {
    if (!(await takeForSending(context, order))) return;
    return await send(context, order, processor);
  }
  if (isInsideWindow(order, processor, now)) return await send(context, order, processor);
  await ask(context, order, processor);
}

async function takeForSending(context: GivingContext, order: RefundOrderRow): Promise<boolean> {
  const now = context.clock.now();
  const taken = await context.db
    .updateTable('refund_order')
    .set({
      state: 'sent',
      first_sent_at: now,
      next_at: now.add({ seconds: LEASE_SECONDS }),
      lease_until: now.add({ seconds: LEASE_SECONDS }),
    })
    .where('id', '=', order.id)
    .where('state', '=', 'planned')
    .executeTakeFirst();
  assert(taken.numUpdatedRows <= 1n, 'an order is one row');
  return taken.numUpdatedRows === 1n;
}

async function send(
  context: GivingContext,
  order: RefundOrderRow,
  processor: Processor,
): Promise<void> {
  assert(processor.accountId === order.accountId, 'money goes back from where it came');
  const answer: RefundAnswer = await processor.refund({
    idempotencyKey: order.id,
    chargeRef: order.chargeRef,
    money: order.money,
  });
  switch (answer.kind) {
    case 'refunded':
      return await refunded(context, order, answer);
    case 'refused':
      return await end(context, order, { state: 'refused', code: answer.code });
    case 'unknown':
      return await waitForAnswer(context, order);
    default:
      return unreachable(answer, 'send');
  }
}

/** The processor's refund is a fact like any other; whoever tells it first books it. */
async function refunded(
  context: GivingContext,
  order: RefundOrderRow,
  made: { readonly refundRef: string; readonly money: Money; readonly happenedAt: Instant },
): Promise<void> {
  assert(made.refundRef !== '', 'a refund that was made has a name');
  assert(made.money.minor > 0n, 'a refund that was made moved money');
  const now = context.clock.now();
  await inTransaction(context.db, async (tx) => {
    const written = await tx
      .updateTable('refund_order')
      .set({ state: 'refunded', refund_ref: made.refundRef, next_at: null })
      .where('id', '=', order.id)
      .where('state', 'in', ['sent', 'unknown', 'not_found'])
      .executeTakeFirst();
    assert(written.numUpdatedRows <= 1n, 'an order is one row');
    if (written.numUpdatedRows === 0n) return;
    await recordFact(tx, {
      accountId: order.accountId,
      now,
      fact: {
        kind: 'refund',
        ref: made.refundRef,
        money: made.money,
        happenedAt: made.happenedAt,
        chargeRef: order.chargeRef,
        payoutRef: null,
        refundKey: order.id,
      },
    });
    const asOrdered =
      made.money.minor === order.money.minor && made.money.currency === order.money.currency;
    const ref = `refund:${order.id}`;
    await endAlarms(tx, { kinds: ['unanswered', 'refund-refused'], refs: [ref], now });
    if (asOrdered) return;
    await raiseAlarm(tx, { kind: 'amount-changed', ref, giftId: null, detail: null, now });
  });
}

/** Over without money: a person must know, because somebody was told that money goes back. */
async function end(
  context: GivingContext,
  order: RefundOrderRow,
  ended: { readonly state: 'refused' | 'not_found'; readonly code: string },
): Promise<void> {
  assert(ended.code !== '', 'what ended without money says why');
  const now = context.clock.now();
  await inTransaction(context.db, async (tx) => {
    const written = await tx
      .updateTable('refund_order')
      .set({ state: ended.state, refused_code: ended.code.slice(0, 100), next_at: null })
      .where('id', '=', order.id)
      .where('state', 'in', ['sent', 'unknown'])
      .executeTakeFirst();
    if (written.numUpdatedRows === 0n) return;
    const kind = ended.state === 'refused' ? 'refund-refused' : 'unanswered';
    const ref = `refund:${order.id}`;
    if (kind === 'refund-refused') await endAlarms(tx, { kinds: ['unanswered'], refs: [ref], now });
    await raiseAlarm(tx, { kind, ref, giftId: null, detail: ended.code, now });
  });
}

async function waitForAnswer(context: GivingContext, order: RefundOrderRow): Promise<void> {
  const now = context.clock.now();
  const next = nextAsk({ asked: order.tries, for: 'unheard', now });
  assert(Instant.compare(next.at, now) > 0, 'what was not heard is asked later, not at once');
  await context.db
    .updateTable('refund_order')
    .set({
      ...(order.firstSentAt === null && order.state === 'planned'
        ? {}
        : { state: 'unknown' as const }),
      tries: order.tries + 1,
      next_at: next.at,
      lease_until: '-infinity',
    })
    .where('id', '=', order.id)
    .where('state', 'in', ['planned', 'sent', 'unknown'])
    .execute();
  if (!next.exhausted) return;
  const ref = `refund:${order.id}`;
  await raiseAlarm(context.db, { kind: 'unanswered', ref, giftId: null, detail: order.state, now });
}

/** After the window: what the processor's own listing shows, and nothing else. */
async function ask(
  context: GivingContext,
  order: RefundOrderRow,
  processor: Processor,
): Promise<void> {
  const isWhole = await readMoneyNow(context, processor);
  const found = await findRefund(context.db, order);
  if (found !== undefined) return await refunded(context, order, found);
  if (isWhole) return await end(context, order, { state: 'not_found', code: 'not listed' });
  await waitForAnswer(context, order);
}

/**
 * The refund of this charge that names our key. Only where the processor's record has no place for a key it is one of this
 * amount that is no other order's, and of two equal ones the older.
 */
async function findRefund(
  db: Db,
  order: RefundOrderRow,
): Promise<
  { readonly refundRef: string; readonly money: Money; readonly happenedAt: Instant } | undefined
> {
  const { rows } = await sql<{
    ref: string;
    key: string | null;
    minor: bigint;
    currency: string;
    happenedAt: Instant;
  }>`
    select fact.ref, fact.refund_key as key, fact.amount_minor as minor, fact.currency,
      fact.happened_at as "happenedAt"
    from money_fact fact
    where fact.processor_account_id = ${order.accountId} and fact.kind = 'refund'
      and fact.charge_ref = ${order.chargeRef}
      and (fact.refund_key = ${order.id} or (fact.refund_key is null
        and fact.amount_minor = ${order.money.minor}::bigint and fact.currency = ${order.money.currency}))
      and not exists (
        select from refund_order other
        where other.processor_account_id = fact.processor_account_id and other.refund_ref = fact.ref
      )
    order by fact.refund_key is null, fact.happened_at, fact.ref limit 1
  `.execute(db);
  const row = rows[0];
  if (row === undefined) return undefined;
  const found = moneyOf(row.minor, row.currency);
  assert(row.key === null || row.key === order.id, 'a refund of another key is another refund');
  assert(row.key !== null || equalMoney(found, order.money), 'without a key the amount decides');
  return { refundRef: row.ref, money: found, happenedAt: row.happenedAt };
}
