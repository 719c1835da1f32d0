/**
 * The dates of a pledge: which gift comes next, when it is collected, and what is shown. One set of functions makes both
 * the date that is shown and the date that is charged. Gift n is due on anchor + n, whatever happened before it.
 */
import {
  CATCH_UP_DAYS,
  collectionInstant,
  dayIn,
  dueDate,
  type Instant,
  instantAt,
  isZone,
  nextDue,
  PlainDate,
  uuidV5,
} from '../../calendar/index.ts';
import { assert } from '../../problems/index.ts';
import type { PledgeUnit } from '../giving.ts';
import { isPledgeOver, type PledgeState } from '../pledge.ts';

/** Namespace of the ids of renewals: the same pledge and period give the same gift on every machine. */
const RENEWAL_NAMESPACE = '6f6d1e0c-6a52-4d5b-9d0c-0f4a3f1c7b11';

export interface PledgeDates {
  readonly id: string;
  /** The day of period `anchorN`. */
  readonly anchor: PlainDate;
  readonly anchorN: number;
  readonly unit: PledgeUnit;
  /** Zone of the supporter, or the newsroom's where theirs is not known. */
  readonly zone: string;
}

/** The id of gift `n` of a pledge. */
export function renewalGiftId(pledgeId: string, n: number): string {
  assert(Number.isSafeInteger(n) && n >= 1, 'gift 0 has the id its browser made');
  return uuidV5({ namespace: RENEWAL_NAMESPACE, name: `${pledgeId}:${n}` });
}

/** The day of period `n`, which is not before the anchor. */
export function dueDay(
  pledge: Pick<PledgeDates, 'anchor' | 'anchorN' | 'unit'>,
  n: number,
): PlainDate {
  assert(n >= pledge.anchorN, 'a period before the anchor has the day it was made with');
  return dueDate({ anchor: pledge.anchor, unit: pledge.unit }, n - pledge.anchorN);
}

/** The day of gift `n` and the instant at which it is collected (09:00 to 11:00 where the supporter lives). */
export function renewalDue(pledge: PledgeDates, n: number): { date: PlainDate; at: Instant } {
  const date = dueDay(pledge, n);
  const at = collectAt(pledge, date);
  assert(
    dayIn(at, pledge.zone).equals(date),
    'a gift is collected on its day, where its supporter lives',
  );
  return { date, at };
}

/** The instant of collecting on a given day: for retries and lapses too, so that all happen at the pledge's own minute. */
export function collectAt(pledge: Pick<PledgeDates, 'id' | 'zone'>, date: PlainDate): Instant {
  return collectionInstant({ dueDate: date, zone: pledge.zone, pledgeId: pledge.id });
}

/** The instant at which a day begins for the supporter. */
export function dayBegins(date: PlainDate, zone: string): Instant {
  return instantAt({ date, time: '00:00', zone });
}

/** A zone that can be used: the supporter's, if this machine knows it. */
export function usableZone(zone: string | null, fallback: string): string {
  return zone !== null && isZone(zone) ? zone : fallback;
}

export const SHOWN_DATES = 3;

/**
 * The next days on which money is taken, none once the pledge is over: every `collectEveryMonths` of its days.
 * @param from.n the period that is open or comes next: its gift was not begun
 */
export function nextDates(
  pledge: PledgeDates & {
    readonly state: PledgeState;
    readonly pausedUntil: PlainDate | null;
    readonly collectEveryMonths: number;
  },
  from: { readonly n: number; readonly now: Instant },
): readonly PlainDate[] {
  if (isPledgeOver(pledge.state)) return [];
  assert(pledge.collectEveryMonths >= 1, 'each period is announced once');
  const first = firstCollected(pledge, { n: from.n, today: dayIn(from.now, pledge.zone) });
  assert(first >= from.n, 'nothing that was collected is announced again');
  return Array.from({ length: SHOWN_DATES }, (_, index) =>
    dueDay(pledge, first + index * pledge.collectEveryMonths),
  );
}

/** The first period whose day is still to come and on which money is taken. */
function firstCollected(
  pledge: PledgeDates & {
    readonly pausedUntil: PlainDate | null;
    readonly collectEveryMonths: number;
  },
  from: { readonly n: number; readonly today: PlainDate },
): number {
  const { n, today } = from;
  const { pausedUntil, collectEveryMonths } = pledge;
  const isPaused = pausedUntil !== null && PlainDate.compare(pausedUntil, today) > 0;
  const due = dueDay(pledge, n);
  if (isPaused) return Math.max(n, nextPeriod(pledge, pausedUntil));
  if (PlainDate.compare(due, today) >= 0) return n;
  // Its day has passed and it was not begun: collected still for a week, with all that it covers; given up after that.
  const daysLate = due.until(today, { largestUnit: 'days' }).days;
  if (daysLate <= CATCH_UP_DAYS) return n + collectEveryMonths;
  return nextPeriod(pledge, spanBegins({ collectEveryMonths, today }));
}

/**
 * The earliest day on which a new span may begin once a gift was given up. A gift of one month may be collected on the very
 * day, which is its own; a span moves to a day that was never announced, so it begins on one that is still to come.
 */
export function spanBegins(of: {
  readonly collectEveryMonths: number;
  readonly today: PlainDate;
}): PlainDate {
  return of.collectEveryMonths === 1 ? of.today : of.today.add({ days: 1 });
}

/** The first period on or after a day. */
function nextPeriod(pledge: PledgeDates, from: PlainDate): number {
  return pledge.anchorN + nextDue({ anchor: pledge.anchor, unit: pledge.unit }, from).n;
}
