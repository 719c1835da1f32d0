/**
 * The terms of a pledge, and how they change: amount, day, interval, months at once. Pure, so that every case can stand in
 * a table.
 *
 * A change is not a new pledge. With two pledges nothing in the database could forbid that both charge for April; the old
 * one would have to live on while a gift of it is being collected, and the new one to die with it if that fails. So the
 * pledge, its number and its periods go on, and the *anchor* moves: to the first period the change holds for, on a day
 * that is never earlier than the day promised for that period. Periods before it keep the days they were made with. What
 * was agreed to before stays readable, row by row, in `pledge_change`. (`pledge.replaces` is for a comeback after the end,
 * where no period of the old pledge can be charged any more.)
 *
 * The first period a change holds for is the open gift if nobody began to collect it, else the one after all that it
 * covers. A gift under way, also one that is behind and tried again, keeps what was announced: its charge may be out.
 */
import { PlainDate } from '../../calendar/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { PledgeUnit } from '../giving.ts';
import { dueDay } from '../renewals/renewal.ts';
import { mayCollect } from './collection.ts';

export interface Terms {
  /** Of one month or year. */
  readonly money: Money;
  readonly unit: PledgeUnit;
  readonly collectEveryMonths: number;
  /** The day of period `anchorN`. */
  readonly anchor: PlainDate;
  readonly anchorN: number;
  /** The first period they hold for. */
  readonly termsFromN: number;
}

/** What a supporter asked for. */
export type TermsChange =
  | { readonly kind: 'amount'; readonly money: Money }
  | { readonly kind: 'collection'; readonly collectEveryMonths: number }
  | { readonly kind: 'interval'; readonly unit: PledgeUnit; readonly money: Money }
  /** A day of the month; in a month that is shorter, its last day. */
  | { readonly kind: 'day'; readonly dayOfMonth: number };

/** Where a change begins. */
export interface From {
  readonly n: number;
  /** Where the supporter lives. A day that has passed is never given to a gift again. */
  readonly today: PlainDate;
}

/** The terms after a change, or the same object where it changes nothing. */
export function changedTerms(terms: Terms, change: TermsChange, from: From): Terms {
  assert(from.n >= terms.termsFromN, 'a change never reaches back before the change before it');
  assert(from.n >= 1, 'the first gift is what began the pledge');
  const termsFromN = from.n;
  switch (change.kind) {
    case 'amount': {
      const same = change.money.minor === terms.money.minor;
      assert(change.money.currency === terms.money.currency, 'a pledge keeps its currency');
      return same ? terms : { ...terms, money: change.money, termsFromN };
    }
    case 'collection': {
      const { collectEveryMonths } = change;
      assert(mayCollect(terms.unit, collectEveryMonths), 'only months are collected together');
      return collectEveryMonths === terms.collectEveryMonths
        ? terms
        : { ...terms, collectEveryMonths, termsFromN };
    }
    case 'interval': {
      if (change.unit === terms.unit) return terms;
      assert(change.money.currency === terms.money.currency, 'a pledge keeps its currency');
      // The day that was promised next is the first of the new interval: what was paid for until then is not lost.
      const { money, unit } = change;
      const due = dueDay(terms, from.n);
      const day = { due, dayOfMonth: terms.anchor.day };
      return {
        money,
        unit,
        collectEveryMonths: 1,
        termsFromN,
        ...anchoredAt({ ...day, unit, n: from.n }),
      };
    }
    case 'day': {
      const { dayOfMonth } = change;
      const promised = later(dueDay(terms, from.n), from.today);
      if (dayOfMonth === terms.anchor.day) return terms;
      const due = firstSuchDay(dayOfMonth, promised);
      const { unit } = terms;
      return { ...terms, termsFromN, ...anchoredAt({ due, dayOfMonth, unit, n: from.n }) };
    }
  }
}

/**
 * The anchor that gives period n its day. Where the month of n is too short for the day of the month that is meant, the
 * anchor lies one month before it, which always has 31 days: a pledge of the 31st that begins on 28 February goes on on 31
 * March. (A yearly one stays on 28 February: there is no year whose February would have a 31st.)
 */
function anchoredAt(at: {
  readonly due: PlainDate;
  readonly dayOfMonth: number;
  readonly unit: PledgeUnit;
  readonly n: number;
}): Pick<Terms, 'anchor' | 'anchorN'> {
  const { due, dayOfMonth, n } = at;
  if (due.day === dayOfMonth || at.unit === 'year') return { anchor: due, anchorN: n };
  const before = due.subtract({ months: 1 }, { overflow: 'constrain' });
  assert(before.daysInMonth >= dayOfMonth && n >= 1, 'the month before a short one is long');
  return { anchor: before.with({ day: dayOfMonth }), anchorN: n - 1 };
}

/** The first `dayOfMonth` on or after a day; in a shorter month its last day. */
export function firstSuchDay(dayOfMonth: number, from: PlainDate): PlainDate {
  assert(Number.isInteger(dayOfMonth) && dayOfMonth >= 1 && dayOfMonth <= 31, 'a day of a month');
  const within = (month: PlainDate): PlainDate =>
    month.with({ day: Math.min(dayOfMonth, month.daysInMonth) });
  const here = within(from);
  const day =
    PlainDate.compare(here, from) >= 0 ? here : within(from.with({ day: 1 }).add({ months: 1 }));
  assert(PlainDate.compare(day, from) >= 0, 'a changed day is never earlier than the one promised');
  assert(from.until(day, { largestUnit: 'days' }).days <= 31, 'nor more than a month after it');
  return day;
}

function later(a: PlainDate, b: PlainDate): PlainDate {
  return PlainDate.compare(a, b) >= 0 ? a : b;
}
