/**
 * The collector: leases gifts whose time has come, decides what to do with each (`collect-decision.ts`) and does it. Each
 * gift is handled by itself; one that fails blocks nobody else.
 */
import { Instant } from '../../calendar/index.ts';
import { isDatabaseUnreachable } from '../../database/index.ts';
import { AssertionFailure, assert, unreachable } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { assertionText, isFailedAssertion, parkGift } from '../alarms/park-gift.ts';
import { isLive } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { isDue } from '../gift.ts';
import { lockGift, moveGift, readAttempts, readGift, scheduleGift } from '../gift-store.ts';
import { readAccountStatus } from '../moving/account-store.ts';
import { isPledgeOver, type PledgeState } from '../pledge.ts';
import { tellSupporter } from '../pledges/notices.ts';
import {
  datesOf,
  lockPledge,
  makeGiftAfterSkip,
  movePledge,
  readPledge,
} from '../pledges/pledge-store.ts';
import type { Attempt, Gift } from '../rows.ts';
import { applyInput } from '../settling/apply-input.ts';
import { askAboutAttempt, isInsideWindow } from '../settling/ask.ts';
import { closeUnpaidPage, scheduleNextAsk } from '../settling/follow-up.ts';
import { lapseInstant } from '../settling/try-ended.ts';
import { inTransaction, sqlState } from '../transaction.ts';
import type { Worker } from '../worker.ts';
import { planCharge, resendCharge, sendCharge } from './charge-renewal.ts';
import { decideWork, type Work, type WorkFacts } from './collect-decision.ts';
import { claimDueGifts, releaseGifts } from './lease.ts';
import { isUnattendedConfirmation } from './needs-action.ts';
import { resumePaused } from './resume-paused.ts';

const BATCH = 40;
/** Gifts handled at the same time, so that one slow answer does not hold up the rest of the batch. */
const AT_ONCE = 8;
const POISONED_PAUSE_MINUTES = 10;

export function createCollector(context: GivingContext): Worker {
  const owner = `collector-${context.random.uuid()}`;
  return {
    name: 'collector',
    async runOnce() {
      await context.ready();
      const now = context.clock.now();
      const resumed = await resumePaused(context);
      const due = await claimDueGifts(context.db, { now, owner, limit: BATCH });
      for (let from = 0; from < due.length; from += AT_ONCE) {
        const giftIds = due.slice(from, from + AT_ONCE);
        await Promise.all(giftIds.map((giftId) => handleSafely(context, { giftId })));
        await releaseGifts(context.db, { giftIds, owner });
      }
      return resumed + due.length;
    },
  };
}

async function handleSafely(
  context: GivingContext,
  leased: { readonly giftId: string },
): Promise<void> {
  try {
    await handle(context, leased.giftId);
  } catch (error) {
    await setAside(context, leased.giftId, error);
  }
}

/**
 * A failed assertion puts the gift on hold; anything else pauses it and tells a person. A database that went away says
 * nothing about the gift: its rows say where it is, and the next round goes on from there.
 */
async function setAside(context: GivingContext, giftId: string, error: unknown): Promise<void> {
  if (isDatabaseUnreachable(error)) return;
  if (isFailedAssertion(error)) {
    await parkGift(context, { giftId, detail: assertionText(error) });
    return;
  }
  const now = context.clock.now();
  const name = error instanceof Error ? error.name : 'unknown error';
  const detail = `${name} ${sqlState(error) ?? ''}`.trim();
  await raiseAlarm(context.db, { kind: 'assertion', ref: giftId, giftId, detail, now });
  await context.db
    .updateTable('gift')
    .set({ next_at: now.add({ minutes: POISONED_PAUSE_MINUTES }) })
    .where('id', '=', giftId)
    .where('state', 'in', ['due', 'collecting'])
    .execute();
}

/** Does what is due for one gift. */
async function handle(context: GivingContext, giftId: string): Promise<void> {
  const facts = await readFacts(context, giftId);
  if (facts === undefined) return;
  const work = decideWork(facts);
  await doWork(context, { facts, work });
}

async function readFacts(context: GivingContext, giftId: string): Promise<WorkFacts | undefined> {
  const { db } = context;
  const gift = await readGift(db, giftId);
  if (gift === undefined) return undefined;
  const attempts = await readAttempts(db, giftId);
  const pledge = gift.pledgeId === null ? null : ((await readPledge(db, gift.pledgeId)) ?? null);
  assert(pledge === null || pledge.id === gift.pledgeId, 'a gift is decided with its own pledge');
  assert(
    attempts.every((attempt) => attempt.giftId === gift.id),
    'a gift is decided with its own attempts',
  );
  const live = attempts.find((attempt) => isLive(attempt.state));
  const processor = live === undefined ? undefined : context.processorOf(live.accountId);
  const now = context.clock.now();
  return {
    gift,
    attempts,
    pledge,
    dates: pledge === null ? null : datesOf(pledge, context.settings.zone),
    lapseAt: pledge === null ? null : lapseInstant(context, { gift, pledge, attempts }),
    insideWindow:
      live !== undefined && processor !== undefined && isInsideWindow(live, processor, now),
    isDropped: live !== undefined && (await readAccountStatus(db, live.accountId)) === 'dropped',
    now,
  };
}

async function doWork(
  context: GivingContext,
  { facts, work }: { readonly facts: WorkFacts; readonly work: Work },
): Promise<void> {
  const { gift } = facts;
  switch (work.kind) {
    case 'nothing':
      return;
    case 'wait':
      return await waitUntil(context, gift, work.until);
    case 'abandon':
      return await giveUp(context, gift);
    case 'skip':
      return await skip(context, gift);
    case 'lapse':
      return await lapse(context, gift);
    case 'charge': {
      const planned = await planCharge(context, gift.id);
      if (planned === null) return;
      assert(planned.attempt.giftId === gift.id, 'what is charged is the gift that was decided on');
      await sendCharge(context, planned);
      return await scheduleNextAsk(context, planned.attempt.id);
    }
    case 'send':
      await sendCharge(context, { gift, attempt: work.attempt });
      return await scheduleNextAsk(context, work.attempt.id);
    case 'resend':
      await resend(context, { gift, attempt: work.attempt });
      return await scheduleNextAsk(context, work.attempt.id);
    case 'withdraw':
      await inTransaction(context.db, (tx) =>
        applyInput(tx, context, { attemptId: work.attempt.id, input: { kind: 'withdraw' } }),
      );
      return;
    case 'ask':
      return await ask(context, { facts, attempt: work.attempt });
    default:
      return unreachable(work, 'doWork');
  }
}

/**
 * The first time by the key alone. After that we ask before we send it again: a processor may have stored its own failure
 * under the key and would repeat it for ever.
 */
async function resend(
  context: GivingContext,
  charge: { readonly gift: Gift; readonly attempt: Attempt },
): Promise<void> {
  if (charge.attempt.asked > 0) {
    const asked = await askAboutAttempt(context, charge.attempt);
    if (asked !== 'too-early') return;
  }
  await resendCharge(context, charge);
}

async function ask(
  context: GivingContext,
  asking: { readonly facts: WorkFacts; readonly attempt: Attempt },
): Promise<void> {
  const { facts, attempt } = asking;
  await askAboutAttempt(context, attempt);
  const confirming = isUnattendedConfirmation(attempt);
  const isOver = facts.lapseAt !== null && Instant.compare(context.clock.now(), facts.lapseAt) >= 0;
  if (confirming && isOver) return await lapse(context, facts.gift);
  await closeUnpaidPage(context, attempt.id);
  await scheduleNextAsk(context, attempt.id);
}

async function waitUntil(
  context: GivingContext,
  gift: Gift,
  until: WorkFacts['now'],
): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    const locked = await lockGift(tx, gift.id);
    if (locked?.nextAt != null) await scheduleGift(tx, locked, until);
  });
}

/** Nobody will finish it: the supporter went away, or its pledge was stopped. */
async function giveUp(context: GivingContext, due: Gift): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    const gift = await lockGift(tx, due.id);
    if (gift === undefined || !isDue(gift, context.clock.now())) return;
    const attempts = await readAttempts(tx, gift.id);
    if (attempts.some((attempt) => isLive(attempt.state))) return;
    const pledge = gift.pledgeId === null ? null : await lockPledge(tx, gift.pledgeId);
    const lapsed = pledge?.state === 'lapsed' && gift.state === 'collecting';
    assert(
      pledge === null || isPledgeOver(pledge.state) || gift.periodN === 0,
      'a renewal is given up only with its pledge',
    );
    const input = lapsed ? ({ kind: 'fail' } as const) : ({ kind: 'abandon' } as const);
    await moveGift(tx, gift, { input, nextAt: null, now: context.clock.now() });
  });
}

/** This period is not charged; the next one is made. */
async function skip(context: GivingContext, due: Gift): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    const gift = await lockGift(tx, due.id);
    const now = context.clock.now();
    if (gift?.pledgeId == null || gift.periodN === null || !isDue(gift, now)) return;
    const attempts = await readAttempts(tx, gift.id);
    if (attempts.some((attempt) => isLive(attempt.state))) return;
    assert(gift.periodN >= 1, 'the first period is never skipped');
    await moveGift(tx, gift, { input: { kind: 'skip' }, nextAt: null, now });
    const pledge = await lockPledge(tx, gift.pledgeId);
    if (pledge.nextN !== gift.periodN + 1) return;
    await makeGiftAfterSkip(tx, pledge, { now, newsroomZone: context.settings.zone });
  });
}

/**
 * Three weeks did not help: the gift failed and its pledge is over. A pledge that was stopped or paused meanwhile stays
 * so; then only this period ends.
 */
async function lapse(context: GivingContext, due: Gift): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    const gift = await lockGift(tx, due.id);
    const now = context.clock.now();
    if (gift?.pledgeId == null || !isDue(gift, now)) return;
    const live = (await readAttempts(tx, gift.id)).find((attempt) => isLive(attempt.state));
    // Somebody began to pay this period by hand since we decided: a confirmation alone is not waited for any longer.
    if (live !== undefined && !isUnattendedConfirmation(live)) return;
    const pledge = await lockPledge(tx, gift.pledgeId);
    const behind = await movePledge(tx, pledge, { kind: 'try-failed' }, now);
    const over = await movePledge(tx, behind, { kind: 'lapse' }, now);
    const kind = endAfterLapse(over.state);
    await moveGift(tx, gift, { input: { kind }, nextAt: null, now });
    if (kind === 'fail') await tellSupporter(tx, { gift, now, about: 'lapsed' });
    if (kind === 'skip') {
      await makeGiftAfterSkip(tx, over, { now, newsroomZone: context.settings.zone });
    }
  });
}

function endAfterLapse(state: PledgeState): 'fail' | 'abandon' | 'skip' {
  switch (state) {
    case 'lapsed':
      return 'fail';
    case 'cancelled':
      return 'abandon';
    case 'paused':
      return 'skip';
    case 'awaiting_first':
    case 'active':
    case 'past_due':
      throw new AssertionFailure('three weeks of tries end a pledge that is behind');
    default:
      return unreachable(state, 'endAfterLapse');
  }
}
