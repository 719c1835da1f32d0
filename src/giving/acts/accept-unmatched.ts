/**
 * A person at the desk accepts money that nobody could explain: it becomes a gift of its own, settled, that names the
 * transfer (code 91). What went back of the charge before stays gone; only the rest is accepted. Once per charge.
 *
 * The gift it was meant for, if there is one, stays on hold: the money that was asked for did not come.
 */
import { isUuid } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { giftBodyHash } from '../fingerprint.ts';
import { insertGift } from '../gift-store.ts';
import { causeRef } from '../ledger/ledger.ts';
import { post } from '../ledger/ledger-store.ts';
import {
  acceptanceRef,
  type ChargeRef,
  lockCharge,
  readChargeBooks,
} from '../money-facts/charge-books.ts';
import { moneyOf } from '../rows.ts';
import { inTransaction } from '../transaction.ts';
import { type Decision, isReason, writeAct } from './act-store.ts';

export interface Acceptance extends ChargeRef, Decision {
  /** The new gift's id; made here when left out. */
  readonly giftId?: string;
}

export type AcceptAnswer =
  | { readonly kind: 'accepted'; readonly giftId: string }
  /** It is a gift already, by itself or by an earlier acceptance. */
  | { readonly kind: 'already'; readonly giftId: string | null }
  /** All of it went back. */
  | { readonly kind: 'nothing-left' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'refused'; readonly reason: 'reason' | 'gift-id' | 'act-id' };

export async function acceptUnmatched(
  context: GivingContext,
  acceptance: Acceptance,
): Promise<AcceptAnswer> {
  return await inTransaction(context.db, (tx) => acceptUnmatchedIn(tx, context, acceptance));
}

export async function acceptUnmatchedIn(
  tx: Tx,
  context: GivingContext,
  acceptance: Acceptance,
): Promise<AcceptAnswer> {
  const { accountId, chargeRef } = acceptance;
  if (!isReason(acceptance.reason)) return { kind: 'refused', reason: 'reason' };
  const { actId } = acceptance;
  if (actId !== undefined && !isUuid(actId)) return { kind: 'refused', reason: 'act-id' };
  const giftId = acceptance.giftId ?? context.random.uuid();
  if (!isUuid(giftId)) return { kind: 'refused', reason: 'gift-id' };
  await lockCharge(tx, acceptance);
  const books = await readChargeBooks(tx, acceptance);
  if (books === undefined) return { kind: 'not-found' };
  if (books.as !== 'unmatched') return { kind: 'already', giftId: books.giftId };
  if (books.purse.unmatched === 0n) return { kind: 'nothing-left' };
  if (await isBeingRefunded(tx, acceptance)) return { kind: 'nothing-left' };
  const now = context.clock.now();
  const money = moneyOf(books.purse.unmatched, books.currency);
  assert(money.minor > 0n && money.minor <= books.amount, 'no more is accepted than came');
  const written = await insertGift(tx, {
    id: giftId,
    supporter_id: null,
    pledge_id: null,
    period_n: null,
    due_date: null,
    amount_minor: money.minor,
    currency: money.currency,
    body_hash: giftBodyHash({ money, interval: 'once' }),
    state: 'due',
    next_at: now,
    appeal_id: null,
    variant_id: null,
    created_at: now,
  });
  if (!written) return { kind: 'refused', reason: 'gift-id' };
  const { numUpdatedRows } = await tx
    .updateTable('gift')
    .set({ state: 'settled', settled_at: now, next_at: null })
    .where('id', '=', giftId)
    .executeTakeFirst();
  assert(numUpdatedRows === 1n, 'the gift that was made is settled');
  const posted = await post(
    tx,
    {
      code: 91,
      cause: { kind: 'person', accountId, ref: acceptanceRef(acceptance) },
      money,
      income: 'gifts_once',
      giftId,
      happenedAt: now,
      groupOf: { kind: 'charge', accountId, ref: chargeRef },
    },
    { at: now, duplicate: 'fail' },
  );
  assert(posted, 'a charge is accepted once');
  const id = acceptance.actId ?? context.random.uuid();
  await writeAct(tx, {
    id,
    kind: 'accept-unmatched',
    accountId,
    chargeRef,
    giftId,
    decision: acceptance,
    at: now,
  });
  const after = await readChargeBooks(tx, acceptance);
  assert(after?.as === 'accepted' && after.giftId === giftId, 'what was accepted is that gift');
  assert(after.purse.unmatched === 0n, 'nothing of it is left to explain');
  await resolveChargeAlarms(tx, { ...acceptance, now });
  return { kind: 'accepted', giftId };
}

/** Money that is on its way back is no gift. */
async function isBeingRefunded(tx: Tx, charge: ChargeRef): Promise<boolean> {
  const row = await tx
    .selectFrom('refund_order')
    .select('id')
    .where('processor_account_id', '=', charge.accountId)
    .where('charge_ref', '=', charge.chargeRef)
    .where('state', 'in', ['planned', 'sent', 'unknown'])
    .executeTakeFirst();
  return row !== undefined;
}

/** A person dealt with the money that rang. */
export async function resolveChargeAlarms(
  tx: Tx,
  charge: ChargeRef & { readonly now: ReturnType<GivingContext['clock']['now']> },
): Promise<void> {
  const ref = causeRef({ kind: 'charge', accountId: charge.accountId, ref: charge.chargeRef });
  await tx
    .updateTable('alarm')
    .set({ resolved_at: charge.now })
    .where('ref', '=', ref)
    .where('kind', 'in', ['hold', 'unmatched'])
    .where('resolved_at', 'is', null)
    .execute();
}
