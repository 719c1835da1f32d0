/**
 * A payout is closed when the lines that went out with it add up to it. One that stays open is a question for a person:
 * money left the processor that its own lines do not explain.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';

/** Closes every payout of an account that its lines explain by now. @returns how many were closed */
export async function closePayouts(
  tx: Tx,
  of: { readonly accountId: string; readonly now: Instant },
): Promise<number> {
  const { numAffectedRows } = await sql`
    update money_fact payout set closed_at = ${of.now}
    where payout.processor_account_id = ${of.accountId} and payout.kind = 'payout'
      and payout.closed_at is null
      and payout.amount_minor = (
        select sum(case
          when line.kind in ('available', 'dispute-won') then line.amount_minor
          when line.kind in ('refund', 'dispute-opened', 'dispute-fee') then -line.amount_minor
          -- A fee was kept before anything was set free; what is lost was held back when the dispute began.
          else 0
        end)
        from money_fact line
        where line.processor_account_id = payout.processor_account_id
          and line.payout_ref = payout.ref and line.currency = payout.currency
      )
  `.execute(tx);
  return Number(numAffectedRows ?? 0n);
}
