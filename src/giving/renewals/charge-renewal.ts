/**
 * Charging a renewal, the supporter absent. Four writes around one call, in this order: the attempt is planned, with its
 * key and the hash of what will be sent; it is taken for sending; the processor is called, with no lock held; the answer
 * is applied together with ledger and outbox. A crash between any two of them leaves a row that says what to do.
 */
import type { Tx } from '../../database/index.ts';
import { equalMoney } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { isLive } from '../attempt.ts';
import { type Bound, brokenBound } from '../checkout/bounds.ts';
import type { GivingContext } from '../context.ts';
import { mandateOrderHash } from '../fingerprint.ts';
import { isDue, isOpenGift, mayPlan } from '../gift.ts';
import {
  insertAttempt,
  lockGift,
  moveGift,
  readAttempts,
  scheduleGift,
  takeForSending,
} from '../gift-store.ts';
import { lockPledge, readMandate } from '../pledges/pledge-store.ts';
import type { MandateChargeOrder, Processor } from '../processor.ts';
import type { Attempt, Gift, Mandate, Pledge } from '../rows.ts';
import { applyEvidence } from '../settling/apply-evidence.ts';
import { applyInput } from '../settling/apply-input.ts';
import { askAboutAttempt } from '../settling/ask.ts';
import { waitUntilLapse } from '../settling/try-ended.ts';
import { inTransaction } from '../transaction.ts';

export interface PlannedCharge {
  /** As it was when the attempt was planned: the amount may have changed since the worker read it. */
  readonly gift: Gift;
  readonly attempt: Attempt;
}

/** Plans one more attempt on a gift's mandate. @returns it, or null when nothing may be charged now */
export async function planCharge(
  context: GivingContext,
  giftId: string,
): Promise<PlannedCharge | null> {
  return await inTransaction(context.db, async (tx) => {
    const gift = await lockGift(tx, giftId);
    if (gift?.pledgeId == null) return null;
    const attempts = await readAttempts(tx, gift.id);
    const pledge = await lockPledge(tx, gift.pledgeId);
    const hasLiveAttempt = attempts.some((attempt) => isLive(attempt.state));
    if (!mayPlan({ state: gift.state, hasLiveAttempt, pledgeState: pledge.state })) return null;
    const now = context.clock.now();
    if (!isDue(gift, now)) return null;
    const mandate = pledge.mandateId === null ? undefined : await readMandate(tx, pledge.mandateId);
    if (mandate?.state !== 'usable' || (await isDropped(tx, mandate.accountId))) {
      await leaveToSupporter(tx, context, { gift, pledge });
      return null;
    }
    if (context.processorOf(mandate.accountId) === undefined) {
      await waitForProcessor(tx, context, gift);
      return null;
    }
    const bound = await brokenBound(tx, { gift, mandate, attemptsSoFar: attempts.length, now });
    if (bound === 'method-tries') {
      await leaveToSupporter(tx, context, { gift, pledge });
      return null;
    }
    if (bound !== null) {
      await park(tx, context, { gift, bound });
      return null;
    }
    const order = mandateOrder(context, { gift, mandate, attemptId: context.random.uuid() });
    if (order === null) return null;
    assert(equalMoney(order.money, gift.money), 'a charge is for what the gift says');
    assert(pledge.money.currency === gift.money.currency, 'one currency along a pledge');
    const id = order.idempotencyKey;
    await insertAttempt(tx, {
      id,
      gift_id: gift.id,
      n: attempts.length + 1,
      mandate_id: mandate.id,
      processor_account_id: mandate.accountId,
      request_hash: mandateOrderHash(order),
      created_at: now,
    });
    await moveGift(tx, gift, { input: { kind: 'plan' }, nextAt: now, now });
    const planned = (await readAttempts(tx, gift.id)).find((attempt) => attempt.id === id);
    assert(planned?.state === 'planned', 'an attempt that was written is there');
    return { gift, attempt: planned };
  });
}

/** This process has no key for the account; another may have it, and if none has, a person must know. */
async function waitForProcessor(tx: Tx, context: GivingContext, gift: Gift): Promise<void> {
  const now = context.clock.now();
  await scheduleGift(tx, gift, now.add({ hours: 1 }));
  const detail = 'no processor for its account';
  await raiseAlarm(tx, { kind: 'unanswered', ref: gift.id, giftId: gift.id, detail, now });
}

/** A processor that dropped the newsroom charges nothing any more: its supporters are asked for another way. */
async function isDropped(tx: Tx, accountId: string): Promise<boolean> {
  const account = await tx
    .selectFrom('processor_account')
    .select('status')
    .where('id', '=', accountId)
    .executeTakeFirst();
  assert(account !== undefined, 'the account of a mandate exists');
  return account.status === 'dropped';
}

/** Nothing to charge: only the supporter can go on, by paying this period with another method. */
async function leaveToSupporter(
  tx: Tx,
  context: GivingContext,
  { gift, pledge }: { readonly gift: Gift; readonly pledge: Pledge },
): Promise<void> {
  const now = context.clock.now();
  const collecting = await moveGift(tx, gift, { input: { kind: 'plan' }, nextAt: now, now });
  await waitUntilLapse(tx, context, { gift: collecting, pledge, now, letter: true });
}

/** Not charged, and not looked at again until a person lets it go on. */
async function park(
  tx: Tx,
  context: GivingContext,
  parked: { readonly gift: Gift; readonly bound: Bound },
): Promise<void> {
  assert(isOpenGift(parked.gift.state), 'only an open gift is parked');
  await tx.updateTable('gift').set({ next_at: null }).where('id', '=', parked.gift.id).execute();
  await raiseAlarm(tx, {
    kind: 'bound',
    ref: parked.gift.id,
    giftId: parked.gift.id,
    detail: parked.bound,
    now: context.clock.now(),
  });
}

/** The order of a charge, or null once its supporter was forgotten. */
function mandateOrder(
  context: GivingContext,
  charge: { readonly gift: Gift; readonly mandate: Mandate; readonly attemptId: string },
): MandateChargeOrder | null {
  const { gift, mandate, attemptId } = charge;
  assert(gift.money.minor > 0n, 'a charge is for at least one minor unit');
  const { customerRef, methodRef } = mandate;
  if (gift.supporterId === null || customerRef === null || methodRef === null) return null;
  return {
    references: {
      attemptId,
      giftId: gift.id,
      supporterId: gift.supporterId,
      pledgeId: gift.pledgeId,
    },
    idempotencyKey: attemptId,
    money: gift.money,
    mandate: { customerRef, methodRef },
    statementText: context.settings.statementText,
    refusedCountries: context.settings.refusedCountries().toSorted(),
  };
}

/** Sends a planned attempt. Of any number of callers one sends. */
export async function sendCharge(
  context: GivingContext,
  charge: { readonly gift: Gift; readonly attempt: Attempt },
): Promise<void> {
  const { attempt } = charge;
  if (context.processorOf(attempt.accountId) === undefined) {
    await inTransaction(context.db, async (tx) => {
      const gift = await lockGift(tx, attempt.giftId);
      if (gift !== undefined && isOpenGift(gift.state)) await waitForProcessor(tx, context, gift);
    });
    return;
  }
  const taken = await context.db
    .transaction()
    .execute((tx) => takeForSending(tx, attempt, context.clock.now()));
  if (taken) await callProcessor(context, charge);
}

/** Sends the same key and body again; asks instead where the body would be another one by now. */
export async function resendCharge(
  context: GivingContext,
  charge: { readonly gift: Gift; readonly attempt: Attempt },
): Promise<void> {
  await callProcessor(context, charge);
}

async function callProcessor(
  context: GivingContext,
  charge: { readonly gift: Gift; readonly attempt: Attempt },
): Promise<void> {
  const { gift, attempt } = charge;
  const processor = context.processorOf(attempt.accountId);
  if (processor === undefined) return;
  assert(attempt.mandateId !== null, 'a charge without the supporter needs a mandate');
  const mandate = await readMandate(context.db, attempt.mandateId);
  const order =
    mandate === undefined ? null : mandateOrder(context, { gift, mandate, attemptId: attempt.id });
  if (order === null || mandateOrderHash(order) !== attempt.requestHash) {
    // Settings or the mandate changed since this was planned: never another body under an old key.
    await askOrTakeBack(context, attempt);
    return;
  }
  await charged(context, { attempt, processor, order });
}

async function charged(
  context: GivingContext,
  call: {
    readonly attempt: Attempt;
    readonly processor: Processor;
    readonly order: MandateChargeOrder;
  },
): Promise<void> {
  const { attempt, processor, order } = call;
  assert(order.idempotencyKey === attempt.id, 'the key of a charge is its attempt');
  assert(
    processor.accountId === attempt.accountId,
    'a charge goes to the account it was planned for',
  );
  const answer = await processor.chargeMandate(order);
  switch (answer.kind) {
    case 'evidence':
      await applyEvidence(context, {
        attemptId: attempt.id,
        accountId: attempt.accountId,
        objectRef: answer.objectRef,
        evidence: answer.evidence,
      });
      return;
    case 'refused': {
      // Refused at first sight: our bug, and nothing was charged. Refused when sent again, it says nothing about what
      // became of it the first time.
      const input =
        attempt.state === 'planned'
          ? ({ kind: 'order-refused', code: answer.code } as const)
          : ({ kind: 'answer-not-heard' } as const);
      await inTransaction(context.db, (tx) =>
        applyInput(tx, context, { attemptId: attempt.id, input }),
      );
      return;
    }
    case 'unknown':
      await inTransaction(context.db, (tx) =>
        applyInput(tx, context, { attemptId: attempt.id, input: { kind: 'answer-not-heard' } }),
      );
      return;
  }
}

/** A body that cannot be built again: an attempt that was never sent is asked about all the same, and found not to exist. */
async function askOrTakeBack(context: GivingContext, attempt: Attempt): Promise<void> {
  await askAboutAttempt(context, {
    ...attempt,
    state: attempt.state === 'planned' ? 'sent' : attempt.state,
  });
}
