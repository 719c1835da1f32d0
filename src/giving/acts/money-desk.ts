/**
 * What the desk sees of money that needs a person: open alarms with the money they are about, refunds that are not over,
 * and where the processor's books and ours differ. Ids, amounts and days; nothing here names a supporter.
 */

import { sql } from 'kysely';
import { type Instant, isUuid } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { AlarmWay } from '../alarms/deal-with-alarm.ts';
import { chargeOfAlarm, waysOf } from '../alarms/deal-with-alarm.ts';
import type { GivingContext } from '../context.ts';
import { giftReference } from '../fingerprint.ts';
import { type ChargeRef, readChargeBooks } from '../money-facts/charge-books.ts';
import type { AlarmKind } from '../reports/reports.ts';
import { moneyOf } from '../rows.ts';
import {
  findByReference,
  type GiftStory,
  readGiftStory,
  readTransfer,
  type StoryTransfer,
} from './gift-story.ts';
import type { RefundOrderRow } from './send-refund.ts';

export interface DeskAlarm {
  readonly alarmId: bigint;
  readonly kind: AlarmKind;
  readonly ref: string;
  readonly detail: string | null;
  readonly giftId: string | null;
  /** The gift's reference, to read out and to find it by. */
  readonly giftReference: string | null;
  readonly raisedAt: Instant;
  /** Money that waits until somebody accepts it or sends it back. */
  readonly waiting: (ChargeRef & { readonly money: Money }) | null;
  readonly ways: readonly AlarmWay[];
}

export interface DeskRefund {
  readonly orderId: string;
  readonly giftId: string | null;
  readonly money: Money;
  readonly state: RefundOrderRow['state'];
  readonly refusedCode: string | null;
  readonly by: string;
  readonly reason: string;
  readonly at: Instant;
}

export interface BooksDifference {
  readonly accountId: string;
  /** ISO day. */
  readonly day: string;
  readonly kind: string;
  readonly ref: string;
  /** Our posting of it, where there is one. */
  readonly transferId: bigint | null;
  /** `null`: this side does not have it. */
  readonly ours: Money | null;
  readonly theirs: Money | null;
}

export interface MoneyDesk {
  /** Newest first, at most {@link ROWS_MAX}. */
  openAlarms(): Promise<readonly DeskAlarm[]>;
  openAlarm(alarmId: bigint): Promise<DeskAlarm | undefined>;
  /** Under way, refused or never found; newest first. */
  openRefunds(): Promise<readonly DeskRefund[]>;
  differences(): Promise<readonly BooksDifference[]>;
  /** The gifts of a reference as it stands on a letter: one, or none; rarely two. Oldest first. */
  findByReference(reference: string): Promise<readonly string[]>;
  /** The life of a gift's money. */
  giftStory(giftId: string): Promise<GiftStory | undefined>;
  transfer(transferId: bigint): Promise<StoryTransfer | undefined>;
  /** When each processor's books were last compared. */
  lastCompared(): Promise<readonly { readonly accountId: string; readonly at: Instant }[]>;
}

export const ROWS_MAX = 200;

export function createMoneyDesk(context: GivingContext): MoneyDesk {
  const { db } = context;
  return {
    openAlarms: () => readAlarms(db, null),
    openAlarm: async (alarmId) => (await readAlarms(db, alarmId))[0],
    openRefunds: () => readOpenRefunds(db),
    differences: () => readDifferences(db),
    findByReference: (reference) => findByReference(db, reference),
    giftStory: async (giftId) =>
      isUuid(giftId) ? await readGiftStory(context, giftId) : undefined,
    transfer: (transferId) => readTransfer(db, transferId),
    async lastCompared() {
      const { rows } = await sql<{ account_id: string; at: Instant }>`
        select processor_account_id as account_id, max(compared_at) as at
        from books_day group by processor_account_id order by processor_account_id
      `.execute(db);
      return rows.map((row) => ({ accountId: row.account_id, at: row.at }));
    },
  };
}

async function readAlarms(db: Db, alarmId: bigint | null): Promise<readonly DeskAlarm[]> {
  const rows = await db
    .selectFrom('alarm')
    .selectAll()
    .where('resolved_at', 'is', null)
    .$if(alarmId !== null, (query) => query.where('id', '=', alarmId ?? 0n))
    .orderBy('id', 'desc')
    .limit(ROWS_MAX)
    .execute();
  assert(rows.length <= ROWS_MAX, 'a list is bounded');
  assert(
    alarmId === null || rows.every(({ id }) => id === alarmId),
    'the alarm is the one that was asked for',
  );
  const alarms: DeskAlarm[] = [];
  for (const row of rows) {
    const charge = await chargeOfAlarm(db, row);
    const books = charge === null ? undefined : await readChargeBooks(db, charge);
    const waiting =
      charge === null || books === undefined || books.purse.unmatched === 0n
        ? null
        : { ...charge, money: moneyOf(books.purse.unmatched, books.currency) };
    assert(waiting === null || waiting.money.minor > 0n, 'money that waits is there');
    alarms.push({
      alarmId: row.id,
      kind: row.kind,
      ref: row.ref,
      detail: row.detail,
      giftId: row.gift_id,
      giftReference: row.gift_id === null ? null : giftReference(row.gift_id),
      raisedAt: row.raised_at,
      waiting,
      ways: waiting === null ? waysOf(row) : [],
    });
  }
  return alarms;
}

async function readOpenRefunds(db: Db): Promise<readonly DeskRefund[]> {
  const rows = await db
    .selectFrom('refund_order')
    .innerJoin('money_act', 'money_act.id', 'refund_order.id')
    .select([
      'refund_order.id',
      'money_act.gift_id',
      'refund_order.amount_minor',
      'refund_order.currency',
      'refund_order.state',
      'refund_order.refused_code',
      'money_act.decided_by',
      'money_act.reason',
      'money_act.at',
    ])
    .where('refund_order.state', '<>', 'refunded')
    .orderBy('money_act.at', 'desc')
    .limit(ROWS_MAX)
    .execute();
  assert(rows.length <= ROWS_MAX, 'a list is bounded');
  return rows.map((row) => ({
    orderId: row.id,
    giftId: row.gift_id,
    money: moneyOf(row.amount_minor, row.currency),
    state: row.state,
    refusedCode: row.refused_code,
    by: row.decided_by,
    reason: row.reason,
    at: row.at,
  }));
}

async function readDifferences(db: Db): Promise<readonly BooksDifference[]> {
  const { rows } = await sql<{
    account_id: string;
    day: string;
    kind: string;
    ref: string;
    ours: bigint | null;
    theirs: bigint | null;
    currency: string;
    transfer_id: bigint | null;
  }>`
    select processor_account_id as account_id, to_char(day, 'YYYY-MM-DD') as day, kind, ref,
      ours_minor as ours, theirs_minor as theirs, currency,
      (select min(t.id) from ledger_transfer t
        where t.cause_kind in ('charge', 'balance-transaction', 'payout', 'refund', 'dispute')
          and t.cause_ref = processor_account_id || ':' || ref) as transfer_id
    from books_difference order by day desc, processor_account_id, kind, ref limit ${ROWS_MAX}
  `.execute(db);
  assert(
    rows.every(({ ours, theirs }) => ours !== theirs),
    'a difference differs',
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    day: row.day,
    kind: row.kind,
    ref: row.ref,
    transferId: row.transfer_id,
    ours: row.ours === null ? null : moneyOf(row.ours, row.currency),
    theirs: row.theirs === null ? null : moneyOf(row.theirs, row.currency),
  }));
}
