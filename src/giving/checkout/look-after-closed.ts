/**
 * Attempts that may still take money although their gift is over, so no worker comes to them by the gift: a second page
 * whose gift was settled by late money and which could not be closed at that moment, or a confirmation that was waited for
 * until the pledge lapsed. With the poller's rhythm each is asked about, and a page is closed, until it is over.
 */

import { sql } from 'kysely';
import { assert } from '../../problems/index.ts';
import { isLive } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { readAttempt } from '../gift-store.ts';
import { askAboutAttempt } from '../settling/ask.ts';
import { closeAttempt } from './close-attempt.ts';

/** At most so many per run, those that were asked about least first. */
const AT_ONCE = 50;
/** After that no processor keeps a page or a confirmation open. */
const DAYS_MAX = 90;

/** @returns how many it looked at */
export async function lookAfterClosed(context: GivingContext, accountId: string): Promise<number> {
  // A walk along the index of live attempts, which are few: pages that are open now and charges under way.
  const { rows } = await sql<{ id: string }>`
    update attempt set asked = asked + 1
    where id in (
      select attempt.id from attempt join gift on gift.id = attempt.gift_id
      where attempt.state in ('planned', 'sent', 'unknown', 'needs_action')
        and gift.state not in ('due', 'collecting') and attempt.processor_account_id = ${accountId}
        and attempt.created_at > ${context.clock.now().subtract({ hours: 24 * DAYS_MAX })}
      order by attempt.asked, attempt.id
      limit ${AT_ONCE}
    )
    returning id
  `.execute(context.db);
  assert(rows.length <= AT_ONCE, 'a batch is bounded');
  for (const { id } of rows) await lookAfter(context, id);
  return rows.length;
}

async function lookAfter(context: GivingContext, attemptId: string): Promise<void> {
  const found = await readAttempt(context.db, attemptId);
  if (found === undefined || !isLive(found.state)) return;
  await askAboutAttempt(context, found);
  const attempt = await readAttempt(context.db, attemptId);
  if (attempt === undefined || attempt.mandateId !== null || !isLive(attempt.state)) return;
  await closeAttempt(context, attempt);
}
