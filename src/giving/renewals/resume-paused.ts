/**
 * Pledges whose pause is over are active again, from the first instant of that day where the supporter lives.
 *
 * Not before a period that fell into the pause was skipped, though: after an outage both are found at the same moment, and
 * a pledge that was active already would have that period charged.
 */

import { sql } from 'kysely';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';

const RESUMED_AT_ONCE = 500;

/** @returns how many pledges it resumed */
export async function resumePaused(context: GivingContext): Promise<number> {
  const now = context.clock.now();
  const { rows } = await sql<{ id: string }>`
    with over as (
      select id from pledge
      where state = 'paused' and resume_at <= ${now}
        and not exists (
          select from gift
          where gift.pledge_id = pledge.id and gift.due_date < pledge.paused_until
            and (gift.state = 'due' or (gift.state = 'collecting' and gift.next_at <= ${now}))
            and gift.next_at is not null
            and not exists (
              select from attempt
              where attempt.gift_id = gift.id and attempt.state in ('planned', 'sent', 'unknown', 'needs_action')
            )
        )
      order by resume_at
      limit ${RESUMED_AT_ONCE}
      for update skip locked
    )
    update pledge set state = 'active', paused_until = null, resume_at = null
    from over where pledge.id = over.id
    returning pledge.id
  `.execute(context.db);
  assert(rows.length <= RESUMED_AT_ONCE, 'a batch is bounded');
  return rows.length;
}
