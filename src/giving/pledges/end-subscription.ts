/**
 * A processor's own subscription product ended: the promise that it collected is stopped. It is found by the subscription's
 * own id and by nothing else; matching by customer would stop the new promise together with the old
 * (drastik/com.drastikbydesign.stripe#120). We start no such subscriptions; a newsroom that moves here may bring some.
 */
import type { Tx } from '../../database/index.ts';
import type { GivingContext } from '../context.ts';
import { cancelLocked } from './cancel-pledge.ts';
import { lockWithGiftsHere } from './change-pledge.ts';

/** @returns the pledge that was stopped, or undefined when no pledge has this subscription */
export async function endSubscription(
  tx: Tx,
  context: GivingContext,
  ended: { readonly accountId: string; readonly subscriptionRef: string },
): Promise<string | undefined> {
  const row = await tx
    .selectFrom('pledge')
    .select('id')
    .where('subscription_account_id', '=', ended.accountId)
    .where('subscription_ref', '=', ended.subscriptionRef)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await cancelLocked(tx, context, await lockWithGiftsHere(tx, row.id));
  return row.id;
}
