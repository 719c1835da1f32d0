/** Pledges whose pause is over are active again, from the first instant of that day where the supporter lives. */
import { sql } from 'kysely';
import type { GivingContext } from '../context.ts';

const RESUMED_AT_ONCE = 500;

/** @returns how many pledges it resumed */
export async function resumePaused(context: GivingContext): Promise<number> {
  const now = context.clock.now();
  const { rows } = await sql<{ id: string }>`
    with over as (
      select id from pledge
      where state = 'paused' and resume_at <= ${now}
      order by resume_at
      limit ${RESUMED_AT_ONCE}
      for update skip locked
    )
    update pledge set state = 'active', paused_until = null, resume_at = null
    from over where pledge.id = over.id
    returning pledge.id
  `.execute(context.db);
  return rows.length;
}
