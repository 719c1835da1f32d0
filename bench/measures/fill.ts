/** Rows for benchmarks, made by SQL. They break no rule of the schema, and none of `tuppence check`. */
import { sql } from 'kysely';
import type { Db } from '../../src/database/index.ts';

export const FILL_ACCOUNT = 'sandbox-1';
export const FILL_HASH = 'bench-bench-bench-bench-bench-bench-bench-1';
/** Books of one currency; the program makes them on demand. */
async function fillAccounts(db: Db): Promise<void> {
  await sql`
    insert into processor_account (id, processor, mode, poll_at, created_at)
    values (${FILL_ACCOUNT}, 'sandbox', 'test', now(), now()) on conflict do nothing
  `.execute(db);
  await sql`
    insert into ledger_account (processor_account_id, currency, kind, name)
    values (${FILL_ACCOUNT}, 'USD', 'asset', 'processor_pending'), (${FILL_ACCOUNT}, 'USD', 'income', 'gifts_once'),
      (${FILL_ACCOUNT}, 'USD', 'income', 'gifts_recurring'), (${FILL_ACCOUNT}, 'USD', 'expense', 'fees')
    on conflict do nothing
  `.execute(db);
}

/** The id of the n-th row of a kind, which is one hexadecimal digit. */
function idOf(kind: string) {
  return sql`(${kind}::text || lpad(to_hex(n), 31, '0'))::uuid`;
}

/** Gifts whose page is open, each with a message of its processor that waits in the inbox. Attempt n has the id `a…n`. */
export async function fillOpenGifts(db: Db, count: number): Promise<void> {
  await fillAccounts(db);
  const rows = sql`generate_series(1, ${count}::int) n`;
  await sql`
    insert into supporter (id, zone, language, created_at) select ${idOf('5')}, 'UTC', 'en', now() from ${rows}
  `.execute(db);
  await sql`
    insert into gift (id, supporter_id, amount_minor, currency, body_hash, state, next_at, created_at)
    select ${idOf('f')}, ${idOf('5')}, 500, 'USD', ${FILL_HASH}, 'collecting', now() + interval '1 hour', now() from ${rows}
  `.execute(db);
  await sql`
    insert into attempt
      (id, gift_id, n, processor_account_id, request_hash, state, first_sent_at, object_ref, page_url, heard, created_at)
    select ${idOf('a')}, ${idOf('f')}, 1, ${FILL_ACCOUNT}, ${FILL_HASH}, 'sent', now(),
      'pay_' || ${idOf('a')}, 'http://127.0.0.1:1/', 'open', now()
    from ${rows}
  `.execute(db);
  await settleDown(db);
}

/** A message for each of these gifts, about its payment, as its processor sends it. */
export async function fillMessages(
  db: Db,
  range: { readonly from: number; readonly to: number },
): Promise<void> {
  await sql`
    insert into processor_event
      (processor_account_id, event_id, type, object_ref, attempt_id, received_at, next_at)
    select ${FILL_ACCOUNT}, 'evt_' || n, 'payment.changed', 'pay_' || ${idOf('a')}, ${idOf('a')}::text, now(), now()
    from generate_series(${range.from}::int, ${range.to}::int) n
  `.execute(db);
  await settleDown(db);
}

/** Pledges that are collected by their own mandates, each with a gift that is due today. */
export async function fillDueRenewals(db: Db, count: number): Promise<void> {
  await fillAccounts(db);
  const rows = sql`generate_series(1, ${count}::int) n`;
  // Up to the 28th, so that the day exists in every month.
  const due = sql`(date_trunc('month', now()) + (least(extract(day from now()), 28) - 1) * interval '1 day')`;
  await sql`
    insert into supporter (id, zone, language, created_at) select ${idOf('5')}, 'UTC', 'en', now() from ${rows}
  `.execute(db);
  await sql`
    insert into mandate (id, supporter_id, processor_account_id, customer_ref, method_ref, method_fingerprint, state, created_at)
    select ${idOf('d')}, ${idOf('5')}, ${FILL_ACCOUNT}, 'cus_' || n, 'pm_' || n, 'print_' || n, 'usable', now() from ${rows}
  `.execute(db);
  await sql`
    insert into pledge
      (id, supporter_id, amount_minor, currency, unit, anchor_date, zone, next_n, mandate_id, state, created_at)
    select ${idOf('e')}, ${idOf('5')}, 500, 'USD', 'month', (${due} - interval '11 months')::date, 'UTC', 12,
      ${idOf('d')}, 'active', now() from ${rows}
  `.execute(db);
  await sql`
    insert into gift
      (id, supporter_id, pledge_id, period_n, due_date, unit, amount_minor, currency, body_hash, state, next_at, created_at)
    select ${idOf('f')}, ${idOf('5')}, ${idOf('e')}, 11, ${due}::date, 'month', 500, 'USD', ${FILL_HASH}, 'due',
      now() - interval '1 hour' + n * interval '1 millisecond', now() from ${rows}
  `.execute(db);
  await settleDown(db);
}

const PLEDGES = 20_000;

/** Settled gifts of five years, half of them of pledges, each with attempt, posting, fee and receipt. */
export async function fillBooks(db: Db, count: number): Promise<void> {
  await fillAccounts(db);
  const rows = sql`generate_series(1, ${count}::int) n`;
  const at = sql`(now() - (${count}::int - n) * interval '157 seconds')`;
  await sql`
    insert into supporter (id, zone, language, created_at)
    select ${idOf('5')}, 'UTC', 'en', now() from generate_series(1, ${PLEDGES}::int) n
  `.execute(db);
  // The even numbers are renewals: of pledge k the periods 0, 1, 2 … in the order of time.
  await sql`
    insert into pledge (id, supporter_id, amount_minor, currency, unit, anchor_date, zone, next_n, state, created_at)
    select ${idOf('e')}, ${idOf('5')}, 500, 'USD', 'month', date '2021-01-01', 'UTC',
      greatest(1, (${count}::int / 2 + ${PLEDGES}::int - n) / ${PLEDGES}::int), 'active', now()
    from generate_series(1, ${PLEDGES}::int) n
  `.execute(db);
  await sql`
    insert into gift
      (id, supporter_id, pledge_id, period_n, due_date, unit, amount_minor, currency, body_hash, state, created_at, settled_at)
    select ${idOf('f')},
      ('5' || lpad(to_hex(1 + (n / 2 - 1 + ${PLEDGES}::int) % ${PLEDGES}::int), 31, '0'))::uuid,
      case when n % 2 = 0 then ('e' || lpad(to_hex(1 + (n / 2 - 1) % ${PLEDGES}::int), 31, '0'))::uuid end,
      case when n % 2 = 0 then (n / 2 - 1) / ${PLEDGES}::int end,
      case when n % 2 = 0 then date '2021-01-01' end, case when n % 2 = 0 then 'month' end,
      200 + n % 5000, 'USD', ${FILL_HASH}, 'settled', ${at}, ${at}
    from ${rows}
  `.execute(db);
  await sql`
    insert into attempt
      (id, gift_id, n, processor_account_id, request_hash, state, first_sent_at, object_ref, charge_ref, created_at)
    select ${idOf('a')}, ${idOf('f')}, 1, ${FILL_ACCOUNT}, ${FILL_HASH}, 'succeeded', ${at}, 'pay_' || n, 'ch_' || n, ${at}
    from ${rows}
  `.execute(db);
  await sql`
    insert into ledger_transfer
      (group_id, debit, credit, amount, currency, code, gift_id, cause_kind, cause_ref, happened_at, at)
    select ${idOf('c')}, debit.id, credit.id, case kind.code when 10 then 200 + n % 5000 else 30 end, 'USD', kind.code,
      ${idOf('f')}, kind.cause, ${FILL_ACCOUNT} || ':' || kind.ref || n, ${at}, ${at}
    from ${rows}
      cross join (values (10, 'charge', 'ch_', 'processor_pending'), (11, 'balance-transaction', 'txn_', 'fees'))
        kind (code, cause, ref, debit)
      join ledger_account debit on debit.name = kind.debit
      join ledger_account credit on credit.name = case when kind.code = 11 then 'processor_pending'
        when n % 2 = 1 then 'gifts_once' else 'gifts_recurring' end
    order by n
  `.execute(db);
  await sql`
    insert into outbox (dedupe_key, kind, ref, state, next_at, created_at)
    select 'receipt:' || ${idOf('f')}, 'receipt', ${idOf('f')}::text, 'sent', ${at}, ${at} from ${rows}
  `.execute(db);
  await settleDown(db);
}

/** What was filled in is on disk and known to the planner before anything is timed. */
async function settleDown(db: Db): Promise<void> {
  await sql`vacuum analyze`.execute(db);
  await sql`checkpoint`.execute(db).catch(() => undefined);
}
