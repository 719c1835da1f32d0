import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { ManualClock, PlainDate, SeededRandom } from '../calendar/index.ts';
import { testDatabase } from '../database/testing/test-database.ts';
import { givingContext } from '../giving/context.ts';
import { recordFact } from '../giving/money-facts/record-fact.ts';
import { bookUnmatched } from '../giving/settling/settle.ts';
import { money } from '../money/index.ts';
import { printDay } from './ledger.ts';

const database = await testDatabase();
after(() => database.close());
const { db } = database;

const day = (text: string) => PlainDate.from(text);

async function linesOf(text: string, json = false): Promise<readonly string[]> {
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  await printDay({ db, day: day(text), zone: 'Europe/Berlin', json, print });
  return lines;
}

test('a day’s journal holds what was booked on it in the newsroom’s zone, and balances what was until its end', async () => {
  // 23:30 UTC is the next day in Berlin.
  const clock = new ManualClock('2026-01-31T23:30:00Z');
  const context = givingContext({
    db,
    clock,
    random: new SeededRandom(1, clock),
    processors: [],
    settings: {
      zone: 'Europe/Berlin',
      statementText: 'TUPPENCE GIFT',
      refusedCountries: () => [],
      publicOrigin: () => 'http://127.0.0.1:2',
      pageSecret: new Uint8Array(32).fill(5),
      limits: () => undefined,
    },
  });
  await sql`insert into processor_account (id, processor, mode, poll_at, created_at)
    values ('s1', 'sandbox', 'test', ${clock.now()}, ${clock.now()})`.execute(db);
  await db.transaction().execute((tx) =>
    bookUnmatched(tx, context, {
      accountId: 's1',
      objectRef: null,
      succeeded: {
        state: 'succeeded',
        chargeRef: 'ch_1',
        money: money(1000n, 'EUR'),
        happenedAt: clock.now(),
        payerCountry: null,
        mandate: null,
        fee: null,
      },
    }),
  );
  clock.advance({ hours: 24 });
  await db.transaction().execute((tx) =>
    recordFact(tx, {
      accountId: 's1',
      now: clock.now(),
      fact: {
        kind: 'refund',
        ref: 're_1',
        money: money(400n, 'EUR'),
        happenedAt: clock.now(),
        chargeRef: 'ch_1',
        payoutRef: null,
      },
    }),
  );

  assert.ok((await linesOf('2026-01-31')).includes('  nothing was booked'));
  const first = await linesOf('2026-02-01');
  assert.ok(first.some((line) => line.includes('processor_pending <- unmatched')));
  assert.ok(first.some((line) => /10\.00.* {2}processor_pending \(asset, s1\)/.test(line)));
  assert.ok(!first.some((line) => line.includes('re_1')));
  const second = await linesOf('2026-02-02', true);
  const parsed: unknown[] = second.map((line) => JSON.parse(line));
  const unmatched = { type: 'balance', accountId: 's1', name: 'unmatched', kind: 'liability' };
  assert.deepEqual(
    parsed.find((line) => Object(line).name === 'unmatched'),
    { ...unmatched, amountMinor: '-600', currency: 'EUR' },
  );
  assert.equal(parsed.filter((line) => Object(line).type === 'transfer').length, 1);
});

test('books that were damaged are printed as they are, and it is said that they do not add up', async () => {
  const says = (lines: readonly string[]) => lines.filter((line) => /do not add up/.test(line));
  assert.deepEqual(says(await linesOf('2026-02-02')), []);
  await db.connection().execute(async (one) => {
    await sql`set session_replication_role = replica`.execute(one);
    await sql`update ledger_account set currency = 'USD' where name = 'unmatched'`.execute(one);
    await sql`set session_replication_role = origin`.execute(one);
  });
  const lines = await linesOf('2026-02-02');
  assert.ok(lines.some((line) => line.includes('unmatched (liability, s1)')));
  assert.equal(says(lines).length, 2, 'one too much in euros, and in dollars too little');
  assert.match(says(lines).join(' '), /exceed credits by .*6\.00/);
  const parsed: unknown[] = (await linesOf('2026-02-02', true)).map((line) => JSON.parse(line));
  assert.ok(
    parsed.some((line) => {
      const { type, amountMinor, currency } = Object(line);
      return type === 'does-not-add-up' && amountMinor === '600' && currency === 'EUR';
    }),
  );
});
