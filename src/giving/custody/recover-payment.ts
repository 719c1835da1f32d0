/**
 * Payments that another copy of this newsroom made. After a backup was restored, the processor knows of charges that the
 * database does not: made after the backup, by attempts whose rows are lost. Their records carry our own ids, so each is
 * put back where it belongs: the gift it was for, made anew if need be, gets the attempt with the id that it had. From
 * there on it is a payment like any other, and its period of its pledge is closed to a second charge.
 *
 * What cannot be put back (a pledge that was begun after the backup: nothing says what was promised) stays what it is
 * for everybody else: strange money, which is parked, booked as unmatched and shown to a person.
 *
 * A database that was born here recovers nothing: there, an attempt nobody knows is a riddle, not a loss.
 */
import { type Instant, isUuid } from '../../calendar/index.ts';
import { readCustody, type Tx } from '../../database/index.ts';
import { equalMoney } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { type AttemptState, isLive } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { giftBodyHash } from '../fingerprint.ts';
import { isOpenGift } from '../gift.ts';
import { insertGift, lockGift, moveGift, readAttempt, readAttempts } from '../gift-store.ts';
import { isPledgeOver } from '../pledge.ts';
import { lockPledge, makeNextGift, readPledge } from '../pledges/pledge-store.ts';
import type { OurReferences, PaymentEvidence, PaymentListing } from '../processor.ts';
import { renewalGiftId } from '../renewals/renewal.ts';
import type { Gift } from '../rows.ts';
import { inTransaction } from '../transaction.ts';

/** How many periods may have passed since the backup: five years of months. */
const PERIODS_MAX = 60;
/** What was sent is not known; no order of ours has this hash, so it is only asked about, never sent again. */
const REQUEST_HASH = 'recovered-from-the-processor';

interface Recovery {
  readonly accountId: string;
  readonly references: OurReferences;
  readonly evidence: PaymentEvidence;
  /** The moment of the backup: it was sent later than this. */
  readonly exportedAt: Instant;
}

/** @returns the id of the attempt that was put back, or undefined when there was none to put back */
export async function recoverPayment(
  context: GivingContext,
  listed: {
    readonly accountId: string;
    readonly payment: PaymentListing['payments'][number];
  },
): Promise<string | undefined> {
  const { references, evidence } = listed.payment;
  if (references === undefined || !areOurs(references)) return undefined;
  const { exportedAt } = await readCustody(context.db);
  if (exportedAt === null) return undefined;
  const recovery = { accountId: listed.accountId, references, evidence, exportedAt };
  return await inTransaction(context.db, (tx) => recover(tx, context, recovery));
}

function areOurs({ attemptId, giftId, supporterId, pledgeId }: OurReferences): boolean {
  return [attemptId, giftId, supporterId, ...(pledgeId === null ? [] : [pledgeId])].every(isUuid);
}

async function recover(
  tx: Tx,
  context: GivingContext,
  recovery: Recovery,
): Promise<string | undefined> {
  const { attemptId } = recovery.references;
  const gift = await giftOfPayment(tx, context, recovery);
  if (gift === undefined) return undefined;
  // Another process may have put it back while we waited for the lock.
  const known = await readAttempt(tx, attemptId);
  if (known !== undefined) return known.id;
  assert(gift.id === recovery.references.giftId, 'a payment is put back where it belongs');
  const agreed = await takeAgreedAmount(tx, { gift, recovery });
  assert(agreed.money.currency === gift.money.currency, 'one currency along a gift');
  const attempts = await readAttempts(tx, agreed.id);
  const hasLive = attempts.some((attempt) => isLive(attempt.state));
  const state = stateOfRecovered(recovery.evidence, isOpenGift(agreed.state) && !hasLive);
  assert(state !== 'succeeded', 'only settle() writes a success');
  const now = context.clock.now();
  await tx
    .insertInto('attempt')
    .values({
      id: attemptId,
      gift_id: agreed.id,
      n: (attempts.at(-1)?.n ?? 0) + 1,
      mandate_id: await mandateOfPayment(tx, { gift: agreed, evidence: recovery.evidence }),
      processor_account_id: recovery.accountId,
      request_hash: REQUEST_HASH,
      state,
      first_sent_at: recovery.exportedAt,
      created_at: now,
    })
    .execute();
  if (state === 'sent') {
    await moveGift(tx, agreed, { input: { kind: 'plan' }, nextAt: now, now });
  } else if (mayStillPay(recovery.evidence)) {
    await holdForPerson(tx, { gift: agreed, attemptId, now });
  }
  return attemptId;
}

/**
 * In which state it is put back, for the evidence to be applied to. Money is a proof that lifts an attempt out of any
 * state, so it needs no live one; what may still pay must be live, so that nothing else is charged meanwhile.
 */
export function stateOfRecovered(evidence: PaymentEvidence, mayBeLive: boolean): AttemptState {
  switch (evidence.state) {
    case 'succeeded':
      return 'not_found';
    case 'open':
    case 'processing':
    case 'needs_action':
      return mayBeLive ? 'sent' : 'not_found';
    case 'declined':
    case 'expired':
      return mayBeLive ? 'sent' : evidence.state;
  }
}

function mayStillPay({ state }: PaymentEvidence): boolean {
  return state === 'processing' || state === 'needs_action' || state === 'open';
}

/** Two payments of one gift may both still come: a person looks, and nothing is charged until then. */
async function holdForPerson(
  tx: Tx,
  held: { readonly gift: Gift; readonly attemptId: string; readonly now: Instant },
): Promise<void> {
  const { gift, attemptId, now } = held;
  if (gift.state === 'settled' || gift.state === 'integrity_hold') return;
  assert(isUuid(attemptId), 'an attempt of ours has an id of ours');
  await moveGift(tx, gift, { input: { kind: 'hold' }, nextAt: null, now });
  const detail = 'two payments under way after a restore';
  await raiseAlarm(tx, { kind: 'hold', ref: attemptId, giftId: gift.id, detail, now });
}

/** The gift a payment was for, locked; made anew where the backup is older than it. */
async function giftOfPayment(
  tx: Tx,
  context: GivingContext,
  recovery: Recovery,
): Promise<Gift | undefined> {
  const { giftId, pledgeId } = recovery.references;
  const known = await lockGift(tx, giftId);
  if (known !== undefined) return known.pledgeId === pledgeId ? known : undefined;
  if (pledgeId === null) return await makeGiftOnce(tx, context, recovery);
  return await makeRenewal(tx, context, { giftId, pledgeId });
}

/** A gift given once says all about itself in its payment. One that was never paid is not missed. */
async function makeGiftOnce(
  tx: Tx,
  context: GivingContext,
  { references, evidence }: Recovery,
): Promise<Gift | undefined> {
  if (evidence.state !== 'succeeded') return undefined;
  assert(evidence.money.minor > 0n, 'money that came is at least one minor unit');
  const now = context.clock.now();
  await tx
    .insertInto('supporter')
    .values({ id: references.supporterId, zone: null, language: null, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await insertGift(tx, {
    id: references.giftId,
    supporter_id: references.supporterId,
    pledge_id: null,
    period_n: null,
    due_date: null,
    amount_minor: evidence.money.minor,
    currency: evidence.money.currency,
    body_hash: giftBodyHash({ money: evidence.money, interval: 'once' }),
    state: 'collecting',
    next_at: now,
    appeal_id: null,
    variant_id: null,
    created_at: now,
  });
  return await lockGift(tx, references.giftId);
}

/** A later period of a pledge we know: made in its turn; those before it that nobody paid were not charged there either. */
async function makeRenewal(
  tx: Tx,
  context: GivingContext,
  of: { readonly giftId: string; readonly pledgeId: string },
): Promise<Gift | undefined> {
  if ((await readPledge(tx, of.pledgeId)) === undefined) return undefined;
  // Gifts before their pledge: the order of locks.
  const open = await tx
    .selectFrom('gift')
    .select('id')
    .where('pledge_id', '=', of.pledgeId)
    .where('state', 'in', ['due', 'collecting'])
    .orderBy('period_n')
    .forUpdate()
    .execute();
  let pledge = await lockPledge(tx, of.pledgeId);
  if (isPledgeOver(pledge.state) || pledge.state === 'awaiting_first') return undefined;
  const ahead = Array.from({ length: PERIODS_MAX }, (_, index) => pledge.nextN + index);
  const n = ahead.find((period) => renewalGiftId(of.pledgeId, period) === of.giftId);
  if (n === undefined) return undefined;
  assert(n >= 1, 'the first gift of a pledge is made with it');
  const now = context.clock.now();
  const passed = open.map(({ id }) => id);
  while (pledge.nextN <= n) {
    const made = await makeNextGift(tx, pledge, { now, newsroomZone: context.settings.zone });
    assert(made !== null && made >= pledge.nextN, 'periods are made one after the other');
    if (made < n) passed.push(renewalGiftId(pledge.id, made));
    pledge = { ...pledge, nextN: made + 1 };
  }
  for (const giftId of passed) await skipUntouched(tx, { giftId, now });
  const gift = await lockGift(tx, of.giftId);
  assert(gift?.periodN === n, 'the period that was paid was made');
  return gift;
}

async function skipUntouched(
  tx: Tx,
  of: { readonly giftId: string; readonly now: Instant },
): Promise<void> {
  const gift = await lockGift(tx, of.giftId);
  assert(gift !== undefined, 'a gift that was locked is there');
  if (gift.state !== 'due' || (await readAttempts(tx, gift.id)).length > 0) return;
  await moveGift(tx, gift, { input: { kind: 'skip' }, nextAt: null, now: of.now });
}

/**
 * The amount of a pledge may have been changed after the backup. What was charged settles its own period. For later ones
 * the smaller of the two amounts holds: a word to give less is never lost, and one to give more can be given again. Where
 * several months are charged at once, a whole says nothing about a month: it is left to a person.
 */
async function takeAgreedAmount(
  tx: Tx,
  of: { readonly gift: Gift; readonly recovery: Recovery },
): Promise<Gift> {
  const { gift, recovery } = of;
  const { evidence } = recovery;
  if (evidence.state !== 'succeeded' || gift.state !== 'due' || gift.pledgeId === null) return gift;
  const { money } = evidence;
  if (equalMoney(money, gift.money) || money.currency !== gift.money.currency) return gift;
  const pledge = await lockPledge(tx, gift.pledgeId);
  if (gift.coversPeriods !== 1 || pledge.collectEveryMonths !== 1) return gift;
  const body = giftBodyHash({ money, interval: pledge.unit });
  await tx
    .updateTable('gift')
    .set({ amount_minor: money.minor, body_hash: body })
    .where('id', '=', gift.id)
    .execute();
  if (money.minor < pledge.money.minor) {
    await tx
      .updateTable('pledge')
      .set({ amount_minor: money.minor })
      .where('id', '=', pledge.id)
      .execute();
    assert(money.currency === pledge.money.currency, 'one currency along a pledge');
  }
  assert(money.minor > 0n, 'what was charged is at least one minor unit');
  return { ...gift, money, bodyHash: body };
}

/** The mandate it was charged on; null for a payment on a page, which is known by the mandate it brought. */
async function mandateOfPayment(
  tx: Tx,
  of: { readonly gift: Gift; readonly evidence: PaymentEvidence },
): Promise<string | null> {
  const { gift, evidence } = of;
  const wasOnPage =
    evidence.state === 'open' || (evidence.state === 'succeeded' && evidence.mandate !== null);
  if (gift.pledgeId === null || gift.periodN === 0 || wasOnPage) return null;
  return (await readPledge(tx, gift.pledgeId))?.mandateId ?? null;
}
