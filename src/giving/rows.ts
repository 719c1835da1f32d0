/**
 * The rows of gifts, attempts and pledges as the rest of this folder sees them, and the one place that turns one into the
 * other. A row that breaks a rule of its type is a mistake of ours and fails here, before anything is decided on it.
 */
import type { Selectable } from 'kysely';
import type { Instant, PlainDate } from '../calendar/index.ts';
import type {
  AttemptTable,
  GiftTable,
  MandateTable,
  PledgeTable,
} from '../database/tables/giving.ts';
import { isCurrency, LARGEST_MINOR, type Money, money } from '../money/index.ts';
import { AssertionFailure, assert } from '../problems/index.ts';
import { type AttemptState, isLive } from './attempt.ts';
import { type GiftState, isOpenGift } from './gift.ts';
import type { GiftInterval, PledgeUnit } from './giving.ts';
import { isPledgeOver, type PledgeState } from './pledge.ts';
import type { DeclineAdvice } from './processor.ts';

export interface Gift {
  readonly id: string;
  readonly supporterId: string | null;
  readonly pledgeId: string | null;
  readonly periodN: number | null;
  readonly dueDate: PlainDate | null;
  /** The whole that is charged: the monthly amount once for every month it covers. */
  readonly money: Money;
  /** Of the terms it was made with; `null` for a gift that stands alone. */
  readonly unit: PledgeUnit | null;
  /** How many periods this gift pays for, its own first. */
  readonly coversPeriods: number;
  /** The gift that paid for this period as well. */
  readonly coveredBy: string | null;
  readonly bodyHash: string;
  readonly state: GiftState;
  readonly nextAt: Instant | null;
  readonly appeal: { readonly appealId: string; readonly variantId: string } | null;
  readonly createdAt: Instant;
  readonly settledAt: Instant | null;
}

export interface Attempt {
  readonly id: string;
  readonly giftId: string;
  readonly n: number;
  readonly mandateId: string | null;
  readonly accountId: string;
  readonly requestHash: string;
  readonly state: AttemptState;
  readonly firstSentAt: Instant | null;
  readonly objectRef: string | null;
  readonly chargeRef: string | null;
  readonly pageUrl: string | null;
  readonly heard: 'open' | 'processing' | null;
  readonly declineCode: string | null;
  readonly advice: DeclineAdvice | null;
  readonly asked: number;
  readonly createdAt: Instant;
}

export interface Pledge {
  readonly id: string;
  readonly supporterId: string | null;
  readonly money: Money;
  readonly unit: PledgeUnit;
  /** The day of period {@link anchorN}; every later one is counted from it. */
  readonly anchor: PlainDate;
  readonly anchorN: number;
  /** The first period these terms hold for. */
  readonly termsFromN: number;
  /** How many months are charged at once. */
  readonly collectEveryMonths: number;
  readonly zone: string | null;
  readonly nextN: number;
  readonly mandateId: string | null;
  readonly state: PledgeState;
  /** Counts every change a person made. */
  readonly version: number;
  readonly pausedUntil: PlainDate | null;
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
}

export interface Mandate {
  readonly id: string;
  readonly accountId: string;
  readonly customerRef: string | null;
  readonly methodRef: string | null;
  readonly methodFingerprint: string | null;
  readonly state: 'usable' | 'needs_action' | 'dead';
}

/** An amount from the database. */
export function moneyOf(minor: bigint, currency: string): Money {
  if (!isCurrency(currency)) throw new AssertionFailure('a stored currency has a row in the table');
  return money(minor, currency);
}

export function giftOf(row: Omit<Selectable<GiftTable>, 'lease_until' | 'lease_owner'>): Gift {
  assert(row.covers_periods >= 1, 'a gift pays for its own period at least');
  assert(row.covers_periods === 1 || row.unit === 'month', 'only months are collected together');
  assert(row.covered_by === null || row.state === 'skipped', 'a covered month is not collected');
  assert(row.amount_minor > 0n, 'a gift is at least one minor unit');
  assert(row.amount_minor <= LARGEST_MINOR, 'a gift is within the largest amount');
  assert((row.pledge_id === null) === (row.period_n === null), 'a period belongs to a pledge');
  assert((row.pledge_id === null) === (row.due_date === null), 'a due date belongs to a pledge');
  assert(row.next_at === null || isOpenGift(row.state), 'only an open gift is looked at again');
  assert((row.state === 'settled') === (row.settled_at !== null), 'a settled gift knows when');
  return {
    id: row.id,
    supporterId: row.supporter_id,
    pledgeId: row.pledge_id,
    periodN: row.period_n,
    dueDate: row.due_date,
    money: moneyOf(row.amount_minor, row.currency),
    unit: row.unit,
    coversPeriods: row.covers_periods,
    coveredBy: row.covered_by,
    bodyHash: row.body_hash,
    state: row.state,
    nextAt: row.next_at,
    appeal:
      row.appeal_id === null || row.variant_id === null
        ? null
        : { appealId: row.appeal_id, variantId: row.variant_id },
    createdAt: row.created_at,
    settledAt: row.settled_at,
  };
}

export function attemptOf(row: Selectable<AttemptTable>): Attempt {
  assert(
    (row.state === 'succeeded') === (row.charge_ref !== null),
    'a succeeded attempt, and no other, names its charge',
  );
  assert(row.n >= 1 && row.asked >= 0, 'attempts are numbered from one');
  assert(
    (row.state !== 'sent' && row.state !== 'unknown') || row.first_sent_at !== null,
    'an attempt that was sent knows when',
  );
  assert(row.page_url === null || isLive(row.state), 'a page is only kept while it can be paid');
  return {
    id: row.id,
    giftId: row.gift_id,
    n: row.n,
    mandateId: row.mandate_id,
    accountId: row.processor_account_id,
    requestHash: row.request_hash,
    state: row.state,
    firstSentAt: row.first_sent_at,
    objectRef: row.object_ref,
    chargeRef: row.charge_ref,
    pageUrl: row.page_url,
    heard: row.heard,
    declineCode: row.decline_code,
    advice: row.advice,
    asked: row.asked,
    createdAt: row.created_at,
  };
}

export function pledgeOf(
  row: Omit<Selectable<PledgeTable>, 'subscription_account_id' | 'subscription_ref'>,
): Pledge {
  assert(
    (row.state === 'paused') === (row.paused_until !== null),
    'a paused pledge, and no other, knows until when',
  );
  assert(isPledgeOver(row.state) === (row.ended_at !== null), 'a pledge that is over knows when');
  assert(row.next_n >= 1, 'gift 0 of a pledge is made with it');
  assert(row.anchor_n >= 0, 'periods are counted from zero');
  assert(
    row.collect_every_months === 1 || row.unit === 'month',
    'only months are collected together',
  );
  assert(row.amount_minor > 0n, 'a pledge is at least one minor unit');
  return {
    id: row.id,
    supporterId: row.supporter_id,
    money: moneyOf(row.amount_minor, row.currency),
    unit: row.unit,
    anchor: row.anchor_date,
    anchorN: row.anchor_n,
    termsFromN: row.terms_from_n,
    collectEveryMonths: row.collect_every_months,
    zone: row.zone,
    nextN: row.next_n,
    mandateId: row.mandate_id,
    state: row.state,
    version: row.version,
    pausedUntil: row.paused_until,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}

export function mandateOf(row: Selectable<MandateTable>): Mandate {
  assert(
    row.state === 'dead' || (row.customer_ref !== null && row.method_ref !== null),
    'a mandate that can be used has its references',
  );
  return {
    id: row.id,
    accountId: row.processor_account_id,
    customerRef: row.customer_ref,
    methodRef: row.method_ref,
    methodFingerprint: row.method_fingerprint,
    state: row.state,
  };
}

/** How often a gift repeats. */
export function intervalOf(pledge: Pick<Pledge, 'unit'> | null): GiftInterval {
  return pledge === null ? 'once' : pledge.unit;
}
