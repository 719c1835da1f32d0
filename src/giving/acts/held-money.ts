/**
 * What became of money that did not fit its gift: a person accepted it as a gift of its own, sent it back, or it still
 * waits. Read from the ledger and the orders to refund, so that a gift on hold tells how its story ended although its state
 * stays: no state of a gift falls, and the money it asked for did not come.
 */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { acceptanceRef } from '../money-facts/charge-books.ts';
import { moneyOf } from '../rows.ts';

/** The unmatched money of one gift, in one currency. */
export interface HeldMoney {
  /** Became a gift of its own. */
  readonly accepted: Money;
  /** Given back, or taken back through a bank. */
  readonly sentBack: Money;
  /** Sent back by a decision whose answer is not booked yet. */
  readonly onItsWay: Money;
  /** A person still has to decide. */
  readonly waiting: Money;
}

/** Per gift that unmatched money came for, one entry per currency. */
export async function readHeldMoney(
  db: Db,
  giftIds: readonly string[],
): Promise<ReadonlyMap<string, readonly HeldMoney[]>> {
  if (giftIds.length === 0) return new Map();
  const ids = giftIds.map((id) => sql`${id}::uuid`);
  const { rows } = await sql<{
    gift_id: string;
    currency: string;
    came: bigint;
    accepted: bigint;
    sent_back: bigint;
    on_its_way: bigint;
  }>`
    with charge as (
      select t.gift_id, t.currency, t.amount, account.processor_account_id as account_id,
        substr(t.cause_ref, length(account.processor_account_id) + 2) as charge_ref
      from ledger_transfer t join ledger_account account on account.id = t.debit
      where t.gift_id in (${sql.join(ids)}) and t.code = 90
        and not exists (select from ledger_transfer fixed where fixed.reverses = t.id)
    )
    select charge.gift_id, charge.currency, sum(charge.amount)::bigint as came,
      coalesce(sum((select a.amount from ledger_transfer a
        where a.cause_kind = 'person' and a.code = 91
          and a.cause_ref = charge.account_id || ':' || ${acceptanceRef({ accountId: '', chargeRef: '' })} || charge.charge_ref
      )), 0)::bigint as accepted,
      coalesce(sum((select sum(b.amount) from money_fact fact join ledger_transfer b
          on b.cause_kind = case fact.kind when 'refund' then 'refund' else 'dispute' end
            and b.cause_ref = fact.processor_account_id || ':' || fact.ref
        where fact.processor_account_id = charge.account_id and fact.charge_ref = charge.charge_ref
          and fact.kind in ('refund', 'dispute-lost') and b.code in (21, 34)
      )), 0)::bigint as sent_back,
      coalesce(sum((select sum(o.amount_minor) from refund_order o join money_act act on act.id = o.id
        where o.processor_account_id = charge.account_id and o.charge_ref = charge.charge_ref
          and act.kind = 'refund-unmatched' and o.state in ('planned', 'sent', 'unknown')
      )), 0)::bigint as on_its_way
    from charge group by charge.gift_id, charge.currency order by charge.gift_id, charge.currency
  `.execute(db);
  const held = new Map<string, HeldMoney[]>();
  for (const row of rows) {
    assert(row.came > 0n, 'money that waits came');
    assert(row.accepted <= row.came, 'no more is accepted than came');
    assert(row.sent_back >= 0n && row.on_its_way >= 0n, 'what goes back is not negative');
    const left = row.came - row.accepted - row.sent_back - row.on_its_way;
    const of = (minor: bigint): Money => moneyOf(minor, row.currency);
    const entry: HeldMoney = {
      accepted: of(row.accepted),
      sentBack: of(row.sent_back),
      onItsWay: of(row.on_its_way),
      // More may have gone back than came; a person was told of that.
      waiting: of(left > 0n ? left : 0n),
    };
    held.set(row.gift_id, [...(held.get(row.gift_id) ?? []), entry]);
  }
  return held;
}

/** Whether nobody has to decide any more: all of it went back or became a gift of its own. */
export function isHoldOver(held: readonly HeldMoney[]): boolean {
  return held.length > 0 && held.every(({ waiting }) => waiting.minor === 0n);
}
