/**
 * settle(): the one function that turns "the processor says it has the money" into a settled gift, a posting and a
 * receipt. Answer, webhook, poll and nightly report all come here, at the same time if they like; one of them settles,
 * the others find it done. What it means is decided in `decide-settlement.ts`; this locks, reads, asks, and writes.
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
import { assert, unreachable } from '../../problems/index.ts';
import { endAlarms } from '../alarms/resolve-ended.ts';
import type { GivingContext } from '../context.ts';
import { lockGiftOfAttempt, moveGift, writeSuccess } from '../gift-store.ts';
import { causeRef } from '../ledger/ledger.ts';
import { type Attempt, attemptOf, type Gift } from '../rows.ts';
import { writeBooking } from '../write-booking.ts';
import {
  chargeCause,
  decideSettlement,
  decideUnmatched,
  type ReportedCharge,
  type SettlementDecision,
  type SettlementEffect,
} from './decide-settlement.ts';
import { keepLateMandate, pledgeAfterHold, pledgeAfterSettling } from './pledge-after-settling.ts';

export type { ReportedCharge } from './decide-settlement.ts';
export type SettleAnswer = SettlementDecision['answer'] | 'no_such_attempt';

export async function settle(
  tx: Tx,
  context: GivingContext,
  attemptId: string,
  charge: ReportedCharge,
): Promise<SettleAnswer> {
  const gift = await lockGiftOfAttempt(tx, attemptId);
  if (gift === undefined) return 'no_such_attempt';
  const standing = await readStanding(tx, { gift, attemptId, charge });
  assert(standing.attempt.id === attemptId, 'the attempt is the one that was asked for');
  const { answer, effects } = decideSettlement(standing, charge);
  let now: Held = { gift, attempt: standing.attempt };
  for (const effect of effects) now = await carryOut(tx, context, { held: now, charge, effect });
  assert(answer !== 'settled' || now.gift.state === 'settled', 'money that fits settles its gift');
  assert(gift.state !== 'settled' || now.gift.state === 'settled', 'a settled gift stays settled');
  assert(
    answer !== 'hold' || now.gift.state === 'settled' || now.gift.state === 'integrity_hold',
    'a gift whose money does not fit waits for a person',
  );
  return answer;
}

/** The rows under the lock, as they are by now. */
interface Held {
  readonly gift: Gift;
  readonly attempt: Attempt;
}

async function carryOut(
  tx: Tx,
  context: GivingContext,
  of: { readonly held: Held; readonly charge: ReportedCharge; readonly effect: SettlementEffect },
): Promise<Held> {
  const { held, charge, effect } = of;
  const now = context.clock.now();
  switch (effect.do) {
    case 'write-success':
      await writeSuccess(tx, held.attempt, effect);
      await answeredLate(tx, held.attempt, now);
      return held;
    case 'move-gift': {
      const input = { kind: effect.input };
      const gift = await moveGift(tx, held.gift, { input, nextAt: null, now });
      if (effect.input === 'hold') await pledgeAfterHold(tx, context, { gift, now });
      return { ...held, gift };
    }
    case 'post':
    case 'alarm':
      await writeBooking(tx, effect, now);
      return held;
    case 'receipt': {
      const { id } = held.gift;
      await enqueueLetter(tx, { dedupeKey: `receipt:${id}`, kind: 'receipt', ref: id, at: now });
      return held;
    }
    case 'carry-pledge-on':
      await pledgeAfterSettling(tx, context, { gift: held.gift, charge, now });
      return held;
    case 'keep-late-mandate':
      await keepLateMandate(tx, context, { gift: held.gift, charge, now });
      return held;
    default:
      return unreachable(effect, 'carryOut');
  }
}

/** Only an attempt we asked about in vain can have rung, so that most gifts pay nothing for the question. */
async function answeredLate(tx: Tx, attempt: Attempt, now: Instant): Promise<void> {
  if (attempt.asked === 0) return;
  await endAlarms(tx, { kinds: ['unanswered'], refs: [attempt.id, attempt.giftId], now });
}

/** One statement, begun after the lock was taken. */
async function readStanding(
  tx: Tx,
  question: { gift: Gift; attemptId: string; charge: ReportedCharge },
) {
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
  return {
    gift,
    attempt: attemptOf(row),
    posted: row.posted,
    anotherSucceeded: row.another_succeeded,
    objectTaken: row.object_taken,
  };
}

/** Books money that belongs to no attempt of ours. @returns false when it was in the books already */
export async function bookUnmatched(
  tx: Tx,
  context: GivingContext,
  charge: ReportedCharge,
): Promise<boolean> {
  const { rows } = await sql<{ posted: boolean }>`
    select exists (
      select from ledger_transfer
      where cause_kind = 'charge' and cause_ref = ${causeRef(chargeCause(charge))} and code in (10, 90)
    ) as posted
  `.execute(tx);
  const row = rows[0];
  assert(row !== undefined, 'a question has one answer');
  const now = context.clock.now();
  for (const effect of decideUnmatched(row, charge)) await writeBooking(tx, effect, now);
  return !row.posted;
}
