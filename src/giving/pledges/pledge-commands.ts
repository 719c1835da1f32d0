/**
 * What a supporter may do with a pledge: change its amount, pause it, resume it. Each is safe to send twice. None needs
 * the processor, because the schedule is ours.
 *
 * A change holds from the next period that nobody began to collect. Locks are taken gift first; if a new gift appeared
 * between the two locks, the command looks again.
 */
import { dayIn, PlainDate } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { isDue } from '../gift.ts';
import { moveGift } from '../gift-store.ts';
import type { Agreed, PauseRequest, PledgeChange } from '../giving.ts';
import { dayBegins } from '../renewals/renewal.ts';
import type { Pledge } from '../rows.ts';
import { changePledge, type LockedPledge } from './change-pledge.ts';
import { changeTerms } from './change-terms.ts';
import { datesOf, makeGiftAfterSkip } from './pledge-store.ts';
import { findPledgeView } from './pledge-view.ts';

/** From the next period that nobody began to collect. */
export async function changePledgeAmount(
  context: GivingContext,
  change: { readonly pledgeId: string; readonly money: Money; readonly agreed?: Agreed },
): Promise<PledgeChange> {
  const { pledgeId, money, agreed } = change;
  return await changeTerms(context, { pledgeId, change: { kind: 'amount', money }, agreed });
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
    const until = today.add({ months });
    assert(PlainDate.compare(until, today) > 0, 'a pause ends in the future');
    return until;
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
  assert(openGifts.length <= 1, 'a pledge has one open gift');
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
    await makeGiftAfterSkip(tx, pledge, { now, newsroomZone: context.settings.zone });
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
