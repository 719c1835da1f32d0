/**
 * The facts of one listing or one day's books, each in a transaction of its own. One that the program does not understand
 * blocks no other: the gift of its charge is parked where there is one, a person is told in any case, and the listing goes
 * on. What is about a charge is kept all the same and tried again with its charge; anything else the nightly comparison
 * tells again, and shows as a difference until it is in the books.
 */
import type { Instant } from '../../calendar/index.ts';
import { assert } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { assertionText, isFailedAssertion } from '../alarms/park-gift.ts';
import type { GivingContext } from '../context.ts';
import type { MoneyFact } from '../processor.ts';
import { inTransaction, isAboutARow } from '../transaction.ts';
import { isAboutCharge } from './decide-fact.ts';
import { parkCharge } from './park-charge.ts';
import { keepFact, recordFact } from './record-fact.ts';

export async function recordFacts(
  context: GivingContext,
  told: { readonly accountId: string; readonly facts: readonly MoneyFact[]; readonly now: Instant },
): Promise<void> {
  const { accountId, facts, now } = told;
  assert(accountId !== '', 'facts are told by an account');
  for (const fact of facts) {
    try {
      await inTransaction(context.db, (tx) => recordFact(tx, { accountId, fact, now }));
    } catch (error) {
      if (!isFailedAssertion(error) && !isAboutARow(error)) throw error;
      await parkFact(context, { accountId, fact, now, detail: assertionText(error) });
    }
  }
}

async function parkFact(
  context: GivingContext,
  failed: {
    readonly accountId: string;
    readonly fact: MoneyFact;
    readonly now: Instant;
    readonly detail: string;
  },
): Promise<void> {
  const { accountId, fact, now, detail } = failed;
  const { chargeRef } = fact;
  if (isAboutCharge(fact.kind) && chargeRef !== null) {
    await keepAtLeast(context, { accountId, fact, now });
    return await parkCharge(context, { charge: { accountId, chargeRef }, detail });
  }
  const ref = `${fact.kind}:${accountId}:${fact.ref}`;
  await raiseAlarm(context.db, { kind: 'assertion', ref, giftId: null, detail, now });
}

/** Without booking it. A fact that not even the table takes is only rung for. */
async function keepAtLeast(
  context: GivingContext,
  told: { readonly accountId: string; readonly fact: MoneyFact; readonly now: Instant },
): Promise<void> {
  try {
    await inTransaction(context.db, (tx) => keepFact(tx, told));
  } catch (error) {
    if (!isFailedAssertion(error) && !isAboutARow(error)) throw error;
  }
}
