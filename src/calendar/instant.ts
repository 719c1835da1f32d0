/**
 * Between days and instants: a day and a local time in a zone make an instant, and an instant falls on a day in a zone.
 * Dates are kept as dates and the instant is derived last, so that a change of zone or of its law may move the hour of a
 * gift but never its date or number.
 */
import { Temporal } from 'temporal-polyfill';
import { Instant, type PlainDate } from './clock.ts';
import { smallHash } from './small-hash.ts';

/** Whether `zone` is an IANA time zone this machine knows. */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(zone)) return false;
  try {
    Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant of `date` at `time` (`HH:MM`) in `zone`. A local time that does not exist moves forward by the length of
 * the gap (02:30 in Berlin on 2026-03-29 is 03:30); one that exists twice means the first.
 * @throws RangeError when the time or zone is not one; check a zone from outside with {@link isZone}.
 */
export function instantAt(local: { date: PlainDate; time: string; zone: string }): Instant {
  return local.date
    .toPlainDateTime(Temporal.PlainTime.from(local.time))
    .toZonedDateTime(local.zone, { disambiguation: 'compatible' })
    .toInstant();
}

/** The calendar day of `instant` in `zone`. With the newsroom's zone, the day (and tax year) on which a gift counts. */
export function dayIn(instant: Instant, zone: string): PlainDate {
  return instant.toZonedDateTimeISO(zone).toPlainDate();
}

const COLLECTING_FROM_HOUR = 9;
const COLLECTING_MINUTES = 120;

/**
 * When a due gift is collected: at a minute between 09:00 and 10:59 in the supporter's zone. The minute is the pledge's
 * own for ever, so that a day's gifts do not reach the processor in one second, and people see the same hour each time.
 */
export function collectionInstant(gift: {
  dueDate: PlainDate;
  zone: string;
  pledgeId: string;
}): Instant {
  const minute = smallHash(gift.pledgeId) % COLLECTING_MINUTES;
  const time = new Temporal.PlainTime(COLLECTING_FROM_HOUR + Math.floor(minute / 60), minute % 60);
  return instantAt({ date: gift.dueDate, time: time.toString(), zone: gift.zone });
}
