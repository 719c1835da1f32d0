/**
 * What befalls a newsroom over the years: it stands still for days, companies are away for hours, take every order for an
 * invalid one, or drop the newsroom for good; and the newsroom itself leaves a company, or comes back to it.
 */
import type { Bank, Standing } from './bank/bank.ts';
import { Chance } from './chance.ts';
import { closeLostCharges, handOnMandates, moveAccount } from './people/desk-accounts.ts';
import { DAY_MS } from './people/spans.ts';
import type { World } from './world.ts';

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
  if (weather.leaves) planLeave(world, new Chance(world.seed, 'leaving'), years);
  if (weather.invalidOrders) planInvalidOrders(world, new Chance(world.seed, 'rules'), years);
}

function planOutage(world: World, chance: Chance, fromMs: number): void {
  const lasts = chance.pick([1, 3, 9, 40, 70]) * DAY_MS;
  const { newsroom } = world;
  world.later(fromMs, 'the newsroom stands still', () => newsroom.standStill());
  world.later(fromMs + lasts, 'the newsroom is back', () => newsroom.comeBack(), 'always');
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
    bank.hasDroppedUs = true;
  });
  planLastGift(world, bank, time.fromMs);
  // Staff notice days later, and write it down.
  const noticedMs = time.fromMs + time.noticed * DAY_MS;
  world.later(noticedMs, 'staff notice', () => moveAccount(world.desk, bank, 'drop'), 'always');
  world.later(noticedMs + 20 * DAY_MS, 'staff look into the books', () =>
    closeLostCharges(world.desk),
  );
  planHandingOn(world, { bank, afterMs: noticedMs });
}

/** Somebody is on its page in the hour in which it ends. */
function planLastGift(world: World, bank: Bank, endsMs: number): void {
  const chance = new Chance(world.seed, 'last gift');
  const beforeMs = Math.min(endsMs, chance.below(60) * 60_000);
  world.later(endsMs - beforeMs, 'a last gift', () =>
    chance.pick(world.supporters).givesOnceAt(bank.habits.accountId),
  );
}

/** The newsroom leaves a company by itself: first it drains, then most are gone; sometimes it comes back. */
function planLeave(world: World, chance: Chance, years: number): void {
  const bank = chance.pick(world.banks);
  const fromMs = chance.below(years * 300) * DAY_MS + chance.below(DAY_MS);
  const ends = chance.below(4);
  const droppedDays = chance.between(10, 120);
  const move = (afterDays: number, to: 'drain' | 'drop' | 'activate') =>
    world.later(fromMs + afterDays * DAY_MS, `the newsroom will ${to}`, () =>
      moveAccount(world.desk, bank, to),
    );
  // Some leave at once, in the middle of a day like any other.
  if (ends === 0) planLastGift(world, bank, fromMs);
  if (ends === 0) move(0, 'drop');
  else move(0, 'drain');
  if (ends >= 2) move(droppedDays, 'drop');
  if (ends === 1) move(chance.between(1, 60), 'activate');
  if (ends === 3) move(chance.between(121, 200), 'activate');
  world.later(fromMs + 220 * DAY_MS, 'staff look into the books', () =>
    closeLostCharges(world.desk),
  );
  if (chance.hits(400)) planHandingOn(world, { bank, afterMs: fromMs });
}

function planHandingOn(
  world: World,
  from: { readonly bank: Bank; readonly afterMs: number },
): void {
  const chance = new Chance(world.seed, 'handing on');
  const others = world.banks.filter(
    (bank) => bank !== from.bank && bank.habits.chargesMandates && from.bank.habits.chargesMandates,
  );
  if (others.length === 0 || !chance.hits(500)) return;
  const to = chance.pick(others);
  world.later(from.afterMs + chance.between(2, 60) * DAY_MS, 'mandates are handed on', () =>
    handOnMandates(world.desk, from.bank, to),
  );
}

function planInvalidOrders(world: World, chance: Chance, years: number): void {
  for (const bank of world.banks) {
    for (let count = chance.between(2, 6); count > 0; count -= 1) {
      const fromMs = chance.below(years * 365) * DAY_MS + chance.below(DAY_MS);
      const lasts = chance.between(1, 9) * DAY_MS;
      const calls = (isSo: boolean) => () => {
        bank.callsOrdersInvalid = isSo;
      };
      world.later(fromMs, 'a company changes its rules', calls(true));
      world.later(fromMs + lasts, 'its rules are followed', calls(false), 'always');
    }
  }
}
