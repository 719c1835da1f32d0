/**
 * The support page: how often, how much, an address for the receipt (optional), the self-check that everybody sees, and
 * two buttons of the same size. One page, whole without script; nothing is chosen that the reader or their link did not.
 *
 * The title in the browser's history is a neutral word, the page is never stored, and the frame puts the way out on top.
 */
import type { PlainDate } from '../../calendar/index.ts';
import { type MessageKey, type Translate, translator } from '../../language/index.ts';
import { amountForm, type Currency, isCurrency, packAmountForm } from '../../money/index.ts';
import type { Newsroom } from '../../newsroom/index.ts';
import {
  errorSummary,
  type FieldProblem,
  fieldError,
  type Html,
  html,
  nothing,
  type PageContent,
} from '../../page/index.ts';
import { assert } from '../../problems/index.ts';
import type { WayToPay } from '../checkout/ways-to-pay.ts';
import { amountQuestion, QUESTION_ID } from './amount-question.ts';
import type { ArrivesExample } from './arrives-example.ts';
import { assertAddress, assertLanguage } from './assert-shown.ts';
import { collectChoice } from './collect-choice.ts';
import type { FormContext } from './form-context.ts';
import { amountText } from './gift-words.ts';
import { amountsFor, GIFT_INTERVALS, type SupportDraft } from './support-draft.ts';
import { amountFieldset, emailField, everyFieldset, hiddenFields } from './support-fields.ts';
import type { AmountQuestion, SupportProblem } from './support-form.ts';
import { waysFieldset } from './ways.ts';

export interface SupportPage {
  readonly draft: SupportDraft;
  readonly language: string;
  readonly newsroom: Newsroom;
  /** The newsroom's day: the first charge of a pledge. */
  readonly today: PlainDate;
  readonly arrives: ArrivesExample | null;
  readonly ways: readonly WayToPay[];
  readonly listedCountryNames: readonly string[];
  readonly formTargets: readonly string[];
  readonly problems?: readonly SupportProblem[];
  readonly question?: AmountQuestion | null;
  /** Why the form is shown again where no field is wrong. */
  readonly notice?: { readonly heading: MessageKey; readonly text: MessageKey };
  /** Whether no gift was begun with this form yet: only then the page says that nothing was written down. */
  readonly nothingWritten: boolean;
  /** Whether the form was not sent yet: then its script may take the id of a gift that another tab began. */
  readonly isFirst?: boolean;
  readonly status?: number;
}

export function supportPage(page: SupportPage): PageContent {
  const t = translator(page.language);
  const currency = currencyOf(page.newsroom, page.draft.currency);
  const problems = (page.problems ?? []).map((problem) => inWords(problem, page, currency));
  const question = page.question ?? null;
  const draft = inCurrency(page.draft, currency);
  const context: FormContext = { ...page, draft, currency, t, problems };
  const summary =
    question === null
      ? problems
      : [...problems, { field: QUESTION_ID, message: t('support.question-problem') }];
  const isError = summary.length > 0 || page.notice !== undefined;
  assertLanguage(page.language);
  assert(draft.currency === currency, 'the page and what stands in it are of one currency');
  assert(
    !page.nothingWritten || draft.replaces === '',
    'a gift that replaces another was written down',
  );
  assert(!isError || page.isFirst !== true, 'a form that was not sent has no mistakes');
  assert(
    summary.every(({ message }) => message !== ''),
    'every mistake has its words',
  );
  for (const target of page.formTargets) assertAddress(target);
  const title = t('support.title');
  return {
    kind: 'private',
    title: isError ? t('support.error-title', { title }) : title,
    language: page.language,
    status: page.status ?? (summary.length > 0 ? 422 : 200),
    formTargets: page.formTargets,
    head: html`<script src="/support.js" defer></script>`,
    body: html`${errorSummary({ problems: summary, language: page.language })}
${summary.length === 0 ? nothing : html`<p>${t('support.nothing-charged')}</p>`}
${notice(page, t)}
${question === null ? nothing : amountQuestion({ question, ...context })}
<h1>${t('support.heading')}</h1>
<p>${t('support.lead')}</p>
${form(page, context)}`,
  };
}

function form(page: SupportPage, context: FormContext): Html {
  const { t, newsroom } = context;
  return html`<form id="support" method="post" action="/support" novalidate data-page="${scriptData(context)}"${page.isFirst ? html` data-adopt` : nothing}>
${hiddenFields({ draft: context.draft, language: page.language, fields: 'unseen' })}
${everyFieldset(context)}
${amountFieldset(context)}
${collectChoice(context)}
${waysFieldset({ ...context, ways: page.ways, chosen: context.draft.way }, t)}
${emailField(context)}
<section aria-labelledby="check">
<h2 id="check">${t('support.check-title')}</h2>
<p>${t('support.check-places')}</p>
<ul>${page.listedCountryNames.map((name) => html`<li>${name}</li>`)}</ul>
<p>${t('support.check-people')} ${page.nothingWritten ? t('support.check-nothing') : ''}</p>
</section>
<p>${t('support.statement', { text: newsroom.giving.statement_text })}</p>
<p class="hint">${t('support.statement-truth')}</p>
<p>${t('support.stop-line')}</p>
${fieldError(context.problems, 'pay')}
<div class="choices equal">
<button id="pay" type="submit">${t('support.pay')}</button>
<a class="button" id="back" href="/">${t('support.back')}</a>
</div>
<p class="hint">${t('support.next')}</p>
</form>`;
}

function notice(page: SupportPage, t: Translate): Html {
  if (page.notice === undefined) return nothing;
  return html`<div class="error-summary" role="alert" tabindex="-1" autofocus aria-labelledby="notice">
<h2 id="notice">${t(page.notice.heading)}</h2>
<p>${t(page.notice.text)}</p>
</div>`;
}

/** A currency nobody offers was named: the page falls back to the newsroom's, and says so at the currencies. */
export function currencyOf(newsroom: Newsroom, asked: string): Currency {
  const isOffered = isCurrency(asked) && amountsFor(newsroom, asked) !== undefined;
  return isOffered ? asked : newsroom.giving.currency;
}

/** A draft that names another currency than the page: its chosen amounts mean nothing here, what was typed stays. */
function inCurrency(draft: SupportDraft, currency: Currency): SupportDraft {
  if (draft.currency === currency) return draft;
  return { ...draft, currency, chosen: { once: '', month: '', year: '' } };
}

function inWords(problem: SupportProblem, page: SupportPage, currency: Currency): FieldProblem {
  const { language, newsroom } = page;
  const t = translator(language);
  const several = Object.keys(newsroom.giving.amounts).length > 1;
  return {
    field: problem.field === 'currency' && !several ? 'other' : problem.field,
    message: t(problem.message, {
      currency,
      example: '12',
      ...(problem.limit === undefined ? {} : { limit: amountText(problem.limit, language) }),
    }),
  };
}

/** What the page's script needs: the reader's facts for this currency and language, and the words it draws. No secret, nothing typed. */
function scriptData(context: FormContext): string {
  const { currency, language, newsroom, t } = context;
  const set = amountsFor(newsroom, currency);
  assert(set !== undefined, 'the currency of the page has a set of amounts');
  assert(set.minimum <= set.maximum, 'there is an amount that may be given');
  const reader = amountForm({ currency, language, min: set.minimum, max: set.maximum });
  const data = {
    currency,
    language,
    reader: packAmountForm(reader),
    pay: Object.fromEntries(
      GIFT_INTERVALS.map((interval) => [interval, t(`support.pay-${interval}`)]),
    ),
    question: t('support.question-title'),
  };
  return JSON.stringify(data);
}
