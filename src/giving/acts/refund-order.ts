/**
 * Giving money back, before anything is sent: what may go back, and the row that says so.
 *
 * An order to refund lives like an attempt: *planned*, with its key, before the call; *sent* before the answer; *unknown*
 * when no answer came; then *refunded* or *refused*, or *not_found* when the processor, asked after its window, shows no
 * such refund. Only the processor's own refund is booked, as a fact, so answer and listing may tell it both.
 */
import { sql } from 'kysely';
import { isUuid } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { type Money, money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { causeRef } from '../ledger/ledger.ts';
import { type ChargeRef, lockCharge, readChargeBooks } from '../money-facts/charge-books.ts';
import { movesMoney } from '../moving/account-status.ts';
import { readAccountStatus } from '../moving/account-store.ts';
import { moneyOf } from '../rows.ts';
import { type ActKind, type Decision, isReason, writeAct } from './act-store.ts';

export interface RefundWish extends ChargeRef {
  readonly kind: Extract<ActKind, 'refund' | 'undo' | 'refund-unmatched'>;
  /** Left out: all that is left. */
  readonly money?: Money;
  readonly decision: Decision;
}

export type RefundRefusal =
  | 'not-found'
  /** Nothing of it is ours any more, or all of it is on its way back. */
  | 'nothing-left'
  | 'too-much'
  | 'currency'
  | 'reason'
  /** No UUID, or the id of another act. */
  | 'act-id'
  /** An undo after its fourteen days. */
  | 'too-late'
  /** The processor refuses. */
  | 'processor'
  /** Its account was dropped: nothing can be sent there; the newsroom gives it back in another way. */
  | 'account-dropped';

export type PlannedRefund =
  | { readonly kind: 'planned'; readonly orderId: string; readonly money: Money }
  | { readonly kind: 'refused'; readonly reason: RefundRefusal };

/** Writes the decision and the order, under the charge's lock. What may go back is what is left and not under way. */
export async function planRefund(
  tx: Tx,
  context: GivingContext,
  wish: RefundWish,
): Promise<PlannedRefund> {
  const { accountId, chargeRef, decision } = wish;
  if (!isReason(decision.reason)) return refuse('reason');
  if (decision.actId !== undefined && !isUuid(decision.actId)) return refuse('act-id');
  await lockCharge(tx, wish);
  const sentBefore = await plannedBefore(tx, wish);
  if (sentBefore !== undefined) return sentBefore;
  const books = await readChargeBooks(tx, wish);
  if (books === undefined) return refuse('not-found');
  const status = await readAccountStatus(tx, accountId);
  assert(status !== undefined, 'a charge came through an account of ours');
  if (!movesMoney(status)) return refuse('account-dropped');
  const isUnmatched = wish.kind === 'refund-unmatched';
  const purse = isUnmatched ? books.purse.unmatched : books.purse.gift;
  assert(purse >= 0n && purse <= books.amount, 'no more is left than came');
  const left = purse - (await underWay(tx, wish));
  if (left <= 0n) return refuse('nothing-left');
  if (wish.money !== undefined && wish.money.currency !== books.currency) return refuse('currency');
  const amount = wish.money?.minor ?? left;
  if (amount < 1n || amount > left) return refuse('too-much');
  const orderId = decision.actId ?? context.random.uuid();
  const now = context.clock.now();
  const giftId = books.giftId;
  await writeAct(tx, {
    id: orderId,
    kind: wish.kind,
    accountId,
    chargeRef,
    giftId,
    decision,
    at: now,
  });
  const back = money(amount, moneyOf(amount, books.currency).currency);
  assert(back.minor <= books.amount, 'no more is sent back than came');
  assert(back.minor >= 1n && back.minor <= left, 'no more is sent back than is left');
  assert(isUuid(orderId), 'a key is a UUID');
  await tx
    .insertInto('refund_order')
    .values({
      id: orderId,
      processor_account_id: accountId,
      charge_ref: chargeRef,
      amount_minor: back.minor,
      currency: back.currency,
      state: 'planned',
      first_sent_at: null,
      refund_ref: null,
      refused_code: null,
      next_at: now,
    })
    .execute();
  return { kind: 'planned', orderId, money: back };
}

/** The order of an act that was sent before; the same form pressed twice goes on with it. Only under the charge's lock. */
async function plannedBefore(tx: Tx, wish: RefundWish): Promise<PlannedRefund | undefined> {
  const { actId } = wish.decision;
  if (actId === undefined) return undefined;
  const act = await tx
    .selectFrom('money_act')
    .selectAll()
    .where('id', '=', actId)
    .executeTakeFirst();
  if (act === undefined) return undefined;
  const isSame =
    act.kind === wish.kind &&
    act.processor_account_id === wish.accountId &&
    act.charge_ref === wish.chargeRef;
  if (!isSame) return refuse('act-id');
  const order = await tx
    .selectFrom('refund_order')
    .select(['amount_minor', 'currency'])
    .where('id', '=', actId)
    .executeTakeFirst();
  assert(order !== undefined, 'an act that gives back has its order');
  const ordered = moneyOf(order.amount_minor, order.currency);
  if (wish.money !== undefined && wish.money.minor !== ordered.minor) return refuse('act-id');
  return { kind: 'planned', orderId: actId, money: ordered };
}

function refuse(reason: RefundRefusal): PlannedRefund {
  return { kind: 'refused', reason };
}

/** What may leave at any moment: refunds without an answer, and what an open dispute holds. */
async function underWay(tx: Tx, charge: ChargeRef): Promise<bigint> {
  const ref = causeRef({ kind: 'charge', accountId: charge.accountId, ref: charge.chargeRef });
  const { rows } = await sql<{ amount: bigint }>`
    select (
      coalesce((
        select sum(amount_minor) from refund_order
        where processor_account_id = ${charge.accountId} and charge_ref = ${charge.chargeRef}
          and state in ('planned', 'sent', 'unknown')
      ), 0) + coalesce((
        select sum(case when t.code = 30 then t.amount else -t.amount end)
        from ledger_transfer t join money_fact fact on t.cause_kind = 'dispute'
          and t.cause_ref in (
            fact.processor_account_id || ':' || fact.ref,
            fact.processor_account_id || ':' || fact.ref || '#2',
            fact.processor_account_id || ':' || fact.ref || '#3')
        where t.code in (30, 31, 32, 34) and fact.processor_account_id = ${charge.accountId}
          and fact.charge_ref = ${charge.chargeRef}
          and fact.kind = (
            select min(other.kind) from money_fact other
            where other.processor_account_id = fact.processor_account_id and other.ref = fact.ref
              and other.kind like 'dispute-%'
          )
      ), 0)
    )::bigint as amount
  `.execute(tx);
  const [row] = rows;
  assert(row !== undefined, 'a sum has one row');
  const { amount } = row;
  assert(amount >= 0n, `what is under way of ${ref} is nothing or something`);
  return amount;
}
