/** When the workers of a newsroom next have something to do: the simulator jumps from one such moment to the next. */
import { sql } from 'kysely';
import { type Db, Instant } from './core.ts';

export interface Due {
  /** The first of them all. */
  readonly at: Instant | null;
  readonly giftAt: Instant | null;
  readonly eventAt: Instant | null;
  readonly letterAt: Instant | null;
  readonly refundAt: Instant | null;
}

export const NOTHING_DUE: Due = {
  at: null,
  giftAt: null,
  eventAt: null,
  letterAt: null,
  refundAt: null,
};

/** As long as the program's own leases, and a moment. */
const LEASE_SECONDS = 61;

export async function readDue(db: Db, now: Instant): Promise<Due> {
  const { rows } = await sql<{
    gift: Instant | null;
    event: Instant | null;
    letter: Instant | null;
    refund: Instant | null;
  }>`
    select least(
        (select min(next_at) from gift),
        (select min(resume_at) from pledge)
      ) as gift,
      (select min(next_at) from processor_event) as event,
      (select min(next_at) from outbox where state = 'pending') as letter,
      (select min(next_at) from refund_order) as refund
  `.execute(db);
  const giftAt = rows[0]?.gift ?? null;
  const eventAt = rows[0]?.event ?? null;
  const letterAt = rows[0]?.letter ?? null;
  const refundAt = rows[0]?.refund ?? null;
  const at = earliestOrNull([giftAt, eventAt, letterAt, refundAt]);
  // What is overdue is held by somebody's lease: look again when that is over.
  const soon = now.add({ seconds: LEASE_SECONDS });
  const next = at === null || Instant.compare(at, soon) > 0 ? at : later(at, now, soon);
  return { giftAt, eventAt, letterAt, refundAt, at: next };
}

/** A moment that is still to come, else the end of a lease. */
function later(at: Instant, now: Instant, soon: Instant): Instant {
  return Instant.compare(at, now) > 0 ? at : soon;
}

export function earliest(instants: readonly [Instant, ...(Instant | null)[]]): Instant {
  return earliestOrNull(instants) ?? instants[0];
}

function earliestOrNull(instants: readonly (Instant | null)[]): Instant | null {
  let first: Instant | null = null;
  for (const at of instants) {
    if (at !== null && (first === null || Instant.compare(at, first) < 0)) first = at;
  }
  return first;
}
