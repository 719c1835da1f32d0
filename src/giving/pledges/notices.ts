/**
 * Letters about a pledge, written in the transaction of what they tell about. A letter says how things stand when it is
 * sent, so what is stored here is only that one is to be sent.
 */
import type { Instant } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { enqueueLetter } from '../../letters/index.ts';
import { assert } from '../../problems/index.ts';
import type { Gift, Pledge } from '../rows.ts';

/** A failure is not worth a letter to somebody whose other pledge goes on (Wikimedia T260910). */
export async function hasAnotherActivePledge(tx: Tx, pledge: Pledge): Promise<boolean> {
  if (pledge.supporterId === null) return false;
  const other = await tx
    .selectFrom('pledge')
    .select('id')
    .where('supporter_id', '=', pledge.supporterId)
    .where('id', '<>', pledge.id)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return other !== undefined;
}

export type NoticeAbout =
  | 'failed'
  | 'stopped'
  | 'needs-action'
  | 'needs-action-reminder'
  | 'lapsed';

/**
 * One letter per gift and reason, for ever. It names the gift, so that it can lead to the page where that is paid.
 * @returns whether this call wrote it
 */
export async function tellSupporter(
  tx: Tx,
  notice: { readonly gift: Gift; readonly now: Instant; readonly about: NoticeAbout },
): Promise<boolean> {
  assert(notice.gift.pledgeId !== null, 'a notice is about a pledge');
  return await enqueueLetter(tx, {
    dedupeKey: `notice:${notice.about}:${notice.gift.id}`,
    kind: 'pledge-notice',
    ref: notice.gift.id,
    at: notice.now,
  });
}
