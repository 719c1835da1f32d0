/**
 * A calendar file with one reminder in it (RFC 5545), so that a reader can put giving off without leaving an address.
 *
 * Free time, private, one alarm, no organiser, no name of ours outside the title and link the reader chose. Lines end in
 * CRLF and are folded at 75 octets, never inside a character. Pure, without Node: the reader's browser makes the same file.
 */

export interface CalendarEntry {
  /** Random, so that it leads to nobody; ASCII letters, digits and hyphens. */
  readonly uid: string;
  /** The moment of making, ISO 8601 in UTC: `2026-11-25T18:03:00Z`; fractions are dropped. */
  readonly madeAt: string;
  readonly title: string;
  /** An address as `URL` writes it (no control character). Put in only if the reader chose so: it names the site. */
  readonly link: string | null;
  /** `2026-12-25`. */
  readonly day: string;
  /** An hour of the reader's own clock, or `null` for a whole day with its alarm at nine in the morning. */
  readonly hour: number | null;
}

const MOST_OCTETS = 75;

/** The file's text. Its bytes are the UTF-8 of it. */
export function calendarFile({ uid, madeAt, title, link, day, hour }: CalendarEntry): string {
  const text = escaped(title);
  const isWholeDay = hour === null;
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Reminder//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${basic(madeAt)}`,
    // A whole day without an end lasts that day (3.6.1).
    isWholeDay
      ? `DTSTART;VALUE=DATE:${basic(day)}`
      : `DTSTART:${basic(day)}T${String(hour).padStart(2, '0')}0000`,
    `SUMMARY:${text}`,
    // An address is no TEXT and is not escaped.
    ...(link === null ? [] : [`URL:${link}`]),
    'TRANSP:TRANSPARENT',
    'CLASS:PRIVATE',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${text}`,
    `TRIGGER:PT${isWholeDay ? '9H' : '0S'}`,
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('');
}

/** RFC 5545 3.3.11: backslash, semicolon and comma are escaped; a title has no line ends or other controls. */
function escaped(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').replace(/[\\;,]/g, '\\$&');
}

/** RFC 5545 3.1: no line longer than 75 octets without its end; what goes on begins with one space. */
function folded(line: string): string {
  let text = '';
  let octets = 0;
  for (const character of line) {
    const size = new Blob([character]).size;
    octets += size;
    if (octets > MOST_OCTETS) {
      text += '\r\n ';
      octets = size + 1;
    }
    text += character;
  }
  return text;
}

/** ISO 8601 in its basic form, without fractions: `20261125T180300Z`. */
function basic(text: string): string {
  return text.replace(/[-:]|\.\d+/g, '');
}
