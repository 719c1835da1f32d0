import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CalendarEntry, calendarFile } from './calendar-file.ts';

const entry: CalendarEntry = {
  uid: '3f1c-77',
  madeAt: '2026-11-25T18:03:07.120Z',
  title: 'Reminder',
  link: null,
  day: '2026-12-25',
  hour: null,
};

/** Lines as a reader of RFC 5545 sees them: unfolded, then split at CRLF. */
function unfolded(text: string): string[] {
  const lines = text.replaceAll('\r\n ', '').split('\r\n');
  assert.equal(lines.pop(), '', 'the last line ends with CRLF too');
  return lines;
}

function value(text: string, name: string): string | undefined {
  const line = unfolded(text).find(
    (one) => one.startsWith(`${name}:`) || one.startsWith(`${name};`),
  );
  return line?.slice(line.indexOf(':') + 1);
}

/** RFC 5545 3.3.11, the other way round. */
const unescaped = (text: string): string => text.replace(/\\([\\;,])/g, '$1');

test('a whole day, byte for byte', () => {
  assert.equal(
    calendarFile(entry),
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Reminder//EN',
      'BEGIN:VEVENT',
      'UID:3f1c-77',
      'DTSTAMP:20261125T180307Z',
      'DTSTART;VALUE=DATE:20261225',
      'SUMMARY:Reminder',
      'TRANSP:TRANSPARENT',
      'CLASS:PRIVATE',
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'DESCRIPTION:Reminder',
      'TRIGGER:PT9H',
      'END:VALARM',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  );
});

test('an evening is in the reader’s own time, with its alarm at that moment', () => {
  const text = calendarFile({ ...entry, hour: 9 });
  assert.equal(value(text, 'DTSTART'), '20261225T090000');
  assert.equal(value(text, 'TRIGGER'), 'PT0S');
  assert.equal(value(calendarFile({ ...entry, hour: 19 }), 'DTSTART'), '20261225T190000');
});

test('the link is there only if chosen, as it is', () => {
  assert.equal(value(calendarFile(entry), 'URL'), undefined);
  const link = 'https://lantern.example/support?language=en&every=month;a,b';
  assert.equal(value(calendarFile({ ...entry, link }), 'URL'), link);
});

const titles = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        'تذكير ',
        '🕯️',
        '👩‍👩‍👧',
        'напомнить',
        ';',
        ',',
        '\\',
        '\r\n',
        'ا',
        'é',
        '\u0000',
      ),
      {
        maxLength: 80,
      },
    )
    .map((parts) => parts.join('')),
);

test('whatever the title: lines of at most 75 octets, whole characters, the title comes back, no line is added', () => {
  fc.assert(
    fc.property(titles, (title) => {
      const text = calendarFile({ ...entry, title });
      const bytes = Buffer.from(text, 'utf8');
      for (const line of text.split('\r\n')) {
        assert.ok(Buffer.byteLength(line, 'utf8') <= 75);
        assert.doesNotMatch(line, /[\r\n\0]/);
      }
      // A character cut in two would come back as U+FFFD, line by line.
      const wellFormed = title.isWellFormed();
      if (wellFormed) {
        let from = 0;
        for (let at = bytes.indexOf('\r\n'); at >= 0; at = bytes.indexOf('\r\n', from)) {
          new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(from, at));
          from = at + 2;
        }
        const expected = title.replace(/\p{Cc}+/gu, ' ');
        assert.equal(unescaped(value(text, 'SUMMARY') ?? ''), expected);
        assert.equal(value(text, 'DESCRIPTION'), value(text, 'SUMMARY'));
      }
      assert.equal(unfolded(text).length, 17);
    }),
    { numRuns: 300 },
  );
});

test('folding is at octets, not characters: 40 Arabic letters are 80 octets', () => {
  const text = calendarFile({ ...entry, title: 'ت'.repeat(40) });
  const [first, second] = text.slice(text.indexOf('SUMMARY')).split('\r\n');
  assert.equal(Buffer.byteLength(first ?? ''), 74);
  assert.equal(second, ` ${'ت'.repeat(7)}`);
});
