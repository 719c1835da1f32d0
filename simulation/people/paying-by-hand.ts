/**
 * A supporter pays the period that is being collected, or comes next, on a page: after a decline, because their company is
 * being left and a letter asked them to, or because they like to. It is the same gift as the one that would be collected.
 */
import { follow } from './making-a-gift.ts';
import type { Supporter } from './supporter.ts';

/** Nobody tries a page of a renewal more often; see the first gift for those who do. */
const TRIED = 6;

export async function payOpenGift(person: Supporter): Promise<void> {
  const { pledgeId, world, chance } = person;
  if (pledgeId === null) return;
  await person.visit('pays by hand', async (giving) => {
    const pledge = await giving.pledgeView(pledgeId);
    if (pledge?.openGiftId == null) return 'nothing open';
    const gift = await giving.giftView(pledge.openGiftId);
    if (gift === undefined) return 'no such gift';
    const { giftId, pageKey = '' } = gift;
    // A letter has the key in its address; without it the page of a renewal stays shut.
    const opens = giving.opensPage({ giftId, key: pageKey });
    if (!opens) world.breach('page key', `the page of ${giftId} does not open by its own key`);
    if (pageKey !== '' && giving.opensPage({ giftId, key: `${pageKey}x` })) {
      world.breach('page key', `the page of ${giftId} opens by another key`);
    }
    const wish = {
      money: gift.moneyOfPeriod,
      interval: gift.interval,
      collectEveryMonths: gift.coversPeriods,
    };
    const isChoosing = chance.hits(300);
    if (isChoosing) await giving.waysToPay();
    const wished = isChoosing ? { accountId: chance.pick(world.banks).habits.accountId } : {};
    const intent = { ...person.intent(giftId, wish), ...wished };
    return follow(person, await giving.beginGift(intent), { giftId, wish, tries: TRIED });
  });
}
