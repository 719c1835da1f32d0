/**
 * People's decisions to give money back: staff refund a gift in part or whole, or money that nobody could explain; a
 * supporter takes a gift back within fourteen days. Each is a row with who and why before anything is sent.
 */
import { Instant, isUuid } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { enqueueLetter } from '../../letters/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { readGift } from '../gift-store.ts';
import { acceptanceRef } from '../money-facts/charge-books.ts';
import { inTransaction } from '../transaction.ts';
import { acceptUnmatched, resolveChargeAlarms } from './accept-unmatched.ts';
import type { Decision } from './act-store.ts';
import { type PlannedRefund, planRefund, type RefundRefusal } from './refund-order.ts';
import { goOnWithRefund, readRefundOrder } from './send-refund.ts';
import { undoEndsAt } from './undo-time.ts';

export type RefundResult =
  | { readonly kind: 'refunded'; readonly money: Money }
  /** The processor did not say; we ask until it does. The money is counted as gone. */
  | { readonly kind: 'checking'; readonly money: Money }
  | { readonly kind: 'refused'; readonly reason: RefundRefusal };

/** Refunds a settled gift, all that is left of it where no amount is given. Never more than that. */
export async function refundGift(
  context: GivingContext,
  refund: Decision & { readonly giftId: string; readonly money?: Money },
): Promise<RefundResult> {
  const { giftId, money } = refund;
  const planned = await inTransaction(context.db, async (tx): Promise<PlannedRefund> => {
    const charge = await chargeOfGift(tx, giftId);
    if (charge === undefined) return { kind: 'refused', reason: 'not-found' };
    const order = await planRefund(tx, context, {
      ...charge,
      kind: 'refund',
      decision: decisionOf(refund),
      ...(money === undefined ? {} : { money }),
    });
    await tellSupporter(tx, context, { order, giftId });
    return order;
  });
  return await carryOut(context, planned);
}

/** A supporter takes their own gift back, whole, within fourteen days of its arrival. */
export async function undoGift(
  context: GivingContext,
  undo: { readonly giftId: string; readonly supporterId: string },
): Promise<RefundResult> {
  const planned = await inTransaction(context.db, async (tx): Promise<PlannedRefund> => {
    const charge = await chargeOfGift(tx, undo.giftId);
    // Somebody else's gift is one that is not there.
    if (charge === undefined || charge.supporterId !== undo.supporterId) {
      return { kind: 'refused', reason: 'not-found' };
    }
    if (Instant.compare(context.clock.now(), undoEndsAt(charge.settledAt)) > 0) {
      return { kind: 'refused', reason: 'too-late' };
    }
    const decision = { by: 'supporter', reason: 'undo' };
    const order = await planRefund(tx, context, { ...charge, kind: 'undo', decision });
    await tellSupporter(tx, context, { order, giftId: undo.giftId });
    return order;
  });
  return await carryOut(context, planned);
}

/** One letter per decision; it says how things stand when it leaves, and goes nowhere where no address is kept. */
async function tellSupporter(
  tx: Tx,
  context: GivingContext,
  { order, giftId }: { readonly order: PlannedRefund; readonly giftId: string },
): Promise<void> {
  if (order.kind !== 'planned') return;
  assert(order.money.minor > 0n, 'somebody is told of money');
  await enqueueLetter(tx, {
    dedupeKey: `return:${order.orderId}`,
    kind: 'return',
    ref: giftId,
    at: context.clock.now(),
  });
}

/** Sends money back that nobody could explain. */
export async function refundUnmatched(
  context: GivingContext,
  refund: Decision & { readonly accountId: string; readonly chargeRef: string },
): Promise<RefundResult> {
  const { accountId, chargeRef } = refund;
  const charge = { accountId, chargeRef };
  const planned = await inTransaction(context.db, async (tx) => {
    const decision = decisionOf(refund);
    const order = await planRefund(tx, context, { ...charge, kind: 'refund-unmatched', decision });
    if (order.kind === 'planned') {
      await resolveChargeAlarms(tx, { ...charge, now: context.clock.now() });
    }
    return order;
  });
  return await carryOut(context, planned);
}

/** Ends what a held gift waits for: its unmatched money becomes a gift of its own, or goes back. @returns how many charges */
export async function resolveHold(
  context: GivingContext,
  resolution: Decision & { readonly giftId: string; readonly how: 'accept' | 'refund' },
): Promise<number> {
  const { giftId, how, by, reason } = resolution;
  if (!isUuid(giftId)) return 0;
  const charges = await unmatchedOf(context, giftId);
  let resolved = 0;
  for (const charge of charges) {
    const answer =
      how === 'accept'
        ? await acceptUnmatched(context, { ...charge, by, reason })
        : await refundUnmatched(context, { ...charge, by, reason });
    if (answer.kind !== 'refused') resolved += 1;
  }
  return resolved;
}

async function unmatchedOf(context: GivingContext, giftId: string) {
  const rows = await context.db
    .selectFrom('ledger_transfer')
    .innerJoin('ledger_account', 'ledger_account.id', 'ledger_transfer.credit')
    .select(['ledger_transfer.cause_ref', 'ledger_account.processor_account_id as account_id'])
    .where('ledger_transfer.gift_id', '=', giftId)
    .where('ledger_transfer.code', '=', 90)
    .execute();
  return rows.flatMap(({ cause_ref: ref, account_id: accountId }) =>
    accountId === null ? [] : [{ accountId, chargeRef: ref.slice(accountId.length + 1) }],
  );
}

async function carryOut(context: GivingContext, planned: PlannedRefund): Promise<RefundResult> {
  if (planned.kind === 'refused') return planned;
  const { orderId, money } = planned;
  await goOnWithRefund(context, orderId);
  assert(money.minor > 0n, 'what is sent back is money');
  const { state } = await readRefundOrder(context.db, orderId);
  switch (state) {
    case 'refunded':
      return { kind: 'refunded', money };
    case 'refused':
      return { kind: 'refused', reason: 'processor' };
    case 'planned':
    case 'sent':
    case 'unknown':
    case 'not_found':
      return { kind: 'checking', money };
  }
}

function decisionOf({ by, reason, actId }: Decision): Decision {
  return { by, reason, ...(actId === undefined ? {} : { actId }) };
}

interface GiftCharge {
  readonly accountId: string;
  readonly chargeRef: string;
  readonly supporterId: string | null;
  readonly settledAt: Instant;
}

/** The charge that settled a gift, or that was accepted as one. The account is the one it came through, never today's. */
async function chargeOfGift(tx: Tx, giftId: string): Promise<GiftCharge | undefined> {
  if (!isUuid(giftId)) return undefined;
  // Not locked: what is read of a settled gift never changes, and whoever waits for the charge must hold no gift.
  const gift = await readGift(tx, giftId);
  if (gift === undefined || gift.settledAt === null) return undefined;
  const row = await tx
    .selectFrom('ledger_transfer')
    .innerJoin('ledger_account', 'ledger_account.id', 'ledger_transfer.debit')
    .select(['ledger_transfer.cause_ref', 'ledger_account.processor_account_id as account_id'])
    .where('ledger_transfer.gift_id', '=', giftId)
    .where('ledger_transfer.code', 'in', [10, 91])
    .executeTakeFirst();
  if (row?.account_id == null) return undefined;
  const accountId = row.account_id;
  const ref = row.cause_ref.slice(accountId.length + 1);
  assert(row.cause_ref.startsWith(`${accountId}:`), 'a charge is named at its account');
  const accepted = acceptanceRef({ accountId, chargeRef: '' });
  const chargeRef = ref.startsWith(accepted) ? ref.slice(accepted.length) : ref;
  return { accountId, chargeRef, supporterId: gift.supporterId, settledAt: gift.settledAt };
}
