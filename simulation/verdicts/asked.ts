/**
 * Nothing that may have taken money is left unasked: an attempt that was sent and whose end nobody heard is asked about
 * within a day and a bit, and from then on at least once a week, for as long as it stays so. Who asked is known to the line
 * that carries the question, not to the program.
 */
import { sql } from 'kysely';
import { Instant } from '../core.ts';
import type { World } from '../world.ts';
import { wasAnsweredByMoney } from './answered.ts';
import type { Breach } from './verdict.ts';

/** The longest window of a key is a day; then the schedule asks. */
const FIRST_HOURS = 27;
/** The schedule ends with one question a week. */
const AGAIN_HOURS = 8 * 24;

/** What waits too long at this moment. A newsroom that stood still lately asks nobody, and is not judged. */
export async function leftUnasked(world: World): Promise<readonly Breach[]> {
  const { now } = world;
  const { upSince } = world.newsroom;
  const hoursAgo = (hours: number) => now.subtract({ hours });
  if (upSince === null || isAfter(upSince, hoursAgo(AGAIN_HOURS))) return [];
  const { rows } = await sql<{ id: string; state: string; sent: Instant }>`
    select id, state, first_sent_at as sent from attempt
    where state in ('sent', 'unknown') and first_sent_at < ${hoursAgo(FIRST_HOURS)}
      and not ${wasAnsweredByMoney}
    order by id
  `.execute(world.db);
  return rows.flatMap(({ id, state, sent }) => {
    const asked = world.witness.askedAt.get(id);
    const wasAsked = asked !== undefined && isAfter(asked, sent.add({ minutes: 3 }));
    if (wasAsked && isAfter(asked, hoursAgo(AGAIN_HOURS))) return [];
    const last = wasAsked ? `last asked about at ${asked}` : 'never asked about';
    return [{ rule: 'I17', says: `attempt ${id} is ${state} since ${sent} and was ${last}` }];
  });
}

function isAfter(a: Instant, b: Instant): boolean {
  return Instant.compare(a, b) > 0;
}

export async function neverAskedTooLate(world: World): Promise<readonly Breach[]> {
  return await leftUnasked(world);
}
