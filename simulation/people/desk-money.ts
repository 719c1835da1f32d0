/** What staff decide about the money of gifts: back in parts and whole, and postings that were wrong. */
import { assert, money } from '../core.ts';
import type { Desk } from './desk.ts';

/** One of the gifts that somebody was told exist. */
function anyGift(desk: Desk): string | null {
  const known = [...desk.world.witness.acknowledged.keys()];
  return known.length === 0 ? null : desk.chance.pick(known);
}

/** A part, then another that may be too much, then the rest. */
export async function giveBackInParts(desk: Desk): Promise<void> {
  const giftId = anyGift(desk);
  if (giftId === null) return;
  const story = await desk.ask('reads a gift', (giving) => giving.moneyDesk.giftStory(giftId));
  const whole = story?.left ?? null;
  if (whole === null || whole.minor < 2n) return;
  const part = money(whole.minor / 2n, whole.currency);
  for (const amount of [part, part, whole]) {
    const refund = { giftId, money: amount, ...desk.decision('in parts') };
    const answer = await desk.press('gives back a part', (giving) => giving.refundGift(refund));
    desk.note(`gives back ${amount.minor}: ${answer?.kind ?? 'error'}`);
  }
}

export async function giveBackTheRest(desk: Desk, giftId: string): Promise<void> {
  const refund = { giftId, ...desk.decision('asked for') };
  const answer = await desk.press('gives back', (giving) => giving.refundGift(refund));
  const how = answer?.kind === 'refused' ? `refused ${answer.reason}` : (answer?.kind ?? 'error');
  desk.note(`gives back: ${how}`);
}

/** A posting is mirrored, whether it was wrong or not; the verdict on the books counts with it. */
export async function correctAPosting(desk: Desk): Promise<void> {
  const giftId = anyGift(desk);
  if (giftId === null) return;
  const story = await desk.ask('reads postings', (giving) => giving.moneyDesk.giftStory(giftId));
  const postings = story?.transfers ?? [];
  if (postings.length === 0) return;
  const { transferId, code, accountId, canBeCorrected, ...wrong } = desk.chance.pick(postings);
  const correction = { transferId, ...desk.decision('booked twice') };
  const answer = await desk.press('corrects', (giving) => giving.correctTransfer(correction));
  desk.note(`corrects ${code}: ${answer?.kind ?? 'error'}`);
  assert(answer?.kind !== 'not-found', 'a posting that was read is there');
  if (answer?.kind === 'corrected' && !canBeCorrected) {
    desk.world.breach('I7', `posting ${transferId} of code ${code} was corrected`);
  }
  // An answer that got lost is read in the story: the correction is in the books or it is not.
  const after = await desk.world.db
    .selectFrom('ledger_transfer')
    .select('id')
    .where('reverses', '=', transferId)
    .executeTakeFirst();
  if (after === undefined) return;
  const { minor, currency } = wrong.money;
  desk.world.witness.corrected.push({ accountId, code, minor, currency });
}
