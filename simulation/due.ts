/** When the workers of a newsroom next have something to do: the simulator jumps from one such moment to the next. */
import { sql } from 'kysely';
import { assert, type Db, Instant } from './core.ts';
import type { OneConnection } from './one-connection.ts';

export interface Due {
  /** The first of them all. */
  readonly at: Instant | null;
  readonly giftAt: Instant | null;
  readonly eventAt: Instant | null;
  readonly letterAt: Instant | null;
  readonly refundAt: Instant | null;
  /** Alarms that nobody dealt with yet. */
  readonly alarms: number;
}

export const NOTHING_DUE: Due = {
  at: null,
  giftAt: null,
  eventAt: null,
  letterAt: null,
  refundAt: null,
  alarms: 0,
};

/** As long as the program's own leases, and a moment. */
const LEASE_SECONDS = 61;

type DueRow = Record<'gift' | 'event' | 'letter' | 'refund', Instant | null> & {
  readonly alarms: number;
};

/** Asks the database once, and again only after something was written. */
export class DueReader {
  readonly #line: OneConnection;
  readonly #db: Db;
  #row: DueRow | null = null;
  #writes = -1;

  constructor(line: OneConnection, db: Db) {
    this.#line = line;
    this.#db = db;
  }

  async read(now: Instant): Promise<Due> {
    if (this.#row === null || this.#writes !== this.#line.writes) {
      this.#writes = this.#line.writes;
      this.#row = await readRow(this.#db);
    }
    return dueOf(this.#row, now);
  }
}

async function readRow(db: Db): Promise<DueRow> {
  const { rows } = await sql<DueRow>`
    select least(
        (select min(next_at) from gift),
        (select min(resume_at) from pledge)
      ) as gift,
      (select min(next_at) from processor_event) as event,
      (select min(next_at) from outbox where state = 'pending') as letter,
      (select min(next_at) from refund_order) as refund,
      (select count(*)::int from alarm where resolved_at is null) as alarms
  `.execute(db);
  const [row] = rows;
  assert(row !== undefined, 'a selection of minima has one row');
  return row;
}

function dueOf(row: DueRow, now: Instant): Due {
  const { gift: giftAt, event: eventAt, letter: letterAt, refund: refundAt } = row;
  const at = earliestOrNull([giftAt, eventAt, letterAt, refundAt]);
  // What is overdue is held by somebody's lease: look again when that is over.
  const soon = now.add({ seconds: LEASE_SECONDS });
  const next = at === null || Instant.compare(at, soon) > 0 ? at : later(at, now, soon);
  return { giftAt, eventAt, letterAt, refundAt, alarms: row.alarms, at: next };
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
