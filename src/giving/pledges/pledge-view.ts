/** What a pledge looks like from outside: to the person who made it, and to the desk. */
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { isOnItsWay } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { upcomingDates } from '../gift-view.ts';
import type { PledgeView } from '../giving.ts';
import { moveAsked } from '../moving/account-status.ts';
import { readAccountStatus } from '../moving/account-store.ts';
import { isPledgeOver } from '../pledge.ts';
import { type Pledge, pledgeOf } from '../rows.ts';
import { chargedAtOnce } from './collection.ts';
import { isPaidByLink } from './paid-by-link.ts';
import { readMandate, readPledge } from './pledge-store.ts';

export async function findPledgeView(
  context: GivingContext,
  pledgeId: string,
): Promise<PledgeView | undefined> {
  const pledge = await readPledge(context.db, pledgeId);
  return pledge === undefined ? undefined : await viewOfPledge(context, pledge);
}

/** Pledges of a supporter, newest first. */
export async function readPledgesOf(
  context: GivingContext,
  supporterId: string,
): Promise<readonly PledgeView[]> {
  const rows = await context.db
    .selectFrom('pledge')
    .selectAll()
    .where('supporter_id', '=', supporterId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  assert(
    rows.every((row) => row.supporter_id === supporterId),
    'nobody sees the pledge of somebody else',
  );
  return await Promise.all(rows.map((row) => viewOfPledge(context, pledgeOf(row))));
}

export async function viewOfPledge(context: GivingContext, pledge: Pledge): Promise<PledgeView> {
  const open = await readOpenGift(context.db, pledge.id);
  // The open gift's own date has passed once it is being collected, so it is shown as what comes next only while due.
  const n = open === undefined ? pledge.nextN : firstToAnnounce(open);
  return {
    pledgeId: pledge.id,
    supporterId: pledge.supporterId,
    money: pledge.money,
    unit: pledge.unit,
    collectEveryMonths: pledge.collectEveryMonths,
    collected: chargedAtOnce(pledge.money, pledge.collectEveryMonths),
    state: pledge.state,
    anchorDate: pledge.anchor,
    nextDates: upcomingDates(context, pledge, { n: Math.max(n, 1), now: context.clock.now() }),
    pausedUntil: pledge.pausedUntil,
    renewalInFlight: open?.inFlight ?? false,
    ...(await methodOf(context.db, pledge)),
    paidByLink: isPaidByLink(pledge),
    createdAt: pledge.createdAt,
    endedAt: pledge.endedAt,
    openGiftId: isPledgeOver(pledge.state) ? null : (open?.id ?? null),
  };
}

export interface OpenGift {
  readonly id: string;
  readonly n: number;
  readonly coversPeriods: number;
  readonly state: 'due' | 'collecting';
  readonly inFlight: boolean;
}

/** The open gift itself while nobody began to collect it, else the one after all that it pays for. */
export function firstToAnnounce(open: Pick<OpenGift, 'n' | 'state' | 'coversPeriods'>): number {
  assert(open.coversPeriods >= 1, 'a gift pays for its own period at least');
  return open.state === 'due' ? open.n : open.n + open.coversPeriods;
}

export async function readOpenGift(db: Db | Tx, pledgeId: string): Promise<OpenGift | undefined> {
  const rows = await db
    .selectFrom('gift')
    .leftJoin('attempt', 'attempt.gift_id', 'gift.id')
    .select(['gift.id', 'gift.period_n', 'gift.state', 'gift.covers_periods'])
    .select('attempt.state as attempt_state')
    .where('gift.pledge_id', '=', pledgeId)
    .where('gift.state', 'in', ['due', 'collecting'])
    .orderBy('gift.period_n', 'desc')
    .execute();
  const newest = rows[0];
  if (newest === undefined) return undefined;
  assert(
    rows.every(({ id }) => id === newest.id),
    'a pledge has one open gift',
  );
  assert(newest.period_n !== null, 'a gift of a pledge has its period');
  return {
    id: newest.id,
    n: newest.period_n ?? 0,
    coversPeriods: newest.covers_periods,
    state: newest.state === 'due' ? 'due' : 'collecting',
    inFlight: rows.some((row) => row.attempt_state !== null && isOnItsWay(row.attempt_state)),
  };
}

async function methodOf(db: Db | Tx, pledge: Pledge): Promise<Pick<PledgeView, 'method' | 'move'>> {
  if (pledge.mandateId === null) return { method: 'none', move: 'no' };
  const mandate = await readMandate(db, pledge.mandateId);
  assert(mandate !== undefined, 'a mandate is never deleted while a pledge names it');
  const status = await readAccountStatus(db, mandate.accountId);
  assert(status !== undefined, 'the account of a mandate exists');
  const move = isPledgeOver(pledge.state) ? 'no' : moveAsked(status);
  switch (mandate.state) {
    case 'usable':
      return { method: 'usable', move };
    case 'needs_action':
      return { method: 'needs-action', move };
    case 'dead':
      return { method: 'dead', move };
  }
}
