/**
 * The life of the money of one gift, for the desk: how it was tried, what was booked and corrected, what went back, what
 * rang, and who decided what. Ids, amounts, codes and days; nothing here says who gave.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { AttemptState } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { findGiftView } from '../gift-view.ts';
import type { GiftView } from '../giving.ts';
import type { TransferCode } from '../ledger/chart-of-accounts.ts';
import type { AlarmKind } from '../reports/reports.ts';
import { moneyOf } from '../rows.ts';
import { isTransferCode, neverCorrected } from './correct-transfer.ts';
import { type GiftReturns, readReturns } from './gift-returns.ts';
import { leftOf } from './undo-time.ts';

export interface StoryAttempt {
  readonly n: number;
  readonly accountId: string;
  readonly state: AttemptState;
  readonly at: Instant;
  readonly declineCode: string | null;
}

export interface StoryTransfer {
  readonly transferId: bigint;
  readonly code: TransferCode;
  readonly money: Money;
  /** Names of the two accounts. */
  readonly debit: string;
  readonly credit: string;
  readonly accountId: string;
  /** The processor's object, or the act. */
  readonly ref: string;
  readonly happenedAt: Instant;
  /** The transfer that corrected it. */
  readonly correctedBy: bigint | null;
  /** Whether the desk may correct it; the core decides again. */
  readonly canBeCorrected: boolean;
}

export interface StoryAct {
  readonly actId: string;
  readonly kind:
    | 'refund'
    | 'undo'
    | 'accept-unmatched'
    | 'refund-unmatched'
    | 'correct'
    | 'acknowledge'
    | 'release'
    | 'retry';
  readonly money: Money | null;
  readonly state: 'planned' | 'sent' | 'unknown' | 'refunded' | 'refused' | 'not_found' | null;
  readonly by: string;
  readonly reason: string;
  readonly at: Instant;
}

export interface StoryAlarm {
  readonly alarmId: bigint;
  readonly kind: AlarmKind;
  readonly detail: string | null;
  readonly raisedAt: Instant;
  readonly resolvedAt: Instant | null;
}

export interface GiftStory {
  readonly gift: Omit<GiftView, 'supporterId' | 'pageUrl'>;
  readonly returns: GiftReturns | undefined;
  /** What may still be given back. */
  readonly left: Money | null;
  readonly attempts: readonly StoryAttempt[];
  readonly transfers: readonly StoryTransfer[];
  readonly alarms: readonly StoryAlarm[];
  readonly acts: readonly StoryAct[];
}

/** References are 48 bits of a hash: two gifts of one newsroom may share one, rarely. */
const SAME_REFERENCE_MAX = 20;

/** The gifts of a reference as it stands on a letter, with or without its dashes; oldest first. */
export async function findByReference(db: Db, reference: string): Promise<readonly string[]> {
  const plain = reference.replaceAll(/[\s-]/g, '').toUpperCase();
  if (!/^[0-9A-F]{12}$/.test(plain)) return [];
  const { rows } = await sql<{ id: string }>`
    select id from gift where gift_reference(id) = ${plain}
    order by created_at, id limit ${SAME_REFERENCE_MAX}
  `.execute(db);
  assert(rows.length <= SAME_REFERENCE_MAX, 'a list is bounded');
  return rows.map(({ id }) => id);
}

export async function readGiftStory(
  context: GivingContext,
  giftId: string,
): Promise<GiftStory | undefined> {
  const { db } = context;
  const view = await findGiftView(context, giftId);
  if (view === undefined) return undefined;
  assert(view.giftId === giftId, 'the story is that of the gift that was asked for');
  const { supporterId: _who, pageUrl: _page, ...gift } = view;
  const returns = (await readReturns(db, [giftId])).get(giftId);
  return {
    gift,
    returns,
    left: gift.settledAt === null ? null : leftOf(gift, returns),
    attempts: await readStoryAttempts(db, giftId),
    transfers: await readTransfersOfGift(db, giftId),
    alarms: await readStoryAlarms(db, giftId),
    acts: await readStoryActs(db, giftId),
  };
}

async function readStoryAttempts(db: Db, giftId: string): Promise<readonly StoryAttempt[]> {
  const rows = await db
    .selectFrom('attempt')
    .select(['n', 'processor_account_id', 'state', 'created_at', 'first_sent_at', 'decline_code'])
    .where('gift_id', '=', giftId)
    .orderBy('n')
    .execute();
  return rows.map((row) => ({
    n: row.n,
    accountId: row.processor_account_id,
    state: row.state,
    at: row.first_sent_at ?? row.created_at,
    declineCode: row.decline_code,
  }));
}

/** What names the gift, and what belongs to its charges: fees, money set free, and what is told of them. */
async function readTransfersOfGift(db: Db, giftId: string): Promise<readonly StoryTransfer[]> {
  const { rows } = await sql<TransferRow>`
    with own as (
      select id, group_id from ledger_transfer where gift_id = ${giftId}::uuid
    ), charge as (
      select processor_account_id as account_id, charge_ref from attempt
      where gift_id = ${giftId}::uuid and charge_ref is not null
    ), told as (
      select t.id from charge
      join money_fact fact on fact.processor_account_id = charge.account_id and fact.charge_ref = charge.charge_ref
      join ledger_transfer t on t.cause_kind = 'balance-transaction'
        and t.cause_ref = fact.processor_account_id || ':' || fact.ref
    ), ids as (
      select id from own
      union select id from told
      union select t.id from own join ledger_transfer t on t.group_id = own.group_id and t.code = 11
    )
    ${TRANSFER_COLUMNS}
    where t.id in (select id from ids) or t.reverses in (select id from ids)
    order by t.id
  `.execute(db);
  return rows.map(transferOf);
}

/** One posting, whatever it belongs to. */
export async function readTransfer(db: Db, transferId: bigint): Promise<StoryTransfer | undefined> {
  const { rows } = await sql<TransferRow>`
    ${TRANSFER_COLUMNS} where t.id = ${transferId}::bigint
  `.execute(db);
  assert(rows.length <= 1, 'a posting is one row');
  return rows.map(transferOf)[0];
}

interface TransferRow {
  readonly id: bigint;
  readonly code: number;
  readonly amount: bigint;
  readonly currency: string;
  readonly debit: string;
  readonly credit: string;
  readonly account_id: string;
  readonly cause_ref: string;
  readonly happened_at: Instant;
  readonly corrected_by: bigint | null;
}

const TRANSFER_COLUMNS = sql`
  select t.id, t.code, t.amount, t.currency, debit.name as debit, credit.name as credit,
    debit.processor_account_id as account_id, t.cause_ref, t.happened_at,
    (select fixed.id from ledger_transfer fixed where fixed.reverses = t.id) as corrected_by
  from ledger_transfer t
    join ledger_account debit on debit.id = t.debit join ledger_account credit on credit.id = t.credit`;

function transferOf(row: TransferRow): StoryTransfer {
  assert(row.amount > 0n, 'a posting moves money');
  assert((row.corrected_by ?? 0n) !== row.id, 'nothing corrects itself');
  assert(isTransferCode(row.code), 'a stored code is in the table of codes');
  return {
    transferId: row.id,
    code: row.code,
    money: moneyOf(row.amount, row.currency),
    debit: row.debit,
    credit: row.credit,
    accountId: row.account_id,
    ref: row.cause_ref.slice(row.account_id.length + 1),
    happenedAt: row.happened_at,
    correctedBy: row.corrected_by,
    canBeCorrected: row.corrected_by === null && neverCorrected(row.code) === null,
  };
}

async function readStoryAlarms(db: Db, giftId: string): Promise<readonly StoryAlarm[]> {
  const rows = await db
    .selectFrom('alarm')
    .select(['id', 'kind', 'detail', 'raised_at', 'resolved_at'])
    .where('gift_id', '=', giftId)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    alarmId: row.id,
    kind: row.kind,
    detail: row.detail,
    raisedAt: row.raised_at,
    resolvedAt: row.resolved_at,
  }));
}

/** Acts about the gift, about money that came for it, and about its alarms. */
async function readStoryActs(db: Db, giftId: string): Promise<readonly StoryAct[]> {
  const { rows } = await sql<{
    id: string;
    kind: StoryAct['kind'];
    amount: bigint | null;
    currency: string | null;
    state: StoryAct['state'];
    by: string;
    reason: string;
    at: Instant;
  }>`
    select act.id, act.kind, coalesce(o.amount_minor, wrong.amount) as amount,
      coalesce(o.currency, wrong.currency) as currency, o.state, act.decided_by as by, act.reason, act.at
    from money_act act
      left join refund_order o on o.id = act.id
      left join ledger_transfer wrong on wrong.id = act.transfer_id
    where act.gift_id = ${giftId}::uuid
    union all
    select act.id, act.kind, null, null, null, act.decided_by, act.reason, act.at
    from alarm_act act join alarm on alarm.id = act.alarm_id where alarm.gift_id = ${giftId}::uuid
    order by at, id
  `.execute(db);
  return rows.map((row) => ({
    actId: row.id,
    kind: row.kind,
    money: row.amount === null || row.currency === null ? null : moneyOf(row.amount, row.currency),
    state: row.state,
    by: row.by,
    reason: row.reason,
    at: row.at,
  }));
}
