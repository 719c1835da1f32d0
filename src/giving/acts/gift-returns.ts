/**
 * What went back of a gift, for the person who made it and for the desk: given back, on its way, or not possible to send.
 * Read from the ledger and the orders to refund; nothing is kept as a running sum.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { acceptanceRef } from '../money-facts/charge-books.ts';
import { moneyOf } from '../rows.ts';

export interface GiftReturns {
  /** Refunds that are booked. */
  readonly givenBack: Money;
  /** Refunds that were decided and whose answer is not booked yet. */
  readonly onItsWay: Money;
  /** A refund the processor refused or never carried out, after which nothing more was ordered. */
  readonly couldNotBeSent: boolean;
  /** Taken back through a bank, by a dispute that was lost. */
  readonly takenBack: Money;
  /** What a bank holds while it looks at an objection; nobody knows yet where it goes. */
  readonly heldByBank: Money;
  /** When money last went back, by the processor's clock; `null`: none did yet. */
  readonly lastAt: Instant | null;
}

/** Per gift; a gift of which nothing went back or was asked for has no entry. */
export async function readReturns(
  db: Db,
  giftIds: readonly string[],
): Promise<ReadonlyMap<string, GiftReturns>> {
  if (giftIds.length === 0) return new Map();
  const ids = giftIds.map((id) => sql`${id}::uuid`);
  const { rows } = await sql<{
    gift_id: string;
    currency: string;
    given_back: bigint;
    taken_back: bigint;
    held_by_bank: bigint;
    on_its_way: bigint;
    last_at: Instant | null;
    has_failed: boolean;
  }>`
    with charge as (
      select distinct on (t.gift_id) t.gift_id, t.currency, account.processor_account_id as account_id,
        replace(substr(t.cause_ref, length(account.processor_account_id) + 2),
          case t.code when 91 then ${acceptanceRef({ accountId: '', chargeRef: '' })} else '' end, '') as charge_ref
      from ledger_transfer t
        join ledger_account account on account.id = t.debit
      where t.gift_id in (${sql.join(ids)}) and t.code in (10, 91)
      order by t.gift_id, t.id
    )
    select charge.gift_id, charge.currency,
      coalesce((select sum(t.amount) from ledger_transfer t
        where t.gift_id = charge.gift_id and t.code = 20), 0)::bigint as given_back,
      coalesce((select sum(t.amount) from ledger_transfer t
        where t.gift_id = charge.gift_id and t.code = 32), 0)::bigint as taken_back,
      coalesce((select sum(case when t.code = 30 then t.amount else -t.amount end) from ledger_transfer t
        where t.gift_id = charge.gift_id and t.code in (30, 31, 32, 34)), 0)::bigint as held_by_bank,
      (select max(t.happened_at) from ledger_transfer t
        where t.gift_id = charge.gift_id and t.code in (20, 32)) as last_at,
      coalesce((select sum(o.amount_minor) from refund_order o
        where o.processor_account_id = charge.account_id and o.charge_ref = charge.charge_ref
          and o.state in ('planned', 'sent', 'unknown')), 0)::bigint as on_its_way,
      exists (select from refund_order o
        where o.processor_account_id = charge.account_id and o.charge_ref = charge.charge_ref
          and o.state in ('refused', 'not_found')) as has_failed
    from charge
  `.execute(db);
  const returns = new Map<string, GiftReturns>();
  for (const row of rows) {
    assert(row.given_back >= 0n && row.taken_back >= 0n, 'what went back is nothing or something');
    assert(row.held_by_bank >= 0n, 'a bank holds nothing or something');
    const moved = row.given_back + row.taken_back + row.on_its_way + row.held_by_bank;
    const isTouched = moved > 0n || row.has_failed;
    if (!isTouched) continue;
    returns.set(row.gift_id, {
      givenBack: moneyOf(row.given_back, row.currency),
      takenBack: moneyOf(row.taken_back, row.currency),
      onItsWay: moneyOf(row.on_its_way, row.currency),
      heldByBank: moneyOf(row.held_by_bank, row.currency),
      lastAt: row.last_at,
      couldNotBeSent: row.has_failed && row.given_back + row.on_its_way === 0n,
    });
  }
  return returns;
}
