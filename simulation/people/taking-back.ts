/** A supporter takes a gift back: allowed for fourteen days, once; some come too late, some press twice. */
import { type Supporter, short } from './supporter.ts';

export async function takeBack(person: Supporter, giftId: string): Promise<void> {
  await person.visit(`takes ${short(giftId)} back`, async (giving) => {
    const gift = await giving.giftView(giftId);
    if (gift?.supporterId == null) return 'no such gift';
    const result = await giving.undoGift({ giftId, supporterId: gift.supporterId });
    await giving.returnsOf([giftId]);
    return result.kind === 'refused' ? `refused ${result.reason}` : result.kind;
  });
}
