/**
 * Money that came through an attempt and does not fit is an answer too: it is on `unmatched`, and a person decides. The
 * attempt's own state stays what it was, because only money that fits makes it succeed.
 */
import { sql } from 'kysely';

/** Of a row of `attempt`. */
export const wasAnsweredByMoney = sql<boolean>`exists (
  select from ledger_transfer t where t.gift_id = attempt.gift_id and t.code = 90
    and t.cause_ref like attempt.processor_account_id || ':%'
)`;
