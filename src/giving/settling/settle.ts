/**
 * settle(): the one function that turns "the processor says it has the money" into a settled gift, a posting and a
 * receipt. Answer, webhook, poll and nightly report all come here, at the same time if they like; one of them settles,
 * the others find it done.
 *
 * It locks the gift and then reads the attempt in a new statement, because at read committed only a later statement sees
 * what the lock's last holder wrote. Everything is in the caller's transaction: attempt, gift, ledger, outbox, pledge and
 * mandate change together or not at all.
 *
 * - `settled`: this call did it.
 * - `already`: the same charge did, earlier.
 * - `hold`: the money does not fit (another amount, currency or account; a second charge for one gift; a charge that paid
 *   another gift). It arrived, so it is booked, once, on `unmatched`; the gift waits for a person unless it is settled.
 * - `no_such_attempt`: nothing was written; the caller keeps the message and tries again later.
 *
 * A unique violation on posting means another gift posted this charge at the same moment. The whole transaction is run
 * once more (see `transaction.ts`), and the second run holds.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { enqueueLetter } from '../../letters/index.ts';
import { equalMoney } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import type { GivingContext } from '../context.ts';
import { lockGiftOfAttempt, moveGift, writeSuccess } from '../gift-store.ts';
import type { IncomeAccount } from '../ledger/chart-of-accounts.ts';
import { type Cause, causeRef } from '../ledger/ledger.ts';
import { post } from '../ledger/ledger-store.ts';
import type { Succeeded } from '../processor.ts';
import { type Attempt, attemptOf, type Gift } from '../rows.ts';
import { pledgeAfterSettling } from './pledge-after-settling.ts';

export type SettleAnswer = 'settled' | 'already' | 'hold' | 'no_such_attempt';

/** A charge as one processor account reports it. */
export interface ReportedCharge {
  readonly accountId: string;
  readonly objectRef: string | null;
  readonly succeeded: Succeeded;
}

export async function settle(
  tx: Tx,
  context: GivingContext,
  attemptId: string,
  charge: ReportedCharge,
): Promise<SettleAnswer> {
  assert(charge.succeeded.chargeRef !== '', 'a charge has a reference');
  assert(charge.succeeded.money.minor > 0n, 'a charge moved at least one minor unit');
  const gift = await lockGiftOfAttempt(tx, attemptId);
  if (gift === undefined) return 'no_such_attempt';
  const now = context.clock.now();
  const facts = await readFacts(tx, { gift, attemptId, charge });
  const { attempt } = facts;
  assert(attempt.id === attemptId, 'the attempt is the one that was asked for');
  assert(attempt.giftId === gift.id, 'an attempt belongs to the gift that was locked');
  if (facts.sameCharge) return settledBefore(tx, { gift, charge, now });
  const fits =
    attempt.state !== 'succeeded' &&
    gift.state !== 'settled' &&
    equalMoney(gift.money, charge.succeeded.money) &&
    attempt.accountId === charge.accountId &&
    !facts.posted &&
    !facts.anotherSucceeded;
  if (!fits) return await hold(tx, { gift, charge, now, posted: facts.posted });

  await writeSuccess(tx, attempt, {
    chargeRef: charge.succeeded.chargeRef,
    objectRef: facts.objectTaken ? null : charge.objectRef,
  });
  const settled = await moveGift(tx, gift, { input: { kind: 'settle' }, nextAt: null, now });
  await postCharge(tx, { gift, charge, now, code: 10 });
  await enqueueLetter(tx, {
    dedupeKey: `receipt:${gift.id}`,
    kind: 'receipt',
    ref: gift.id,
    at: now,
  });
  assert(settled.state === 'settled', 'money that fits settles its gift');
  await pledgeAfterSettling(tx, context, { gift: settled, charge, now });
  return 'settled';
}

interface Facts {
  readonly attempt: Attempt;
  /** This very charge settled this attempt. */
  readonly sameCharge: boolean;
  /** The charge is in the books, as a gift or as unmatched. */
  readonly posted: boolean;
  readonly anotherSucceeded: boolean;
  /** The processor's object is already another attempt's. */
  readonly objectTaken: boolean;
}

/** One statement, begun after the lock was taken. */
async function readFacts(
  tx: Tx,
  question: { gift: Gift; attemptId: string; charge: ReportedCharge },
): Promise<Facts> {
  const { gift, attemptId, charge } = question;
  const row = await tx
    .selectFrom('attempt')
    .selectAll()
    .select([
      sql<boolean>`exists (
        select from ledger_transfer
        where cause_kind = 'charge' and cause_ref = ${causeRef(chargeCause(charge))} and code in (10, 90)
      )`.as('posted'),
      sql<boolean>`exists (
        select from attempt other
        where other.gift_id = ${gift.id} and other.id <> ${attemptId} and other.state = 'succeeded'
      )`.as('another_succeeded'),
      sql<boolean>`exists (
        select from attempt other
        where other.processor_account_id = ${charge.accountId} and other.object_ref = ${charge.objectRef}
          and other.id <> ${attemptId}
      )`.as('object_taken'),
    ])
    .where('id', '=', attemptId)
    .executeTakeFirst();
  assert(row !== undefined, 'an attempt is never deleted once its gift is known');
  const attempt = attemptOf(row);
  return {
    attempt,
    sameCharge:
      attempt.state === 'succeeded' &&
      attempt.chargeRef === charge.succeeded.chargeRef &&
      attempt.accountId === charge.accountId,
    posted: row.posted,
    anotherSucceeded: row.another_succeeded,
    objectTaken: row.object_taken,
  };
}

/** Told again. The fee may be news; another amount for a charge in the books is for a person. */
async function settledBefore(
  tx: Tx,
  told: { gift: Gift; charge: ReportedCharge; now: Instant },
): Promise<SettleAnswer> {
  const { gift, charge, now } = told;
  if (!equalMoney(gift.money, charge.succeeded.money)) {
    const ref = causeRef(chargeCause(charge));
    await raiseAlarm(tx, { kind: 'amount-changed', ref, giftId: gift.id, detail: null, now });
    return 'hold';
  }
  await postFee(tx, told);
  return 'already';
}

/** Money that does not fit is booked on `unmatched`, once, and a person is told. */
async function hold(
  tx: Tx,
  told: { gift: Gift; charge: ReportedCharge; now: Instant; posted: boolean },
): Promise<SettleAnswer> {
  const { gift, charge, now } = told;
  // A charge in the books may be told again with its fee, which is a fact of its own.
  if (told.posted) await postFee(tx, told);
  else await postCharge(tx, { gift, charge, now, code: 90 });
  assert(charge.succeeded.money.minor > 0n, 'money that does not fit is money all the same');
  const kind = gift.state === 'settled' ? 'unmatched' : 'hold';
  if (gift.state !== 'settled' && gift.state !== 'integrity_hold') {
    const held = await moveGift(tx, gift, { input: { kind: 'hold' }, nextAt: null, now });
    assert(held.state === 'integrity_hold', 'a gift that is not settled can be held');
  }
  const ref = causeRef(chargeCause(charge));
  await raiseAlarm(tx, { kind, ref, giftId: gift.id, detail: null, now });
  return 'hold';
}

/** Books money that belongs to no attempt of ours. @returns false when it was in the books already */
export async function bookUnmatched(
  tx: Tx,
  context: GivingContext,
  charge: ReportedCharge,
): Promise<boolean> {
  const now = context.clock.now();
  const cause = chargeCause(charge);
  const { rows } = await sql<{ posted: boolean }>`
    select exists (
      select from ledger_transfer
      where cause_kind = 'charge' and cause_ref = ${causeRef(cause)} and code in (10, 90)
    ) as posted
  `.execute(tx);
  if (rows[0]?.posted !== false) {
    await postFee(tx, { gift: null, charge, now });
    return false;
  }
  await postCharge(tx, { gift: null, charge, now, code: 90 });
  await raiseAlarm(tx, {
    kind: 'unmatched',
    ref: causeRef(cause),
    giftId: null,
    detail: null,
    now,
  });
  return true;
}

async function postCharge(
  tx: Tx,
  told: { gift: Gift | null; charge: ReportedCharge; now: Instant; code: 10 | 90 },
): Promise<void> {
  const { gift, charge, now, code } = told;
  assert(code !== 10 || gift !== null, 'money is received for a gift');
  assert(
    code !== 10 || equalMoney(gift?.money ?? charge.succeeded.money, charge.succeeded.money),
    'a gift is booked with its own amount',
  );
  const posted = await post(
    tx,
    {
      code,
      cause: chargeCause(charge),
      money: charge.succeeded.money,
      income: incomeOf(gift),
      giftId: gift?.id ?? null,
      happenedAt: charge.succeeded.happenedAt,
    },
    { at: now, duplicate: 'fail' },
  );
  assert(posted, 'a charge that is not in the books is posted or refused by the database');
  await postFee(tx, told);
}

/** The fee as the processor reports it; several sources may tell the same one. */
async function postFee(
  tx: Tx,
  told: { gift: Gift | null; charge: ReportedCharge; now: Instant },
): Promise<void> {
  const { gift, charge, now } = told;
  const { fee } = charge.succeeded;
  if (fee === null || fee.money.minor <= 0n) return;
  await post(
    tx,
    {
      code: 11,
      cause: { kind: 'balance-transaction', accountId: charge.accountId, ref: fee.ref },
      money: fee.money,
      income: incomeOf(gift),
      giftId: gift?.id ?? null,
      happenedAt: charge.succeeded.happenedAt,
      groupOf: chargeCause(charge),
    },
    { at: now, duplicate: 'keep' },
  );
}

function chargeCause(charge: ReportedCharge): Cause {
  return { kind: 'charge', accountId: charge.accountId, ref: charge.succeeded.chargeRef };
}

function incomeOf(gift: Gift | null): IncomeAccount {
  return gift?.pledgeId == null ? 'gifts_once' : 'gifts_recurring';
}
