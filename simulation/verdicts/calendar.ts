/**
 * The calendar of every pledge: its gifts are for the days that were promised, through all changes of day and interval, and
 * were charged on them. A date that is wrong by a day for one supporter in a year is found here.
 *
 * Which period a change holds from is read from what was agreed to; that it is neither too early nor later than it must be
 * is judged by the gifts themselves. What the change asked for is believed from its supporter alone.
 */
import { sql } from 'kysely';
import { Instant } from '../core.ts';
import type { World } from '../world.ts';
import {
  dayOn,
  daysBetween,
  localTime,
  otherDay,
  otherInterval,
  type Track,
  trackFrom,
  type Unit,
} from './days.ts';
import type { Breach } from './verdict.ts';

interface PledgeRow {
  readonly id: string;
  readonly zone: string;
  readonly created_at: Instant;
}

interface PeriodRow {
  readonly pledge_id: string;
  readonly n: number;
  readonly due: string;
  readonly state: string;
  readonly unit: Unit;
  readonly is_covered: boolean;
  readonly covers: number;
  readonly made_at: Instant;
  /** A bound stopped it, or its order was called invalid: a person let it go on, on another day. */
  readonly waited_for_person: boolean;
  /** When the first attempt was made at all. */
  readonly begun_at: Instant | null;
  /** When it was made without the supporter, if the first attempt was of that kind. */
  readonly first_charge_at: Instant | null;
}

interface ChangeRow {
  readonly pledge_id: string;
  readonly kind: 'begun' | 'amount' | 'collection' | 'interval' | 'day';
  readonly n: number;
  readonly unit: Unit;
  readonly at: Instant;
}

interface Life {
  readonly pledge: PledgeRow;
  readonly periods: readonly PeriodRow[];
  readonly changes: readonly ChangeRow[];
}

export async function judgeCalendar(world: World): Promise<readonly Breach[]> {
  const lives = await readLives(world);
  return lives.flatMap((life) => {
    const says: string[] = [];
    const tracks = tracksOf(world, life, says);
    judgeDays(life, tracks, says);
    judgeChanges(world, life, says);
    judgeCharges(world, life, says);
    return says.map((what) => ({ rule: 'calendar', says: what }));
  });
}

async function readLives({ db }: World): Promise<readonly Life[]> {
  const pledges = await sql<PledgeRow>`
    select id, zone, created_at from pledge where zone is not null order by id
  `.execute(db);
  const periods = await sql<PeriodRow>`
    select gift.pledge_id, gift.period_n as n, gift.due_date::text as due, gift.state, gift.unit,
      gift.created_at as made_at, gift.covers_periods as covers,
      gift.covered_by is not null as is_covered,
      exists (select from alarm where gift_id = gift.id and kind in ('bound', 'our-bug')) as waited_for_person,
      (select min(created_at) from attempt where gift_id = gift.id) as begun_at,
      (select created_at from attempt where gift_id = gift.id and n = 1 and mandate_id is not null)
        as first_charge_at
    from gift where pledge_id is not null order by pledge_id, period_n
  `.execute(db);
  const changes = await sql<ChangeRow>`
    select pledge_id, kind, from_n as n, unit, at from pledge_change
    where kind <> 'begun' order by pledge_id, version
  `.execute(db);
  return pledges.rows.map((pledge) => ({
    pledge,
    periods: periods.rows.filter((row) => row.pledge_id === pledge.id),
    changes: changes.rows.filter((row) => row.pledge_id === pledge.id),
  }));
}

/** The track it began on, and one for each change of day or interval. */
function tracksOf(
  world: World,
  { pledge, periods, changes }: Life,
  says: string[],
): readonly Track[] {
  const begun = localTime(pledge.created_at, pledge.zone).day;
  let track = trackFrom(begun, { fromN: 0, unit: periods[0]?.unit ?? 'month' });
  const tracks = [track];
  const asked = world.witness.askedTerms.get(pledge.id) ?? [];
  for (const change of changes) {
    if (change.kind === 'interval') {
      track = otherInterval(track, { fromN: change.n, unit: change.unit });
      tracks.push(track);
    }
    if (change.kind !== 'day') continue;
    // The answer may have been late or lost, so several wishes of those minutes may be the one.
    const days = asked.filter(
      ({ kind, at }) => kind === 'day' && Math.abs(minutesBetween(at, change.at)) <= 15,
    );
    const today = localTime(change.at, pledge.zone).day;
    const candidates = days.map(({ dayOfMonth }) =>
      otherDay(track, { fromN: change.n, dayOfMonth: dayOfMonth ?? 0, today }),
    );
    const due = periods.find(({ n }) => n === change.n)?.due;
    const next = candidates.find((one) => dayOn(one, change.n) === due) ?? candidates.at(-1);
    if (next === undefined) {
      says.push(`a day was changed from period ${change.n} that nobody asked for`);
      continue;
    }
    track = next;
    tracks.push(track);
  }
  return tracks;
}

function judgeDays({ pledge, periods }: Life, tracks: readonly Track[], says: string[]): void {
  for (const { n, due } of periods) {
    const track = tracks.findLast(({ fromN }) => fromN <= n);
    const right = track === undefined ? 'no day' : dayOn(track, n);
    if (due === right) continue;
    says.push(`gift ${n} of a pledge from ${pledge.created_at} is due ${due}, not ${right}`);
  }
}

/** A change holds for no gift that somebody had begun to collect, and no longer waits than for those. */
function judgeChanges(world: World, { periods, changes }: Life, says: string[]): void {
  if (world.weatherOfSeed.clockJumps) return;
  for (const { n: from, at, kind } of changes) {
    for (const { n, begun_at: begunAt } of periods) {
      const wasBegun = begunAt !== null && Instant.compare(begunAt, at) < 0;
      if (n >= from && wasBegun)
        says.push(`a change of ${kind} reached gift ${n}, begun before it`);
    }
  }
}

function judgeCharges(world: World, life: Life, says: string[]): void {
  const { pledge, periods } = life;
  const open = periods.filter(({ state }) => state === 'due' || state === 'collecting');
  if (open.length > 1) says.push(`a pledge has ${open.length} open gifts`);
  const today = localTime(world.now, pledge.zone).day;
  for (const period of periods) {
    const { n, due, state } = period;
    if (state === 'due' && daysBetween(due, today) > 8 && !period.waited_for_person) {
      says.push(`gift ${n}, due ${due}, was forgotten`);
    }
    if (state === 'skipped' && !mayBeSkipped(world, life, period)) {
      says.push(`gift ${n} was skipped for no reason`);
    }
    judgeCharge(world, life, period, says);
  }
}

function mayBeSkipped(
  world: World,
  { pledge, periods, changes }: Life,
  { n, due, made_at: madeAt, is_covered, waited_for_person }: PeriodRow,
): boolean {
  if (is_covered || waited_for_person || world.weatherOfSeed.outages) return true;
  if (world.witness.pausedPledges.has(pledge.id)) return true;
  // The gift before it was paid and not heard of for so long that its own week was over when it was made; months that are
  // collected together begin on a day still to come.
  const daysLate = daysBetween(due, localTime(madeAt, pledge.zone).day);
  const isBundled = periods.some(({ covers }) => covers > 1);
  if (daysLate > 7 || (isBundled && daysLate >= 0)) return true;
  // The terms that hold already begin later.
  return changes.some((change) => change.n > n || change.kind === 'collection');
}

function judgeCharge(world: World, life: Life, period: PeriodRow, says: string[]): void {
  const { n, due, first_charge_at: chargedAt } = period;
  const { accountsMovedAt } = world.witness;
  if (chargedAt === null || period.waited_for_person) return;
  const { zone } = life.pledge;
  const local = localTime(chargedAt, zone);
  if (daysBetween(local.day, due) > 0)
    says.push(`gift ${n}, due ${due}, was charged on ${local.day}`);
  // Whose company was left, or handed them on, is charged when that is possible again.
  if (accountsMovedAt !== null && Instant.compare(chargedAt, accountsMovedAt) > 0) return;
  if (daysBetween(due, local.day) > 8)
    says.push(`gift ${n}, due ${due}, was charged on ${local.day}`);
  const wasChanged = life.changes.some(({ at }) => localTime(at, zone).day === due);
  const inTime = local.day === due && local.minutes >= 540 && local.minutes < 675;
  if (world.isCalm && !inTime && !wasChanged) {
    says.push(
      `gift ${n}, due ${due}, was charged on ${local.day} at minute ${local.minutes} of the day`,
    );
  }
}

function minutesBetween(a: Instant, b: Instant): number {
  return a.until(b).total('minutes');
}
