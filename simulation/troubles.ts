/** What befalls a newsroom over the years: it stands still for days, companies are away for hours, one drops it for good. */
import { sql } from 'kysely';
import type { Bank, Standing } from './bank/bank.ts';
import { Chance } from './chance.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;

export function planTroubles(world: World, years: number): void {
  const chance = new Chance(world.seed, 'troubles');
  const someDay = () => chance.below(years * 365) * DAY_MS + chance.below(DAY_MS);
  const { weather } = world;
  if (weather.outages) {
    for (let count = chance.between(1, 3); count > 0; count -= 1)
      planOutage(world, chance, someDay());
  }
  if (weather.processorOutages) {
    for (const bank of world.banks) {
      for (let count = chance.between(1, 6); count > 0; count -= 1) {
        const lasts = chance.pick([600_000, 7_200_000, 30 * 3_600_000, 5 * DAY_MS]);
        planAbsence(world, bank, { fromMs: someDay(), lasts });
      }
    }
  }
  if (weather.processorDrops) {
    planDrop(world, chance.pick(world.banks), { fromMs: someDay(), noticed: chance.between(1, 5) });
  }
}

function planOutage(world: World, chance: Chance, fromMs: number): void {
  const lasts = chance.pick([1, 3, 9, 40, 70]) * DAY_MS;
  const stand = (still: boolean) => () => {
    world.down = still;
  };
  world.later(fromMs, 'the newsroom stands still', stand(true));
  world.later(fromMs + lasts, 'the newsroom is back', stand(false), 'always');
}

function planAbsence(
  world: World,
  bank: Bank,
  time: { readonly fromMs: number; readonly lasts: number },
): void {
  const goes = (from: Standing, to: Standing) => () => {
    if (bank.standing === from) bank.standing = to;
  };
  world.later(time.fromMs, 'a company is away', goes('open', 'away'));
  world.later(time.fromMs + time.lasts, 'a company is back', goes('away', 'open'), 'always');
}

function planDrop(
  world: World,
  bank: Bank,
  time: { readonly fromMs: number; readonly noticed: number },
): void {
  const { accountId } = bank.habits;
  world.later(time.fromMs, `${accountId} drops the newsroom`, () => {
    bank.standing = 'dropped';
    world.droppedBank = bank;
  });
  // Staff notice days later, and write it down.
  world.later(time.fromMs + time.noticed * DAY_MS, 'staff notice', async () => {
    await sql`update processor_account set status = 'dropped' where id = ${accountId}`.execute(
      world.db,
    );
  });
}
