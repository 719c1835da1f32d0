/**
 * Keeping what processors tell about money, and booking it. A fact is kept once, whoever tells it and however often; the
 * ledger is booked from the kept rows. What names a charge that is not in the books waits until it is, so a refund that is
 * told before its charge is neither lost nor guessed at.
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { AssertionFailure, assert, unreachable } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import type { PostingCode } from '../ledger/chart-of-accounts.ts';
import { type Cause, causeRef } from '../ledger/ledger.ts';
import { post } from '../ledger/ledger-store.ts';
import type { MoneyFact } from '../processor.ts';
import { moneyOf } from '../rows.ts';
import { bookChargeFacts } from './book-charge-facts.ts';
import { closePayouts } from './payouts.ts';

/** `waiting`: kept until its charge is booked. `told-before`: nothing is new. */
export type Recorded = 'booked' | 'waiting' | 'told-before';

/** Keeps one fact and books what can be booked, in the caller's transaction. */
export async function recordFact(
  tx: Tx,
  told: { readonly accountId: string; readonly fact: MoneyFact; readonly now: Instant },
): Promise<Recorded> {
  const { accountId, fact, now } = told;
  assert(fact.money.minor > 0n, 'what is told about money is at least one minor unit');
  assert(!isAboutCharge(fact.kind) || fact.chargeRef !== null, 'it names its charge');
  const { rows } = await sql<{ kept: boolean }>`
    insert into money_fact
      (processor_account_id, kind, ref, charge_ref, payout_ref, amount_minor, currency, happened_at, told_at)
    values (${accountId}, ${fact.kind}, ${fact.ref}, ${fact.chargeRef}, ${fact.payoutRef},
      ${fact.money.minor}::bigint, ${fact.money.currency}, ${fact.happenedAt}, ${now})
    on conflict do nothing
    returning true as kept
  `.execute(tx);
  if (rows.length === 0) {
    await compareWithKept(tx, told);
    return 'told-before';
  }
  const recorded = await book(tx, told);
  if (fact.payoutRef !== null || fact.kind === 'payout') await closePayouts(tx, { accountId, now });
  return recorded;
}

async function book(
  tx: Tx,
  told: { readonly accountId: string; readonly fact: MoneyFact; readonly now: Instant },
): Promise<'booked' | 'waiting'> {
  const { accountId, fact, now } = told;
  if (isAboutCharge(fact.kind) && fact.chargeRef !== null) {
    return await bookChargeFacts(tx, { accountId, chargeRef: fact.chargeRef, now });
  }
  await bookPlainFact(tx, told);
  return 'booked';
}

export function isAboutCharge(kind: MoneyFact['kind']): boolean {
  switch (kind) {
    case 'refund':
    case 'dispute-opened':
    case 'dispute-won':
    case 'dispute-lost':
      return true;
    case 'fee':
    case 'available':
    case 'payout':
    case 'dispute-fee':
      return false;
    default:
      return unreachable(kind, 'isAboutCharge');
  }
}

/** Facts of one listing or report, each in a transaction of its own: one that fails blocks no other. */
export async function recordFacts(
  db: Db,
  told: { readonly accountId: string; readonly facts: readonly MoneyFact[]; readonly now: Instant },
): Promise<void> {
  for (const fact of told.facts) {
    await db
      .transaction()
      .execute((tx) => recordFact(tx, { accountId: told.accountId, fact, now: told.now }));
  }
}

/** Another amount under the same id is for a person; a payout that became known is news. */
async function compareWithKept(
  tx: Tx,
  told: { readonly accountId: string; readonly fact: MoneyFact; readonly now: Instant },
): Promise<void> {
  const { accountId, fact, now } = told;
  const kept = await tx
    .selectFrom('money_fact')
    .select(['amount_minor', 'currency', 'charge_ref', 'payout_ref'])
    .where('processor_account_id', '=', accountId)
    .where('kind', '=', fact.kind)
    .where('ref', '=', fact.ref)
    .executeTakeFirstOrThrow();
  const same =
    kept.amount_minor === fact.money.minor &&
    kept.currency === fact.money.currency &&
    (!isAboutCharge(fact.kind) || kept.charge_ref === fact.chargeRef);
  if (!same) {
    const ref = `${fact.kind}:${accountId}:${fact.ref}`;
    await raiseAlarm(tx, { kind: 'amount-changed', ref, giftId: null, detail: null, now });
  }
  if (kept.payout_ref !== null || fact.payoutRef === null) return;
  await tx
    .updateTable('money_fact')
    .set({ payout_ref: fact.payoutRef })
    .where('processor_account_id', '=', accountId)
    .where('kind', '=', fact.kind)
    .where('ref', '=', fact.ref)
    .execute();
  await closePayouts(tx, { accountId, now });
}

/** Fees, money set free, payouts: they need no charge. A fee may have come with its charge already. */
async function bookPlainFact(
  tx: Tx,
  told: { readonly accountId: string; readonly fact: MoneyFact; readonly now: Instant },
): Promise<void> {
  const { accountId, fact, now } = told;
  const code = plainCode(fact.kind);
  const cause: Cause = {
    kind: code === 13 ? 'payout' : 'balance-transaction',
    accountId,
    ref: fact.ref,
  };
  const posted = await post(
    tx,
    {
      code,
      cause,
      money: fact.money,
      income: 'gifts_once',
      giftId: null,
      happenedAt: fact.happenedAt,
      ...(fact.chargeRef === null
        ? {}
        : { groupOf: { kind: 'charge' as const, accountId, ref: fact.chargeRef } }),
    },
    { at: now, duplicate: 'keep' },
  );
  if (!posted) await checkPosted(tx, { cause, code, fact, now });
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
  told: {
    readonly cause: Cause;
    readonly code: PostingCode;
    readonly fact: MoneyFact;
    readonly now: Instant;
  },
): Promise<void> {
  const { cause, code, fact, now } = told;
  const row = await tx
    .selectFrom('ledger_transfer')
    .select(['amount', 'currency'])
    .where('cause_kind', '=', cause.kind)
    .where('cause_ref', '=', causeRef(cause))
    .where('code', '=', code)
    .executeTakeFirstOrThrow();
  const booked = moneyOf(row.amount, row.currency);
  if (booked.minor === fact.money.minor && booked.currency === fact.money.currency) return;
  const ref = `${fact.kind}:${causeRef(cause)}`;
  await raiseAlarm(tx, { kind: 'amount-changed', ref, giftId: null, detail: null, now });
}

function plainCode(kind: MoneyFact['kind']): 11 | 12 | 13 | 33 {
  switch (kind) {
    case 'fee':
      return 11;
    case 'available':
      return 12;
    case 'payout':
      return 13;
    case 'dispute-fee':
      return 33;
    case 'refund':
    case 'dispute-opened':
    case 'dispute-won':
    case 'dispute-lost':
      throw new AssertionFailure('refunds and disputes are booked with their charge');
    default:
      return unreachable(kind, 'plainCode');
  }
}
