/**
 * Changing what a supporter promised: the amount, the day, the interval, the months collected at once. What each comes to
 * is decided in `terms.ts`; here it is decided under the locks and written: the pledge, its open gift if nobody began to
 * collect that, and what was agreed to. Each is safe to send twice.
 *
 * - *Never a charge by the old terms after the change committed, unless it was sent before*: the open gift is locked and
 *   changed in the same transaction, and a worker that wants to charge it reads it again under that lock. A gift that is
 *   being collected is left alone, with all it covers, and the change begins after it.
 * - *Never two charges for one period*: periods keep their numbers, so `unique (pledge_id, period_n)` holds across it.
 * - *Never earlier than promised*: see {@link changedTerms}. Behind with a payment, paused, in the middle of a span or
 *   with a change of a minute ago, all are the same case: a first period from which on something else holds.
 */
import { dayIn, type Instant, isUuid, PlainDate } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import type { Money } from '../../money/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { giftBodyHash } from '../fingerprint.ts';
import type { Agreed, PledgeChange } from '../giving.ts';
import { isPledgeOver } from '../pledge.ts';
import { collectAt, dayBegins, dueDay, nextDates, type PledgeDates } from '../renewals/renewal.ts';
import type { Gift, Pledge } from '../rows.ts';
import { changePledge, type LockedPledge } from './change-pledge.ts';
import { chargedAtOnce, isChargeable, mayCollect } from './collection.ts';
import { isAgreed, recordChange } from './pledge-change-store.ts';
import { datesOf, readPledge } from './pledge-store.ts';
import { findPledgeView, firstToAnnounce, readOpenGift } from './pledge-view.ts';
import { changedTerms, type Terms, type TermsChange } from './terms.ts';

export interface TermsRequest {
  readonly pledgeId: string;
  readonly change: TermsChange;
  readonly agreed: Agreed | undefined;
}

type Refusal = Extract<PledgeChange, { readonly kind: 'refused' }>['reason'];

export async function changeTerms(
  context: GivingContext,
  request: TermsRequest,
): Promise<PledgeChange> {
  const { pledgeId, change, agreed } = request;
  if (agreed !== undefined && !isAgreed(agreed)) return { kind: 'refused', reason: 'collection' };
  const done = await changePledge(context, pledgeId, (tx, locked) =>
    changeLocked(tx, context, { locked, change, agreed }),
  );
  switch (done) {
    case 'not-found':
      return { kind: done };
    case 'changed':
    case 'unchanged':
    case 'not-possible': {
      const pledge = await findPledgeView(context, pledgeId);
      assert(pledge !== undefined, 'a pledge that was locked is there');
      return { kind: done, pledge };
    }
    case 'currency':
    case 'too-small':
    case 'too-large':
    case 'date':
    case 'collection':
      return { kind: 'refused', reason: done };
    default:
      return unreachable(done, 'changeTerms');
  }
}

async function changeLocked(
  tx: Tx,
  context: GivingContext,
  of: {
    readonly locked: LockedPledge;
    readonly change: TermsChange;
    readonly agreed: Agreed | undefined;
  },
): Promise<'changed' | 'unchanged' | 'not-possible' | Refusal> {
  const { locked, change, agreed } = of;
  const { pledge, openGifts } = locked;
  if (isPledgeOver(pledge.state) || pledge.state === 'awaiting_first') return 'not-possible';
  const refusal = refusalOf(context, pledge, change);
  if (refusal !== null) return refusal;
  const now = context.clock.now();
  const dates = datesOf(pledge, context.settings.zone);
  const before = termsOf(pledge);
  const n = firstOpenPeriod(pledge, openGifts);
  const terms = changedTerms(before, change, { n, today: dayIn(now, dates.zone) });
  if (terms === before) return 'unchanged';
  assert(terms.termsFromN === n && n >= pledge.termsFromN, 'terms change forward only');
  const version = pledge.version + 1;
  await tx
    .updateTable('pledge')
    .set({
      amount_minor: terms.money.minor,
      unit: terms.unit,
      collect_every_months: terms.collectEveryMonths,
      anchor_date: terms.anchor,
      anchor_n: terms.anchorN,
      terms_from_n: terms.termsFromN,
      version,
      ...pauseColumns(pausedUntilAfter(pledge, { change, dates, n, now }), dates.zone),
    })
    .where('id', '=', pledge.id)
    .execute();
  const fromDate = dueDay(terms, n);
  await recordChange(tx, {
    pledgeId: pledge.id,
    version,
    kind: change.kind,
    terms,
    fromDate,
    agreed,
    now,
  });
  for (const gift of openGifts) await changeDueGift(tx, context, { gift, pledge, terms });
  return 'changed';
}

/**
 * Until when a paused pledge stays paused. Its days after the pause are announced too: with other days, one of them may
 * lie between the end of the pause and the first day that was announced, so the pause then lasts until that day.
 */
function pausedUntilAfter(
  pledge: Pledge,
  of: {
    readonly change: TermsChange;
    readonly dates: PledgeDates;
    readonly n: number;
    readonly now: Instant;
  },
): PlainDate | null {
  const { change, dates, n, now } = of;
  const { pausedUntil, state, collectEveryMonths } = pledge;
  if (pausedUntil === null || (change.kind !== 'day' && change.kind !== 'interval')) {
    return pausedUntil;
  }
  const [announced] = nextDates({ ...dates, state, pausedUntil, collectEveryMonths }, { n, now });
  assert(announced !== undefined, 'a paused pledge announces the days after its pause');
  return PlainDate.compare(announced, pausedUntil) > 0 ? announced : pausedUntil;
}

function pauseColumns(until: PlainDate | null, zone: string) {
  return until === null ? {} : { paused_until: until, resume_at: dayBegins(until, zone) };
}

/** Whether the newsroom's limits and the calendar allow it. */
function refusalOf(context: GivingContext, pledge: Pledge, change: TermsChange): Refusal | null {
  switch (change.kind) {
    case 'amount':
      return amountRefusal(context, {
        pledge,
        money: change.money,
        months: pledge.collectEveryMonths,
      });
    case 'interval':
      return amountRefusal(context, { pledge, money: change.money, months: 1 });
    case 'collection': {
      const months = change.collectEveryMonths;
      if (!mayCollect(pledge.unit, months)) return 'collection';
      // Fewer months at once is always allowed, also where the limits were lowered since.
      if (months <= pledge.collectEveryMonths) return null;
      return amountRefusal(context, { pledge, money: pledge.money, months });
    }
    case 'day': {
      const { dayOfMonth } = change;
      return Number.isInteger(dayOfMonth) && dayOfMonth >= 1 && dayOfMonth <= 31 ? null : 'date';
    }
    default:
      return unreachable(change, 'refusalOf');
  }
}

function amountRefusal(
  context: GivingContext,
  of: { readonly pledge: Pledge; readonly money: Money; readonly months: number },
): Refusal | null {
  const { pledge, money, months } = of;
  const limits = context.settings.limits(money.currency);
  if (limits === undefined || money.currency !== pledge.money.currency) return 'currency';
  if (money.minor < limits.minimum || money.minor < 1n) return 'too-small';
  const whole = chargedAtOnce(money, months);
  return whole.minor > limits.maximum || !isChargeable(whole) ? 'too-large' : null;
}

export function termsOf(pledge: Pledge): Terms {
  const { money, unit, collectEveryMonths, anchor, anchorN, termsFromN } = pledge;
  return { money, unit, collectEveryMonths, anchor, anchorN, termsFromN };
}

/** The first period that a change can hold for. */
function firstOpenPeriod(pledge: Pledge, openGifts: readonly Gift[]): number {
  assert(openGifts.length <= 1, 'a pledge has one open gift');
  const [open] = openGifts;
  const from = open === undefined ? pledge.nextN : afterGift(open);
  // Behind with an old span: what was agreed to meanwhile begins later still.
  return Math.max(from, pledge.termsFromN, 1);
}

function afterGift(gift: Gift): number {
  assert(gift.periodN !== null, 'a gift of a pledge has its period');
  const state = gift.state === 'due' ? 'due' : 'collecting';
  return firstToAnnounce({ n: gift.periodN, state, coversPeriods: gift.coversPeriods });
}

/** A gift that nobody began to collect follows its pledge; one that is being collected keeps what was announced. */
async function changeDueGift(
  tx: Tx,
  context: GivingContext,
  change: { readonly gift: Gift; readonly pledge: Pledge; readonly terms: Terms },
): Promise<void> {
  const { gift, pledge, terms } = change;
  if (gift.state !== 'due' || gift.periodN === null) return;
  const whole = chargedAtOnce(terms.money, terms.collectEveryMonths);
  assert(whole.currency === gift.money.currency, 'one currency along a pledge');
  assert(gift.periodN >= 1, 'the first gift is what began the pledge');
  const due = dueDay(terms, gift.periodN);
  const isMoved = gift.dueDate?.equals(due) !== true;
  await tx
    .updateTable('gift')
    .set({
      amount_minor: whole.minor,
      unit: terms.unit,
      covers_periods: terms.collectEveryMonths,
      due_date: due,
      body_hash: giftBodyHash({
        money: terms.money,
        interval: terms.unit,
        collectEveryMonths: terms.collectEveryMonths,
      }),
      // A gift that a bound has parked stays parked.
      ...(isMoved && gift.nextAt !== null
        ? { next_at: collectAt(datesOf(pledge, context.settings.zone), due) }
        : {}),
    })
    .where('id', '=', gift.id)
    .execute();
}

/** What a pledge would be after a change. */
export interface PledgePreview {
  readonly money: Money;
  readonly unit: Terms['unit'];
  readonly collectEveryMonths: number;
  /** Taken each time. */
  readonly collected: Money;
  /** The next three days on which that is taken. */
  readonly nextDates: readonly PlainDate[];
  /** A payment by the old terms that is under way, or tried again, comes before. */
  readonly oneMoreByOldTerms: boolean;
}

/** The same decision without the locks: what it says may be outdated by a renewal of this minute, and is then told again. */
export async function previewChange(
  context: GivingContext,
  request: Omit<TermsRequest, 'agreed'>,
): Promise<PledgePreview | undefined> {
  const { pledgeId, change } = request;
  if (!isUuid(pledgeId)) return undefined;
  const pledge = await readPledge(context.db, pledgeId);
  if (pledge === undefined || isPledgeOver(pledge.state) || pledge.state === 'awaiting_first') {
    return undefined;
  }
  if (refusalOf(context, pledge, change) !== null) return undefined;
  const now = context.clock.now();
  const dates = datesOf(pledge, context.settings.zone);
  const open = await readOpenGift(context.db, pledge.id);
  const from = open === undefined ? pledge.nextN : firstToAnnounce(open);
  const n = Math.max(from, pledge.termsFromN, 1);
  const terms = changedTerms(termsOf(pledge), change, { n, today: dayIn(now, dates.zone) });
  const { money, unit, collectEveryMonths, anchor, anchorN } = terms;
  assert(money.currency === pledge.money.currency, 'one currency along a pledge');
  const { state } = pledge;
  const pausedUntil = pausedUntilAfter(pledge, { change, dates, n, now });
  return {
    money,
    unit,
    collectEveryMonths,
    collected: chargedAtOnce(money, collectEveryMonths),
    nextDates: nextDates(
      { ...dates, anchor, anchorN, unit, state, pausedUntil, collectEveryMonths },
      { n, now },
    ),
    oneMoreByOldTerms: open?.state === 'collecting',
  };
}
