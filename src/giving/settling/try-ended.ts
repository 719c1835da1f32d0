/**
 * What follows when a try ends without money: nothing, another try, a letter, or the end of the pledge. In the
 * transaction that ended the attempt, with the gift locked.
 *
 * A gift somebody is making now (one-off, or the first of a pledge) waits a day for them to come back, then it is given
 * up. A renewal follows the advice of the decline and the retry schedule, until its pledge lapses.
 */
import { dayIn, Instant, type PlainDate } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import { type AttemptInput, isLive } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { isOpenGift } from '../gift.ts';
import { moveGift, readAttempts, scheduleGift } from '../gift-store.ts';
import { isPledgeOver } from '../pledge.ts';
import { hasAnotherActivePledge, tellSupporter } from '../pledges/notices.ts';
import {
  datesOf,
  killMandate,
  lockPledge,
  markMandateNeedsAction,
  movePledge,
} from '../pledges/pledge-store.ts';
import type { DeclineAdvice } from '../processor.ts';
import { courseAfterDecline } from '../renewals/decline.ts';
import { collectAt } from '../renewals/renewal.ts';
import { afterDeclinedTry, lapseDay } from '../renewals/retry-schedule.ts';
import type { Attempt, Gift, Pledge } from '../rows.ts';

/** How long a supporter has to come back to a gift they began. */
export const UNFINISHED_HOURS = 24;

interface Ended {
  readonly gift: Gift;
  /** As it is now. */
  readonly attempt: Attempt;
  readonly input: AttemptInput;
}

export async function afterTryEnded(tx: Tx, context: GivingContext, ended: Ended): Promise<void> {
  const { gift, attempt } = ended;
  assert(!isLive(attempt.state), 'a try that ended is not live');
  assert(attempt.giftId === gift.id, 'an attempt belongs to its gift');
  if (!isOpenGift(gift.state)) return;
  const now = context.clock.now();
  if (gift.pledgeId === null) return await waitForSupporter(tx, gift, now);
  const pledge = await lockPledge(tx, gift.pledgeId);
  if (isPledgeOver(pledge.state)) {
    // Cancelled while this was on its way, and nothing came of it: there is nothing left to collect.
    const input =
      pledge.state === 'lapsed' ? ({ kind: 'fail' } as const) : ({ kind: 'abandon' } as const);
    await moveGift(tx, gift, { input, nextAt: null, now });
    return;
  }
  assert(gift.periodN !== null && pledge.nextN > gift.periodN, 'a gift that exists was counted');
  if (gift.periodN === 0) return await waitForSupporter(tx, gift, now);
  await afterRenewalTry(tx, context, { ...ended, pledge, now });
}

async function waitForSupporter(tx: Tx, gift: Gift, now: Instant): Promise<void> {
  await scheduleGift(tx, gift, now.add({ hours: UNFINISHED_HOURS }));
}

interface RenewalEnded extends Ended {
  readonly pledge: Pledge;
  readonly now: Instant;
}

async function afterRenewalTry(tx: Tx, context: GivingContext, ended: RenewalEnded): Promise<void> {
  const { input, gift, attempt, now } = ended;
  // What happens on a page the supporter opened by hand says nothing about the card we hold a mandate for.
  if (attempt.mandateId === null) return await resumeSchedule(tx, context, ended);
  switch (input.kind) {
    case 'not-found':
    case 'withdraw':
      // Nothing reached a bank, so it was no try: the collector looks again at once.
      return await scheduleGift(tx, gift, now);
    case 'order-refused':
      return await waitUntilLapse(tx, context, { ...ended, letter: false });
    case 'evidence': {
      const { evidence } = input;
      if (evidence.state === 'declined')
        return await afterDecline(tx, context, ended, evidence.advice);
      assert(evidence.state === 'expired', 'a try ends declined or expired');
      // A confirmation that never came.
      return await waitUntilLapse(tx, context, { ...ended, letter: true });
    }
    case 'send':
    case 'answer-not-heard':
    case 'page-not-heard':
      return assert(false, 'sending ends no try');
    default:
      return unreachable(input, 'afterRenewalTry');
  }
}

/** Goes on where the schedule stood before the supporter tried to pay this period by hand. */
async function resumeSchedule(tx: Tx, context: GivingContext, ended: RenewalEnded): Promise<void> {
  const { gift, pledge, now } = ended;
  const dates = datesOf(pledge, context.settings.zone);
  const charged = (await readAttempts(tx, gift.id)).filter(
    // One that was taken back before it left is no try.
    ({ mandateId, firstSentAt }) => mandateId !== null && firstSentAt !== null,
  );
  const last = charged.findLast(({ state }) => state === 'declined' || state === 'expired');
  if (last === undefined) {
    assert(gift.dueDate !== null, 'a renewal has a due date');
    return await scheduleGift(tx, gift, later(now, collectAt(dates, gift.dueDate)));
  }
  if (last.state === 'declined' && courseAfterDecline(last.advice).pledge === 'retry') {
    const made = charged.filter(({ state }) => state === 'declined').length;
    const lastOn = dayIn(last.firstSentAt ?? last.createdAt, dates.zone);
    const next = afterDeclinedTry({ made, lastOn });
    if (next.kind === 'retry') {
      return await scheduleGift(tx, gift, later(now, collectAt(dates, next.on)));
    }
  }
  await waitUntilLapse(tx, context, { ...ended, letter: false });
}

function later(a: Instant, b: Instant): Instant {
  return Instant.compare(a, b) >= 0 ? a : b;
}

async function afterDecline(
  tx: Tx,
  context: GivingContext,
  ended: RenewalEnded,
  advice: DeclineAdvice,
): Promise<void> {
  const { gift, attempt, pledge, now } = ended;
  const course = courseAfterDecline(advice);
  assert(attempt.mandateId !== null, 'a renewal is charged on a mandate');
  if (course.mandate === 'dead') await killMandate(tx, attempt.mandateId, { unlessShared: false });
  if (course.mandate === 'needs_action') await markMandateNeedsAction(tx, attempt.mandateId);
  if (course.pledge === 'stop') {
    await movePledge(tx, pledge, { kind: 'cancel' }, now);
    await moveGift(tx, gift, { input: { kind: 'abandon' }, nextAt: null, now });
    await tellSupporter(tx, { gift, now, about: 'stopped' });
    return;
  }
  const retry = course.pledge === 'retry' ? await nextRetry(tx, context, ended) : null;
  if (retry === null) return await waitUntilLapse(tx, context, { ...ended, letter: true });
  await movePledge(tx, pledge, { kind: 'try-failed' }, now);
  await scheduleGift(tx, gift, retry);
}

/** When this gift is tried again, or null when its tries are used up. */
async function nextRetry(
  tx: Tx,
  context: GivingContext,
  ended: RenewalEnded,
): Promise<Instant | null> {
  const dates = datesOf(ended.pledge, context.settings.zone);
  const attempts = await readAttempts(tx, ended.gift.id);
  const made = attempts.filter(
    (attempt) => attempt.state === 'declined' && attempt.mandateId !== null,
  ).length;
  assert(made >= 1, 'the try that was declined just now counts');
  const next = afterDeclinedTry({ made, lastOn: dayIn(ended.now, dates.zone) });
  return next.kind === 'retry' ? collectAt(dates, next.on) : null;
}

/** Only the supporter can go on now; the collector comes back on the day the pledge lapses. */
export async function waitUntilLapse(
  tx: Tx,
  context: GivingContext,
  waiting: { gift: Gift; pledge: Pledge; now: Instant; letter: boolean },
): Promise<void> {
  const { gift, pledge, now } = waiting;
  assert(isOpenGift(gift.state), 'only an open gift waits');
  const moved = await movePledge(tx, pledge, { kind: 'try-failed' }, now);
  const attempts = await readAttempts(tx, gift.id);
  const lapse = lapseInstant(context, { gift, pledge: moved, attempts });
  await scheduleGift(tx, gift, lapse);
  if (waiting.letter && !(await hasAnotherActivePledge(tx, pledge))) {
    await tellSupporter(tx, { gift, now, about: 'failed' });
  }
}

/** The instant at which the pledge of an unpaid renewal lapses: counted from its first charge, or from its day. */
export function lapseInstant(
  context: GivingContext,
  of: { readonly gift: Gift; readonly pledge: Pledge; readonly attempts: readonly Attempt[] },
): Instant {
  const dates = datesOf(of.pledge, context.settings.zone);
  const firstSent = of.attempts.find(
    (attempt) => attempt.mandateId !== null && attempt.firstSentAt !== null,
  )?.firstSentAt;
  const { dueDate } = of.gift;
  assert(dueDate !== null, 'a renewal has a due date');
  const firstOn: PlainDate = firstSent == null ? dueDate : dayIn(firstSent, dates.zone);
  return collectAt(dates, lapseDay(firstOn));
}
