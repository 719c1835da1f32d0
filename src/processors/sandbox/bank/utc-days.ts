/** The bank's days: it opens its books, sets money free and pays out by the day of UTC. */
import { Instant, PlainDate } from '../../../calendar/index.ts';

const DAY_MS = 86_400_000;

export function dayOf(at: Instant): PlainDate {
  return at.toZonedDateTimeISO('UTC').toPlainDate();
}

/** The first moment of the day that lies `days` after the day of `at`. */
export function midnight(at: Instant, days = 0): Instant {
  const today = Math.floor(at.epochMilliseconds / DAY_MS) * DAY_MS;
  return Instant.fromEpochMilliseconds(today + days * DAY_MS);
}

/** The day a query names, or `undefined` when it names none. */
export function readDay(text: string): PlainDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return PlainDate.from(text, { overflow: 'reject' });
  } catch {
    return undefined;
  }
}
