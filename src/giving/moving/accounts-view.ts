/** The newsroom's accounts at payment companies as the desk sees them: how each stands, and who still hangs on it. */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { giftReference } from '../fingerprint.ts';
import type { ProcessorKind } from '../processor.ts';
import { moneyOf } from '../rows.ts';
import type { AccountStatus } from './account-status.ts';

export interface AccountView {
  readonly accountId: string;
  readonly processor: ProcessorKind;
  readonly mode: 'test' | 'live';
  readonly status: AccountStatus;
  /** Whether this process was given its key; an account without one is asked nothing. */
  readonly isConfigured: boolean;
  /** Pledges that run and whose mandate is held there. */
  readonly pledges: number;
  /** Pledges that run and went from it to another; counted while it is being left. */
  readonly moved: number;
  /** Payments of which nobody knows yet whether they were made. */
  readonly unanswered: number;
  readonly changed: {
    readonly at: Instant;
    readonly by: string;
    readonly reason: string;
  } | null;
}

/** A payment under way at an account that does not tell. */
export interface LostCharge {
  readonly attemptId: string;
  readonly accountId: string;
  readonly giftId: string;
  readonly reference: string;
  readonly money: Money;
  readonly sentAt: Instant;
}

const LOST_SHOWN_MAX = 200;

export async function readAccounts(context: GivingContext): Promise<readonly AccountView[]> {
  const { rows } = await sql<{
    id: string;
    processor: ProcessorKind;
    mode: 'test' | 'live';
    status: AccountStatus;
    pledges: bigint;
    moved: bigint;
    unanswered: bigint;
    at: Instant | null;
    by: string | null;
    reason: string | null;
  }>`
    select account.id, account.processor, account.mode, account.status,
      (select count(*) from mandate join pledge on pledge.mandate_id = mandate.id
        where mandate.processor_account_id = account.id
          and pledge.state in ('active', 'paused', 'past_due')) as pledges,
      case when account.status in ('active', 'resting') then 0 else (select count(distinct pledge.id) from attempt
        join gift on gift.id = attempt.gift_id
        join pledge on pledge.id = gift.pledge_id
        join mandate on mandate.id = pledge.mandate_id
        where attempt.processor_account_id = account.id and attempt.state = 'succeeded'
          and mandate.processor_account_id <> account.id
          and pledge.state in ('active', 'paused', 'past_due')) end as moved,
      (select count(*) from attempt
        where attempt.processor_account_id = account.id and attempt.state = 'unknown') as unanswered,
      act.at, act.decided_by as by, act.reason
    from processor_account account
    left join lateral (
      select at, decided_by, reason from account_act
      where processor_account_id = account.id and kind in ('activate', 'rest', 'drain', 'drop')
      order by at desc, id desc limit 1
    ) act on true
    order by account.created_at, account.id
  `.execute(context.db);
  return rows.map((row) => {
    assert(row.pledges >= 0n && row.unanswered >= 0n, 'counts begin at nought');
    assert(
      row.moved === 0n || row.status !== 'active',
      'who moved left an account that is being left',
    );
    return {
      accountId: row.id,
      processor: row.processor,
      mode: row.mode,
      status: row.status,
      isConfigured: context.processorOf(row.id) !== undefined,
      pledges: Number(row.pledges),
      moved: Number(row.moved),
      unanswered: Number(row.unanswered),
      changed:
        row.at === null || row.by === null || row.reason === null
          ? null
          : { at: row.at, by: row.by, reason: row.reason },
    };
  });
}

/** Oldest first, at most 200: what only a person can say something about. */
export async function readLostCharges(context: GivingContext): Promise<readonly LostCharge[]> {
  const configured = context.processors.map(({ accountId }) => accountId);
  const { rows } = await sql<{
    id: string;
    account: string;
    gift: string;
    minor: bigint;
    currency: string;
    sent: Instant;
  }>`
    select attempt.id, attempt.processor_account_id as account, gift.id as gift,
      gift.amount_minor as minor, gift.currency, attempt.first_sent_at as sent
    from attempt join gift on gift.id = attempt.gift_id
    join processor_account account on account.id = attempt.processor_account_id
    where attempt.state in ('sent', 'unknown', 'needs_action') and attempt.first_sent_at is not null
      and (account.status = 'dropped' or not account.id = any(${configured}::text[]))
    order by attempt.first_sent_at, attempt.id
    limit ${LOST_SHOWN_MAX}
  `.execute(context.db);
  assert(rows.length <= LOST_SHOWN_MAX, 'a list is bounded');
  return rows.map(({ id, account, gift, minor, currency, sent }) => ({
    attemptId: id,
    accountId: account,
    giftId: gift,
    reference: giftReference(gift),
    money: moneyOf(minor, currency),
    sentAt: sent,
  }));
}
