import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  collectionInstant,
  dayIn,
  Instant,
  instantAt,
  isZone,
  PlainDate,
  SeededRandom,
} from './index.ts';

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'UTC',
];
const date = fc
  .integer({ min: 0, max: 9000 })
  .map((days) => new PlainDate(2005, 1, 1).add({ days }));

test('a zone is one this machine knows, and never an offset or a guess', () => {
  for (const zone of [...ZONES, 'America/Argentina/Buenos_Aires']) assert.ok(isZone(zone), zone);
  for (const zone of ['', 'Mars/Base', '+02:00', 'Europe/Berlin\n', '2026', 'x'.repeat(100)]) {
    assert.ok(!isZone(zone), zone);
  }
});

test('collecting keeps the due day and its morning, in summer and winter time', () => {
  fc.assert(
    fc.property(date, fc.constantFrom(...ZONES), fc.uuid(), (dueDate, zone, pledgeId) => {
      const instant = collectionInstant({ dueDate, zone, pledgeId });
      const local = instant.toZonedDateTimeISO(zone);
      assert.ok(local.toPlainDate().equals(dueDate));
      assert.ok(local.hour === 9 || local.hour === 10);
      assert.ok(dayIn(instant, zone).equals(dueDate));
      assert.ok(instant.equals(collectionInstant({ dueDate, zone, pledgeId })));
    }),
  );
});

test('the minutes of many pledges are spread evenly', () => {
  const random = new SeededRandom(7);
  const dueDate = PlainDate.from('2026-11-25');
  const perMinute = new Map<string, number>();
  for (let count = 0; count < 12_000; count += 1) {
    const key = collectionInstant({ dueDate, zone: 'UTC', pledgeId: random.uuid() }).toString();
    perMinute.set(key, (perMinute.get(key) ?? 0) + 1);
  }
  assert.equal(perMinute.size, 120);
  for (const count of perMinute.values())
    assert.ok(count > 50 && count < 160, `${count} in one minute`);
});

test('a change of the zone may move the hour, never the day', () => {
  const berlin = { date: PlainDate.from('2026-03-29'), time: '02:30' };
  assert.equal(instantAt({ ...berlin, zone: 'Europe/Berlin' }).toString(), '2026-03-29T01:30:00Z');
  assert.throws(() => instantAt({ ...berlin, time: '25:00', zone: 'UTC' }), RangeError);
  assert.throws(() => instantAt({ ...berlin, zone: 'Mars/Base' }), RangeError);
  assert.equal(dayIn(Instant.from('2026-12-31T23:30:00Z'), 'Europe/Berlin').year, 2027);
});
