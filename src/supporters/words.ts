/** Pledges and gifts in words, the same on every page of this feature. */
import type { Instant, PlainDate } from '../calendar/index.ts';
import type { GiftStateForPeople, PledgeUnit, PledgeView } from '../giving/index.ts';
import { direction, formatDate, type MessageKey, translator } from '../language/index.ts';
import { formatMoney, type Money } from '../money/index.ts';

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** An amount without zeros that say nothing, as on every page of giving; isolated in right-to-left text, so that its sign stays at its side. */
export function amountText(amount: Money, language: string): string {
  const text = formatMoney(amount, language, { zeros: 'dropped' });
  return direction(language) === 'rtl' ? FIRST_STRONG_ISOLATE + text + POP_ISOLATE : text;
}

const EVERY: Readonly<Record<PledgeUnit, MessageKey>> = {
  month: 'manage.sum-month',
  year: 'manage.sum-year',
};

/** @example sumText({ money: money(500n, 'USD'), unit: 'month' }, 'en') // '$5 a month' */
export function sumText(
  pledge: { readonly money: Money; readonly unit: PledgeUnit },
  language: string,
): string {
  return translator(language)(EVERY[pledge.unit], { amount: amountText(pledge.money, language) });
}

/**
 * What is taken at once: one amount, or that of several months.
 * @example '$6 for 3 months'
 */
export function collectedText(
  pledge: { readonly collected: Money; readonly collectEveryMonths: number },
  language: string,
): string {
  const amount = amountText(pledge.collected, language);
  const { collectEveryMonths: count } = pledge;
  return count === 1 ? amount : translator(language)('manage.collected-sum', { amount, count });
}

/** Days in a row, in the language's own comma; '' for none. */
export function datesText(dates: readonly PlainDate[], language: string): string {
  const comma = language === 'ar' ? '، ' : ', ';
  return dates.map((date) => formatDate(date, language)).join(comma);
}

/** The day of an instant where the newsroom is. */
export function dayText(instant: Instant, options: { zone: string; language: string }): string {
  return formatDate(instant.toZonedDateTimeISO(options.zone).toPlainDate(), options.language);
}

/** How a pledge stands, in one sentence. */
export function standingText(pledge: PledgeView, language: string): string {
  const t = translator(language);
  switch (pledge.state) {
    case 'awaiting_first':
      return t('manage.state-awaiting');
    case 'active':
      return t('manage.state-active');
    case 'paused':
      return t('manage.state-paused', {
        date: pledge.pausedUntil === null ? '' : formatDate(pledge.pausedUntil, language),
      });
    case 'past_due':
      return t(pledge.paidByLink ? 'manage.state-unpaid' : 'manage.state-past-due');
    case 'cancelled':
      return t('manage.state-stopped');
    case 'lapsed':
      return t('manage.state-lapsed');
  }
}

const GIFT_STATES: Readonly<Record<GiftStateForPeople, MessageKey>> = {
  waiting: 'manage.gift-waiting',
  paid: 'manage.gift-paid',
  checking: 'manage.gift-checking',
  declined: 'manage.gift-declined',
  'refused-country': 'manage.gift-refused',
  'needs-confirmation': 'manage.gift-confirmation',
  held: 'manage.gift-held',
  abandoned: 'manage.gift-abandoned',
};

export function giftStateText(state: GiftStateForPeople, language: string): string {
  return translator(language)(GIFT_STATES[state]);
}
