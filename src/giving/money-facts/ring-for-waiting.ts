/**
 * A refund or dispute whose charge is not in the books waits for it. Normally that takes minutes; after a day a person is
 * told, once per fact, because money that went back of a charge we never heard of is not in our books.
 */
import { sql } from 'kysely';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import type { GivingContext } from '../context.ts';

const PATIENCE_HOURS = 24;
/** Of one run; the next run finds the others. */
const FACTS_MAX = 100;

/** @returns how many facts a person was told of */
export async function ringForWaiting(context: GivingContext): Promise<number> {
  const now = context.clock.now();
  // A person who dealt with the alarm is not called again for the same fact.
  const { rows } = await sql<{ ref: string; kind: string }>`
    select fact.kind || ':' || fact.processor_account_id || ':' || fact.ref as ref, fact.kind
    from money_fact fact
    where fact.booked_at is null and fact.told_at <= ${now.subtract({ hours: PATIENCE_HOURS })}
      and not exists (
        select from alarm where alarm.kind = 'parked-event'
          and alarm.ref = fact.kind || ':' || fact.processor_account_id || ':' || fact.ref
      )
    limit ${FACTS_MAX}
  `.execute(context.db);
  for (const { ref, kind } of rows) {
    const detail = `${kind} of an unknown charge`;
    await raiseAlarm(context.db, { kind: 'parked-event', ref, giftId: null, detail, now });
  }
  return rows.length;
}
