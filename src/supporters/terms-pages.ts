/**
 * Changing the day of a pledge, how often it repeats, and how many months are taken at once: one page that offers, one that
 * says exactly what will be taken when and asks, one that tells. Nothing is chosen beforehand, and nothing changes before
 * the sentence on the second page was confirmed; that sentence is kept as it was shown.
 */
import {
  type Arrives,
  COLLECT_MONTHS,
  type PledgePreview,
  type PledgeView,
  type TermsChange,
} from '../giving/index.ts';
import { formatDate, translator } from '../language/index.ts';
import { currencyRow, formatMoney, type Money, money } from '../money/index.ts';
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
import { currencyName } from './amount-pages.ts';
import { hiddenFields, pageTitle } from './number-page.ts';
import { visitFields } from './overview-page.ts';
import type { SupporterNumber } from './supporter-number.ts';
import { amountText, collectedText, datesText, sumText } from './words.ts';

export interface TermsVisit {
  readonly number: SupporterNumber;
  readonly language: string;
  readonly pledge: PledgeView;
  /** What processors leave of one month and of three together; `null`: not known. */
  readonly arrives: { readonly one: Arrives; readonly many: Arrives } | null;
  /** What was typed stands in its field again. */
  readonly typed: { readonly day: string; readonly amount: string };
}

type Field = 'day' | 'amount' | 'months';

/** What can be changed, each in a form of its own. */
export function termsPage(
  visit: TermsVisit,
  problem?: { readonly field: Field; readonly message: string },
): PageContent {
  const { language, pledge } = visit;
  const t = translator(language);
  const problems: FieldProblem[] = problem === undefined ? [] : [problem];
  return {
    kind: 'private',
    title: pageTitle(language, problems.length > 0),
    language,
    status: problems.length > 0 ? 400 : 200,
    body: html`${errorSummary({ problems, language })}
<h1>${t('manage.when-heading')}</h1>
<p>${t('manage.when-now', { sum: sumText(pledge, language), dates: datesText(pledge.nextDates, language) })}</p>
${pledge.unit === 'month' ? togetherForm(visit, problems) : nothing}
${dayForm(visit, problems)}
${intervalForm(visit, problems)}
<form method="post" action="/manage">
${hiddenFields(visitFields(visit))}
<button type="submit">${t('manage.back')}</button>
</form>`,
  };
}

function togetherForm(visit: TermsVisit, problems: readonly FieldProblem[]): Html {
  const { language, pledge, arrives } = visit;
  const t = translator(language);
  const others = COLLECT_MONTHS.filter((count) => count !== pledge.collectEveryMonths);
  return form(
    visit,
    'collection',
    html`<h2 id="months" tabindex="-1">${t('manage.together-heading')}</h2>
${fieldError(problems, 'months')}
<p>${t('manage.together-why')} ${arrives === null ? '' : arrivesText(pledge.money, arrives, language)}</p>
<div class="choices equal">${others.map(
      (count) =>
        html`<button type="submit" name="months" value="${count}">${t('manage.every-months', { count })}</button>`,
    )}</div>`,
  );
}

function dayForm(visit: TermsVisit, problems: readonly FieldProblem[]): Html {
  const t = translator(visit.language);
  return form(
    visit,
    'day',
    html`<h2>${t('manage.day-heading')}</h2>
<div class="field">
<label for="day">${t('manage.day-label')}</label>
<p class="hint" id="day-hint">${t('manage.day-hint')}</p>
${fieldError(problems, 'day')}
<input type="text" inputmode="numeric" id="day" name="day" value="${visit.typed.day}" maxlength="20" autocomplete="off" dir="ltr"${described(problems, 'day', 'day-hint')}>
</div>
<button type="submit">${t('manage.when-next')}</button>`,
  );
}

function intervalForm(visit: TermsVisit, problems: readonly FieldProblem[]): Html {
  const { language, pledge, typed } = visit;
  const t = translator(language);
  const { currency } = pledge.money;
  const toYear = pledge.unit === 'month';
  return form(
    visit,
    'interval',
    html`<h2>${t(toYear ? 'manage.to-year-heading' : 'manage.to-month-heading')}</h2>
<div class="field">
<label for="amount">${t(toYear ? 'manage.to-year-label' : 'manage.to-month-label', { currency: currencyName(currency, language) })}</label>
${fieldError(problems, 'amount')}
<div class="prefixed"><span class="prefix" aria-hidden="true">${currencyRow(currency).shown ?? currency}</span>
<input type="text" inputmode="decimal" id="amount" name="amount" value="${typed.amount}" maxlength="200" autocomplete="off" spellcheck="false" dir="ltr"${described(problems, 'amount', null)}></div>
</div>
<button type="submit">${t('manage.when-next')}</button>`,
  );
}

function form(visit: TermsVisit, change: TermsChange['kind'], fields: Html): Html {
  return html`<form method="post" action="/manage/when" autocomplete="off" novalidate>
${hiddenFields({ ...visitFields(visit), pledge: visit.pledge.pledgeId, change })}
${fields}
</form>`;
}

function described(problems: readonly FieldProblem[], field: Field, hint: string | null): Html {
  const isWrong = problems.some((problem) => problem.field === field);
  const by = [...(isWrong ? [errorId(field)] : []), ...(hint === null ? [] : [hint])].join(' ');
  const invalid = isWrong ? html` aria-invalid="true"` : nothing;
  return by === '' ? nothing : html`${invalid} aria-describedby="${by}"`;
}

function arrivesText(
  monthly: Money,
  arrives: { readonly one: Arrives; readonly many: Arrives },
  language: string,
): string {
  const { one, many } = arrives;
  const text = (amount: Money): string => formatMoney(amount, language);
  const together = many.arrives.minor + many.fee.minor;
  return translator(language)('manage.arrives', {
    one: text(monthly),
    oneArrives: text(one.arrives),
    many: text(money(together, monthly.currency)),
    manyArrives: text(many.arrives),
  });
}

/** What will be taken when: the sentence that is confirmed, and kept. */
export function agreedText(preview: PledgePreview, language: string): string {
  const t = translator(language);
  const [first = '', second = '', third = ''] = preview.nextDates.map((date) =>
    formatDate(date, language),
  );
  const facts = { whole: amountText(preview.collected, language), first, second, third };
  if (preview.collectEveryMonths === 1) return t('manage.terms-agree', facts);
  const monthly = amountText(preview.money, language);
  return t('manage.terms-agree-months', { ...facts, monthly, count: preview.collectEveryMonths });
}

/** @example '$2 a month ($6 for 3 months)' */
function termsText(
  terms: Pick<PledgePreview, 'money' | 'unit' | 'collected' | 'collectEveryMonths'>,
  language: string,
): string {
  const sum = sumText(terms, language);
  return terms.collectEveryMonths === 1 ? sum : `${sum} (${collectedText(terms, language)})`;
}

/** Old and new, what will be taken when, and the two ways on. */
export function termsConfirmPage(
  visit: TermsVisit,
  wanted: {
    readonly preview: PledgePreview;
    /** What was chosen, to be sent again. */
    readonly fields: Readonly<Record<string, string>>;
  },
): PageContent {
  const { language, pledge } = visit;
  const { preview, fields } = wanted;
  const t = translator(language);
  return {
    kind: 'private',
    title: pageTitle(language),
    language,
    body: html`<h1>${t('manage.terms-confirm-heading')}</h1>
<dl class="facts">
<dt>${t('manage.amount-old')}</dt><dd>${termsText(pledge, language)}</dd>
<dt>${t('manage.amount-new')}</dt><dd>${termsText(preview, language)}</dd>
</dl>
<p>${agreedText(preview, language)}</p>
${preview.oneMoreByOldTerms ? html`<p>${t('manage.terms-old-first')}</p>` : nothing}
${preview.collectEveryMonths === 1 ? nothing : html`<p>${t('manage.terms-stop')}</p>`}
<form method="post" action="/manage/when">
${hiddenFields({ ...visitFields(visit), pledge: pledge.pledgeId, ...fields, shown: agreedText(preview, language) })}
<div class="choices equal">
<button type="submit" name="confirm" value="yes">${t('manage.terms-yes')}</button>
<button type="submit" formaction="/manage">${t('manage.terms-keep')}</button>
</div>
</form>`,
  };
}
