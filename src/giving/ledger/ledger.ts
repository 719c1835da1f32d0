/**
 * What a posting is, before it is written: pure, so that its rules can be tested without a database.
 *
 * The ledger only grows, and every posting names the processor's own object as its cause. The cause and the code are
 * unique together, so whoever reports a thing again (answer, webhook, poll, nightly report) changes nothing. Causes carry
 * the processor account's id, because not every processor's ids are unique across accounts.
 */
import { type Instant, uuidV5 } from '../../calendar/index.ts';
import { LARGEST_MINOR, type Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import {
  type AccountPair,
  accountsOf,
  type IncomeAccount,
  type PostingCode,
} from './chart-of-accounts.ts';

export type CauseKind =
  | 'charge'
  | 'balance-transaction'
  | 'payout'
  | 'refund'
  | 'dispute'
  | 'person';

export interface Cause {
  readonly kind: CauseKind;
  readonly accountId: string;
  /** The processor's id of the object; for a person's act, our id of it. */
  readonly ref: string;
}

export interface Posting {
  readonly code: PostingCode;
  readonly cause: Cause;
  readonly money: Money;
  /** Which income account, for the codes that touch one. */
  readonly income: IncomeAccount;
  readonly giftId: string | null;
  /** By the processor's clock; ours stamps the row as well. */
  readonly happenedAt: Instant;
  /** The charge this belongs to: transfers of one charge share a group. Left out: the posting is its own group. */
  readonly groupOf?: Cause;
}

export interface Transfer extends AccountPair {
  readonly groupId: string;
  readonly causeRef: string;
  readonly amount: bigint;
}

const GROUP_NAMESPACE = '0b0cfa5e-7a34-4d52-8a39-0f2b6f6e5a10';

/** How a cause is written in the ledger. */
export function causeRef(cause: Cause): string {
  return `${cause.accountId}:${cause.ref}`;
}

/** The transfer a posting makes. The group's id follows from the cause, so a replay gives the same ledger byte for byte. */
export function transferOf(posting: Posting): Transfer {
  const { money, cause } = posting;
  assert(money.minor > 0n, 'a transfer moves at least one minor unit');
  assert(money.minor <= LARGEST_MINOR, 'a transfer is within the largest amount');
  assert(cause.ref !== '' && cause.accountId !== '', 'a transfer has a cause');
  assert(
    (posting.code !== 10 && posting.code !== 91) || posting.giftId !== null,
    'money is received for a gift',
  );
  assert(posting.code !== 11 || posting.giftId === null, 'a fee names no gift, whoever tells it');
  const pair = accountsOf(posting.code, posting.income);
  assert(pair.debit !== pair.credit, 'a transfer has two sides');
  const group = posting.groupOf ?? cause;
  assert(group.accountId === cause.accountId, 'what belongs together happened at one account');
  return {
    ...pair,
    amount: money.minor,
    causeRef: causeRef(cause),
    groupId: uuidV5({ namespace: GROUP_NAMESPACE, name: `${group.kind}:${causeRef(group)}` }),
  };
}
