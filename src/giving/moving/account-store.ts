/** SQL about accounts at processors: their standing, and the acts that changed it. */
import type { Instant } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { Decision } from '../acts/act-store.ts';
import type { AccountMove, AccountStatus } from './account-status.ts';

/** @returns undefined for an account that no row names */
export async function readAccountStatus(
  db: Db | Tx,
  accountId: string,
): Promise<AccountStatus | undefined> {
  const row = await db
    .selectFrom('processor_account')
    .select('status')
    .where('id', '=', accountId)
    .executeTakeFirst();
  return row?.status;
}

/** Locks the account against another change of its standing; charges that are being sent do not wait for this. */
export async function lockAccountStatus(
  tx: Tx,
  accountId: string,
): Promise<AccountStatus | undefined> {
  const row = await tx
    .selectFrom('processor_account')
    .select('status')
    .where('id', '=', accountId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row?.status;
}

export type AccountActKind = AccountMove | 'not-charged' | 'charged';

/** @returns the account and kind of an act that was written before under this id */
export async function findAccountAct(
  tx: Tx,
  actId: string,
): Promise<{ readonly accountId: string; readonly kind: AccountActKind } | undefined> {
  const row = await tx
    .selectFrom('account_act')
    .select(['processor_account_id', 'kind'])
    .where('id', '=', actId)
    .executeTakeFirst();
  return row === undefined ? undefined : { accountId: row.processor_account_id, kind: row.kind };
}

export async function writeAccountAct(
  tx: Tx,
  act: {
    readonly id: string;
    readonly accountId: string;
    readonly kind: AccountActKind;
    readonly attemptId: string | null;
    readonly decision: Decision;
    readonly now: Instant;
  },
): Promise<void> {
  const isAboutCharge = act.kind === 'not-charged' || act.kind === 'charged';
  assert(isAboutCharge === (act.attemptId !== null), 'an act is about a charge or an account');
  assert(act.decision.by !== '', 'somebody decides');
  await tx
    .insertInto('account_act')
    .values({
      id: act.id,
      processor_account_id: act.accountId,
      kind: act.kind,
      attempt_id: act.attemptId,
      decided_by: act.decision.by.slice(0, 100),
      reason: act.decision.reason,
      at: act.now,
    })
    .execute();
}
