/** One day of the ledger: what was booked on it, and what every account came to at its end. For people and for checks. */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { LedgerBalance } from '../reports/reports.ts';
import { moneyOf } from '../rows.ts';
import type { JournalLine } from './ledger-store.ts';

/** What was booked from `from` up to, not including, `to`, by our clock, in the order of writing, at most `limit` lines. */
export async function readJournalBetween(
  db: Db | Tx,
  range: {
    readonly from: Instant;
    readonly to: Instant;
    readonly afterId: bigint;
    readonly limit: number;
  },
): Promise<readonly JournalLine[]> {
  assert(range.limit > 0, 'a journal is read in pages');
  return await db
    .selectFrom('ledger_transfer as t')
    .innerJoin('ledger_account as d', 'd.id', 't.debit')
    .innerJoin('ledger_account as c', 'c.id', 't.credit')
    .select([
      't.id',
      't.group_id as groupId',
      't.code',
      'd.name as debit',
      'c.name as credit',
      'd.processor_account_id as accountId',
      't.amount as amountMinor',
      't.currency',
      't.gift_id as giftId',
      't.cause_kind as causeKind',
      't.cause_ref as causeRef',
      't.happened_at as happenedAt',
      't.at',
    ])
    .where('t.at', '>=', range.from)
    .where('t.at', '<', range.to)
    .where('t.id', '>', range.afterId)
    .orderBy('t.id')
    .limit(range.limit)
    .execute();
}

/** Every account's debits minus credits by all that was booked before `to`. Adds up the whole ledger. */
export async function readBalancesBefore(
  db: Db | Tx,
  to: Instant,
): Promise<readonly LedgerBalance[]> {
  const { rows } = await sql<{
    account_id: string | null;
    name: string;
    kind: LedgerBalance['kind'];
    currency: string;
    balance: bigint;
  }>`
    with moved as (
      select debit as account, sum(amount) as amount from ledger_transfer where at < ${to} group by debit
      union all
      select credit, -sum(amount) from ledger_transfer where at < ${to} group by credit
    )
    select a.processor_account_id as account_id, a.name, a.kind, a.currency,
      sum(moved.amount)::bigint as balance
    from ledger_account a join moved on moved.account = a.id
    group by a.id
    order by a.processor_account_id, a.currency, a.kind, a.name
  `.execute(db);
  return rows.map((row) => ({
    accountId: row.account_id,
    name: row.name,
    kind: row.kind,
    money: moneyOf(row.balance, row.currency),
  }));
}
