/**
 * Until when a supporter can take a gift back by themselves: fourteen days from its arrival, while there is something of
 * it left to give back. Pure; `undoGift` decides again, under the charge's lock.
 */
import { Instant } from '../../calendar/index.ts';
import { type Money, money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { GiftView } from '../giving.ts';
import type { GiftReturns } from './gift-returns.ts';

/** How long a supporter can take a gift back by themselves. */
export const UNDO_DAYS = 14;

/** The last moment of it. */
export function undoEndsAt(settledAt: Instant): Instant {
  return settledAt.add({ hours: UNDO_DAYS * 24 });
}

/** What may still be given back of a gift: not returned, not on its way, not held by a bank. */
export function leftOf(gift: Pick<GiftView, 'money'>, returns: GiftReturns | undefined): Money {
  if (returns === undefined) return gift.money;
  const { givenBack, takenBack, onItsWay, heldByBank } = returns;
  const gone = givenBack.minor + takenBack.minor + onItsWay.minor + heldByBank.minor;
  assert(gone >= 0n, 'what is gone is nothing or something');
  // An open dispute and a refund may be about the same money.
  return money(gone > gift.money.minor ? 0n : gift.money.minor - gone, gift.money.currency);
}

/** Until when this gift can be taken back by its supporter, or null: not any more, or not in this way. */
export function undoUntil(
  gift: Pick<GiftView, 'money' | 'settledAt' | 'supporterId'>,
  options: { readonly returns: GiftReturns | undefined; readonly now: Instant },
): Instant | null {
  if (gift.settledAt === null || gift.supporterId === null) return null;
  const { returns, now } = options;
  // A person sends in another way what the processor refused to send; pressing again would not help.
  if (returns?.couldNotBeSent === true || leftOf(gift, returns).minor === 0n) return null;
  const until = undoEndsAt(gift.settledAt);
  return Instant.compare(now, until) > 0 ? null : until;
}
