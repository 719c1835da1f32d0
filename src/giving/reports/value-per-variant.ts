/**
 * What the gifts of one appeal are worth per variant, as the exact sums that comparing variants needs.
 *
 * A gift counts once, up to a cap, so that one very large gift decides nothing; the first gift of a pledge counts for the
 * payments that are expected of it, and later gifts of the pledge for nothing. What went back or is disputed counts as
 * nothing given, and as undone. The database adds up whole numbers and nothing else.
 */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { ValuePerVariant, ValueQuestion } from './reports.ts';

/** Thirty days of supporters changing their minds. */
const CANCELLED_WITHIN = '30 days';

interface Row {
  readonly variant_id: string;
  readonly gifts: number;
  readonly sum: string;
  readonly squares: string;
  readonly uncapped: string;
  readonly other_currencies: number;
  readonly pledges: number;
  readonly cancelled: number;
  readonly undone: number;
}

export async function valuePerVariant(
  db: Db,
  question: ValueQuestion,
): Promise<readonly ValuePerVariant[]> {
  const { appealId, currency, capMinor, monthlyPayments, yearlyPayments } = question;
  assert(capMinor > 0n, 'a cap is above nothing');
  assert(monthlyPayments >= 1 && yearlyPayments >= 1, 'a pledge is at least its first payment');
  const { rows } = await sql<Row>`
    with counted as (
      select gift.variant_id, gift.currency, gift.amount_minor, gift.pledge_id is not null as is_pledge,
        least(${capMinor}::bigint, (gift.amount_minor / gift.covers_periods) * case gift.unit
          when 'month' then ${monthlyPayments}::integer when 'year' then ${yearlyPayments}::integer else 1
        end)::numeric as value,
        coalesce(
          pledge.state = 'cancelled' and pledge.ended_at < gift.created_at + ${CANCELLED_WITHIN}::interval, false
        ) as is_cancelled,
        exists (
          select from attempt join money_fact using (processor_account_id, charge_ref)
          where attempt.gift_id = gift.id and money_fact.kind in ('refund', 'dispute-opened', 'dispute-lost')
        ) or exists (
          select from attempt join refund_order using (processor_account_id, charge_ref)
          where attempt.gift_id = gift.id and refund_order.state in ('planned', 'sent', 'unknown', 'refunded')
        ) as is_undone
      from gift left join pledge on pledge.id = gift.pledge_id
      where gift.settled_at >= ${question.from} and gift.appeal_id = ${appealId}
        and gift.created_at >= ${question.from} and gift.created_at < ${question.to}
        and coalesce(gift.period_n, 0) = 0
    )
    select variant_id,
      count(*) filter (where counts)::int as gifts,
      coalesce(sum(value) filter (where counts), 0)::text as sum,
      coalesce(sum(value * value) filter (where counts), 0)::text as squares,
      coalesce(sum(amount_minor) filter (where counts), 0)::text as uncapped,
      count(*) filter (where currency <> ${currency})::int as other_currencies,
      count(*) filter (where is_pledge)::int as pledges,
      count(*) filter (where is_pledge and is_cancelled)::int as cancelled,
      count(*) filter (where is_undone)::int as undone
    from (select *, currency = ${currency} and not is_undone as counts from counted) as gifts
    group by variant_id order by variant_id
  `.execute(db);
  return rows.map((row) => readRow(row, capMinor));
}

function readRow(row: Row, capMinor: bigint): ValuePerVariant {
  const [sum, squares] = [BigInt(row.sum), BigInt(row.squares)];
  assert(sum <= capMinor * BigInt(row.gifts), 'no gift counts for more than the cap');
  assert(squares <= capMinor * sum, 'squares fit the values they are of');
  assert(row.cancelled <= row.pledges, 'only a pledge that began is cancelled');
  return {
    variantId: row.variant_id,
    gifts: row.gifts,
    sum,
    squares,
    uncapped: BigInt(row.uncapped),
    otherCurrencies: row.other_currencies,
    pledges: row.pledges,
    cancelled: row.cancelled,
    undone: row.undone,
  };
}
