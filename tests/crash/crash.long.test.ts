/**
 * Each change lives through sixty kills on the built-in server, and through some on the oldest PostgreSQL that our SQL
 * promises to run on, where this machine has it. Long runs are `npm run crash -- 2000`.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { type CrashReport, runCrash } from './crash.ts';
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
}): Promise<CrashReport> {
  const report = await runCrash({ ...wish, seed: SEED, waitForLeases: false });
  const said = summary(report);
  assert.deepEqual(report.findings, [], said);
  assert.equal(report.verdict.lost + report.verdict.doubled, 0, said);
  // A run in which nothing happened would pass every check above.
  assert.ok(report.acknowledged > 0, said);
  assert.ok((report.kills.server ?? 0) + (report.kills.postmaster ?? 0) > 0, said);
  return report;
}

test('60 cycles of kill -9 on the built-in PostgreSQL, as many as fit into a minute', async (t) => {
  const report = await survives({ cycles: 60, database: 'built-in', seconds: 55 });
  t.diagnostic(summary(report));
  const { kills, cycles, verdict } = report;
  assert.ok((kills.web ?? 0) > 0 && (kills.workers ?? 0) > 0, 'each sort of process was killed');
  // The newsroom comes back from its first month in the dark at the tenth cycle.
  if (cycles >= 20) assert.ok(verdict.renewals > 0, 'renewals fell due while processes died');
});

test('8 cycles of kill -9 on PostgreSQL 15 of this system', async (t) => {
  if (!existsSync(SYSTEM_POSTGRES)) {
    t.skip(`${SYSTEM_POSTGRES} is not installed: apt-get install postgresql-15`);
    return;
  }
  const report = await survives({ cycles: 8, database: 'system', seconds: 15 });
  t.diagnostic(summary(report));
});
