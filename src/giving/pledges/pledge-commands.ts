/**
 * What a supporter may do with a pledge: change its amount, pause it, resume it. Each is safe to send twice. None needs
 * the processor, because the schedule is ours.
 *
 * A change holds from the next period that nobody began to collect. Locks are taken gift first; if a new gift appeared
 * between the two locks, the command looks again.
 */
import { dayIn, PlainDate } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { equalMoney, type Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { giftBodyHash } from '../fingerprint.ts';
import { isDue } from '../gift.ts';
import { moveGift } from '../gift-store.ts';
import type { PauseRequest, PledgeChange } from '../giving.ts';
import { isPledgeOver } from '../pledge.ts';
import { dayBegins } from '../renewals/renewal.ts';
import type { Gift, Pledge } from '../rows.ts';
import { changePledge, type LockedPledge } from './change-pledge.ts';
import { datesOf, makeNextGift } from './pledge-store.ts';
import { findPledgeView } from './pledge-view.ts';

export async function changePledgeAmount(
  context: GivingContext,
  change: { readonly pledgeId: string; readonly money: Money },
): Promise<PledgeChange> {
  const { pledgeId, money } = change;
  const limits = context.settings.limits(money.currency);
  if (limits === undefined) return { kind: 'refused', reason: 'currency' };
  if (money.minor < limits.minimum) return { kind: 'refused', reason: 'too-small' };
  if (money.minor > limits.maximum) return { kind: 'refused', reason: 'too-large' };
  const done = await changePledge(context, pledgeId, async (tx, { pledge, openGifts }) => {
    if (isPledgeOver(pledge.state) || pledge.state === 'awaiting_first') return 'not-possible';
    if (money.currency !== pledge.money.currency) return 'currency';
    if (equalMoney(money, pledge.money)) return 'unchanged';
    await tx
      .updateTable('pledge')
      .set(({ eb }) => ({ amount_minor: money.minor, version: eb('version', '+', 1) }))
      .where('id', '=', pledge.id)
      .execute();
    for (const gift of openGifts) await changeDueGift(tx, { gift, pledge, money });
    return 'changed';
  });
  if (done === 'currency') return { kind: 'refused', reason: 'currency' };
  return await answer(context, pledgeId, done);
}

/** A gift that nobody began to collect follows its pledge; one that is being collected keeps what was announced. */
async function changeDueGift(
  tx: Tx,
  change: { readonly gift: Gift; readonly pledge: Pledge; readonly money: Money },
): Promise<void> {
  const { gift, pledge, money } = change;
  assert(money.currency === gift.money.currency, 'one currency along a pledge');
  if (gift.state !== 'due') return;
  await tx
    .updateTable('gift')
    .set({
      amount_minor: money.minor,
      body_hash: giftBodyHash({ money, interval: pledge.unit }),
    })
    .where('id', '=', gift.id)
    .execute();
}

const PAUSE_MONTHS_MAX = 12;

export async function pausePledge(
  context: GivingContext,
  request: PauseRequest,
): Promise<PledgeChange> {
  const { pledgeId } = request;
  const done = await changePledge(context, pledgeId, (tx, { pledge }) =>
    pauseLocked(tx, context, { pledge, request }),
  );
  if (done === 'date') return { kind: 'refused', reason: 'date' };
  return await answer(context, pledgeId, done);
}

/** Pauses in the caller's transaction. */
export async function pauseLocked(
  tx: Tx,
  context: GivingContext,
  pause: { readonly pledge: Pledge; readonly request: PauseRequest },
): Promise<'changed' | 'unchanged' | 'not-possible' | 'date'> {
  const { pledge, request } = pause;
  const now = context.clock.now();
  if (pledge.state !== 'active' && pledge.state !== 'paused') return 'not-possible';
  const { zone } = datesOf(pledge, context.settings.zone);
  const until = pauseUntil(request, dayIn(now, zone));
  if (until === null) return 'date';
  assert(PlainDate.compare(until, dayIn(now, zone)) > 0, 'a pause ends in the future');
  if (pledge.pausedUntil?.equals(until) === true) return 'unchanged';
  await tx
    .updateTable('pledge')
    .set(({ eb }) => ({
      state: 'paused',
      paused_until: until,
      resume_at: dayBegins(until, zone),
      version: eb('version', '+', 1),
    }))
    .where('id', '=', pledge.id)
    .execute();
  return 'changed';
}

/** The first day of collecting again, or null when the request is outside one day to twelve months. */
export function pauseUntil(request: PauseRequest, today: PlainDate): PlainDate | null {
  if ('months' in request) {
    const { months } = request;
    if (!Number.isInteger(months) || months < 1 || months > PAUSE_MONTHS_MAX) return null;
    return today.add({ months });
  }
  const { untilDate } = request;
  const latest = today.add({ months: PAUSE_MONTHS_MAX });
  const inRange =
    PlainDate.compare(untilDate, today) > 0 && PlainDate.compare(untilDate, latest) <= 0;
  return inRange ? untilDate : null;
}

export async function resumePledge(
  context: GivingContext,
  pledgeId: string,
): Promise<PledgeChange> {
  const done = await changePledge(context, pledgeId, (tx, locked) =>
    resumeLocked(tx, context, locked),
  );
  return await answer(context, pledgeId, done);
}

/** Resumes in the caller's transaction. */
export async function resumeLocked(
  tx: Tx,
  context: GivingContext,
  { pledge, openGifts }: LockedPledge,
): Promise<'changed' | 'unchanged' | 'not-possible'> {
  const now = context.clock.now();
  if (pledge.state === 'active') return 'unchanged';
  if (pledge.state !== 'paused') return 'not-possible';
  await tx
    .updateTable('pledge')
    .set(({ eb }) => ({
      state: 'active',
      paused_until: null,
      resume_at: null,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', pledge.id)
    .execute();
  for (const gift of openGifts) {
    // Its moment came during the pause, and no worker has looked at it yet: it is skipped, as was said.
    if (gift.state !== 'due' || !isDue(gift, now)) continue;
    await moveGift(tx, gift, { input: { kind: 'skip' }, nextAt: null, now });
    await makeNextGift(tx, pledge, { now, newsroomZone: context.settings.zone });
  }
  return 'changed';
}

async function answer(
  context: GivingContext,
  pledgeId: string,
  kind: 'changed' | 'unchanged' | 'not-possible' | 'not-found',
): Promise<PledgeChange> {
  if (kind === 'not-found') return { kind };
  const pledge = await findPledgeView(context, pledgeId);
  assert(pledge !== undefined, 'a pledge that was locked is there');
  return { kind, pledge };
}
