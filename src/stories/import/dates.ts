/**
 * The two forms of dates that feeds may use, read strictly (rule F7): RFC 822 and RFC 3339.
 *
 * A date is either an instant or nothing. No zone, a day alone, another order or language, a day that does not exist: all
 * of them are `null`, because a guessed date on a news story is a false statement. The weekday is ignored, even when wrong.
 */
import { Instant, PlainDate } from '../../calendar/index.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** RFC 822 section 5: zones by name. The military letters were printed wrongly there (RFC 1123), so only Z is read. */
const ZONES: Readonly<Record<string, string>> = {
  ut: '+00:00',
  gmt: '+00:00',
  z: '+00:00',
  est: '-05:00',
  edt: '-04:00',
  cst: '-06:00',
  cdt: '-05:00',
  mst: '-07:00',
  mdt: '-06:00',
  pst: '-08:00',
  pdt: '-07:00',
};

const WEEKDAY = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\\s*,\\s*)?';
const RFC_822 = new RegExp(
  `^${WEEKDAY}(\\d{1,2})\\s+([a-z]{3})\\s+(\\d{4}|\\d{2})\\s+(\\d{2}):(\\d{2})(?::(\\d{2}))?\\s+([a-z]{1,3}|[+-]\\d{4})(?:\\s*\\([^()]*\\))*$`,
  'i',
);
const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[t ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(z|[+-]\d{2}:\d{2})$/i;

/** The instant a feed's date names, or null. Blanks around it do not matter. */
export function readFeedDate(raw: string | null | undefined): Instant | null {
  const text = (raw ?? '').trim();
  if (text === '' || text.length > 100) return null;
  return readRfc3339(text) ?? readRfc822(text);
}

function readRfc3339(text: string): Instant | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = match;
  const zone = (match[8] ?? '').toLowerCase();
  return instantOf({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour,
    minute,
    second,
    fraction: (match[7] ?? '').slice(0, 9),
    offset: zone === 'z' ? '+00:00' : zone,
  });
}

function readRfc822(text: string): Instant | null {
  const match = RFC_822.exec(text);
  if (match === null) return null;
  const [, day = '', month = '', year = '', hour = '', minute = '', second = '00'] = match;
  const zone = (match[7] ?? '').toLowerCase();
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : ZONES[zone];
  const monthNumber = MONTHS.indexOf(month.toLowerCase()) + 1;
  if (offset === undefined || monthNumber === 0) return null;
  return instantOf({
    year: fullYear(year),
    month: monthNumber,
    day: Number(day),
    hour,
    minute,
    second,
    fraction: '',
    offset,
  });
}

/** Two digits up to 49 are 20xx, others 19xx (RFC 2822 section 4.3). */
function fullYear(year: string): number {
  if (year.length === 4) return Number(year);
  return Number(year) <= 49 ? 2000 + Number(year) : 1900 + Number(year);
}

interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  readonly fraction: string;
  /** `+HH:MM` */
  readonly offset: string;
}

function instantOf(parts: DateParts): Instant | null {
  const isClock =
    Number(parts.hour) <= 23 && Number(parts.minute) <= 59 && Number(parts.second) <= 59;
  const isOffset = Number(parts.offset.slice(1, 3)) <= 23 && Number(parts.offset.slice(4, 6)) <= 59;
  if (!isClock || !isOffset || !isDay(parts)) return null;
  const date = PlainDate.from(parts).toString();
  const fraction = parts.fraction === '' ? '' : `.${parts.fraction}`;
  return Instant.from(
    `${date}T${parts.hour}:${parts.minute}:${parts.second}${fraction}${parts.offset}`,
  );
}

function isDay({ year, month, day }: DateParts): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const firstOfMonth = PlainDate.from({ year, month, day: 1 });
  return day <= firstOfMonth.daysInMonth;
}
