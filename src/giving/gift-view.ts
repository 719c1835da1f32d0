/**
 * What a gift looks like from outside: one query, and the one function that turns our states into what people are told.
 */
import { type ExpressionBuilder, sql } from 'kysely';
import { type Instant, PlainDate } from '../calendar/index.ts';
import type { Database, Db, Tx } from '../database/index.ts';
import { assert, unreachable } from '../problems/index.ts';
import type { AttemptState } from './attempt.ts';
import type { GivingContext } from './context.ts';
import { giftReference } from './fingerprint.ts';
import type { GiftState } from './gift.ts';
import type { GiftPledgeView, GiftStateForPeople, GiftView } from './giving.ts';
import { moveAsked } from './moving/account-status.ts';
import { needsPageKey, pageKeyOf } from './page-key.ts';
import { isPledgeOver } from './pledge.ts';
import { amountOfPeriod } from './pledges/collection.ts';
import { isPaidByLink } from './pledges/paid-by-link.ts';
import { datesOf } from './pledges/pledge-store.ts';
import type { DeclineAdvice } from './processor.ts';
import { nextDates } from './renewals/renewal.ts';
import { moneyOf, pledgeOf } from './rows.ts';

/** What {@link stateForPeople} looks at: the gift and its newest attempt. */
export interface Standing {
  readonly giftState: GiftState;
  /** A later period of a pledge: nobody was on a page they could have left. */
  readonly isRenewal: boolean;
  readonly attempt: {
    readonly state: AttemptState;
    readonly heard: 'open' | 'processing' | null;
    readonly declineCode: string | null;
    readonly advice: DeclineAdvice | null;
    readonly pageUrl: string | null;
  } | null;
}

export function stateForPeople(standing: Standing): GiftStateForPeople {
  const { giftState, attempt } = standing;
  switch (giftState) {
    case 'settled':
      return 'paid';
    case 'integrity_hold':
      return 'held';
    case 'failed':
      return attempt?.advice === 'refused-country' ? 'refused-country' : 'declined';
    case 'abandoned':
      return attempt?.advice === 'refused-country' ? 'refused-country' : 'abandoned';
    case 'skipped':
      return 'abandoned';
    case 'due':
    case 'collecting':
      if (attempt === null) return 'waiting';
      if (attempt.state === 'expired' && standing.isRenewal) return 'declined';
      return attemptForPeople(attempt);
    default:
      return unreachable(giftState, 'stateForPeople');
  }
}

function attemptForPeople(attempt: NonNullable<Standing['attempt']>): GiftStateForPeople {
  switch (attempt.state) {
    case 'planned':
      return 'waiting';
    case 'sent':
      return attempt.heard === 'open' && attempt.pageUrl !== null ? 'waiting' : 'checking';
    case 'unknown':
      return 'checking';
    case 'needs_action':
      return attempt.heard === 'open' ? 'declined' : 'needs-confirmation';
    case 'declined':
      return attempt.advice === 'refused-country' ? 'refused-country' : 'declined';
    case 'expired':
      return 'abandoned';
    case 'not_found':
      return 'waiting';
    case 'succeeded':
      // Only for the blink between two statements of a reader without a transaction.
      return 'checking';
    default:
      return unreachable(attempt.state, 'attemptForPeople');
  }
}

/** Whether the supporter should go (back) to the page: never while it may have been paid, or while a person looks at it. */
function isPayable(state: GiftStateForPeople): boolean {
  return state === 'waiting' || state === 'declined' || state === 'needs-confirmation';
}

/** The view of a gift that is known to exist. */
export async function readGiftView(context: GivingContext, giftId: string): Promise<GiftView> {
  const view = await findGiftView(context, giftId);
  assert(view !== undefined, 'a gift that was written is there');
  return view;
}

export async function findGiftView(
  context: GivingContext,
  giftId: string,
): Promise<GiftView | undefined> {
  const rows = await queryViews(context.db).where('gift.id', '=', giftId).execute();
  const row = rows[0];
  return row === undefined ? undefined : viewOf(context, row);
}

export const GIFTS_SHOWN_MAX = 500;

/** Gifts of a supporter, newest first. Gifts that are only due in the future are no news and left out. */
export async function readGiftsOf(
  context: GivingContext,
  supporterId: string,
): Promise<readonly GiftView[]> {
  const rows = await queryViews(context.db)
    .where('gift.supporter_id', '=', supporterId)
    .where('gift.state', '<>', 'due')
    // Months that were paid for with an earlier one are part of that gift.
    .where('gift.covered_by', 'is', null)
    .orderBy('gift.created_at', 'desc')
    .orderBy('gift.id', 'desc')
    .limit(GIFTS_SHOWN_MAX)
    .execute();
  assert(rows.length <= GIFTS_SHOWN_MAX, 'a list is bounded');
  return rows.map((row) => {
    assert(row.supporter_id === supporterId, 'nobody sees the gift of somebody else');
    return viewOf(context, row);
  });
}

function queryViews(db: Db | Tx) {
  return (
    db
      .selectFrom('gift')
      .leftJoinLateral(newestAttempt, (join) => join.onTrue())
      .leftJoin('pledge', 'pledge.id', 'gift.pledge_id')
      .leftJoin('mandate', 'mandate.id', 'pledge.mandate_id')
      .leftJoin('processor_account', 'processor_account.id', 'mandate.processor_account_id')
      // The newest gift of the pledge: it says what comes next.
      .leftJoin('gift as last_gift', (join) =>
        join
          .onRef('last_gift.pledge_id', '=', 'pledge.id')
          .on('last_gift.period_n', '=', sql<number>`pledge.next_n - 1`),
      )
      .select([
        'gift.id',
        'gift.supporter_id',
        'gift.period_n',
        'gift.due_date',
        'gift.amount_minor',
        'gift.currency',
        'gift.state',
        'gift.appeal_id',
        'gift.variant_id',
        'gift.created_at',
        'gift.settled_at',
        'gift.unit as gift_unit',
        'gift.covers_periods',
        'last_gift.period_n as last_n',
        'last_gift.state as last_state',
        'last_gift.covers_periods as last_covers',
        'newest.state as attempt_state',
        'newest.heard',
        'newest.decline_code',
        'newest.advice',
        'newest.page_url',
        'pledge.id as pledge_id',
        'pledge.supporter_id as pledge_supporter_id',
        'pledge.amount_minor as pledge_amount_minor',
        'pledge.currency as pledge_currency',
        'pledge.unit',
        'pledge.anchor_date',
        'pledge.anchor_n',
        'pledge.terms_from_n',
        'pledge.collect_every_months',
        'pledge.zone',
        'pledge.next_n',
        'pledge.mandate_id',
        'pledge.state as pledge_state',
        'pledge.paused_until',
        'pledge.resume_at',
        'pledge.version',
        'pledge.replaces',
        'pledge.created_at as pledge_created_at',
        'pledge.ended_at',
        'processor_account.status as mandate_account_status',
      ])
  );
}

function newestAttempt(from: ExpressionBuilder<Database, 'gift'>) {
  return from
    .selectFrom('attempt')
    .select(['attempt.state', 'attempt.heard', 'decline_code', 'advice', 'page_url'])
    .whereRef('attempt.gift_id', '=', 'gift.id')
    .orderBy('attempt.n', 'desc')
    .limit(1)
    .as('newest');
}

type ViewRow = Awaited<ReturnType<ReturnType<typeof queryViews>['execute']>>[number];

function viewOf(context: GivingContext, row: ViewRow): GiftView {
  const attempt =
    row.attempt_state === null
      ? null
      : {
          state: row.attempt_state,
          heard: row.heard,
          declineCode: row.decline_code,
          advice: row.advice,
          pageUrl: row.page_url,
        };
  const appeal =
    row.appeal_id === null || row.variant_id === null
      ? null
      : { appealId: row.appeal_id, variantId: row.variant_id };
  const pledge = pledgeViewOf(context, row);
  const forPeople = stateForPeople({
    giftState: row.state,
    isRenewal: (row.period_n ?? 0) > 0,
    attempt,
  });
  const money = moneyOf(row.amount_minor, row.currency);
  const pageUrl = isPayable(forPeople) ? (attempt?.pageUrl ?? null) : null;
  assert((forPeople === 'paid') === (row.settled_at !== null), 'what is called paid has arrived');
  assert(pageUrl === null || row.settled_at === null, 'nobody is led to pay what has arrived');
  assert(pledge === null || row.pledge_currency === row.currency, 'one currency along a pledge');
  return {
    giftId: row.id,
    reference: giftReference(row.id),
    money,
    interval: row.gift_unit ?? pledge?.unit ?? 'once',
    coversPeriods: row.covers_periods,
    moneyOfPeriod: amountOfPeriod(money, row.covers_periods),
    state: row.state,
    stateForPeople: forPeople,
    ...(attempt?.declineCode == null ? {} : { declineCode: attempt.declineCode }),
    createdAt: row.created_at,
    settledAt: row.settled_at,
    pledge,
    supporterId: row.supporter_id,
    appeal,
    ...(pageUrl === null ? {} : { pageUrl }),
    ...(needsPageKey(row.id) ? { pageKey: pageKeyOf(context.settings.pageSecret, row.id) } : {}),
    ...(attempt === null ? {} : { attemptState: attempt.state }),
  };
}

function pledgeViewOf(context: GivingContext, row: ViewRow): GiftPledgeView | null {
  const pledge = pledgeRow(row);
  if (pledge === null || row.period_n === null || row.due_date === null) return null;
  const unit = row.gift_unit ?? pledge.unit;
  const last = { n: row.last_n ?? row.period_n, covers: row.last_covers ?? row.covers_periods };
  return {
    pledgeId: pledge.id,
    state: pledge.state,
    unit,
    collectEveryMonths: pledge.collect_every_months,
    periodN: row.period_n,
    dueDate: row.due_date,
    nextDates: upcomingDates(context, pledgeOf(pledge), {
      // A gift that was begun, and what it pays for, is never announced again.
      n: row.last_state === 'due' ? last.n : last.n + last.covers,
      now: context.clock.now(),
    }),
    move:
      row.mandate_account_status === null || isPledgeOver(pledge.state)
        ? 'no'
        : moveAsked(row.mandate_account_status),
    paidByLink: isPaidByLink(pledgeOf(pledge)),
  };
}

/** The joined columns as a pledge row; a left join makes each of them nullable on its own. */
function pledgeRow(row: ViewRow): Parameters<typeof pledgeOf>[0] | null {
  if (
    row.pledge_id === null ||
    row.pledge_state === null ||
    row.unit === null ||
    row.anchor_date === null ||
    row.anchor_n === null ||
    row.terms_from_n === null ||
    row.collect_every_months === null ||
    row.next_n === null ||
    row.version === null ||
    row.pledge_amount_minor === null ||
    row.pledge_currency === null ||
    row.pledge_created_at === null
  ) {
    return null;
  }
  return {
    id: row.pledge_id,
    supporter_id: row.pledge_supporter_id,
    amount_minor: row.pledge_amount_minor,
    currency: row.pledge_currency,
    unit: row.unit,
    anchor_date: row.anchor_date,
    anchor_n: row.anchor_n,
    terms_from_n: row.terms_from_n,
    collect_every_months: row.collect_every_months,
    zone: row.zone,
    next_n: row.next_n,
    mandate_id: row.mandate_id,
    state: row.pledge_state,
    paused_until: row.paused_until,
    resume_at: row.resume_at,
    version: row.version,
    replaces: row.replaces,
    created_at: row.pledge_created_at,
    ended_at: row.ended_at,
  };
}

/** The next days of a pledge from period `n` on. */
export function upcomingDates(
  context: GivingContext,
  pledge: ReturnType<typeof pledgeOf>,
  from: { readonly n: number; readonly now: Instant },
): readonly PlainDate[] {
  const dates = nextDates(
    {
      ...datesOf(pledge, context.settings.zone),
      state: pledge.state,
      pausedUntil: pledge.pausedUntil,
      collectEveryMonths: pledge.collectEveryMonths,
    },
    from,
  );
  assert(isAscending(dates), 'days of a pledge follow each other');
  assert(!isPledgeOver(pledge.state) || dates.length === 0, 'what is over announces no day');
  return dates;
}

function isAscending(days: readonly PlainDate[]): boolean {
  return days.every((day, index) => {
    const before = days[index - 1];
    return before === undefined || PlainDate.compare(before, day) < 0;
  });
}
