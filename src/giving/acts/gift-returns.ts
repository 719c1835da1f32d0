/**
 * What went back of a gift, for the person who made it and for the desk: given back, on its way, or not possible to send.
 * Read from the ledger and the orders to refund; nothing is kept as a running sum.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import { type Currency, type Money, zero } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { acceptanceRef } from '../money-facts/charge-books.ts';
import { moneyOf } from '../rows.ts';
import { type HeldMoney, readHeldMoney } from './held-money.ts';

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
  /** Money that came for this gift and did not fit it; empty for most. */
  readonly held: readonly HeldMoney[];
  /** The gift is on hold, no money came for it, and nothing can come any more. */
  readonly nothingCame: boolean;
}

type Moved = Omit<GiftReturns, 'held' | 'nothingCame'>;

/** Per gift; a gift that is whole, and one that never had money, have no entry. */
export async function readReturns(
  db: Db,
  giftIds: readonly string[],
): Promise<ReadonlyMap<string, GiftReturns>> {
  if (giftIds.length === 0) return new Map();
  const [moved, held, empty] = await Promise.all([
    readMoved(db, giftIds),
    readHeldMoney(db, giftIds),
    readHeldWithoutMoney(db, giftIds),
  ]);
  const returns = new Map<string, GiftReturns>();
  for (const giftId of giftIds) {
    const own = held.get(giftId) ?? [];
    const of = moved.get(giftId);
    const currency = empty.get(giftId) ?? own[0]?.waiting.currency;
    if (of !== undefined) returns.set(giftId, { ...of, held: own, nothingCame: false });
    else if (currency !== undefined) {
      assert(!empty.has(giftId) || own.length === 0, 'money came or it did not');
      returns.set(giftId, { ...nothingMoved(currency), held: own, nothingCame: empty.has(giftId) });
    }
  }
  return returns;
}

function nothingMoved(currency: Currency): Moved {
  const none = zero(currency);
  return {
    givenBack: none,
    onItsWay: none,
    takenBack: none,
    heldByBank: none,
    couldNotBeSent: false,
    lastAt: null,
  };
}

/** Gifts on hold whose alarm a person dealt with, and for which nothing came and nothing is under way; with their currency. */
async function readHeldWithoutMoney(
  db: Db,
  giftIds: readonly string[],
): Promise<ReadonlyMap<string, Currency>> {
  const { rows } = await sql<{ id: string; currency: string }>`
    select gift.id, gift.currency from gift
    where gift.id in (${sql.join(giftIds.map((id) => sql`${id}::uuid`))}) and gift.state = 'integrity_hold'
      and not exists (select from ledger_transfer t where t.gift_id = gift.id)
      and not exists (
        select from attempt where attempt.gift_id = gift.id
          and attempt.state in ('sent', 'unknown', 'needs_action'))
      and not exists (
        select from alarm where alarm.kind = 'assertion' and alarm.ref = gift.id::text and alarm.resolved_at is null)
  `.execute(db);
  return new Map(rows.map((row) => [row.id, moneyOf(0n, row.currency).currency]));
}

/** What went back of gifts that arrived. */
async function readMoved(db: Db, giftIds: readonly string[]): Promise<ReadonlyMap<string, Moved>> {
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
  const returns = new Map<string, Moved>();
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
