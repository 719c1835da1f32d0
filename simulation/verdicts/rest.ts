/** Liveness, and the program's own alarms: what is left over, and what should never have rung. */
import { sql } from 'kysely';
import { ORDER_INVALID } from '../bank/line.ts';
import type { World } from '../world.ts';
import { wasAnsweredByMoney } from './answered.ts';
import type { Breach } from './verdict.ts';

/** Liveness: after the weather cleared nothing is left that we do not know. */
export async function atRest({ db }: World): Promise<readonly Breach[]> {
  const { rows } = await sql<{ what: string }>`
    select 'attempt ' || id || ' is ' || state as what from attempt
    where (state in ('planned', 'unknown') or (state = 'sent' and heard is null)) and not ${wasAnsweredByMoney}
    union all
    select 'message ' || event_id || ' is ' || state from processor_event
    where state in ('received', 'parked')
    order by 1
  `.execute(db);
  return rows.map(({ what }) => ({ rule: 'liveness', says: what }));
}

/**
 * A program that caught itself in a mistake parks the gift and rings; here that is a finding. Three alarms are weather:
 * a list that could not be read once, and staff who give back what the company gave back a moment ago on its own pages, or
 * whose company gives nothing back.
 */
export async function noSurprises({ db }: World): Promise<readonly Breach[]> {
  const { rows } = await sql<{ kind: string; detail: string | null }>`
    select kind, detail from alarm
    where kind = 'amount-changed' or (kind = 'our-bug' and detail is distinct from ${ORDER_INVALID})
      or (kind = 'listing-unreadable' and detail is distinct from 'unreadable')
      or (kind = 'refund-refused' and detail is distinct from 'more_than_left' and detail is distinct from 'not_possible')
      or (kind in ('hold', 'unmatched') and not exists (
        select from ledger_transfer where code = 90 and cause_ref = alarm.ref))
      or (kind = 'assertion' and detail is distinct from 'ConnectionCut 57P01' and detail is distinct from 'Crash')
    order by id
  `.execute(db);
  return rows.map(({ kind, detail }) => ({
    rule: 'no surprise',
    says: `alarm ${kind}: ${detail ?? ''}`,
  }));
}
