/**
 * After the last kill: everything is up again, people finish the gift in hand, and then nothing may be left to do. How long
 * that takes in real time is measured; it is bounded by the lease of 60 s that a killed worker leaves behind.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Db, openDatabase } from '../../src/database/index.ts';
import type { Crowd } from './givers.ts';
import { type Newsroom, programsOf } from './newsroom.ts';

/** The reference says less than 65 s after the restart. */
export const DRAIN_LIMIT_MS = 65_000;
/** Later than any lease, the first pauses of those who ask again, and the poller's next round. */
const QUIET_MINUTES = 20;
const QUIET_LIMIT_MS = 30_000;
const LOOK_EVERY_MS = 100;

export interface Drained {
  /** From the moment everything stood again until nothing that was due was left. */
  readonly drainMs: number;
  /** What is still due, or still open; empty when all is well. */
  readonly left: readonly string[];
}

/** @param options.waitForLeases false: the clock is moved on instead, so that a short run need not wait a minute */
export async function drain(
  newsroom: Newsroom,
  options: { readonly crowd: Crowd; readonly waitForLeases: boolean },
): Promise<Drained> {
  await newsroom.database.back();
  await Promise.all(programsOf(newsroom).map((program) => program.start()));
  const begunMs = performance.now();
  await options.crowd.finish();
  const { db, close } = openDatabase({ url: newsroom.database.url, poolSize: 1 });
  try {
    if (!options.waitForLeases) await newsroom.passTime(2);
    await untilEmpty(db, begunMs + DRAIN_LIMIT_MS);
    const drainMs = performance.now() - begunMs;
    const due = await whatIsDue(db);
    // Twice: the answer to the first question may put the next one off.
    for (let round = 0; round < 2; round += 1) {
      await newsroom.passTime(QUIET_MINUTES);
      await wait(2_500);
      await untilEmpty(db, performance.now() + QUIET_LIMIT_MS, whatIsLeft);
    }
    return { drainMs, left: [...due, ...(await whatIsLeft(db))] };
  } finally {
    await close();
  }
}

async function untilEmpty(
  db: Db,
  untilMs: number,
  look: (db: Db) => Promise<readonly string[]> = whatIsDue,
): Promise<void> {
  while (performance.now() < untilMs) {
    if ((await look(db)).length === 0) return;
    await wait(LOOK_EVERY_MS);
  }
}

/** Work whose time has come, whoever holds it. */
async function whatIsDue(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ what: string }>`
    with clock as (
      select clock_timestamp() + clock_offset_ms * interval '1 millisecond' as now from demo_state
    )
    select 'gift ' || id || ' is due' as what from gift, clock where next_at <= clock.now
    union all
    select 'message ' || event_id || ' waits' from processor_event, clock where next_at <= clock.now
    union all
    select 'letter ' || id || ' waits' from outbox, clock where state = 'pending' and next_at <= clock.now
    limit 20
  `.execute(db);
  return rows.map(({ what }) => what);
}

/** Renewals that fell due just now are due no more while they are being sent, so both are looked at. */
async function whatIsLeft(db: Db): Promise<readonly string[]> {
  return [...(await whatIsDue(db)), ...(await whatIsOpen(db))];
}

/** Attempts that were sent and whose end nobody knows: at the end every one of them has been asked about. */
async function whatIsOpen(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ what: string }>`
    select 'attempt ' || id || ' is ' || state as what from attempt
    where state in ('planned', 'sent', 'unknown') limit 20
  `.execute(db);
  return rows.map(({ what }) => what);
}
