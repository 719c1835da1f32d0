/** A story's dates for machines: RFC 3339 with the newsroom's offset, whole seconds. People read days (see `language`). */
import type { Instant } from '../calendar/index.ts';

/** @example zonedText(instant, 'Europe/Berlin') // '2026-11-25T09:30:00+01:00' */
export function zonedText(instant: Instant, zone: string): string {
  return instant
    .toZonedDateTimeISO(zone)
    .toString({ timeZoneName: 'never', smallestUnit: 'second', calendarName: 'never' });
}
