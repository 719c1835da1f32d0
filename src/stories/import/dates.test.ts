import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Instant } from '../../calendar/index.ts';
import { readFeedDate } from './dates.ts';

describe('F7 dates that are read', () => {
  const rows: readonly [written: string, instant: string][] = [
    ['Wed, 25 Nov 2026 09:30:00 +0100', '2026-11-25T08:30:00Z'],
    ['Mon, 25 Nov 2026 09:30:00 +0100', '2026-11-25T08:30:00Z'],
    ['25 nov 2026 09:30 GMT', '2026-11-25T09:30:00Z'],
    ['\n 5 Mar 26 23:59:59 +0530 \n', '2026-03-05T18:29:59Z'],
    ['05 Mar 49 00:00:00 UT', '2049-03-05T00:00:00Z'],
    ['05 Mar 50 00:00:00 Z', '1950-03-05T00:00:00Z'],
    ['Mon, 24 Nov 2026 18:05 EST', '2026-11-24T23:05:00Z'],
    ['24 Nov 2026 18:05:00 PDT', '2026-11-25T01:05:00Z'],
    ['24 Nov 2026 18:05:00 -0000', '2026-11-24T18:05:00Z'],
    ['24 Nov 2026 18:05:00 +0100 (CET)', '2026-11-24T17:05:00Z'],
    ['29 Feb 2028 00:00:00 GMT', '2028-02-29T00:00:00Z'],
    ['2026-11-20T08:00:00+01:00', '2026-11-20T07:00:00Z'],
    ['2026-11-20t08:00:00z', '2026-11-20T08:00:00Z'],
    ['2026-11-22T20:15:30.5Z', '2026-11-22T20:15:30.5Z'],
    ['2026-11-22T20:15:30.12345678901Z', '2026-11-22T20:15:30.123456789Z'],
    ['2026-11-22T20:15:30-00:00', '2026-11-22T20:15:30Z'],
  ];
  for (const [written, instant] of rows) {
    test(JSON.stringify(written), () => assert.equal(readFeedDate(written)?.toString(), instant));
  }

  test('every whole second survives both forms', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_524_607_999 }), (second) => {
        const instant = Instant.fromEpochMilliseconds(second * 1000);
        const rfc822 = new Date(second * 1000).toUTCString();
        assert.ok(readFeedDate(rfc822)?.equals(instant), rfc822);
        assert.ok(readFeedDate(instant.toString())?.equals(instant));
      }),
    );
  });
});

describe('F7 dates that are not guessed', () => {
  const rows = [
    '',
    'yesterday',
    '2026-11-25',
    '2026-11-25T09:30:00',
    '2026-11-25T09:30Z',
    '2026-11-25T24:00:00Z',
    '2026-11-25T09:60:00Z',
    '2026-11-25T23:59:60Z',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-25T09:30:00+0100',
    '2026-11-25T09:30:00+24:00',
    'Wed, 25 Nov 2026 09:30:00',
    'Wed, 25 Nov 2026',
    'Tue, 31 Feb 2026 10:00:00 GMT',
    '00 Mar 2026 10:00:00 GMT',
    'Wed, 25 Nov 2026 24:00:00 GMT',
    'Wed, 25 Nov 2026 23:59:60 GMT',
    'Wed, 25 Nov 2026 09:30:00 CET',
    'Wed, 25 Nov 2026 09:30:00 A',
    'Wed, 25 Nov 2026 09:30:00 +0160',
    '25 ноября 2026',
    'Mi, 25 Dez 2026 09:30:00 +0100',
    'Nov 25, 2026 09:30:00 GMT',
    'Wed Nov 25 09:30:00 2026',
    '05.03.2026 10:00',
    '11/25/2026 09:30 GMT',
    '03 Apr 02 1500 GMT',
    '1764063000',
  ];
  for (const written of rows) {
    test(JSON.stringify(written), () => assert.equal(readFeedDate(written), null));
  }
});
