/**
 * Looks at the books on the way: how the ledger is now, and whether anything waits too long to be asked about. Whoever looks
 * at balances has them added up first.
 */
import { Chance } from '../chance.ts';
import { DAY_MS } from '../people/spans.ts';
import type { World } from '../world.ts';
import { leftUnasked } from './asked.ts';
import { markLedger } from './ledger-marks.ts';

const LOOKS = 8;

export function planLooks(world: World, years: number): void {
  const chance = new Chance(world.seed, 'looks');
  for (let look = 0; look < LOOKS; look += 1) {
    const afterMs = chance.below(years * 365) * DAY_MS + chance.below(DAY_MS);
    world.later(afterMs, 'a look at the books', () => lookAtBooks(world, chance), 'always');
  }
}

async function lookAtBooks(world: World, chance: Chance): Promise<void> {
  if (chance.hits(250)) await world.newsroom.work('fees');
  await world.newsroom.work('ledger-checkpoint');
  await markLedger(world, 'somebody looks');
  for (const { rule, says } of await leftUnasked(world)) world.breach(rule, says);
}
