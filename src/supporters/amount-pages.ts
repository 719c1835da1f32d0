/**
 * Changing the amount of a pledge: type it, see old and new side by side with the day it begins, confirm. Lower is as easy
 * as higher. An amount that can be read in two ways is asked about, never guessed.
 */
import type { PledgeView } from '../giving/index.ts';
import { formatDate, type MessageKey, translator } from '../language/index.ts';
import {
  type Currency,
  currencyRow,
  type Money,
  minorPerUnit,
  money,
  parseAmount,
} from '../money/index.ts';
import {
  errorId,
  errorSummary,
  type FieldProblem,
  fieldError,
  type Html,
  html,
  nothing,
  type PageContent,
} from '../page/index.ts';
import { hiddenFields, pageTitle } from './number-page.ts';
import { visitFields } from './overview-page.ts';
import type { SupporterNumber } from './supporter-number.ts';
import { amountText, collectedText, sumText } from './words.ts';

export interface AmountVisit {
  readonly number: SupporterNumber;
  readonly language: string;
  readonly pledge: PledgeView;
  /** What was typed; it stands in the field again. */
  readonly typed: string;
}

export interface AmountLimits {
  readonly minimum: bigint;
  readonly maximum: bigint;
}

export type AmountReading =
  | { readonly kind: 'amount'; readonly money: Money }
  | { readonly kind: 'question'; readonly offers: readonly Money[] }
  | { readonly kind: 'wrong'; readonly message: string };

/** An amount as typed, or as picked from an earlier question (`meant`, minor units as digits; anybody's text like the other). */
export function readNewAmount(options: {
  readonly typed: string;
  readonly meant: string;
  readonly currency: Currency;
  readonly limits: AmountLimits;
  readonly language: string;
}): AmountReading {
  const { typed, meant, currency, limits, language } = options;
  const t = translator(language);
  const wrong = (key: MessageKey, limit?: bigint): AmountReading => ({
    kind: 'wrong',
    message: t(key, {
      limit: limit === undefined ? '' : amountText(money(limit, currency), language),
      currency,
    }),
  });
  if (meant !== '') {
    const minor = /^[1-9][0-9]{0,11}$/.test(meant) ? BigInt(meant) : undefined;
    if (minor === undefined) return wrong('manage.amount-not-a-number');
    if (currencyRow(currency).wholeUnitsOnly && minor % minorPerUnit(currency) !== 0n) {
      return wrong('manage.amount-too-many-decimals');
    }
    if (minor < limits.minimum) return wrong('manage.amount-too-small', limits.minimum);
    if (minor > limits.maximum) return wrong('manage.amount-too-large', limits.maximum);
    return { kind: 'amount', money: money(minor, currency) };
  }
  const read = parseAmount(typed, {
    currency,
    language,
    min: limits.minimum,
    max: limits.maximum,
  });
  if (read.ok) return { kind: 'amount', money: read.money };
  switch (read.error) {
    case 'ambiguous':
      return { kind: 'question', offers: read.offers };
    case 'empty':
      return wrong('manage.amount-empty');
    case 'not-a-number':
      return wrong('manage.amount-not-a-number');
    case 'negative':
      return wrong('manage.amount-negative');
    case 'too-many-decimals':
      return wrong('manage.amount-too-many-decimals');
    case 'too-small':
      return wrong('manage.amount-too-small', limits.minimum);
    case 'too-large':
      return wrong('manage.amount-too-large', limits.maximum);
  }
}

const FIELD = 'amount';

/** The field, with what was wrong with the last try. */
export function amountPage(visit: AmountVisit, problem?: string): PageContent {
  const { language, pledge } = visit;
  const t = translator(language);
  const problems: FieldProblem[] =
    problem === undefined ? [] : [{ field: FIELD, message: problem }];
  return {
    kind: 'private',
    title: pageTitle(language, problems.length > 0),
    language,
    status: problems.length > 0 ? 400 : 200,
    body: html`${errorSummary({ problems, language })}
<h1>${t('manage.amount-heading')}</h1>
<p>${t('manage.amount-now', { sum: sumText(pledge, language) })}</p>
${amountForm(visit, problems)}
${backForm(visit)}`,
  };
}

/** Every reading as a button, least first, and the field again below. */
export function amountQuestionPage(
  visit: AmountVisit,
  offers: readonly Money[],
  again: { readonly action: string; readonly fields: Readonly<Record<string, string>> } = {
    action: '/manage/amount',
    fields: {},
  },
): PageContent {
  const { language, typed } = visit;
  const t = translator(language);
  return {
    kind: 'private',
    title: pageTitle(language, true),
    language,
    status: 400,
    body: html`<div class="error-summary" role="alert" tabindex="-1" autofocus>
<h2>${t('manage.amount-question')}</h2>
<p>${t('manage.amount-question-typed', { text: typed })}</p></div>
<h1>${t('manage.amount-heading')}</h1>
<form method="post" action="${again.action}">
${hiddenFields({ ...changeFields(visit), ...again.fields, amount: typed })}
<div class="choices equal">${offers.map(
      (offer) =>
        html`<button type="submit" name="meant" value="${offer.minor}"><bdi>${amountText(offer, language)}</bdi></button>`,
    )}</div>
</form>
${again.action === '/manage/amount' ? amountForm(visit, []) : nothing}
${backForm(visit)}`,
  };
}

/** Old and new, and from which day. */
export function amountConfirmPage(visit: AmountVisit, wanted: Money): PageContent {
  const { language, pledge } = visit;
  const t = translator(language);
  const first = pledge.nextDates[0];
  return {
    kind: 'private',
    title: pageTitle(language),
    language,
    body: html`<h1>${t('manage.amount-confirm-heading')}</h1>
<dl class="facts">
<dt>${t('manage.amount-old')}</dt><dd>${sumText(pledge, language)}</dd>
<dt>${t('manage.amount-new')}</dt><dd>${sumText({ ...pledge, money: wanted }, language)}</dd>
${
  first === undefined
    ? nothing
    : html`<dt>${t('manage.amount-from')}</dt><dd>${formatDate(first, language)}</dd>`
}
${together(pledge, wanted, language)}
</dl>
${pledge.renewalInFlight ? html`<p>${t('manage.in-flight')}</p>` : nothing}
<form method="post" action="/manage/amount">
${hiddenFields({ ...changeFields(visit), amount: visit.typed, meant: String(wanted.minor) })}
<div class="choices equal">
<button type="submit" name="confirm" value="yes">${t('manage.amount-confirm')}</button>
<button type="submit" formaction="/manage">${t('manage.amount-keep')}</button>
</div>
</form>`,
  };
}

/** Where months are collected together, what the new amount comes to each time. */
function together(pledge: PledgeView, wanted: Money, language: string): Html {
  const { collectEveryMonths } = pledge;
  if (collectEveryMonths === 1) return nothing;
  const collected = money(wanted.minor * BigInt(collectEveryMonths), wanted.currency);
  const text = collectedText({ collected, collectEveryMonths }, language);
  return html`<dt>${translator(language)('manage.collected')}</dt><dd>${text}</dd>`;
}

function amountForm(visit: AmountVisit, problems: readonly FieldProblem[]): Html {
  const { language, pledge, typed } = visit;
  const t = translator(language);
  const { currency } = pledge.money;
  return html`<form method="post" action="/manage/amount" autocomplete="off" novalidate>
${hiddenFields(changeFields(visit))}
<div class="field">
<label for="${FIELD}">${t('manage.amount-label', { currency: currencyName(currency, language) })}</label>
${fieldError(problems, FIELD)}
<div class="prefixed"><span class="prefix" aria-hidden="true">${currencyRow(currency).shown ?? currency}</span>
<input type="text" inputmode="decimal" id="${FIELD}" name="${FIELD}" value="${typed}" maxlength="200" autocomplete="off" spellcheck="false" dir="ltr"${
    problems.length > 0 ? html` aria-invalid="true" aria-describedby="${errorId(FIELD)}"` : nothing
  }></div>
</div>
<button type="submit">${t('manage.amount-next')}</button>
</form>`;
}

function backForm(visit: AmountVisit): Html {
  return html`<form method="post" action="/manage">
${hiddenFields(visitFields(visit))}
<button type="submit">${translator(visit.language)('manage.back')}</button>
</form>`;
}

function changeFields(visit: AmountVisit): Readonly<Record<string, string>> {
  return { ...visitFields(visit), pledge: visit.pledge.pledgeId };
}

/** The name people know it by, with its code; for a label only. */
export function currencyName(currency: Currency, language: string): string {
  const name = new Intl.DisplayNames([language, 'en'], { type: 'currency' }).of(currency);
  return name === undefined ? currency : `${name} (${currency})`;
}
