/**
 * One supporter begins so many promises that the bound of a day stops one of their charges: a few a day, and then all are
 * moved to the same day. Rare, because it is as much work as ten other seeds; without it nothing would ever be parked.
 */
import { money } from '../core.ts';
import type { World } from '../world.ts';
import { DAY_MS, MINUTE_MS } from './spans.ts';
import { AGREED } from './supporter.ts';

const PROMISES = 20;
const PROMISES_A_DAY = 6;
const CARDS = 4;
/** All of them are due on this day of the month. */
const DAY = 20;

export function planEager(world: World): void {
  let supporterId: string | undefined;
  const begin = async (index: number): Promise<void> => {
    const giftId = world.newId();
    await world.visit(`somebody eager begins promise ${index + 1}`, async (giving) => {
      const result = await giving.beginGift({
        giftId,
        money: money(500n, 'EUR'),
        interval: 'month',
        language: 'en',
        zone: 'Europe/Berlin',
        appeal: null,
        ...(supporterId === undefined ? {} : { supporterId }),
      });
      if (result.kind !== 'go') return result.kind;
      world.witness.acknowledged.set(giftId, money(500n, 'EUR'));
      for (let card = 1; card <= CARDS; card += 1) {
        if (world.companies.payPage(result.pageUrl) !== 'declined') break;
      }
      const view = await giving.askProcessor(giftId);
      supporterId ??= view?.supporterId ?? undefined;
      return view?.state ?? 'nothing';
    });
  };
  for (let index = 0; index < PROMISES; index += 1) {
    const day = Math.floor(index / PROMISES_A_DAY);
    const minute = (index % PROMISES_A_DAY) * 30;
    world.later(day * DAY_MS + minute * MINUTE_MS, 'somebody eager', () => begin(index));
  }
  world.later(5 * DAY_MS, 'somebody eager', () => sameDay(world, () => supporterId));
  world.later(80 * DAY_MS, 'somebody eager', () => stopAll(world, () => supporterId));
}

async function sameDay(world: World, who: () => string | undefined): Promise<void> {
  const supporterId = who();
  if (supporterId === undefined) return;
  await world.visit('somebody eager moves all promises to one day', async (giving) => {
    const pledges = await giving.pledgesOf(supporterId);
    for (const { pledgeId } of pledges) {
      const asked = { kind: 'day', at: world.now, dayOfMonth: DAY } as const;
      world.witness.termsOf(pledgeId).push(asked);
      await giving.changePledgeDay({ pledgeId, dayOfMonth: DAY, agreed: AGREED });
    }
    return `${pledges.length} promises`;
  });
}

async function stopAll(world: World, who: () => string | undefined): Promise<void> {
  const supporterId = who();
  if (supporterId === undefined) return;
  await world.visit('somebody eager stops', async (giving) => {
    const pledges = await giving.pledgesOf(supporterId);
    for (const { pledgeId } of pledges) {
      const result = await giving.cancelPledge(pledgeId);
      if (result.kind === 'cancelled' && !result.willStillComplete) {
        world.companies.cancelled(pledgeId);
      }
    }
    return `${pledges.length} promises`;
  });
}
