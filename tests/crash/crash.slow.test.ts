/**
 * Each change lives through sixty kills on the built-in server, and through some on the oldest PostgreSQL that our SQL
 * promises to run on, where this machine has it. Long runs are `npm run crash -- 2000`.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { runCrash } from './crash.ts';
import { KINDS } from './cycle.ts';
import type { DatabaseChoice } from './database-server.ts';
import { summary } from './report.ts';

/** Where Debian puts its server; another one is tried by hand, with `--database system`. */
const SYSTEM_POSTGRES = '/usr/lib/postgresql/15/bin/postgres';
/** A new one each day would hang the fate of a change on luck; long runs draw new ones. */
const SEED = 20261125;

async function survives(wish: {
  readonly cycles: number;
  readonly database: DatabaseChoice;
  readonly seconds: number;
}): Promise<string> {
  const report = await runCrash({ ...wish, seed: SEED, waitForLeases: false });
  const said = summary(report);
  assert.deepEqual(report.findings, [], said);
  assert.equal(report.verdict.lost + report.verdict.doubled, 0, said);
  // A run in which nothing happened would pass every check above.
  assert.ok(report.acknowledged > 0, said);
  assert.ok((report.kills.server ?? 0) + (report.kills.postmaster ?? 0) > 0, said);
  return said;
}

test('60 cycles of kill -9 on the built-in PostgreSQL', async (t) => {
  const said = await survives({ cycles: 60, database: 'built-in', seconds: 75 });
  t.diagnostic(said);
  for (const kind of KINDS) assert.match(said, new RegExp(`${kind} \\d`));
});

test('12 cycles of kill -9 on PostgreSQL 15 of this system', async (t) => {
  if (!existsSync(SYSTEM_POSTGRES)) {
    t.skip(`${SYSTEM_POSTGRES} is not installed: apt-get install postgresql-15`);
    return;
  }
  t.diagnostic(await survives({ cycles: 12, database: 'system', seconds: 20 }));
});
