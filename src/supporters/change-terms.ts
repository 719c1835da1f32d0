/**
 * POST /manage/when: day, interval and months at once. The sentence that was confirmed is made again from the rows when the
 * confirmation arrives; if it is another one by now (a renewal went out meanwhile), the new one is shown and asked, so that
 * nobody is bound to a sentence they did not see.
 */
import {
  type Giving,
  type PledgeChange,
  type PledgeView,
  readCollectMonths,
  type TermsChange,
} from '../giving/index.ts';
import { translator } from '../language/index.ts';
import { type Money, money } from '../money/index.ts';
import type { FormFields, PageContent } from '../page/index.ts';
import { type AmountLimits, amountQuestionPage, readNewAmount } from './amount-pages.ts';
import type { SupporterNumber } from './supporter-number.ts';
import { agreedText, type TermsVisit, termsConfirmPage, termsPage } from './terms-pages.ts';

export interface TermsGuest {
  readonly number: SupporterNumber;
  readonly language: string;
  readonly fields: FormFields;
  readonly mayGive: boolean;
  readonly pledge: PledgeView;
}

export type TermsGiving = Pick<
  Giving,
  | 'previewPledgeChange'
  | 'changePledgeCollection'
  | 'changePledgeInterval'
  | 'changePledgeDay'
  | 'whatArrives'
>;

export type TermsAnswer =
  | { readonly kind: 'page'; readonly page: PageContent }
  /** Where more must not be given. */
  | { readonly kind: 'not-from-here' }
  | { readonly kind: 'not-possible' }
  | { readonly kind: 'changed'; readonly change: PledgeChange };

interface Wanted {
  readonly change: TermsChange;
  /** What to send again with the confirmation. */
  readonly fields: Readonly<Record<string, string>>;
}

export async function changeTerms(
  giving: TermsGiving,
  guest: TermsGuest,
  limits: AmountLimits,
): Promise<TermsAnswer> {
  const visit = await visitOf(giving, guest);
  if (guest.fields.text('change') === '') return { kind: 'page', page: termsPage(visit) };
  const wanted = wantedOf(visit, { guest, limits });
  if ('page' in wanted) return { kind: 'page', page: wanted.page };
  if (!guest.mayGive && isMore(guest.pledge, wanted.change)) return { kind: 'not-from-here' };
  const { pledgeId } = guest.pledge;
  const preview = await giving.previewPledgeChange({ pledgeId, change: wanted.change });
  if (preview === undefined) {
    const isTooLarge = wanted.change.kind === 'collection' && guest.pledge.endedAt === null;
    if (!isTooLarge) return { kind: 'not-possible' };
    const message = translator(guest.language)('manage.together-too-large');
    return { kind: 'page', page: termsPage(visit, { field: 'months', message }) };
  }
  const shown = agreedText(preview, guest.language);
  const isConfirmed =
    guest.fields.text('confirm') === 'yes' && guest.fields.text('shown') === shown;
  if (!isConfirmed) {
    return { kind: 'page', page: termsConfirmPage(visit, { preview, fields: wanted.fields }) };
  }
  const agreed = { shown, language: guest.language };
  return { kind: 'changed', change: await commit(giving, { pledgeId, agreed, ...wanted }) };
}

async function visitOf(giving: TermsGiving, guest: TermsGuest): Promise<TermsVisit> {
  const { number, language, pledge, fields } = guest;
  const typed = { day: fields.text('day'), amount: fields.text('amount') };
  return { number, language, pledge, typed, arrives: await arrivesOf(giving, pledge) };
}

async function arrivesOf(giving: TermsGiving, pledge: PledgeView): Promise<TermsVisit['arrives']> {
  if (pledge.unit !== 'month') return null;
  const one = await giving.whatArrives({ money: pledge.money });
  const many = await giving.whatArrives({
    money: money(pledge.money.minor * 3n, pledge.money.currency),
  });
  return one === undefined || many === undefined ? null : { one, many };
}

function wantedOf(
  visit: TermsVisit,
  of: { readonly guest: TermsGuest; readonly limits: AmountLimits },
): Wanted | { readonly page: PageContent } {
  const { fields, language } = of.guest;
  const t = translator(language);
  switch (fields.text('change')) {
    case 'collection': {
      const months = readCollectMonths(fields.text('months'));
      if (months === undefined || visit.pledge.unit !== 'month') {
        const message = t('manage.together-wrong');
        return { page: termsPage(visit, { field: 'months', message }) };
      }
      const change = { kind: 'collection', collectEveryMonths: months } as const;
      return { change, fields: { change: 'collection', months: String(months) } };
    }
    case 'day': {
      const dayOfMonth = readDay(fields.text('day'));
      if (dayOfMonth === undefined) {
        return { page: termsPage(visit, { field: 'day', message: t('manage.day-wrong') }) };
      }
      return {
        change: { kind: 'day', dayOfMonth },
        fields: { change: 'day', day: String(dayOfMonth) },
      };
    }
    case 'interval':
      return wantedInterval(visit, of);
    default:
      return { page: termsPage(visit) };
  }
}

function wantedInterval(
  visit: TermsVisit,
  of: { readonly guest: TermsGuest; readonly limits: AmountLimits },
): Wanted | { readonly page: PageContent } {
  const { fields, language, pledge } = of.guest;
  const meant = fields.text('meant');
  const read = readNewAmount({
    typed: fields.text('amount'),
    meant,
    currency: pledge.money.currency,
    limits: of.limits,
    language,
  });
  switch (read.kind) {
    case 'wrong':
      return { page: termsPage(visit, { field: 'amount', message: read.message }) };
    case 'question': {
      const { number, typed } = visit;
      const question = { number, language, pledge, typed: typed.amount };
      const again = { action: '/manage/when', fields: { change: 'interval' } } as const;
      return { page: amountQuestionPage(question, read.offers, again) };
    }
    case 'amount': {
      const unit = pledge.unit === 'month' ? 'year' : 'month';
      return {
        change: { kind: 'interval', unit, money: read.money },
        fields: { change: 'interval', meant: String(read.money.minor) },
      };
    }
  }
}

/** 1 to 31, in the digits of any of our languages. */
export function readDay(text: string): number | undefined {
  const plain = text.trim().replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
  if (!/^[0-9]{1,2}$/.test(plain)) return undefined;
  const day = Number.parseInt(plain, 10);
  return day >= 1 && day <= 31 ? day : undefined;
}

/** Whether more would be given, or sooner, than by the pledge as it is. Another day is neither. */
function isMore(pledge: PledgeView, change: TermsChange): boolean {
  switch (change.kind) {
    case 'day':
      return false;
    case 'collection':
      return change.collectEveryMonths > pledge.collectEveryMonths;
    case 'amount':
      return change.money.minor > pledge.money.minor;
    case 'interval':
      return aYear(change.unit, change.money) > aYear(pledge.unit, pledge.money);
  }
}

function aYear(unit: PledgeView['unit'], amount: Money): bigint {
  return unit === 'month' ? amount.minor * 12n : amount.minor;
}

async function commit(
  giving: TermsGiving,
  of: {
    readonly pledgeId: string;
    readonly change: TermsChange;
    readonly agreed: { readonly shown: string; readonly language: string };
  },
): Promise<PledgeChange> {
  const { pledgeId, change, agreed } = of;
  switch (change.kind) {
    case 'collection': {
      const { collectEveryMonths } = change;
      return await giving.changePledgeCollection({ pledgeId, collectEveryMonths, agreed });
    }
    case 'interval': {
      const { unit, money: amount } = change;
      return await giving.changePledgeInterval({ pledgeId, unit, money: amount, agreed });
    }
    case 'day': {
      const { dayOfMonth } = change;
      return await giving.changePledgeDay({ pledgeId, dayOfMonth, agreed });
    }
    case 'amount':
      throw new Error('the amount has a page of its own');
  }
}
