/**
 * The newsroom's ledger beside the balance that the practice bank keeps for itself: every account of the processor, in
 * every currency, must be what the bank's own sums say (I6), and every payout must be explained by its lines.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '../../src/database/index.ts';

const sum = z
  .string()
  .regex(/^-?\d+$/)
  .transform((text) => BigInt(text));

/** The bank's answer to `/v1/balance`: its sums per currency, in minor units. */
export const bankBalance = z.object({
  currencies: z.array(
    z.object({
      currency: z.string(),
      captured: sum,
      refunded: sum,
      disputes_open: sum,
      disputes_lost: sum,
      fees: sum,
      dispute_fees: sum,
      paid_out: sum,
      pending: sum,
      available: sum,
    }),
  ),
});
export type BankBalance = z.output<typeof bankBalance>;

/** One line per account and currency, such as `fees EUR 59`; accounts with nothing on them are left out. */
export type BookLines = readonly string[];

/** What the ledger must say when it knows everything that the bank knows. */
export function linesOfBank({ currencies }: BankBalance): BookLines {
  return lines(
    currencies.flatMap((row) => [
      { account: 'processor_pending', currency: row.currency, minor: row.pending },
      { account: 'processor_available', currency: row.currency, minor: row.available },
      { account: 'bank', currency: row.currency, minor: row.paid_out },
      { account: 'disputes_open', currency: row.currency, minor: row.disputes_open },
      { account: 'fees', currency: row.currency, minor: row.fees },
      { account: 'dispute_fees', currency: row.currency, minor: row.dispute_fees },
      {
        account: 'gifts and unmatched',
        currency: row.currency,
        minor: row.captured - row.refunded - row.disputes_lost,
      },
    ]),
  );
}

/** What the ledger says, as {@link linesOfBank} puts it. */
export async function linesOfLedger(db: Db): Promise<BookLines> {
  const { rows } = await sql<{ account: string; currency: string; minor: string }>`
    with moved as (
      select debit as account, amount from ledger_transfer
      union all select credit, -amount from ledger_transfer
    ), named as (
      select case when a.kind in ('income', 'liability') then 'gifts and unmatched' else a.name end as account,
        a.currency, case when a.kind in ('income', 'liability') then -m.amount else m.amount end as amount
      from moved m join ledger_account a on a.id = m.account
    )
    select account, currency, sum(amount)::text as minor from named group by 1, 2
  `.execute(db);
  return lines(
    rows.map(({ account, currency, minor }) => ({ account, currency, minor: BigInt(minor) })),
  );
}

/** Payouts whose lines do not add up to them yet, by their reference. */
export async function openPayouts(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ ref: string }>`
    select ref from money_fact where kind = 'payout' and closed_at is null order by ref
  `.execute(db);
  return rows.map(({ ref }) => ref);
}

function lines(
  sums: readonly { readonly account: string; readonly currency: string; readonly minor: bigint }[],
): BookLines {
  return sums
    .filter(({ minor }) => minor !== 0n)
    .map(({ account, currency, minor }) => `${account} ${currency} ${minor}`)
    .sort();
}
