/**
 * Forget me: every link between a person and their gifts is cut. Pledges stop, mandates die and lose their references,
 * zone and language go, and gifts, pledges and mandates no longer name a supporter. Amounts, dates and the ledger stay:
 * totals before and after are equal.
 *
 * In the caller's transaction, so that what other features hold of the person (number, contact) goes with it or not at
 * all. A charge that was already sent completes and settles its gift, namelessly.
 */
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { withdrawFirstTries } from '../checkout/withdraw-first-tries.ts';
import type { GivingContext } from '../context.ts';
import type { ForgetResult } from '../giving.ts';
import { isPledgeOver } from '../pledge.ts';
import { cancelLocked } from './cancel-pledge.ts';
import { lockWithGiftsHere } from './change-pledge.ts';

export async function forgetSupporter(
  tx: Tx,
  context: GivingContext,
  supporterId: string,
): Promise<ForgetResult> {
  const first = await stopEverything(tx, context, supporterId);
  await tx.selectFrom('supporter').select('id').where('id', '=', supporterId).forUpdate().execute();
  // Whoever begins a gift for this supporter holds that row, so from here on nothing new appears; what did is stopped too.
  const second = await stopEverything(tx, context, supporterId);
  await cutLinks(tx, context, supporterId);
  return {
    cancelledPledges: first.cancelledPledges + second.cancelledPledges,
    stillCompleting: second.stillCompleting,
  };
}

async function stopEverything(
  tx: Tx,
  context: GivingContext,
  supporterId: string,
): Promise<ForgetResult> {
  const pledges = await tx
    .selectFrom('pledge')
    .select('id')
    .where('supporter_id', '=', supporterId)
    .orderBy('id')
    .execute();
  let cancelledPledges = 0;
  let stillCompleting = 0;
  for (const { id } of pledges) {
    const locked = await lockWithGiftsHere(tx, id);
    assert(
      locked.pledge.supporterId === supporterId,
      'a pledge of the supporter is forgotten with them',
    );
    if (!isPledgeOver(locked.pledge.state)) cancelledPledges += 1;
    stillCompleting += (await cancelLocked(tx, context, locked)).length;
  }
  stillCompleting += await withdrawFirstTries(tx, context, supporterId);
  return { cancelledPledges, stillCompleting };
}

async function cutLinks(tx: Tx, context: GivingContext, supporterId: string): Promise<void> {
  await tx
    .updateTable('gift')
    .set({ supporter_id: null })
    .where('supporter_id', '=', supporterId)
    .execute();
  await tx
    .updateTable('pledge')
    .set({ supporter_id: null, zone: null })
    .where('supporter_id', '=', supporterId)
    .execute();
  await tx
    .updateTable('mandate')
    .set({
      supporter_id: null,
      state: 'dead',
      customer_ref: null,
      method_ref: null,
      method_fingerprint: null,
    })
    .where('supporter_id', '=', supporterId)
    .execute();
  await tx
    .updateTable('supporter')
    .set({ zone: null, language: null, forgotten_at: context.clock.now() })
    .where('id', '=', supporterId)
    .where('forgotten_at', 'is', null)
    .execute();
}
