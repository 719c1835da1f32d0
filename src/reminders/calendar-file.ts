/**
 * A calendar file with one reminder in it (RFC 5545), so that a reader can put giving off without leaving an address.
 *
 * Free time, private, one alarm, no organiser, no name of ours outside the title and link the reader chose. Lines end in
 * CRLF and are folded at 75 octets, never inside a character. Pure, without Node: the reader's browser makes the same file.
 */
import { addDays, type Day, dayText } from '../calendar/day.ts';

export interface CalendarEntry {
  /** Random, so that it leads to nobody. */
  readonly uid: string;
  /** The moment of making, ISO 8601 in UTC: `2026-11-25T18:03:00Z`; fractions are dropped. */
  readonly madeAt: string;
  readonly title: string;
  /** Put in only if the reader chose so: it names the site. */
  readonly link: string | null;
  readonly day: Day;
  /** An hour of the reader's own clock, or `null` for a whole day with its alarm at nine in the morning. */
  readonly hour: number | null;
}

const MOST_OCTETS = 75;

/** The file's text. Its bytes are the UTF-8 of it. */
export function calendarFile(entry: CalendarEntry): string {
  const date = basic(dayText(entry.day));
  const title = escaped(entry.title);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Reminder//Reminder//EN',
    'BEGIN:VEVENT',
    `UID:${escaped(entry.uid)}`,
    `DTSTAMP:${basic(entry.madeAt).replace(/\.\d+/, '')}`,
    ...(entry.hour === null
      ? [`DTSTART;VALUE=DATE:${date}`, `DTEND;VALUE=DATE:${basic(dayText(addDays(entry.day, 1)))}`]
      : [`DTSTART:${date}T${String(entry.hour).padStart(2, '0')}0000`, 'DURATION:PT15M']),
    `SUMMARY:${title}`,
    // A URI is no TEXT and is not escaped; an address holds no control character, and none may end the line.
    ...(entry.link === null ? [] : [`URL:${entry.link.replace(/\p{Cc}/gu, '')}`]),
    'TRANSP:TRANSPARENT',
    'CLASS:PRIVATE',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${title}`,
    `TRIGGER:${entry.hour === null ? 'PT9H' : 'PT0S'}`,
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** RFC 5545 3.3.11: backslash, semicolon and comma are escaped, a line end becomes `\n`, other controls go. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|[\r\n]/g, '\\n')
    .replace(/\p{Cc}/gu, '');
}

/** RFC 5545 3.1: no line longer than 75 octets without its end; what goes on begins with one space. */
function folded(line: string): string {
  let text = '';
  let octets = 0;
  for (const character of line) {
    const size = new TextEncoder().encode(character).length;
    if (octets + size > MOST_OCTETS) {
      text += '\r\n ';
      octets = 1;
    }
    text += character;
    octets += size;
  }
  return text;
}

/** ISO 8601 in its basic form: `20261125T180300Z`. */
function basic(text: string): string {
  return text.replace(/[-:]/g, '');
}
