import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { Instant, PlainDate } from '../calendar/index.ts';
import { testDatabase } from './testing/test-database.ts';
import { instantFromPostgres, jsonb, plainDateFromPostgres } from './values.ts';

const t = await testDatabase();
after(() => t.close());

async function one<T>(query: { execute(db: typeof t.db): Promise<{ rows: T[] }> }): Promise<T> {
  const { rows } = await query.execute(t.db);
  assert.ok(rows[0] !== undefined);
  return rows[0];
}

test('bigint comes back whole, beyond what a number holds', async () => {
  const row = await one(sql<{ big: bigint; all: bigint[] }>`
    select ${9_007_199_254_740_993n}::bigint as big, ${[1n, -9_223_372_036_854_775_808n]}::bigint[] as all
  `);
  assert.equal(row.big, 9_007_199_254_740_993n);
  assert.deepEqual(row.all, [1n, -9_223_372_036_854_775_808n]);
});

test('numeric stays text: only money turns text into an amount', async () => {
  const row = await one(sql<{ value: unknown }>`select 12345678901234567890.10 as value`);
  assert.equal(row.value, '12345678901234567890.10');
});

test('any instant of four-digit years survives the round trip, to the microsecond', async () => {
  const earliest = Instant.from('0001-01-01T00:00:00Z').epochMilliseconds;
  const latest = Instant.from('9999-12-31T23:59:59Z').epochMilliseconds;
  const instants = fc.integer({ min: earliest, max: latest }).chain((milliseconds) =>
    fc.integer({ min: 0, max: 999 }).map((microseconds) => {
      return Instant.fromEpochMilliseconds(milliseconds).add({ microseconds });
    }),
  );
  await fc.assert(
    fc.asyncProperty(instants, async (instant) => {
      const row = await one(sql<{ at: Instant }>`select ${instant}::timestamptz as at`);
      assert.ok(row.at instanceof Instant);
      assert.equal(row.at.toString(), instant.toString());
    }),
    { numRuns: 60 },
  );
});

test('nanoseconds are cut, never rounded up into the future', async () => {
  const instant = Instant.from('2026-11-25T03:00:00.999999999Z');
  const row = await one(sql<{ at: Instant }>`select ${instant}::timestamptz as at`);
  assert.equal(row.at.toString(), '2026-11-25T03:00:00.999999Z');
});

test('dates and instants are read and written inside arrays, null among them', async () => {
  const day = PlainDate.from('2024-02-29');
  const at = Instant.from('2024-02-29T12:00:00Z');
  const row = await one(sql<{ days: (PlainDate | null)[]; times: Instant[] }>`
    select ${[day, null]}::date[] as days, ${[at]}::timestamptz[] as times
  `);
  assert.deepEqual(
    row.days.map((value) => value?.toString()),
    ['2024-02-29', undefined],
  );
  assert.equal(row.times[0]?.toString(), '2024-02-29T12:00:00Z');
});

test('an instant is read rightly whatever the zone of the session', async () => {
  await t.db.connection().execute(async (connection) => {
    await sql`set timezone = 'Asia/Kolkata'`.execute(connection);
    const { rows } = await sql<{ at: Instant }>`
      select '2026-06-01 00:00:00+00'::timestamptz as at
    `.execute(connection);
    assert.equal(rows[0]?.at.toString(), '2026-06-01T00:00:00Z');
    await sql`reset timezone`.execute(connection);
  });
});

test('what no rule of ours makes is refused, not guessed', () => {
  for (const text of [
    'infinity',
    '-infinity',
    '0044-03-15 00:00:00+00 BC',
    '10000-01-01 00:00:00+00',
  ]) {
    assert.throws(() => instantFromPostgres(text), RangeError, text);
  }
  for (const text of ['infinity', '0044-03-15 BC', '10000-01-01', '29/02/2024']) {
    assert.throws(() => plainDateFromPostgres(text), RangeError, text);
  }
});

test('jsonb keeps arrays, strings, nulls and Temporal values as JSON', async () => {
  const values: readonly unknown[] = [
    [1, 2],
    'text',
    null,
    { at: Instant.from('2026-01-01T00:00:00Z') },
  ];
  for (const value of values) {
    const row = await one(sql<{ value: unknown }>`select ${jsonb(value)} as value`);
    assert.deepEqual(row.value, JSON.parse(JSON.stringify(value)));
  }
  assert.throws(() => jsonb({ amount: 5n }), TypeError);
});

test('the hook on Temporal values is invisible', () => {
  const day = PlainDate.from('2024-02-29');
  assert.deepEqual(Object.keys(day), []);
  const seen: string[] = [];
  for (const key in day) seen.push(key);
  assert.deepEqual(seen, []);
  assert.equal(JSON.stringify({ day }), '{"day":"2024-02-29"}');
});
