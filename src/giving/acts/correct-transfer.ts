/**
 * A posting that was wrong is undone: a person at the desk mirrors it (code 99), with a reason. The wrong one stays, so
 * that the books tell both what was believed and that it was not so.
 *
 * Only what stands by itself can be corrected: a fee, money set free, a payout, a dispute's fee, and money on `unmatched`
 * that nothing happened to since. A gift is money somebody gave: undoing it in the books would leave a settled gift
 * without its money (I2), so it is given back instead. A refund or a dispute was told by the processor, and what was told
 * must be in the books with its whole amount (I7); if the processor was wrong, the processor corrects it.
 */
import { sql } from 'kysely';
import { isUuid } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { TRANSFER_CODES, type TransferCode } from '../ledger/chart-of-accounts.ts';
import { type ChargeRef, lockCharge, readChargeBooks } from '../money-facts/charge-books.ts';
import { inTransaction } from '../transaction.ts';
import { resolveChargeAlarms } from './accept-unmatched.ts';
import { type Decision, isReason } from './act-store.ts';

export interface Correction extends Decision {
  readonly actId: string;
  /** The wrong transfer. */
  readonly transferId: bigint;
}

export type CorrectionRefusal =
  /** Money of a gift: give it back instead. */
  | 'gift'
  /** Told by the processor, who alone can take it back. */
  | 'told'
  /** It is a correction itself. */
  | 'correction'
  /** Some of this money went back, is on its way, or became a gift. */
  | 'moved-on';

export type CorrectAnswer =
  | { readonly kind: 'corrected'; readonly transferId: bigint }
  /** It was corrected before, by this act or another. */
  | { readonly kind: 'already' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'refused'; readonly reason: 'reason' | 'act-id' | CorrectionRefusal };

/** Why a posting of this code can never be corrected, or null. */
export function neverCorrected(code: TransferCode): Exclude<CorrectionRefusal, 'moved-on'> | null {
  switch (code) {
    case 10:
    case 91:
      return 'gift';
    case 20:
    case 21:
    case 30:
    case 31:
    case 32:
    case 34:
      return 'told';
    case 99:
      return 'correction';
    case 11:
    case 12:
    case 13:
    case 33:
    case 90:
      return null;
    default:
      return unreachable(code, 'neverCorrected');
  }
}

export function isTransferCode(code: number): code is TransferCode {
  return Object.values(TRANSFER_CODES).some((known) => known === code);
}

/** Undoes one posting, once, whoever asks how often. */
export async function correctTransfer(
  context: GivingContext,
  correction: Correction,
): Promise<CorrectAnswer> {
  const { transferId, actId } = correction;
  if (!isReason(correction.reason)) return { kind: 'refused', reason: 'reason' };
  if (!isUuid(actId)) return { kind: 'refused', reason: 'act-id' };
  return await inTransaction(context.db, async (tx): Promise<CorrectAnswer> => {
    const wrong = await readTransfer(tx, transferId);
    if (wrong === undefined) return { kind: 'not-found' };
    assert(isTransferCode(wrong.code), 'a stored code is in the table of codes');
    const never = neverCorrected(wrong.code);
    if (never !== null) return { kind: 'refused', reason: never };
    // The charge, then the transfer: in this order everywhere.
    const charge = wrong.code === 90 ? chargeOf(wrong) : null;
    if (charge !== null) await lockCharge(tx, charge);
    await lockTransfer(tx, transferId);
    const standing = await readStanding(tx, correction);
    if (standing !== null) return standing;
    if (charge !== null && (await hasMovedOn(tx, charge))) {
      return { kind: 'refused', reason: 'moved-on' };
    }
    return await write(tx, context, { correction, wrong, charge });
  });
}

interface Wrong {
  readonly code: number;
  readonly giftId: string | null;
  readonly accountId: string;
  readonly causeRef: string;
}

async function readTransfer(tx: Tx, transferId: bigint): Promise<Wrong | undefined> {
  const row = await tx
    .selectFrom('ledger_transfer')
    .innerJoin('ledger_account', 'ledger_account.id', 'ledger_transfer.debit')
    .select([
      'ledger_transfer.code',
      'ledger_transfer.gift_id as giftId',
      'ledger_transfer.cause_ref as causeRef',
      'ledger_account.processor_account_id as accountId',
    ])
    .where('ledger_transfer.id', '=', transferId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  assert(row.accountId !== null, 'every posting of ours is at an account');
  return { ...row, accountId: row.accountId };
}

function chargeOf({ accountId, causeRef }: Wrong): ChargeRef {
  assert(causeRef.startsWith(`${accountId}:`), 'a cause names its account');
  return { accountId, chargeRef: causeRef.slice(accountId.length + 1) };
}

/** Rows of the ledger cannot be locked, as nobody may update them; the lock is named after the row. */
async function lockTransfer(tx: Tx, transferId: bigint): Promise<void> {
  const name = `transfer:${transferId}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
}

/** What was decided before. Only under the transfer's lock. */
async function readStanding(
  tx: Tx,
  { actId, transferId }: Correction,
): Promise<CorrectAnswer | null> {
  const act = await tx
    .selectFrom('money_act')
    .select('transfer_id')
    .where('id', '=', actId)
    .executeTakeFirst();
  if (act !== undefined && act.transfer_id !== transferId) {
    return { kind: 'refused', reason: 'act-id' };
  }
  const before = await tx
    .selectFrom('ledger_transfer')
    .select('id')
    .where('reverses', '=', transferId)
    .executeTakeFirst();
  assert(act === undefined || before !== undefined, 'an act that corrects has its posting');
  return before === undefined ? null : { kind: 'already' };
}

/** Whether anything became of unmatched money. Only under the charge's lock. */
async function hasMovedOn(tx: Tx, charge: ChargeRef): Promise<boolean> {
  const books = await readChargeBooks(tx, charge);
  assert(books !== undefined, 'a charge that is booked has books');
  if (books.as !== 'unmatched' || books.purse.unmatched !== books.amount) return true;
  const order = await tx
    .selectFrom('refund_order')
    .select('id')
    .where('processor_account_id', '=', charge.accountId)
    .where('charge_ref', '=', charge.chargeRef)
    .where('state', 'in', ['planned', 'sent', 'unknown', 'refunded'])
    .executeTakeFirst();
  const fact = await tx
    .selectFrom('money_fact')
    .select('ref')
    .where('processor_account_id', '=', charge.accountId)
    .where('charge_ref', '=', charge.chargeRef)
    .where('kind', 'in', ['refund', 'dispute-opened', 'dispute-won', 'dispute-lost'])
    .executeTakeFirst();
  return order !== undefined || fact !== undefined;
}

async function write(
  tx: Tx,
  context: GivingContext,
  of: {
    readonly correction: Correction;
    readonly wrong: Wrong;
    readonly charge: ChargeRef | null;
  },
): Promise<CorrectAnswer> {
  const { correction, wrong, charge } = of;
  const { transferId, actId } = correction;
  assert(correction.by !== '', 'somebody decides');
  const now = context.clock.now();
  await tx
    .insertInto('money_act')
    .values({
      id: actId,
      kind: 'correct',
      processor_account_id: wrong.accountId,
      charge_ref: null,
      transfer_id: transferId,
      gift_id: wrong.giftId,
      decided_by: correction.by.slice(0, 100),
      reason: correction.reason,
      at: now,
    })
    .execute();
  const { rows } = await sql<{ id: bigint }>`
    insert into ledger_transfer
      (group_id, debit, credit, amount, currency, code, gift_id, cause_kind, cause_ref, reverses, happened_at, at)
    select group_id, credit, debit, amount, currency, 99, gift_id, 'person',
      ${`${wrong.accountId}:correct:${actId}`}, id, ${now}::timestamptz, ${now}::timestamptz
    from ledger_transfer where id = ${transferId}::bigint
    returning id
  `.execute(tx);
  const row = rows[0];
  assert(row !== undefined && rows.length === 1, 'a wrong posting is mirrored once');
  if (charge !== null) await resolveChargeAlarms(tx, { ...charge, now });
  return { kind: 'corrected', transferId: row.id };
}
