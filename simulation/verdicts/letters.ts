/** Letters at the end of a seed, against what the mail server took. */
import { sql } from 'kysely';
import type { World } from '../world.ts';
import type { Breach } from './verdict.ts';

/** I10: every letter left, or was given up after its tries; what counts as sent, the mail server has. */
export async function lettersLeft(world: World): Promise<readonly Breach[]> {
  const { rows } = await sql<{ key: string; state: string }>`
    select dedupe_key as key, state from outbox order by 1
  `.execute(world.db);
  return rows.flatMap(({ key, state }) => {
    if (state === 'pending') return [{ rule: 'I10', says: `letter ${key} never left` }];
    const isThere = world.postbox.taken.has(key);
    if (state === 'sent' && !isThere) return [{ rule: 'I10', says: `letter ${key} was not sent` }];
    return [];
  });
}
