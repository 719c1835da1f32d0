/**
 * A supporter pays: from a tap to the address of the processor's page, such that taps, reloads, tabs, retries and crashes
 * end in one gift.
 *
 * The rows say where we are, so every call does the same: write the gift if it is not there, look at its attempts, do the
 * next thing. A page whose address is stored is handed out again. An attempt that was sent and whose answer got lost is
 * sent again with the same key and body while the processor remembers the key, and asked about afterwards; so the second
 * of two simultaneous calls gets the same page as the first. No lock is held while we wait for a processor.
 */
import { isUuid } from '../../calendar/index.ts';
import { equalMoney } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { isLive } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { giftBodyHash } from '../fingerprint.ts';
import { isOpenGift, mayPlan } from '../gift.ts';
import {
  insertAttempt,
  lockGift,
  moveGift,
  readAttempt,
  readAttempts,
  readGift,
} from '../gift-store.ts';
import { readGiftView } from '../gift-view.ts';
import type { BeginGiftResult, GiftIntent, GiftRefusal } from '../giving.ts';
import { movesMoney, takesNewGifts } from '../moving/account-status.ts';
import { readAccountStatus } from '../moving/account-store.ts';
import { isPledgeOver } from '../pledge.ts';
import { chargedAtOnce, mayCollect } from '../pledges/collection.ts';
import { readPledge } from '../pledges/pledge-store.ts';
import type { Processor } from '../processor.ts';
import { type Attempt, type Gift, intervalOf, type Pledge } from '../rows.ts';
import { applyInput } from '../settling/apply-input.ts';
import { askAboutAttempt, isInsideWindow } from '../settling/ask.ts';
import { inTransaction } from '../transaction.ts';
import { afterRefusals, candidatesFor, chooseActive, type WayWished } from './active-processors.ts';
import { isOtherWay, leavePage } from './change-way.ts';
import { chooseAmong } from './choose-processor.ts';
import type { HostedOrder } from './hosted-order.ts';
import { openPage, type PageAttempt } from './hosted-page.ts';
import { FIRST_LOOK_HOURS, type WrittenIntent, writeNewGift } from './new-gift.ts';
import { orderOfAttempt } from './order-of-attempt.ts';

/** How often one call looks at the rows again before it says "we are checking". */
const ROUNDS_MAX = 5;
/** Attempts of one gift: a person who tries that often needs help, not another page. */
export const ATTEMPTS_MAX = 20;

type Step = BeginGiftResult | 'again';

export async function beginGift(
  context: GivingContext,
  given: WrittenIntent,
): Promise<BeginGiftResult> {
  const intent = { ...given, giftId: given.giftId.toLowerCase() };
  const refusal = checkIntent(context, intent);
  if (refusal === 'gift-id') return refused(refusal);
  await context.ready();
  // A gift that exists was within the limits when it was begun.
  const mayBegin = refusal === null || (await readGift(context.db, intent.giftId)) !== undefined;
  if (!mayBegin) return refused(refusal);
  if (refusal === null) {
    const begun = await writeGift(context, intent);
    if (begun !== 'again') return begun;
  }
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const step = await goOn(context, intent);
    if (step !== 'again') return step;
  }
  return await checking(context, intent.giftId);
}

/** The newsroom's limits hold whatever a form says. */
export function checkIntent(context: GivingContext, intent: GiftIntent): GiftRefusal | null {
  if (!isUuid(intent.giftId)) return 'gift-id';
  const limits = context.settings.limits(intent.money.currency);
  if (limits === undefined) return 'currency';
  if (intent.money.minor < limits.minimum || intent.money.minor < 1n) return 'too-small';
  if (intent.money.minor > limits.maximum) return 'too-large';
  const months = intent.collectEveryMonths ?? 1;
  if (!mayCollect(intent.interval, months)) return 'collection';
  if (chargedAtOnce(intent.money, months).minor > limits.maximum) return 'too-large';
  // Several months at once only with the words that were agreed to.
  if (months > 1 && intent.agreed === undefined) return 'collection';
  return null;
}

/** Tries to be the first call with this id, and opens the page at once if it is. */
async function writeGift(context: GivingContext, intent: WrittenIntent): Promise<Step> {
  let candidates = candidatesFor(context, context.processors, intent);
  for (;;) {
    const choice = chooseAmong(candidates, intent);
    if (choice.kind === 'none') return refused(intent.way === undefined ? choice.reason : 'way');
    const { processor } = choice;
    const answer = await writeNewGift(context, intent, processor);
    if (answer.kind === 'written') {
      const { giftId, attemptId, accountId, built } = answer.begun;
      const attempt = { id: attemptId, giftId, accountId, state: 'sent' } as const;
      return await open(context, { attempt, processor, built });
    }
    switch (answer.why) {
      case 'inactive':
        candidates = candidates.filter((one) => one !== processor);
        break;
      case 'taken':
        // Another call with this id was faster; whether it meant the same is seen from the row.
        return 'again';
      case 'daily-limit':
        return refused('daily-limit');
      case 'unknown-supporter':
      case 'not-bare':
        return refused('supporter');
    }
  }
}

/** Everything that decides what to do next with a gift. */
interface Situation {
  readonly gift: Gift;
  readonly pledge: Pledge | null;
  readonly attempts: readonly Attempt[];
}

async function readSituation(context: GivingContext, giftId: string): Promise<Situation> {
  const gift = await readGift(context.db, giftId);
  assert(gift !== undefined, 'a gift that was written is there');
  const pledge =
    gift.pledgeId === null ? null : ((await readPledge(context.db, gift.pledgeId)) ?? null);
  assert(gift.pledgeId === null || pledge !== null, 'the pledge of a gift exists');
  return { gift, pledge, attempts: await readAttempts(context.db, giftId) };
}

async function goOn(context: GivingContext, intent: GiftIntent): Promise<Step> {
  const situation = await readSituation(context, intent.giftId);
  const { gift, pledge, attempts } = situation;
  const wished = afterRefusals(intent, attempts);
  if (gift.bodyHash !== giftBodyHash(intent)) {
    return { kind: 'other-content', gift: await readGiftView(context, gift.id) };
  }
  if (gift.state === 'settled')
    return { kind: 'already', gift: await readGiftView(context, gift.id) };
  if (gift.state === 'integrity_hold') return await checking(context, gift.id);
  if (!isOpenGift(gift.state) || gift.supporterId === null) return refused('ended');
  const lives = attempts.filter((attempt) => isLive(attempt.state));
  assert(lives.length <= 1, 'at most one attempt of a gift is live');
  const [live] = lives;
  const pledgeState = pledge?.state ?? null;
  if (live?.state === 'planned' && pledgeState !== null && isPledgeOver(pledgeState)) {
    return refused('ended');
  }
  if (live !== undefined && isOtherWay(context, live, intent.way)) {
    if (attempts.length >= ATTEMPTS_MAX) return refused('daily-limit');
    const left = await leavePage(context, { gift, pledge, live, wished });
    if (left === 'no-way') return refused('way');
    return left === 'left' ? 'again' : await checking(context, gift.id);
  }
  if (live !== undefined) return await goOnWithAttempt(context, situation, live);
  if (!mayPlan({ state: gift.state, hasLiveAttempt: false, pledgeState })) return refused('ended');
  if (attempts.length >= ATTEMPTS_MAX) return refused('daily-limit');
  return await planHosted(context, situation, wished);
}

/** Another try at a gift whose last one ended: the next attempt, on a page of its own. */
async function planHosted(
  context: GivingContext,
  situation: Situation,
  wished: WayWished,
): Promise<Step> {
  const { money } = situation.gift;
  const choice = await chooseActive(context, {
    money,
    interval: intervalOf(situation.pledge),
    wished,
  });
  if (choice.kind === 'none') return refused(wished.way === undefined ? choice.reason : 'way');
  assert(
    choice.processor.capabilities.currencies.includes(money.currency),
    'a processor takes what it is sent',
  );
  const attemptId = context.random.uuid();
  assert(isUuid(attemptId), 'a key is a UUID');
  const built = await orderOfAttempt(context, { ...situation, attemptId });
  if (built === undefined) return refused('ended');
  assert(equalMoney(built.order.money, money), 'an order is for what the gift says');
  await inTransaction(context.db, async (tx) => {
    const gift = await lockGift(tx, situation.gift.id);
    if (gift === undefined || !isOpenGift(gift.state)) return;
    const attempts = await readAttempts(tx, gift.id);
    if (attempts.some((attempt) => isLive(attempt.state))) return;
    const now = context.clock.now();
    await insertAttempt(tx, {
      id: attemptId,
      gift_id: gift.id,
      n: attempts.length + 1,
      processor_account_id: choice.processor.accountId,
      request_hash: built.hash,
      created_at: now,
    });
    const nextAt = now.add({ hours: FIRST_LOOK_HOURS });
    await moveGift(tx, gift, { input: { kind: 'plan' }, nextAt, now });
  });
  return 'again';
}

async function goOnWithAttempt(
  context: GivingContext,
  situation: Situation,
  live: Attempt,
): Promise<Step> {
  // A renewal that is being charged without the supporter: nothing to open.
  if (live.mandateId !== null && live.pageUrl === null) return await checking(context, live.giftId);
  const status = await readAccountStatus(context.db, live.accountId);
  assert(status !== undefined, 'the account of an attempt exists');
  if (live.state === 'planned' && !takesNewGifts(status)) {
    await inTransaction(context.db, (tx) =>
      applyInput(tx, context, { attemptId: live.id, input: { kind: 'withdraw' } }),
    );
    return 'again';
  }
  // Whether somebody paid there is for its books to say; until then this gift is paid nowhere else.
  if (!movesMoney(status)) return await checking(context, live.giftId);
  if (live.pageUrl !== null) return { kind: 'go', pageUrl: live.pageUrl };
  const processor = context.processorOf(live.accountId);
  if (processor === undefined) return await checking(context, live.giftId);
  const built = await orderOfAttempt(context, { ...situation, attemptId: live.id });
  if (built === undefined) return refused('ended');
  assert(built.order.idempotencyKey === live.id, 'the key of an order is its attempt');
  const sameBody = built.hash === live.requestHash;
  if (live.state === 'planned' && !sameBody) {
    await inTransaction(context.db, (tx) =>
      applyInput(tx, context, { attemptId: live.id, input: { kind: 'withdraw' } }),
    );
    return 'again';
  }
  if (sameBody && isInsideWindow(live, processor, context.clock.now())) {
    return await open(context, { attempt: live, processor, built });
  }
  if (live.state === 'planned') return await open(context, { attempt: live, processor, built });
  const asked = await askAboutAttempt(context, live);
  return asked === 'changed' ? 'again' : await checking(context, live.giftId);
}

async function open(
  context: GivingContext,
  opening: { attempt: PageAttempt; processor: Processor; built: HostedOrder },
): Promise<Step> {
  const { giftId, id } = opening.attempt;
  const answer = await openPage(context, opening);
  switch (answer.kind) {
    case 'open':
      return { kind: 'go', pageUrl: answer.pageUrl };
    case 'refused':
      return refused('processor');
    case 'look-again':
      return 'again';
    case 'not-heard': {
      const now = await readAttempt(context.db, id);
      assert(now !== undefined, 'an attempt is never deleted');
      assert(now.giftId === giftId, 'an attempt belongs to its gift');
      if (now.pageUrl !== null) return { kind: 'go', pageUrl: now.pageUrl };
      return await checking(context, giftId);
    }
  }
}

export function refused(reason: GiftRefusal): BeginGiftResult {
  return { kind: 'refused', reason };
}

async function checking(context: GivingContext, giftId: string): Promise<BeginGiftResult> {
  return { kind: 'checking', gift: await readGiftView(context, giftId) };
}
