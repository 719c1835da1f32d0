/**
 * Booking the refunds and disputes of one charge, all that were told so far, under the charge's lock. What to post is
 * decided in `returns.ts` from the charge's books; this reads, posts and marks.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { type Currency, isCurrency, money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import type { PostingCode } from '../ledger/chart-of-accounts.ts';
import { causeRef } from '../ledger/ledger.ts';
import { post } from '../ledger/ledger-store.ts';
import type { MoneyFact } from '../processor.ts';
import { type ChargeBooks, type ChargeRef, lockCharge, readChargeBooks } from './charge-books.ts';
import { type DisputePosted, decideDispute, decideReturn } from './returns.ts';

interface Waiting {
  readonly kind: MoneyFact['kind'];
  readonly ref: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly happenedAt: Instant;
}

interface Booking extends ChargeRef {
  readonly now: Instant;
}

/** Books what waits for a charge, in the caller's transaction. @returns `waiting` when the charge is not in the books */
export async function bookChargeFacts(tx: Tx, booking: Booking): Promise<'booked' | 'waiting'> {
  await lockCharge(tx, booking);
  if ((await readChargeBooks(tx, booking)) === undefined) return 'waiting';
  const waiting = await readWaiting(tx, booking);
  for (const fact of waiting) {
    // Read again for each: the one before changed what is left.
    const books = await readChargeBooks(tx, booking);
    assert(books !== undefined, 'a charge never leaves the books');
    if (fact.kind === 'refund') await bookRefund(tx, { booking, books, fact });
    else await bookDispute(tx, { booking, books, fact });
  }
  await tx
    .updateTable('money_fact')
    .set({ booked_at: booking.now })
    .where('processor_account_id', '=', booking.accountId)
    .where('charge_ref', '=', booking.chargeRef)
    .where('booked_at', 'is', null)
    .execute();
  return 'booked';
}

async function readWaiting(tx: Tx, { accountId, chargeRef }: ChargeRef): Promise<Waiting[]> {
  const rows = await tx
    .selectFrom('money_fact')
    .select(['kind', 'ref', 'amount_minor as amount', 'currency', 'happened_at as happenedAt'])
    .where('processor_account_id', '=', accountId)
    .where('charge_ref', '=', chargeRef)
    .where('booked_at', 'is', null)
    .where('kind', 'in', ['refund', 'dispute-opened', 'dispute-won', 'dispute-lost'])
    .orderBy('told_at')
    .orderBy('ref')
    .execute();
  return rows;
}

interface Told {
  readonly booking: Booking;
  readonly books: ChargeBooks;
  readonly fact: Waiting;
}

async function bookRefund(tx: Tx, told: Told): Promise<void> {
  const { books, fact } = told;
  const { fromGift, fromUnmatched, beyond } = decideReturn(purseFor(told), fact.amount);
  await postPart(tx, told, { code: 20, amount: fromGift, nth: 1 });
  await postPart(tx, told, { code: 21, amount: fromUnmatched, nth: 1 });
  if (beyond > 0n || fact.currency !== books.currency) await tellReturnedTooMuch(tx, told);
}

/** Money of another currency than the charge's can come out of nothing that the charge brought. */
function purseFor({ books, fact }: Told): ChargeBooks['purse'] {
  return fact.currency === books.currency ? books.purse : { gift: 0n, unmatched: 0n };
}

async function bookDispute(tx: Tx, told: Told): Promise<void> {
  const { booking, books, fact } = told;
  const posted = await readPosted(tx, told);
  const step = decideDispute(await readTold(tx, told), posted.sums);
  await postPart(tx, told, { code: 30, amount: step.open, nth: posted.opens + 1 });
  await postPart(tx, told, { code: 31, amount: step.win, nth: posted.wins + 1 });
  if (step.lose > 0n) {
    const { fromGift, fromUnmatched, beyond } = decideReturn(purseFor(told), step.lose);
    await postPart(tx, told, { code: 32, amount: fromGift, nth: 1 });
    await postPart(tx, told, { code: 34, amount: fromUnmatched, nth: 1 });
    if (beyond > 0n || fact.currency !== books.currency) await tellReturnedTooMuch(tx, told);
  }
  if (!step.contradiction) return;
  const ref = `dispute:${causeRef({ kind: 'dispute', accountId: booking.accountId, ref: fact.ref })}`;
  await raiseAlarm(tx, {
    kind: 'amount-changed',
    ref,
    giftId: books.giftId,
    detail: 'both won and lost',
    now: booking.now,
  });
}

/** All that was told about the dispute of a fact, whether it is booked or not. */
async function readTold(tx: Tx, { booking, fact }: Told) {
  const rows = await tx
    .selectFrom('money_fact')
    .select(['kind', 'amount_minor'])
    .where('processor_account_id', '=', booking.accountId)
    .where('ref', '=', fact.ref)
    .where('currency', '=', fact.currency)
    .where('kind', 'in', ['dispute-opened', 'dispute-won', 'dispute-lost'])
    .execute();
  const amountOf = (kind: MoneyFact['kind']): bigint =>
    rows.find((row) => row.kind === kind)?.amount_minor ?? 0n;
  return {
    opened: amountOf('dispute-opened'),
    won: amountOf('dispute-won'),
    lost: amountOf('dispute-lost'),
  };
}

interface PostedDispute {
  readonly sums: DisputePosted;
  readonly opens: number;
  readonly wins: number;
}

async function readPosted(tx: Tx, { booking, fact }: Told): Promise<PostedDispute> {
  const ref = causeRef({ kind: 'dispute', accountId: booking.accountId, ref: fact.ref });
  const { rows } = await sql<{
    opened: bigint;
    won: bigint;
    lost: bigint;
    opens: number;
    wins: number;
  }>`
    select coalesce(sum(amount) filter (where code = 30), 0)::bigint as opened,
      coalesce(sum(amount) filter (where code = 31), 0)::bigint as won,
      coalesce(sum(amount) filter (where code in (32, 34)), 0)::bigint as lost,
      count(*) filter (where code = 30)::int as opens, count(*) filter (where code = 31)::int as wins
    from ledger_transfer
    where cause_kind = 'dispute' and cause_ref in (${ref}, ${`${ref}#2`}, ${`${ref}#3`})
  `.execute(tx);
  const row = rows[0];
  assert(row !== undefined, 'a sum has one row');
  const { opened, won, lost, opens, wins } = row;
  return { sums: { opened, won, lost }, opens, wins };
}

/** Posts a part of what a fact says, if there is any. */
async function postPart(
  tx: Tx,
  { booking, books, fact }: Told,
  part: {
    readonly code: Extract<PostingCode, 20 | 21 | 30 | 31 | 32 | 34>;
    readonly amount: bigint;
    readonly nth: number;
  },
): Promise<void> {
  if (part.amount === 0n) return;
  const { accountId, chargeRef, now } = booking;
  // Three kinds of facts are told of a dispute, each once, and each posts a code at most once.
  assert(part.nth <= 3, 'a dispute is held and released at most three times');
  const posted = await post(
    tx,
    {
      code: part.code,
      cause: {
        kind: fact.kind === 'refund' ? 'refund' : 'dispute',
        accountId,
        ref: part.nth === 1 ? fact.ref : `${fact.ref}#${part.nth}`,
      },
      money: money(part.amount, currencyOf(fact)),
      income: books.income,
      giftId: books.giftId,
      happenedAt: fact.happenedAt,
      groupOf: { kind: 'charge', accountId, ref: chargeRef },
    },
    { at: now, duplicate: 'fail' },
  );
  assert(posted, 'what was not posted yet is posted or refused by the database');
}

function currencyOf(fact: Waiting): Currency {
  const { currency } = fact;
  assert(isCurrency(currency), 'a stored currency has a row in the table');
  return currency;
}

async function tellReturnedTooMuch(tx: Tx, { booking, books, fact }: Told): Promise<void> {
  const { accountId, chargeRef, now } = booking;
  const ref = causeRef({ kind: 'charge', accountId, ref: chargeRef });
  const detail = fact.currency === books.currency ? fact.kind : 'another currency';
  await raiseAlarm(tx, { kind: 'returned-too-much', ref, giftId: books.giftId, detail, now });
}
