/**
 * A list of a processor that cannot be read stays so: the cursor must not pass it, and a person must know that it stands
 * still. An answer that merely was not heard rings nobody; the next run asks again.
 */
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import type { Unknown } from '../processor.ts';
import { raiseAlarm } from './alarm-store.ts';

export async function ringIfUnreadable(
  context: GivingContext,
  listing: { readonly accountId: string; readonly list: 'poll' | 'money' },
  answer: Unknown,
): Promise<void> {
  const { reason } = answer;
  if (reason !== 'unreadable' && reason !== 'unexpected') return;
  assert(listing.accountId !== '', 'a list is that of an account');
  await raiseAlarm(context.db, {
    kind: 'listing-unreadable',
    ref: `${listing.list}:${listing.accountId}`,
    giftId: null,
    detail: reason,
    now: context.clock.now(),
  });
}
