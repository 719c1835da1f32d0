/**
 * The calendar by arithmetic of its own: whole numbers and the platform's time zones, none of the code that makes the dates.
 * A pledge's days are a track: from one period on, on a day of the month, so many months apart. A change of terms begins
 * another track on a day that follows from the old one.
 */
import type { Instant } from '../core.ts';

export type Unit = 'month' | 'year';

export interface Track {
  /** The first period it holds for. */
  readonly fromN: number;
  readonly unit: Unit;
  /** Months since the year nought, of period `fromN`. */
  readonly month: number;
  /** What is cut down in a shorter month. */
  readonly dayOfMonth: number;
}

/** The day of a period, which is not before the track. */
export function dayOn(track: Track, n: number): string {
  const months = track.month + (track.unit === 'year' ? 12 : 1) * (n - track.fromN);
  return dayInMonth(months, track.dayOfMonth);
}

export function trackFrom(day: string, of: { readonly fromN: number; readonly unit: Unit }): Track {
  const [year = 0, month = 1, dayOfMonth = 1] = day.split('-').map(Number);
  return { ...of, month: year * 12 + month - 1, dayOfMonth };
}

/** From a period on once a year or a month: on the day that was promised for it. */
export function otherInterval(
  old: Track,
  to: { readonly fromN: number; readonly unit: Unit },
): Track {
  const track = trackFrom(dayOn(old, to.fromN), to);
  // A month too short for the old day says nothing about the months after it; a year has only the one.
  return to.unit === 'month' ? { ...track, dayOfMonth: old.dayOfMonth } : track;
}

/** From a period on on another day of the month: the first one that is not before what was promised, nor in the past. */
export function otherDay(
  old: Track,
  to: { readonly fromN: number; readonly dayOfMonth: number; readonly today: string },
): Track {
  const promised = dayOn(old, to.fromN);
  // ISO days: what stands later in the alphabet is later.
  const [, from = promised] = [promised, to.today].toSorted();
  const { month } = trackFrom(from, { fromN: to.fromN, unit: old.unit });
  const here = dayInMonth(month, to.dayOfMonth);
  const begins = here >= from ? month : month + 1;
  const track = { fromN: to.fromN, unit: old.unit, month: begins, dayOfMonth: to.dayOfMonth };
  return old.unit === 'month' ? track : trackFrom(dayOn(track, to.fromN), track);
}

function dayInMonth(months: number, dayOfMonth: number): string {
  const year = Math.floor(months / 12);
  const month = (months % 12) + 1;
  return dayText(year, month, Math.min(dayOfMonth, lastDay(year, month)));
}

function lastDay(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

function dayText(year: number, month: number, day: number): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Days from `a` to `b`, positive when `b` is later. */
export function daysBetween(a: string, b: string): number {
  return (Date.parse(`${b}T00:00:00Z`) - Date.parse(`${a}T00:00:00Z`)) / 86_400_000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function localTime(
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
