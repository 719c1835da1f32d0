/** The SQL behind the desk's figures. Everything is summed from rows that record facts. */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import { isCurrency, money } from '../../money/index.ts';
import { AssertionFailure, assert } from '../../problems/index.ts';
import type { GiftInterval } from '../giving.ts';
import { readBalances } from '../ledger/ledger-store.ts';
import { moneyOf } from '../rows.ts';
import type {
  ActivePledges,
  Alarms,
  GiftTotals,
  GivenPerAppeal,
  GivingReports,
} from './reports.ts';
import { valuePerVariant } from './value-per-variant.ts';

const ALARMS_SHOWN_MAX = 200;

export function createReports(context: {
  readonly db: Db;
  readonly clock: { now(): Instant };
}): GivingReports {
  const { db, clock } = context;
  return {
    giftsBetween: (range) => giftsBetween(db, range),
    activePledges: () => activePledges(db),
    givenPerAppeal: (range) => givenPerAppeal(db, range),
    valuePerVariant: (question) => valuePerVariant(db, question),
    ledgerBalances: () => readBalances(db),
    alarms: () => readAlarms(db),
    resolveAlarm: (alarmId) => resolveAlarm(db, { alarmId, now: clock.now() }),
  };
}

async function giftsBetween(
  db: Db,
  range: { readonly from: Instant; readonly to: Instant },
): Promise<readonly GiftTotals[]> {
  const { rows } = await sql<{
    currency: string;
    interval: GiftInterval;
    count: number;
    total: bigint;
  }>`
    select gift.currency, coalesce(gift.unit, pledge.unit, 'once') as interval, count(*)::int as count,
      sum(gift.amount_minor)::bigint as total
    from gift left join pledge on pledge.id = gift.pledge_id
    where gift.settled_at >= ${range.from} and gift.settled_at < ${range.to}
    group by gift.currency, coalesce(gift.unit, pledge.unit, 'once')
    order by gift.currency, interval
  `.execute(db);
  assert(
    rows.every(({ count, total }) => count > 0 && total > 0n),
    'a sum is of at least one gift of at least one minor unit',
  );
  return rows.map((row) => ({
    interval: row.interval,
    count: row.count,
    money: moneyOf(row.total, row.currency),
  }));
}

async function activePledges(db: Db): Promise<readonly ActivePledges[]> {
  const { rows } = await sql<{
    currency: string;
    monthly_count: number;
    yearly_count: number;
    monthly: bigint;
    yearly: bigint;
  }>`
    select currency,
      count(*) filter (where unit = 'month')::int as monthly_count,
      count(*) filter (where unit = 'year')::int as yearly_count,
      coalesce(sum(amount_minor) filter (where unit = 'month'), 0)::bigint as monthly,
      coalesce(sum(amount_minor) filter (where unit = 'year'), 0)::bigint as yearly
    from pledge where state = 'active' group by currency order by currency
  `.execute(db);
  return rows.map((row) => {
    if (!isCurrency(row.currency)) throw new AssertionFailure('a stored currency has a row');
    return {
      currency: row.currency,
      count: row.monthly_count + row.yearly_count,
      monthlyCount: row.monthly_count,
      yearlyCount: row.yearly_count,
      perMonth: money(perMonth(row), row.currency),
    };
  });
}

/** (12 × monthly + yearly) / 12, rounded once, half up. */
export function perMonth(sums: { readonly monthly: bigint; readonly yearly: bigint }): bigint {
  assert(sums.monthly >= 0n && sums.yearly >= 0n, 'pledges are positive');
  const twelfths = sums.monthly * 12n + sums.yearly;
  return (twelfths + 6n) / 12n;
}

async function givenPerAppeal(
  db: Db,
  range: { readonly from: Instant },
): Promise<readonly GivenPerAppeal[]> {
  const { rows } = await sql<{
    appeal_id: string;
    variant_id: string;
    currency: string;
    count: number;
    pledges: number;
    total: bigint;
  }>`
    select appeal_id, variant_id, currency, count(*)::int as count, count(pledge_id)::int as pledges,
      sum(amount_minor)::bigint as total
    from gift
    where settled_at >= ${range.from} and settled_at is not null and appeal_id is not null
    group by appeal_id, variant_id, currency
    order by appeal_id, variant_id, currency
  `.execute(db);
  assert(
    rows.every(({ count, pledges }) => pledges >= 0 && pledges <= count),
    'no more pledges began than gifts were given',
  );
  return rows.map((row) => ({
    appealId: row.appeal_id,
    variantId: row.variant_id,
    count: row.count,
    pledges: row.pledges,
    money: moneyOf(row.total, row.currency),
  }));
}

async function readAlarms(db: Db): Promise<Alarms> {
  const open = await db
    .selectFrom('alarm')
    .select(['id', 'kind', 'gift_id', 'ref', 'detail', 'raised_at'])
    .where('resolved_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(ALARMS_SHOWN_MAX)
    .execute();
  const { rows } = await sql<{ open: number; hold: number; parked: number }>`
    select
      (select count(*) from alarm where resolved_at is null)::int as open,
      (select count(*) from gift where state = 'integrity_hold' and exists (
        select from alarm where alarm.gift_id = gift.id and alarm.kind in ('hold', 'assertion', 'unmatched')
          and alarm.resolved_at is null))::int as hold,
      (select count(*) from processor_event where state = 'parked')::int as parked
  `.execute(db);
  const balances = await readBalances(db);
  const counts = rows[0];
  assert(counts !== undefined, 'a count has one row');
  assert(open.length <= ALARMS_SHOWN_MAX, 'a list is bounded');
  assert(counts.hold >= 0 && counts.parked >= 0, 'counts are not negative');
  return {
    open: open.map((row) => ({
      alarmId: row.id,
      kind: row.kind,
      giftId: row.gift_id,
      ref: row.ref,
      detail: row.detail,
      raisedAt: row.raised_at,
    })),
    openCount: counts.open,
    giftsOnHold: counts.hold,
    parkedEvents: counts.parked,
    unmatched: unmatchedPerCurrency(balances),
  };
}

/** A liability is a negative balance; what is shown is what we hold. */
function unmatchedPerCurrency(
  balances: Awaited<ReturnType<typeof readBalances>>,
): Alarms['unmatched'] {
  const held = new Map<(typeof balances)[number]['money']['currency'], bigint>();
  for (const balance of balances) {
    if (balance.name !== 'unmatched') continue;
    const { minor, currency } = balance.money;
    held.set(currency, (held.get(currency) ?? 0n) - minor);
  }
  return [...held]
    .filter(([, minor]) => minor !== 0n)
    .map(([currency, minor]) => money(minor, currency));
}

async function resolveAlarm(
  db: Db,
  resolved: { readonly alarmId: bigint; readonly now: Instant },
): Promise<boolean> {
  const result = await db
    .updateTable('alarm')
    .set({ resolved_at: resolved.now })
    .where('id', '=', resolved.alarmId)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
  assert(result.numUpdatedRows <= 1n, 'an alarm is one row');
  return result.numUpdatedRows === 1n;
}
