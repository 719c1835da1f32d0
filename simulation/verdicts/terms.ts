/**
 * What a pledge's gifts are for: the amount and the months at once that were agreed to for their period. Only the rows of
 * what was agreed to are believed, and the first gift; how a gift came to its amount is the core's business.
 */
import { sql } from 'kysely';
import type { World } from '../world.ts';
import type { Breach } from './verdict.ts';

export async function agreedTerms(world: World): Promise<readonly Breach[]> {
  const { rows } = await sql<{ what: string }>`
    with first as (
      select pledge_id, amount_minor / covers_periods as monthly, covers_periods as months
      from gift where period_n = 0
    )
    select 'gift ' || gift.period_n || ' of ' || gift.pledge_id || ' is for ' || gift.amount_minor || ' and '
      || gift.covers_periods || ' months, agreed were '
      || coalesce(terms.amount_minor, first.monthly) || ' for each of '
      || coalesce(terms.collect_every_months, first.months) as what
    from gift
    join first on first.pledge_id = gift.pledge_id
    left join lateral (
      select amount_minor, collect_every_months from pledge_change
      where pledge_id = gift.pledge_id and from_n <= gift.period_n and version > 0
      order by version desc limit 1
    ) terms on true
    where gift.period_n > 0 and gift.state <> 'skipped'
      and (gift.covers_periods <> coalesce(terms.collect_every_months, first.months)
        or gift.amount_minor <> coalesce(terms.amount_minor, first.monthly) * gift.covers_periods)
    order by 1
  `.execute(world.db);
  return rows.map(({ what }) => ({ rule: 'terms', says: what }));
}
