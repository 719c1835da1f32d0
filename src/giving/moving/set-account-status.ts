/**
 * Changing how the newsroom stands with an account: one act, once, in force everywhere with the next statement. Dropping
 * also makes everything that is on its way there unknown, in the same transaction: whether it was paid is for the
 * company's books to say, and no page of it is handed out again.
 */
import { sql } from 'kysely';
import { type Instant, isUuid } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { type Decision, isReason } from '../acts/act-store.ts';
import type { GivingContext } from '../context.ts';
import { nextAsk } from '../settling/ask-schedule.ts';
import { inTransaction } from '../transaction.ts';
import { type AccountMove, type AccountStatus, accountAfter } from './account-status.ts';
import { findAccountAct, lockAccountStatus, writeAccountAct } from './account-store.ts';

export interface AccountDecision extends Decision {
  readonly actId: string;
  readonly accountId: string;
  readonly move: AccountMove;
}

export type AccountAnswer =
  | { readonly kind: 'done'; readonly status: AccountStatus; readonly madeUnknown: number }
  /** It stands so already, or this very act was sent before. */
  | { readonly kind: 'already'; readonly status: AccountStatus }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'refused'; readonly reason: 'reason' | 'act-id' };

export async function setAccountStatus(
  context: GivingContext,
  decision: AccountDecision,
): Promise<AccountAnswer> {
  const { actId, accountId, move } = decision;
  if (!isReason(decision.reason)) return { kind: 'refused', reason: 'reason' };
  if (!isUuid(actId)) return { kind: 'refused', reason: 'act-id' };
  await context.ready();
  return await inTransaction(context.db, async (tx): Promise<AccountAnswer> => {
    // Gifts before their account, in the order everybody locks in.
    const gifts = move === 'drop' ? await lockGiftsOnTheirWay(tx, accountId) : [];
    const standing = await lockAccountStatus(tx, accountId);
    if (standing === undefined) return { kind: 'not-found' };
    const before = await findAccountAct(tx, actId);
    if (before !== undefined && (before.accountId !== accountId || before.kind !== move)) {
      return { kind: 'refused', reason: 'act-id' };
    }
    const status = accountAfter(move);
    if (before !== undefined || standing === status) return { kind: 'already', status: standing };
    const now = context.clock.now();
    assert(standing !== status, 'an act changes how an account stands');
    await tx.updateTable('processor_account').set({ status }).where('id', '=', accountId).execute();
    await writeAccountAct(tx, {
      id: actId,
      accountId,
      kind: move,
      attemptId: null,
      decision,
      now,
    });
    const madeUnknown = await forgetWhatWasHeard(tx, { accountId, gifts, now });
    return { kind: 'done', status, madeUnknown };
  });
}

/** What may have been paid there: pages that are open and charges under way, some thousands on the busiest day. */
async function lockGiftsOnTheirWay(tx: Tx, accountId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select gift.id from gift
    where exists (
      select from attempt
      where attempt.gift_id = gift.id and attempt.processor_account_id = ${accountId}
        and attempt.state in ('sent', 'needs_action')
    )
    order by gift.id for update of gift
  `.execute(tx);
  const ids = rows.map(({ id }) => id);
  assert(new Set(ids).size === ids.length, 'a gift is locked once');
  return ids;
}

/**
 * Everything that was sent and not answered for good is unknown from now on, and asked about soon. What is sent after the
 * locks were taken is answered like any other; confirmations pass through `sent`, because no attempt steps from waiting to
 * unknown.
 */
async function forgetWhatWasHeard(
  tx: Tx,
  of: { readonly accountId: string; readonly gifts: readonly string[]; readonly now: Instant },
): Promise<number> {
  const { accountId, gifts, now } = of;
  if (gifts.length === 0) return 0;
  await sql`
    update attempt set state = 'sent', heard = null
    where gift_id = any(${gifts}::uuid[]) and processor_account_id = ${accountId}
      and state = 'needs_action'
  `.execute(tx);
  const { numAffectedRows } = await sql`
    update attempt set state = 'unknown', heard = null, asked = 0
    where gift_id = any(${gifts}::uuid[]) and processor_account_id = ${accountId} and state = 'sent'
  `.execute(tx);
  const next = nextAsk({ asked: 0, for: 'unheard', now });
  await sql`
    update gift set next_at = ${next.at}
    where id = any(${gifts}::uuid[]) and state in ('due', 'collecting')
  `.execute(tx);
  const madeUnknown = Number(numAffectedRows ?? 0n);
  assert(madeUnknown <= gifts.length, 'a gift has one attempt under way');
  return madeUnknown;
}
