/**
 * Checking what was sent with the support form: a pure function from text to a gift somebody means, a question, or what
 * is wrong, field by field. It never guesses: two different amounts, or one that can be read in two ways, are asked.
 *
 * The server checks everything here again whatever the page's script did; preset amounts are checked like typed ones.
 */
import type { MessageKey } from '../../language/index.ts';
import { readEmailAddress } from '../../letters/index.ts';
import {
  type Currency,
  currencyRow,
  equalMoney,
  isCurrency,
  type Money,
  minorPerUnit,
  money,
  parseAmount,
} from '../../money/index.ts';
import type { AmountSet, GiftInterval, Newsroom } from '../../newsroom/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import { type CollectMonths, chargedAtOnce, readCollectMonths } from '../pledges/collection.ts';
import type { ProcessorKind } from '../processor.ts';
import type { AppealMark } from './giving-web-ports.ts';
import {
  amountsFor,
  isFormId,
  isGiftInterval,
  isMarkId,
  isMinor,
  type SupportDraft,
} from './support-draft.ts';
import { isWay } from './ways.ts';

/** Fields by the id of their element on the page, so that the error summary can lead to them. */
export type SupportField = 'every-once' | 'other' | 'way' | 'email' | 'currency' | 'pay';

export interface SupportProblem {
  readonly field: SupportField;
  readonly message: MessageKey;
  /** The limit that was passed, for messages that name one. */
  readonly limit?: Money;
}

/** An amount with more than one reading. `offers` are at least one and at most a few, least first. */
export interface AmountQuestion {
  /** What was typed has no certain reading, or it differs from the button that was chosen as well. */
  readonly why: 'typed' | 'two-amounts';
  readonly offers: readonly Money[];
}

export interface CheckedGift {
  readonly giftId: string;
  /** Of one month or year. */
  readonly money: Money;
  readonly interval: GiftInterval;
  readonly collectEveryMonths: CollectMonths;
  readonly email: string | null;
  /** `null`: the newsroom's order decides. */
  readonly way: ProcessorKind | null;
  readonly appeal: AppealMark | null;
  readonly replaces: string | null;
}

export type SupportReading =
  | { readonly kind: 'ready'; readonly gift: CheckedGift }
  | {
      readonly kind: 'incomplete';
      readonly problems: readonly SupportProblem[];
      readonly question: AmountQuestion | null;
    };

export interface SupportRules {
  readonly newsroom: Newsroom;
  readonly language: string;
  /** See `ContactPort.refuseHost`. */
  readonly refuseHost: (domain: string) => string | null;
  /** Whether something sent held NUL or other control characters, which were taken out before. */
  readonly hadControls: boolean;
}

/** Reads a draft by the newsroom's rules. Promises: never throws for what was sent, and `ready` only without any doubt. */
export function readSupportForm(draft: SupportDraft, rules: SupportRules): SupportReading {
  const problems: SupportProblem[] = [];
  if (!isFormId(draft.giftId)) problems.push({ field: 'pay', message: 'support.form-old' });
  if (rules.hadControls) problems.push({ field: 'other', message: 'support.controls' });

  const interval = isGiftInterval(draft.every) ? draft.every : null;
  if (interval === null) problems.push({ field: 'every-once', message: 'support.every-missing' });

  const amount = amountOf(draft, interval, rules);
  problems.push(...amount.problems);
  const months = monthsOf(draft, { interval, money: amount.money, newsroom: rules.newsroom });
  if (months.problem !== null) problems.push(months.problem);
  const email = emailOf(draft, interval, rules);
  if (email.problem !== null) problems.push(email.problem);
  const way = isWay(draft.way) ? draft.way : null;
  if (way === null && draft.way !== '') {
    problems.push({ field: 'way', message: 'support.way-unavailable' });
  }
  const appeal = appealOf(draft);
  if (appeal === 'unreadable') problems.push({ field: 'pay', message: 'support.appeal-unknown' });
  const replaces = draft.replaces === '' ? null : draft.replaces;
  if (replaces !== null && (!isFormId(replaces) || replaces === draft.giftId)) {
    problems.push({ field: 'pay', message: 'support.form-old' });
  }

  const isWhole = problems.length === 0 && interval !== null && appeal !== 'unreadable';
  if (!isWhole || amount.money === null) {
    return { kind: 'incomplete', problems, question: amount.question };
  }
  assert(problems.length === 0 && amount.question === null, 'what is ready leaves no doubt');
  assert(isFormId(draft.giftId) && replaces !== draft.giftId, 'a gift has an id of its own');
  assert(amount.money.minor > 0n && isCurrency(amount.money.currency), 'a gift is something');
  assert(months.months === 1 || interval === 'month', 'only months are collected together');
  assert(email.address === null || email.address.includes('@'), 'an address can be written to');
  return {
    kind: 'ready',
    gift: {
      giftId: draft.giftId,
      money: amount.money,
      interval,
      collectEveryMonths: months.months,
      email: email.address,
      way,
      appeal,
      replaces,
    },
  };
}

/** How many months are collected at once: every month unless the giver of a monthly gift chose otherwise. */
function monthsOf(
  draft: SupportDraft,
  of: {
    readonly interval: GiftInterval | null;
    readonly money: Money | null;
    readonly newsroom: Newsroom;
  },
): { readonly months: CollectMonths; readonly problem: SupportProblem | null } {
  if (of.interval !== 'month' || draft.months === '') return { months: 1, problem: null };
  const months = readCollectMonths(draft.months);
  if (months === undefined) {
    return { months: 1, problem: { field: 'every-once', message: 'support.collect-unknown' } };
  }
  const { money: monthly } = of;
  const set = amountsFor(of.newsroom, draft.currency);
  if (monthly === null || set === undefined) return { months, problem: null };
  const isTooLarge = months > 1 && chargedAtOnce(monthly, months).minor > set.maximum;
  assert(monthly.currency === draft.currency, 'an amount is of the currency that was chosen');
  const limit = money(set.maximum, monthly.currency);
  return {
    months,
    problem: isTooLarge ? { field: 'other', message: 'support.collect-too-large', limit } : null,
  };
}

interface AmountReading {
  readonly money: Money | null;
  readonly question: AmountQuestion | null;
  readonly problems: readonly SupportProblem[];
}

function amountOf(
  draft: SupportDraft,
  interval: GiftInterval | null,
  rules: SupportRules,
): AmountReading {
  const set = amountsFor(rules.newsroom, draft.currency);
  if (set === undefined || !isCurrency(draft.currency)) {
    return wrong({ field: 'currency', message: 'support.currency-unknown' });
  }
  const currency = draft.currency;
  if (draft.meant !== '') return exactAmount(draft.meant, { currency, set });

  const chosen = interval === null ? '' : draft.chosen[interval];
  const typed = typedAmount(draft.other, { currency, set, language: rules.language });
  if (chosen === '') {
    if (typed !== null) return typed;
    // Without an interval nobody can tell which set's button counts; that problem is already named.
    return interval === null
      ? { money: null, question: null, problems: [] }
      : wrong({ field: 'other', message: 'support.amount-missing' });
  }
  const preset = exactAmount(chosen, { currency, set });
  if (typed === null || preset.money === null) return preset;
  return reconciled(preset.money, typed);
}

/** A button was chosen and something was typed too: the same amount is no doubt, another one is asked. */
function reconciled(preset: Money, typed: AmountReading): AmountReading {
  if (typed.problems.length > 0) return typed;
  const others = typed.money === null ? (typed.question?.offers ?? []) : [typed.money];
  if (typed.money !== null && equalMoney(typed.money, preset)) return typed;
  const offers = [preset, ...others.filter((offer) => !equalMoney(offer, preset))];
  assert(offers.length >= 1, 'a question has answers');
  return asked({ why: 'two-amounts', offers: offers.sort(byAmount) });
}

function typedAmount(
  text: string,
  field: { currency: Currency; set: AmountSet; language: string },
): AmountReading | null {
  const { currency, set, language } = field;
  const parsed = parseAmount(text, { currency, language, min: set.minimum, max: set.maximum });
  if (parsed.ok) return { money: parsed.money, question: null, problems: [] };
  if (parsed.error === 'empty') return null;
  if (parsed.error === 'ambiguous') {
    return asked({ why: 'typed', offers: parsed.offers });
  }
  return wrong(amountProblem(parsed.error, { currency, set }));
}

function amountProblem(
  error: 'not-a-number' | 'negative' | 'too-many-decimals' | 'too-small' | 'too-large',
  field: { currency: Currency; set: AmountSet },
): SupportProblem {
  switch (error) {
    case 'not-a-number':
      return { field: 'other', message: 'support.amount-not-a-number' };
    case 'negative':
      return { field: 'other', message: 'support.amount-negative' };
    case 'too-many-decimals':
      return { field: 'other', message: 'support.amount-too-many-decimals' };
    case 'too-small':
      return {
        field: 'other',
        message: 'support.amount-too-small',
        limit: money(field.set.minimum, field.currency),
      };
    case 'too-large':
      return {
        field: 'other',
        message: 'support.amount-too-large',
        limit: money(field.set.maximum, field.currency),
      };
    default:
      return unreachable(error, 'amountProblem');
  }
}

/** An amount from a button: minor units as digits, still anybody's text, so checked like a typed one. */
function exactAmount(text: string, field: { currency: Currency; set: AmountSet }): AmountReading {
  const { currency, set } = field;
  if (!isMinor(text)) return wrong({ field: 'other', message: 'support.amount-missing' });
  const minor = BigInt(text);
  if (currencyRow(currency).wholeUnitsOnly && minor % minorPerUnit(currency) !== 0n) {
    return wrong(amountProblem('too-many-decimals', field));
  }
  if (minor < set.minimum) return wrong(amountProblem('too-small', field));
  if (minor > set.maximum) return wrong(amountProblem('too-large', field));
  assert(
    minor >= set.minimum && minor <= set.maximum,
    'an amount is within what the newsroom takes',
  );
  return { money: money(minor, currency), question: null, problems: [] };
}

function byAmount(a: Money, b: Money): number {
  return a.minor < b.minor ? -1 : a.minor > b.minor ? 1 : 0;
}

function wrong(problem: SupportProblem): AmountReading {
  return { money: null, question: null, problems: [problem] };
}

function asked(question: AmountQuestion): AmountReading {
  return { money: null, question, problems: [] };
}

interface EmailReading {
  readonly address: string | null;
  readonly problem: SupportProblem | null;
}

function emailOf(
  draft: SupportDraft,
  interval: GiftInterval | null,
  rules: SupportRules,
): EmailReading {
  const problem = (message: MessageKey): EmailReading => ({
    address: null,
    problem: { field: 'email', message },
  });
  const typed = draft.email.trim();
  if (typed === '') {
    const isPledge = interval === 'month' || interval === 'year';
    const isRequired = isPledge && rules.newsroom.giving.contact_for_pledges === 'required';
    return isRequired ? problem('support.email-required') : { address: null, problem: null };
  }
  const read = readEmailAddress(typed);
  if (!read.ok) return problem('support.email-invalid');
  // Mail goes to what was typed; only the domain is written as machines write it.
  const domain = read.canonical.slice(read.canonical.lastIndexOf('@') + 1);
  const address = `${read.typed.slice(0, read.typed.lastIndexOf('@'))}@${domain}`;
  if (rules.refuseHost(domain) !== null) return problem('support.email-host');
  return { address, problem: null };
}

function appealOf(draft: SupportDraft): AppealMark | null | 'unreadable' {
  const { appealId, variantId } = draft;
  if (appealId === '' && variantId === '') return null;
  return isMarkId(appealId) && isMarkId(variantId) ? { appealId, variantId } : 'unreadable';
}
