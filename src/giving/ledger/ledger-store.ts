/**
 * Writing to the ledger and reading balances from it. Balances are always summed from the transfers: a running balance
 * would cost more than all the rest under load, and derived data goes wrong.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { LedgerBalance } from '../reports/reports.ts';
import { moneyOf } from '../rows.ts';
import { ACCOUNT_KINDS, type AccountName } from './chart-of-accounts.ts';
import { type Posting, type Transfer, transferOf } from './ledger.ts';

interface PostOptions {
  readonly at: Instant;
  /**
   * What a posting with the same cause and code means. `fail` raises 23505, because somebody else booked this charge at
   * this moment and the caller has to look again; `keep` is for facts that several sources may tell.
   */
  readonly duplicate: 'fail' | 'keep';
}

/** Posts one transfer, making its accounts where they do not exist yet. @returns whether a row was written */
export async function post(tx: Tx, posting: Posting, options: PostOptions): Promise<boolean> {
  const transfer = transferOf(posting);
  const first = await insertTransfer(tx, posting, transfer, options);
  if (first !== 'no-accounts') return first === 'posted';
  await makeAccounts(tx, posting.cause.accountId, posting.money.currency, transfer);
  const second = await insertTransfer(tx, posting, transfer, options);
  assert(second !== 'no-accounts', 'the accounts of a posting exist after they were made');
  return second === 'posted';
}

async function insertTransfer(
  tx: Tx,
  posting: Posting,
  transfer: Transfer,
  options: PostOptions,
): Promise<'posted' | 'duplicate' | 'no-accounts'> {
  const { cause, money } = posting;
  const onDuplicate =
    options.duplicate === 'keep'
      ? sql`on conflict on constraint ledger_transfer_cause do nothing`
      : sql``;
  // One round trip in the common case: the accounts are found, and the row written, by one statement.
  const { rows } = await sql<{ accounts: number; posted: number }>`
    with pair as (
      select debit.id as debit, credit.id as credit
      from ledger_account debit, ledger_account credit
      where debit.processor_account_id = ${cause.accountId} and debit.currency = ${money.currency}
        and debit.name = ${transfer.debit}
        and credit.processor_account_id = ${cause.accountId} and credit.currency = ${money.currency}
        and credit.name = ${transfer.credit}
    ), posted as (
      insert into ledger_transfer
        (group_id, debit, credit, amount, currency, code, gift_id, cause_kind, cause_ref, happened_at, at)
      select ${transfer.groupId}::uuid, debit, credit, ${transfer.amount}::bigint, ${money.currency},
        ${posting.code}::smallint, ${posting.giftId}::uuid, ${cause.kind}, ${transfer.causeRef},
        ${posting.happenedAt}::timestamptz, ${options.at}::timestamptz
      from pair
      ${onDuplicate}
      returning 1
    )
    select (select count(*)::int from pair) as accounts, (select count(*)::int from posted) as posted
  `.execute(tx);
  const row = rows[0];
  assert(row !== undefined && row.accounts <= 1, 'an account name exists once per currency');
  if (row.accounts === 0) return 'no-accounts';
  assert(row.posted <= 1, 'a posting writes one row');
  assert(
    row.posted === 1 || options.duplicate === 'keep',
    'a duplicate fails unless it may be kept',
  );
  return row.posted === 1 ? 'posted' : 'duplicate';
}

/** Makes both accounts in one statement and in one order, so that two first postings cannot wait for each other. */
async function makeAccounts(
  tx: Tx,
  accountId: string,
  currency: string,
  pair: { readonly debit: AccountName; readonly credit: AccountName },
): Promise<void> {
  const names = [pair.debit, pair.credit].toSorted();
  assert(names[0] !== names[1], 'a transfer has two sides');
  await tx
    .insertInto('ledger_account')
    .values(
      names.map((name) => ({
        processor_account_id: accountId,
        currency,
        kind: ACCOUNT_KINDS[name],
        name,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['processor_account_id', 'currency', 'name']).doNothing(),
    )
    .execute();
}

/**
 * Every account's debits minus credits: the newest checkpoint (`ledger-checkpoint.ts`) and everything after it. Books that
 * do not add up are read as they are: `outOfBalance()` says so wherever they are shown.
 */
export async function readBalances(db: Db | Tx): Promise<readonly LedgerBalance[]> {
  const { rows } = await sql<BalanceRow>`
    with last as (
      select coalesce(max(through_id), 0) as through_id from ledger_checkpoint
    ), moved as (
      select account, (debits - credits)::numeric as amount
      from ledger_checkpoint join last using (through_id)
      union all
      select debit, sum(amount) from ledger_transfer
      where id > (select through_id from last) group by debit
      union all
      select credit, -sum(amount) from ledger_transfer
      where id > (select through_id from last) group by credit
    )
    select a.id as account, a.processor_account_id as account_id, a.name, a.kind, a.currency,
      coalesce(sum(moved.amount), 0)::bigint as balance
    from ledger_account a left join moved on moved.account = a.id
    group by a.id
    order by a.processor_account_id, a.currency, a.kind, a.name
  `.execute(db);
  assert(
    new Set(rows.map(({ account }) => account)).size === rows.length,
    'an account is told once',
  );
  return rows.map(balanceOf);
}

/** An account's sum as the database gives it. */
export interface BalanceRow {
  readonly account: bigint;
  readonly account_id: string | null;
  readonly name: string;
  readonly kind: LedgerBalance['kind'];
  readonly currency: string;
  readonly balance: bigint;
}

export function balanceOf(row: BalanceRow): LedgerBalance {
  assert(row.name in ACCOUNT_KINDS, 'an account that has a balance is in the chart');
  return {
    accountId: row.account_id,
    name: row.name,
    kind: row.kind,
    money: moneyOf(row.balance, row.currency),
  };
}
