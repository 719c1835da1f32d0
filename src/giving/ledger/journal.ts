/**
 * The ledger read as a journal: account names instead of numbers, for exports, for people and for checks. Holds no person.
 */
import { sql } from 'kysely';
import { Instant } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { LedgerBalance } from '../reports/reports.ts';
import { type BalanceRow, balanceOf } from './ledger-store.ts';

export interface JournalLine {
  readonly id: bigint;
  readonly groupId: string;
  readonly code: number;
  readonly debit: string;
  readonly credit: string;
  readonly accountId: string | null;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly giftId: string | null;
  readonly causeKind: string;
  readonly causeRef: string;
  readonly happenedAt: Instant;
  readonly at: Instant;
}

/** The journal in the order of writing, after `afterId`, at most `limit` lines. */
export function readJournal(
  db: Db | Tx,
  page: { readonly afterId: bigint; readonly limit: number },
): Promise<readonly JournalLine[]> {
  return journal(db, page).execute();
}

/** The same, of what was booked from `from` up to, not including, `to`, by our clock. */
export function readJournalBetween(
  db: Db | Tx,
  range: {
    readonly from: Instant;
    readonly to: Instant;
    readonly afterId: bigint;
    readonly limit: number;
  },
): Promise<readonly JournalLine[]> {
  assert(Instant.compare(range.from, range.to) <= 0, 'a day ends after it began');
  return journal(db, range).where('t.at', '>=', range.from).where('t.at', '<', range.to).execute();
}

function journal(db: Db | Tx, page: { readonly afterId: bigint; readonly limit: number }) {
  assert(page.limit > 0 && page.afterId >= 0n, 'a journal is read in pages, from its beginning');
  return db
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
    .where('t.id', '>', page.afterId)
    .orderBy('t.id')
    .limit(page.limit);
}

/** Every account's debits minus credits by all that was booked before `to`. Adds up the whole ledger. */
export async function readBalancesBefore(
  db: Db | Tx,
  to: Instant,
): Promise<readonly LedgerBalance[]> {
  const { rows } = await sql<BalanceRow>`
    with moved as (
      select debit as account, sum(amount) as amount from ledger_transfer where at < ${to} group by debit
      union all
      select credit, -sum(amount) from ledger_transfer where at < ${to} group by credit
    )
    select a.id as account, a.processor_account_id as account_id, a.name, a.kind, a.currency,
      sum(moved.amount)::bigint as balance
    from ledger_account a join moved on moved.account = a.id
    group by a.id
    order by a.processor_account_id, a.currency, a.kind, a.name
  `.execute(db);
  assert(
    new Set(rows.map(({ account }) => account)).size === rows.length,
    'an account is told once',
  );
  return rows.map(balanceOf);
}
