/**
 * Running a change on a pledge with its open gifts locked, gifts first. A gift that is made between the two locks (the
 * period before it just settled) would not be held, so the change then starts over; it is bounded, because a pledge has
 * one open gift at a time and making the next takes a settlement.
 */
import { isUuid } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { isOpenGift } from '../gift.ts';
import { lockGift } from '../gift-store.ts';
import type { Gift, Pledge } from '../rows.ts';
import { inTransaction } from '../transaction.ts';
import { lockPledge, readPledge } from './pledge-store.ts';

const ROUNDS_MAX = 5;

export interface LockedPledge {
  readonly pledge: Pledge;
  /** Gifts that are due or collecting, all locked. */
  readonly openGifts: readonly Gift[];
}

/** A gift was made between the two locks. */
class Moved extends Error {}

/**
 * Locks a pledge and its open gifts, in a transaction that cannot be started over. Should a gift appear between the two
 * locks it is locked late, out of order; the database ends the rare embrace that could come of that, and the caller fails.
 */
export async function lockWithGiftsHere(tx: Tx, pledgeId: string): Promise<LockedPledge> {
  for (let round = 1; ; round += 1) {
    try {
      return await lockWithGifts(tx, pledgeId);
    } catch (error) {
      if (!(error instanceof Moved) || round === ROUNDS_MAX) throw error;
    }
  }
}

/** Locks a pledge and its open gifts. @throws Moved when a gift appeared meanwhile */
async function lockWithGifts(tx: Tx, pledgeId: string): Promise<LockedPledge> {
  const openGifts: Gift[] = [];
  for (const id of await openGiftIds(tx, pledgeId)) {
    const gift = await lockGift(tx, id);
    if (gift !== undefined && isOpenGift(gift.state)) openGifts.push(gift);
  }
  const pledge = await lockPledge(tx, pledgeId);
  assert(pledge.id === pledgeId, 'the pledge is the one that was asked for');
  assert(
    openGifts.every((gift) => gift.pledgeId === pledgeId),
    'gifts are those of the pledge',
  );
  const now = await openGiftIds(tx, pledgeId);
  const held = new Set(openGifts.map((gift) => gift.id));
  if (now.some((id) => !held.has(id))) throw new Moved('a gift was made between the locks');
  return { pledge, openGifts };
}

async function openGiftIds(tx: Tx, pledgeId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('gift')
    .select('id')
    .where('pledge_id', '=', pledgeId)
    .where('state', 'in', ['due', 'collecting'])
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

/** @returns what `change` returned, or `not-found` */
export async function changePledge<T extends string>(
  context: GivingContext,
  pledgeId: string,
  change: (tx: Tx, locked: LockedPledge) => Promise<T>,
): Promise<T | 'not-found'> {
  if (!isUuid(pledgeId)) return 'not-found';
  if ((await readPledge(context.db, pledgeId)) === undefined) return 'not-found';
  for (let round = 1; ; round += 1) {
    try {
      return await inTransaction(context.db, async (tx) =>
        change(tx, await lockWithGifts(tx, pledgeId)),
      );
    } catch (error) {
      if (!(error instanceof Moved) || round === ROUNDS_MAX) throw error;
    }
  }
}
