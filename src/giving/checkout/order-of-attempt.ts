/** The order that belongs to a stored attempt, built again from its rows: on any machine, at any time, the same. */
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import type { Gift, Pledge } from '../rows.ts';
import { type HostedOrder, hostedOrder } from './hosted-order.ts';

/** @returns undefined once its supporter was forgotten: then nothing is sent any more */
export async function orderOfAttempt(
  context: GivingContext,
  of: { readonly gift: Gift; readonly pledge: Pledge | null; readonly attemptId: string },
  db: Db | Tx = context.db,
): Promise<HostedOrder | undefined> {
  const { gift, pledge, attemptId } = of;
  const { supporterId } = gift;
  if (supporterId === null) return undefined;
  const supporter = await db
    .selectFrom('supporter')
    .select('language')
    .where('id', '=', supporterId)
    .executeTakeFirst();
  if (supporter?.language == null) return undefined;
  assert(pledge === null || pledge.id === gift.pledgeId, 'a gift goes with its own pledge');
  const { language } = supporter;
  return hostedOrder(context, { gift, pledge, attemptId, supporterId, language });
}
