/** What supporters were told and saw, against what is so at the end. */
import { sql } from 'kysely';
import { type GiftState, giftRank } from '../core.ts';
import type { World } from '../world.ts';
import type { Breach } from './verdict.ts';

/** What a supporter was told or saw is still so, or better. */
export async function againstPromises(world: World): Promise<readonly Breach[]> {
  const found: Breach[] = [];
  const gifts = await world.db
    .selectFrom('gift')
    .select(['id', 'state', 'amount_minor'])
    .orderBy('id')
    .execute();
  const stateOf = new Map<string, GiftState>(gifts.map(({ id, state }) => [id, state]));
  for (const giftId of world.witness.acknowledged.keys()) {
    if (!stateOf.has(giftId))
      found.push({ rule: 'I11', says: `gift ${giftId} was acknowledged and is gone` });
  }
  for (const [giftId, seen] of world.witness.seenGifts) {
    const state = stateOf.get(giftId);
    if (state !== undefined && giftRank(state) < giftRank(seen)) {
      found.push({ rule: 'I12', says: `gift ${giftId} was ${seen} and is ${state}` });
    }
  }
  const pledges = await world.db
    .selectFrom('pledge')
    .select(['id', 'state'])
    .orderBy('id')
    .execute();
  for (const { id, state } of pledges) {
    const seen = world.witness.seenPledges.get(id);
    const wasOver = seen === 'cancelled' || seen === 'lapsed';
    if (wasOver && state !== seen) {
      found.push({ rule: 'I12', says: `pledge ${id} was ${seen} and is ${state}` });
    }
  }
  return found;
}

/**
 * Who sent the same id with another amount was told so, unless they heard nothing or were refused, and the gift is for what
 * it was begun with. Only first gifts are sent so, and their amount never changes.
 */
export async function otherContentChangedNothing(world: World): Promise<readonly Breach[]> {
  const { sentAgain, acknowledged } = world.witness;
  if (sentAgain.length === 0) return [];
  const rows = await world.db
    .selectFrom('gift')
    .select(['id', 'amount_minor', 'covers_periods'])
    .execute();
  const wholeOf = new Map(
    rows.map((row) => [row.id, row.amount_minor / BigInt(row.covers_periods)]),
  );
  return sentAgain.flatMap(({ giftId, amount, answer }) => {
    const found: Breach[] = [];
    if (answer !== 'other-content' && answer !== 'nothing') {
      found.push({ rule: 'I14', says: `another amount for ${giftId} was answered ${answer}` });
    }
    const right = acknowledged.get(giftId)?.minor;
    const is = wholeOf.get(giftId);
    if (right !== undefined && is !== undefined && is !== right) {
      found.push({
        rule: 'I14',
        says: `gift ${giftId} is for ${is}, was begun with ${right} and sent again with ${amount.minor}`,
      });
    }
    return found;
  });
}

/** Who heard that they are forgotten is named by no row. */
export async function forgottenForGood(world: World): Promise<readonly Breach[]> {
  const forgotten = [...world.witness.forgotten];
  if (forgotten.length === 0) return [];
  const { rows } = await sql<{ what: string }>`
    select what from (
      select 'gift ' || id as what, supporter_id from gift
      union all select 'pledge ' || id, supporter_id from pledge
      union all select 'mandate ' || id, supporter_id from mandate
      union all select 'supporter ' || id, id from supporter where zone is not null or language is not null
    ) named where supporter_id = any(${forgotten}::uuid[]) order by what
  `.execute(world.db);
  return rows.map(({ what }) => ({ rule: 'forgotten', says: `${what} still names a supporter` }));
}
