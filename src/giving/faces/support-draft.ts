/**
 * What stands in the support form, as text and unchecked: it comes from the link a reader followed or from what was sent,
 * and it goes back into the form after an error, so nothing typed is ever lost.
 *
 * Each interval has its own set of amounts under its own field name (`amount-once`, `amount-month`, `amount-year`). All
 * three may stand on the page at once, the one of the chosen interval counts, and the form is whole without script.
 */
import { isCurrency, money, plainAmount } from '../../money/index.ts';
import type { AmountSet, GiftInterval, Newsroom } from '../../newsroom/index.ts';
import type { FormFields } from '../../page/index.ts';
import { assert } from '../../problems/index.ts';
import { needsPageKey } from '../page-key.ts';
import { readCollectMonths } from '../pledges/collection.ts';
import { isWay } from './ways.ts';

export const GIFT_INTERVALS = ['once', 'month', 'year'] as const satisfies readonly GiftInterval[];

export interface SupportDraft {
  readonly giftId: string;
  readonly every: string;
  readonly currency: string;
  /** The amount button chosen in each set, in minor units as digits; '' where none is. */
  readonly chosen: Readonly<Record<GiftInterval, string>>;
  /** The open amount field. */
  readonly other: string;
  readonly email: string;
  readonly appealId: string;
  readonly variantId: string;
  /** The answer to "which amount did you mean", in minor units as digits; '' where nothing was asked. */
  readonly meant: string;
  /** How many months are collected at once, as digits; '' for every month. Counts for a monthly gift alone. */
  readonly months: string;
  /** The day on which the page about those months was confirmed (`2026-11-25`); '' while it was not. */
  readonly agreed: string;
  /** How to pay, as a kind of company; '' where the newsroom's order decides. */
  readonly way: string;
  /** The gift that this one takes the place of; '' for most. */
  readonly replaces: string;
}

export function isGiftInterval(text: string): text is GiftInterval {
  return GIFT_INTERVALS.some((interval) => interval === text);
}

/** Ids of gifts are UUIDs in lower case, so that one gift has one spelling. */
export function isGiftId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text);
}

/** Ids under which the form begins a gift. One that could be computed is a renewal's, which has a page of its own to be paid at. */
export function isFormId(text: string): boolean {
  return isGiftId(text) && !needsPageKey(text);
}

/** The fields of a sent form. */
export function draftFromForm(fields: FormFields): SupportDraft {
  return {
    giftId: fields.text('gift'),
    every: fields.text('every'),
    currency: fields.text('currency'),
    chosen: {
      once: fields.text('amount-once'),
      month: fields.text('amount-month'),
      year: fields.text('amount-year'),
    },
    other: fields.text('other'),
    email: fields.text('email'),
    appealId: fields.text('appeal'),
    variantId: fields.text('variant'),
    meant: fields.text('meant'),
    months: fields.text('months'),
    agreed: fields.text('agreed'),
    way: fields.text('way'),
    replaces: fields.text('replaces'),
  };
}

/**
 * What a link may fill in: interval, currency, an amount (in minor units, or as typed into the open field) and the appeal
 * it came from. Never an address. What cannot be understood is left out: a link only saves taps, it decides nothing.
 */
export function draftFromLink(query: FormFields, page: PageOfDraft): SupportDraft {
  const { newsroom } = page;
  const every = query.text('every');
  const currency = query.text('currency');
  const known = amountsFor(newsroom, currency) !== undefined;
  const draft: SupportDraft = {
    giftId: query.text('gift'),
    every: isGiftInterval(every) ? every : '',
    currency: known ? currency : newsroom.giving.currency,
    chosen: { once: '', month: '', year: '' },
    other: query.text('other').slice(0, OTHER_LENGTH_LIMIT),
    email: '',
    appealId: isMarkId(query.text('appeal')) ? query.text('appeal') : '',
    variantId: isMarkId(query.text('variant')) ? query.text('variant') : '',
    meant: '',
    months: readCollectMonths(query.text('months')) === undefined ? '' : query.text('months'),
    agreed: '',
    way: isWay(query.text('way')) ? query.text('way') : '',
    replaces: '',
  };
  assert(
    draft.email === '' && draft.agreed === '',
    'a link fills in no person and agrees to nothing',
  );
  assert(draft.other.length <= OTHER_LENGTH_LIMIT, 'a link is bounded');
  const amount = query.text('amount');
  // An amount of one currency means nothing in another.
  const usable = isMinor(amount) && (known || currency === '');
  return usable && draft.other === '' ? withAmount(draft, amount, page) : draft;
}

/** The newsroom's amounts in the currency that `code`, anybody's text, names; undefined where it takes no such currency. */
export function amountsFor(newsroom: Newsroom, code: string): AmountSet | undefined {
  const { amounts } = newsroom.giving;
  return isCurrency(code) && Object.hasOwn(amounts, code) ? amounts[code] : undefined;
}

/** The newsroom and the language of the page a draft stands on: they decide the sets of amounts and how a number is written. */
export interface PageOfDraft {
  readonly newsroom: Newsroom;
  readonly language: string;
}

/** The draft with one amount (minor units as digits) chosen: on its button where the interval has one, else in the open field. */
export function withAmount(draft: SupportDraft, minor: string, page: PageOfDraft): SupportDraft {
  assert(isMinor(minor), 'an amount that is chosen is minor units');
  const { every, currency } = draft;
  const chosen = { once: '', month: '', year: '' };
  const set = amountsFor(page.newsroom, currency);
  if (isGiftInterval(every) && set?.[every].includes(BigInt(minor)) === true) {
    return { ...draft, chosen: { ...chosen, [every]: minor }, other: '', meant: '' };
  }
  if (!isCurrency(currency)) return draft;
  const other = plainAmount(money(BigInt(minor), currency), page.language);
  return { ...draft, chosen, other, meant: '' };
}

/** As typed into a link; the field itself takes more, and says what is wrong with it. */
const OTHER_LENGTH_LIMIT = 60;

/** At most 12 digits: the largest amount there is. */
export function isMinor(text: string): boolean {
  return /^[1-9][0-9]{0,11}$/.test(text);
}

/** How ids of appeals and variants may look; whether they exist is asked elsewhere. */
export function isMarkId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text);
}

/**
 * The address of the form filled in with this draft. Holds no address of a person and nothing typed beyond an amount.
 * @example supportAddress(draft, 'en') // '/support?gift=0197…&language=en&every=month&currency=USD&amount=500'
 */
export function supportAddress(draft: SupportDraft, language: string): string {
  const query = new URLSearchParams();
  const add = (name: string, value: string): void => {
    if (value !== '') query.set(name, value);
  };
  add('gift', draft.giftId);
  add('language', language);
  add('every', draft.every);
  add('currency', draft.currency);
  add('amount', isGiftInterval(draft.every) ? draft.chosen[draft.every] : '');
  add('other', draft.other);
  add('months', draft.months === '1' ? '' : draft.months);
  add('way', draft.way);
  add('appeal', draft.appealId);
  add('variant', draft.variantId);
  assert(!query.has('email') && !query.has('replaces'), 'an address names no person');
  return `/support?${query}`;
}
