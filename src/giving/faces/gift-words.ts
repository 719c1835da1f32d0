/** A gift in words: amounts, sums per interval and dates, the same on every page of giving. */
import { dueSeries, type PlainDate } from '../../calendar/index.ts';
import { direction, formatDate, type MessageKey, translator } from '../../language/index.ts';
import { formatMoney, type Money } from '../../money/index.ts';
import type { GiftInterval } from '../../newsroom/index.ts';
import { assert } from '../../problems/index.ts';
import type { GiftView } from '../giving.ts';
import { assertInOrder } from './assert-shown.ts';

const SUM_KEYS: Readonly<Record<GiftInterval, MessageKey>> = {
  once: 'support.sum-once',
  month: 'support.sum-month',
  year: 'support.sum-year',
};

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** An amount for a sentence or a button: whole amounts without decimals. In right-to-left text it is isolated, so its sign stays at its side. */
export function amountText(amount: Money, language: string): string {
  return isolated(formatMoney(amount, language, { zeros: 'dropped' }), language);
}

/** An amount where it must be unmistakable: with all its decimals. */
export function exactAmountText(amount: Money, language: string): string {
  return isolated(formatMoney(amount, language), language);
}

/** A gift as words tell it: the whole that is charged, and how many months it is for. */
export interface SumOfGift {
  readonly money: Money;
  readonly interval: GiftInterval;
  readonly coversPeriods?: number;
}

/**
 * @example sumText({ money: money(500n, 'USD'), interval: 'month' }, 'en') // '$5 a month'
 * @example sumText({ money: money(600n, 'USD'), interval: 'month', coversPeriods: 3 }, 'en') // '$6 for 3 months'
 */
export function sumText(gift: SumOfGift, language: string): string {
  const t = translator(language);
  const { coversPeriods: count = 1 } = gift;
  assert(gift.money.minor > 0n && count >= 1, 'a gift is something, for some time');
  assert(count === 1 || gift.interval === 'month', 'only months are told together');
  if (count > 1) {
    return t('support.sum-span', { amount: amountText(gift.money, language), count });
  }
  return t(SUM_KEYS[gift.interval], { amount: amountText(gift.money, language) });
}

/** @example '3 months from 10 January 2026, $2 each'; null for a gift of one period */
export function spanText(
  gift: Pick<GiftView, 'coversPeriods' | 'moneyOfPeriod' | 'pledge'>,
  language: string,
): string | null {
  const { coversPeriods: count, pledge } = gift;
  if (count === 1 || pledge === null) return null;
  assert(
    count > 1 && gift.moneyOfPeriod.minor > 0n,
    'several months are told with what one of them is',
  );
  return translator(language)('thanks.span-from', {
    count,
    from: formatDate(pledge.dueDate, language),
    monthly: amountText(gift.moneyOfPeriod, language),
  });
}

export interface ThreeDates {
  readonly first: string;
  readonly second: string;
  readonly third: string;
}

/** A gift inside a sentence: one that is given once is its amount alone. */
export function giftText(gift: SumOfGift, language: string): string {
  return gift.interval === 'once' ? amountText(gift.money, language) : sumText(gift, language);
}

/** Three dates as the values of a message with `{first}`, `{second}` and `{third}`; null when there are fewer. */
export function threeDates(dates: readonly PlainDate[], language: string): ThreeDates | null {
  assertInOrder(dates);
  const [first, second, third] = dates.map((date) => formatDate(date, language));
  if (first === undefined || second === undefined || third === undefined) return null;
  return { first, second, third };
}

/** The first three days of a pledge that begins `today`, in words; the function that makes the days that are charged makes these. */
export function firstDates(
  start: { readonly today: PlainDate; readonly language: string },
  unit: 'month' | 'year',
): ThreeDates & Record<string, string> {
  const series = dueSeries({ anchor: start.today, unit }, { from: 0, count: 3 });
  assert(series[0]?.date.equals(start.today) === true, 'a promise begins on the day it is made');
  const dates = threeDates(
    series.map(({ date }) => date),
    start.language,
  );
  assert(dates !== null, 'three dates were made');
  return { ...dates };
}

function isolated(text: string, language: string): string {
  return direction(language) === 'rtl' ? FIRST_STRONG_ISOLATE + text + POP_ISOLATE : text;
}
