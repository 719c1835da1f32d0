/** The tables of time: retries, lapses, asking, and the dates of a pledge. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Instant, PlainDate } from '../../calendar/index.ts';
import { pauseUntil } from '../pledges/pledge-commands.ts';
import type { DeclineAdvice } from '../processor.ts';
import { perMonth } from '../reports/reports-store.ts';
import { isInsideWindow, mayBelieveNotFound } from '../settling/ask.ts';
import { type AskedFor, nextAsk } from '../settling/ask-schedule.ts';
import { courseAfterDecline } from './decline.ts';
import { nextDates, type PledgeDates, renewalDue, renewalGiftId, usableZone } from './renewal.ts';
import { afterDeclinedTry, lapseDay } from './retry-schedule.ts';

const day = (text: string): PlainDate => PlainDate.from(text);
const at = (text: string): Instant => Instant.from(text);

describe('retries', () => {
  it('are three, 3, 5 and 7 days after the try before', () => {
    const dates = ['2026-02-10'];
    for (let made = 1; made < 9; made += 1) {
      const next = afterDeclinedTry({ made, lastOn: day(dates.at(-1) ?? '') });
      if (next.kind === 'tries-used-up') break;
      dates.push(next.on.toString());
    }
    assert.deepEqual(dates, ['2026-02-10', '2026-02-13', '2026-02-18', '2026-02-25']);
  });

  it('end before the pledge lapses, and it lapses before the next month', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4000 }), (offset) => {
        const first = day('2024-01-01').add({ days: offset });
        const last = first.add({ days: 3 + 5 + 7 });
        assert.ok(PlainDate.compare(last, lapseDay(first)) < 0);
        assert.ok(PlainDate.compare(lapseDay(first), first.add({ months: 1 })) < 0);
      }),
    );
  });
});

describe('the course after a decline', () => {
  const TABLE: readonly [DeclineAdvice | null, string, string, boolean][] = [
    ['retry-later', 'retry', 'keep', false],
    ['retry-after-update', 'wait', 'needs_action', true],
    ['needs-action', 'wait', 'keep', true],
    [null, 'wait', 'keep', true],
    ['ask-for-another-method', 'wait', 'dead', true],
    ['stop', 'wait', 'dead', true],
    ['refused-country', 'stop', 'dead', true],
  ];
  for (const [advice, pledge, mandate, letter] of TABLE) {
    it(`is ${pledge} for ${advice}`, () => {
      assert.deepEqual(courseAfterDecline(advice), { pledge, mandate, letter });
    });
  }
});

describe('asking', () => {
  const minutes = (asked: number, what: AskedFor): number => {
    const now = at('2026-01-01T00:00:00Z');
    return now.until(nextAsk({ asked, for: what, now }).at).total('minutes');
  };

  it('follows what we did not hear after 5 minutes, an hour, then daily five times, then weekly', () => {
    const series = Array.from({ length: 9 }, (_, asked) => minutes(asked, 'unheard'));
    assert.deepEqual(series, [5, 60, 1440, 1440, 1440, 1440, 1440, 10_080, 10_080]);
  });

  it('follows what is under way after an hour, then daily, and tells a person after a month', () => {
    assert.deepEqual(
      [0, 1, 2, 29].map((asked) => minutes(asked, 'under-way')),
      [60, 1440, 1440, 1440],
    );
    const now = at('2026-01-01T00:00:00Z');
    assert.equal(nextAsk({ asked: 29, for: 'under-way', now }).exhausted, false);
    assert.equal(nextAsk({ asked: 30, for: 'under-way', now }).exhausted, true);
    assert.equal(nextAsk({ asked: 6, for: 'unheard', now }).exhausted, false);
    assert.equal(nextAsk({ asked: 7, for: 'unheard', now }).exhausted, true);
  });

  it('believes "no such payment" only when no copy of our call can still be under way', () => {
    const sent = at('2026-01-01T00:00:00Z');
    const capable = (hours: number | null) => ({
      capabilities: {
        currencies: [],
        chargesMandates: true,
        payerCountry: 'never' as const,
        idempotencyWindowMs: hours === null ? null : hours * 3_600_000,
        minimumMinor: {},
        pageOrigins: [],
      },
    });
    const TABLE: readonly [string | null, string | null, number | null, number, boolean][] = [
      // [mandate, first sent, window in hours, minutes since, believed]
      [null, 'sent', 24, 4, false],
      [null, 'sent', 24, 5, true],
      ['m', 'sent', 24, 60, false],
      ['m', 'sent', 24, 24 * 60 - 1, false],
      ['m', 'sent', 24, 24 * 60, true],
      ['m', 'sent', null, 59, false],
      ['m', 'sent', null, 60, true],
      ['m', null, 24, 0, true],
    ];
    for (const [mandateId, first, window, since, believed] of TABLE) {
      const attempt = { mandateId, firstSentAt: first === null ? null : sent, objectRef: null };
      const now = sent.add({ minutes: since });
      assert.equal(mayBelieveNotFound({ attempt, processor: capable(window), now }), believed);
    }
    const attempt = { firstSentAt: sent };
    assert.equal(isInsideWindow(attempt, capable(24), sent.add({ hours: 24 })), false);
    assert.equal(isInsideWindow(attempt, capable(24), sent.add({ hours: 23 })), true);
    assert.equal(isInsideWindow(attempt, capable(null), sent), false);
  });
});

describe('the dates of a pledge', () => {
  const pledge: PledgeDates = {
    id: '0190a000-0000-7000-8000-000000000001',
    anchor: day('2026-01-31'),
    anchorN: 0,
    unit: 'month',
    zone: 'Europe/Berlin',
  };
  const shown = (
    state: 'active' | 'paused' | 'cancelled',
    until: string | null,
    n: number,
    now: string,
  ) =>
    nextDates(
      { ...pledge, state, pausedUntil: until === null ? null : day(until), collectEveryMonths: 1 },
      { n, now: at(now) },
    ).map(String);

  it('are counted from the anchor', () => {
    const dates = ['2026-02-28', '2026-03-31', '2026-04-30'];
    assert.deepEqual(shown('active', null, 1, '2026-02-01T00:00:00Z'), dates);
    assert.deepEqual(
      dates.map((_, index) => renewalDue(pledge, index + 1).date.toString()),
      dates,
      'the shown dates are the charged dates',
    );
  });

  it('leave out a pause and everything after the end', () => {
    assert.deepEqual(shown('paused', '2026-05-01', 1, '2026-02-01T00:00:00Z'), [
      '2026-05-31',
      '2026-06-30',
      '2026-07-31',
    ]);
    assert.deepEqual(shown('cancelled', null, 1, '2026-02-01T00:00:00Z'), []);
  });

  it('never announce a period again that was collected today', () => {
    assert.equal(shown('active', null, 2, '2026-02-28T12:00:00Z')[0], '2026-03-31');
  });

  it('use the day of the supporter, not of the server', () => {
    const auckland = {
      ...pledge,
      zone: 'Pacific/Auckland',
      state: 'active' as const,
      pausedUntil: null,
      collectEveryMonths: 1,
    };
    const now = at('2026-02-27T12:00:00Z'); // 01:00 on the 28th there
    assert.equal(nextDates(auckland, { n: 1, now })[0]?.toString(), '2026-02-28');
    assert.equal(
      nextDates(auckland, { n: 1, now: now.add({ hours: 24 }) })[0]?.toString(),
      '2026-03-31',
    );
  });

  it('give the same gift id for the same period on every machine', () => {
    assert.equal(renewalGiftId(pledge.id, 3), renewalGiftId(pledge.id, 3));
    const many = Array.from({ length: 200 }, (_, n) => renewalGiftId(pledge.id, n + 1));
    assert.equal(new Set(many).size, 200);
  });

  it('fall back to the newsroom where a zone is unknown', () => {
    assert.equal(usableZone('Europe/Berlin', 'UTC'), 'Europe/Berlin');
    assert.equal(usableZone('Mars/Base', 'UTC'), 'UTC');
    assert.equal(usableZone(null, 'UTC'), 'UTC');
  });
});

describe('a pause', () => {
  const today = day('2026-01-31');
  const until = (request: { months: number } | { untilDate: PlainDate }): string | null =>
    pauseUntil({ pledgeId: 'p', ...request }, today)?.toString() ?? null;

  it('lasts one day to twelve months', () => {
    assert.equal(until({ months: 1 }), '2026-02-28');
    assert.equal(until({ months: 12 }), '2027-01-31');
    for (const months of [0, 13, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.equal(until({ months }), null);
    }
    assert.equal(until({ untilDate: day('2026-02-01') }), '2026-02-01');
    assert.equal(until({ untilDate: day('2027-01-31') }), '2027-01-31');
    assert.equal(until({ untilDate: today }), null);
    assert.equal(until({ untilDate: day('2027-02-01') }), null);
  });
});

describe('what pledges bring a month', () => {
  it('is added up first and rounded once', () => {
    assert.equal(perMonth({ monthly: 500n, yearly: 1205n }), 600n);
    assert.equal(perMonth({ monthly: 0n, yearly: 6n }), 1n);
    assert.equal(perMonth({ monthly: 0n, yearly: 5n }), 0n);
    // Twelve yearly gifts of 1.00: rounded one by one they would bring 0.96.
    assert.equal(perMonth({ monthly: 0n, yearly: 1200n }), 100n);
  });
});
