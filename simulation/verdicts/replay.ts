/**
 * All messages that ever came, told once more as new ones, shuffled and some of them twice: nothing in the ledger may move.
 * (From an empty ledger, in every order: `../sequences/`.) Not at the end of every seed, because it costs as much as a
 * fifth of one.
 */
import { sql } from 'kysely';
import type { Message } from '../bank/post-office.ts';
import { Chance } from '../chance.ts';
import type { World } from '../world.ts';
import { hashUpTo } from './ledger-marks.ts';
import { untoldAccounts } from './untold.ts';
import type { Breach } from './verdict.ts';

const ROUNDS_MAX = 100;
/** Beyond every id. */
const ALL = 2n ** 62n;

export async function replayedAgain(world: World): Promise<readonly Breach[]> {
  const chance = new Chance(world.seed, 'replay');
  if (!world.plant.replays && !chance.hits(200)) return [];
  const before = await hashUpTo(world.db, ALL);
  const messages = shuffled(await messagesAgain(world, chance), chance);
  for (const message of messages) await world.newsroom.deliver(message);
  for (let round = 0; (await world.newsroom.work('inbox')) > 0; round += 1) {
    if (round > ROUNDS_MAX) return [{ rule: 'I13', says: 'the messages find no end' }];
  }
  const after = await hashUpTo(world.db, ALL);
  if (after === before) return [];
  return [{ rule: 'I13', says: 'the same messages again, in another order, moved the ledger' }];
}

async function messagesAgain(world: World, chance: Chance): Promise<readonly Message[]> {
  const { rows } = await sql<{ account: string; object: string; event: string }>`
    select processor_account_id as account, object_ref as object, event_id as event
    from processor_event where object_ref is not null order by 1, 3
  `.execute(world.db);
  // What a company that parted from us tells now, it may tell for the first time: a fee that nobody knew, for one.
  const untold = await untoldAccounts(world);
  const told = rows.filter(({ account }) => !untold.has(account));
  return told.flatMap(({ account, object, event }) => {
    const attempt = world.companies.ofAccount(account)?.books.payments.get(object)?.attemptId;
    if (attempt === undefined) return [];
    const copies = Array.from({ length: chance.between(1, 2) }, (_, copy) => copy);
    return copies.map((copy) => ({
      accountId: account,
      body: new TextEncoder().encode(`again_${copy}_${event} ${object} ${attempt}`),
    }));
  });
}

function shuffled<T>(list: readonly T[], chance: Chance): readonly T[] {
  const keyed = list.map((one, index) => ({ one, index, key: chance.below(2 ** 30) }));
  return keyed.toSorted((a, b) => a.key - b.key || a.index - b.index).map(({ one }) => one);
}
