/**
 * The calendar, judged by arithmetic of its own: the platform's time zones and whole numbers, none of the code that made
 * the dates. A date that is wrong by a day for one supporter in a year is found here.
 */
import { sql } from 'kysely';
import type { Instant } from './core.ts';
import type { Breach } from './verdict.ts';
import type { World } from './world.ts';

interface PledgeRow {
  readonly id: string;
  readonly anchor: string;
  readonly unit: 'month' | 'year';
  readonly zone: string;
  readonly state: string;
  readonly created_at: Instant;
}

interface PeriodRow {
  readonly pledge_id: string;
  readonly n: number;
  readonly due: string;
  readonly state: string;
  /** When the first attempt was made without the supporter, if the first attempt was of that kind. */
  readonly first_charge_at: Instant | null;
}

export async function judgeCalendar(world: World): Promise<readonly Breach[]> {
  const pledges = await sql<PledgeRow>`
    select id, anchor_date::text as anchor, unit, zone, state, created_at from pledge
    where zone is not null order by id
  `.execute(world.db);
  const periods = await sql<PeriodRow>`
    select gift.pledge_id, gift.period_n as n, gift.due_date::text as due, gift.state,
      (select created_at from attempt where gift_id = gift.id and n = 1 and mandate_id is not null)
        as first_charge_at
    from gift where pledge_id is not null order by pledge_id, period_n
  `.execute(world.db);
  return pledges.rows.flatMap((pledge) => [
    ...judgeAnchor(pledge),
    ...judgePeriods(
      world,
      pledge,
      periods.rows.filter((row) => row.pledge_id === pledge.id),
    ),
  ]);
}

function judgeAnchor(pledge: PledgeRow): readonly Breach[] {
  const local = localTime(pledge.created_at, pledge.zone);
  if (local.day === pledge.anchor) return [];
  return [
    { rule: 'calendar', says: `pledge begun on ${local.day} is anchored on ${pledge.anchor}` },
  ];
}

function judgePeriods(
  world: World,
  pledge: PledgeRow,
  periods: readonly PeriodRow[],
): readonly Breach[] {
  const found: Breach[] = [];
  const breach = (says: string): number => found.push({ rule: 'calendar', says });
  const open = periods.filter(({ state }) => state === 'due' || state === 'collecting');
  if (open.length > 1) breach(`a pledge has ${open.length} open gifts`);
  const today = localTime(world.now, pledge.zone).day;
  for (const { n, due, state, first_charge_at: chargedAt } of periods) {
    const right = dueDay(pledge.anchor, pledge.unit, n);
    if (due !== right)
      breach(`gift ${n} of a pledge from ${pledge.anchor} is due ${due}, not ${right}`);
    if (state === 'due' && daysBetween(due, today) > 8)
      breach(`gift ${n}, due ${due}, was forgotten`);
    const mayBeMissed = world.weatherOfSeed.outages || world.pausedPledges.has(pledge.id);
    if (state === 'skipped' && !mayBeMissed) breach(`gift ${n} was skipped for no reason`);
    if (chargedAt === null) continue;
    const local = localTime(chargedAt, pledge.zone);
    if (daysBetween(local.day, due) > 0)
      breach(`gift ${n}, due ${due}, was charged on ${local.day}`);
    if (daysBetween(due, local.day) > 8)
      breach(`gift ${n}, due ${due}, was charged on ${local.day}`);
    const inTime = local.day === due && local.minutes >= 540 && local.minutes < 675;
    if (world.isCalm && !inTime) {
      breach(
        `gift ${n}, due ${due}, was charged on ${local.day} at minute ${local.minutes} of the day`,
      );
    }
  }
  return found;
}

/** Anchor and n periods, the day cut down to a shorter month. */
function dueDay(anchor: string, unit: 'month' | 'year', n: number): string {
  const [year = 0, month = 1, day = 1] = anchor.split('-').map(Number);
  const months = year * 12 + (month - 1) + (unit === 'year' ? 12 * n : n);
  const dueYear = Math.floor(months / 12);
  const dueMonth = (months % 12) + 1;
  return dayText(dueYear, dueMonth, Math.min(day, lastDay(dueYear, dueMonth)));
}

function lastDay(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

function dayText(year: number, month: number, day: number): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Days from `a` to `b`, positive when `b` is later. */
function daysBetween(a: string, b: string): number {
  return (Date.parse(`${b}T00:00:00Z`) - Date.parse(`${a}T00:00:00Z`)) / 86_400_000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(
  instant: Instant,
  zone: string,
): { readonly day: string; readonly minutes: number } {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'short',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  const parts = new Map(
    format.formatToParts(instant.epochMilliseconds).map(({ type, value }) => [type, value]),
  );
  const part = (name: 'year' | 'month' | 'day' | 'hour' | 'minute') => Number(parts.get(name));
  return {
    day: dayText(part('year'), part('month'), part('day')),
    minutes: part('hour') * 60 + part('minute'),
  };
}
