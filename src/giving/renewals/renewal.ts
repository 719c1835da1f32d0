/**
 * The dates of a pledge: which gift comes next, when it is collected, and what is shown. One set of functions makes both
 * the date that is shown and the date that is charged. Gift n is due on anchor + n, whatever happened before it.
 */
import {
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
  readonly anchor: PlainDate;
  readonly unit: PledgeUnit;
  /** Zone of the supporter, or the newsroom's where theirs is not known. */
  readonly zone: string;
}

/** The id of gift `n` of a pledge. */
export function renewalGiftId(pledgeId: string, n: number): string {
  assert(Number.isSafeInteger(n) && n >= 1, 'gift 0 has the id its browser made');
  return uuidV5({ namespace: RENEWAL_NAMESPACE, name: `${pledgeId}:${n}` });
}

/** The day of gift `n` and the instant at which it is collected (09:00 to 11:00 where the supporter lives). */
export function renewalDue(pledge: PledgeDates, n: number): { date: PlainDate; at: Instant } {
  const date = dueDate({ anchor: pledge.anchor, unit: pledge.unit }, n);
  return { date, at: collectAt(pledge, date) };
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
 * The next days on which a pledge is collected, none once it is over.
 * @param from.n the period that is open or comes next
 */
export function nextDates(
  pledge: PledgeDates & { readonly state: PledgeState; readonly pausedUntil: PlainDate | null },
  from: { readonly n: number; readonly now: Instant },
): readonly PlainDate[] {
  if (isPledgeOver(pledge.state)) return [];
  const schedule = { anchor: pledge.anchor, unit: pledge.unit };
  const today = dayIn(from.now, pledge.zone);
  const earliest =
    pledge.pausedUntil !== null && PlainDate.compare(pledge.pausedUntil, today) > 0
      ? pledge.pausedUntil
      : today;
  const first = Math.max(from.n, nextDue(schedule, earliest).n);
  assert(first >= from.n, 'nothing that was collected is announced again');
  return Array.from({ length: SHOWN_DATES }, (_, index) => dueDate(schedule, first + index));
}
