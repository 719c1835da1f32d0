/**
 * Keeping what processors tell about money, and booking it. A fact is kept once, whoever tells it and however often; the
 * ledger is booked from the kept rows. What names a charge that is not in the books waits until it is, so a refund that is
 * told before its charge is neither lost nor guessed at.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { PostEffect } from '../booking.ts';
import { causeRef } from '../ledger/ledger.ts';
import type { MoneyFact } from '../processor.ts';
import { moneyOf } from '../rows.ts';
import { writeBooking } from '../write-booking.ts';
import { bookChargeFacts, factKey } from './book-charge-facts.ts';
import {
  assertSoundFact,
  decidePlainFact,
  decidePostedBefore,
  decideToldAgain,
  isAboutCharge,
  keyWordOf,
} from './decide-fact.ts';
import { closePayouts } from './payouts.ts';

/** `waiting`: kept until its charge, or the beginning of its dispute, is booked. `told-before`: nothing is new. */
export type Recorded = 'booked' | 'waiting' | 'told-before';

/** Keeps one fact and books what can be booked, in the caller's transaction. */
export async function recordFact(
  tx: Tx,
  told: { readonly accountId: string; readonly fact: MoneyFact; readonly now: Instant },
): Promise<Recorded> {
  const { accountId, fact, now } = told;
  if (!(await keepFact(tx, told))) {
    await compareWithKept(tx, told);
    return 'told-before';
  }
  const recorded = await book(tx, told);
  if (fact.payoutRef !== null || fact.kind === 'payout') await closePayouts(tx, { accountId, now });
  return recorded;
}

/** Keeps what was told, and books nothing. @returns false when it was kept before */
export async function keepFact(
  tx: Tx,
  told: { readonly accountId: string; readonly fact: MoneyFact; readonly now: Instant },
): Promise<boolean> {
  const { accountId, fact, now } = told;
  assertSoundFact(told);
  const { rows } = await sql<{ kept: boolean }>`
    insert into money_fact
      (processor_account_id, kind, ref, charge_ref, payout_ref, amount_minor, currency, happened_at, told_at, refund_key)
    values (${accountId}, ${fact.kind}, ${fact.ref}, ${fact.chargeRef}, ${fact.payoutRef},
      ${fact.money.minor}::bigint, ${fact.money.currency}, ${fact.happenedAt}, ${now}, ${keyWordOf(fact)})
    on conflict do nothing
    returning true as kept
  `.execute(tx);
  assert(rows.length <= 1, 'a fact is kept once');
  return rows.length === 1;
}

async function book(
  tx: Tx,
  told: { readonly accountId: string; readonly fact: MoneyFact; readonly now: Instant },
): Promise<'booked' | 'waiting'> {
  const { accountId, fact, now } = told;
  if (isAboutCharge(fact.kind) && fact.chargeRef !== null) {
    const booked = await bookChargeFacts(tx, { accountId, chargeRef: fact.chargeRef, now });
    return booked.has(factKey({ kind: fact.kind, ref: fact.ref })) ? 'booked' : 'waiting';
  }
  await bookPlainFact(tx, told);
  return 'booked';
}

/** Another amount under the same id is for a person; a payout that became known is news. */
async function compareWithKept(
  tx: Tx,
  told: { readonly accountId: string; readonly fact: MoneyFact; readonly now: Instant },
): Promise<void> {
  const { accountId, fact, now } = told;
  const kept = await tx
    .selectFrom('money_fact')
    .select(['amount_minor', 'currency', 'charge_ref', 'payout_ref', 'refund_key'])
    .where('processor_account_id', '=', accountId)
    .where('kind', '=', fact.kind)
    .where('ref', '=', fact.ref)
    .executeTakeFirstOrThrow();
  const again = decideToldAgain(
    {
      money: moneyOf(kept.amount_minor, kept.currency),
      chargeRef: kept.charge_ref,
      payoutRef: kept.payout_ref,
      refundKey: kept.refund_key,
    },
    told,
  );
  if (again.alarm !== null) await writeBooking(tx, again.alarm, now);
  if (again.payoutRef === null && again.refundKey === null) return;
  await tx
    .updateTable('money_fact')
    .set({
      ...(again.payoutRef === null ? {} : { payout_ref: again.payoutRef }),
      ...(again.refundKey === null ? {} : { refund_key: again.refundKey }),
    })
    .where('processor_account_id', '=', accountId)
    .where('kind', '=', fact.kind)
    .where('ref', '=', fact.ref)
    .execute();
  if (again.payoutRef !== null) await closePayouts(tx, { accountId, now });
}

/** Fees, money set free, payouts: they need no charge. A fee may have come with its charge already. */
async function bookPlainFact(
  tx: Tx,
  told: { readonly accountId: string; readonly fact: MoneyFact; readonly now: Instant },
): Promise<void> {
  const { accountId, fact, now } = told;
  const effect = decidePlainFact(told);
  const posted = await writeBooking(tx, effect, now);
  if (!posted) await checkPosted(tx, told, effect);
  await tx
    .updateTable('money_fact')
    .set({ booked_at: now })
    .where('processor_account_id', '=', accountId)
    .where('kind', '=', fact.kind)
    .where('ref', '=', fact.ref)
    .execute();
}

/** Posted before, with its charge: the amount must be the same. */
async function checkPosted(
  tx: Tx,
  told: { readonly accountId: string; readonly fact: MoneyFact; readonly now: Instant },
  { posting }: PostEffect,
): Promise<void> {
  const row = await tx
    .selectFrom('ledger_transfer')
    .select(['amount', 'currency'])
    .where('cause_kind', '=', posting.cause.kind)
    .where('cause_ref', '=', causeRef(posting.cause))
    .where('code', '=', posting.code)
    .executeTakeFirstOrThrow();
  const alarm = decidePostedBefore(moneyOf(row.amount, row.currency), told);
  if (alarm !== null) await writeBooking(tx, alarm, told.now);
}
