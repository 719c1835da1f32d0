/**
 * Choosing to have several months collected at once, for a monthly gift. Folded away and every month unless somebody opens
 * it and chooses otherwise; whole without script. What it would come to stands on a page of its own, which asks.
 */

import type { PlainDate } from '../../calendar/index.ts';
import { formatDate, type Translate, translator } from '../../language/index.ts';
import type { Money } from '../../money/index.ts';
import { type Html, html, nothing, type PageContent } from '../../page/index.ts';
import { assert } from '../../problems/index.ts';
import { COLLECT_MONTHS, chargedAtOnce, readCollectMonths } from '../pledges/collection.ts';
import type { ArrivesExample } from './arrives-example.ts';
import { assertAddress, assertInOrder } from './assert-shown.ts';
import type { FormContext } from './form-context.ts';
import { amountText, exactAmountText } from './gift-words.ts';
import type { SupportDraft } from './support-draft.ts';
import { hiddenFields } from './support-fields.ts';

export function collectChoice(context: FormContext): Html {
  const { draft, t } = context;
  // Nothing is chosen for anybody: who leaves it alone gives every month, and sees nothing ticked.
  const isChosen = draft.months !== '' && draft.months !== '1';
  const chosen = isChosen ? readCollectMonths(draft.months) : undefined;
  return html`<details class="collect" data-every="month"${chosen === undefined ? nothing : html` open`}>
<summary>${t('support.collect')}</summary>
<p class="hint">${t('support.collect-why')} ${context.arrives === null ? '' : arrivesText(context.arrives, context.language)}</p>
<div class="choices" role="radiogroup" aria-label="${t('support.collect')}">${COLLECT_MONTHS.map(
    (count) => html`<div class="choice">
<input type="radio" name="months" id="months-${count}" value="${count}"${count === chosen ? html` checked` : nothing}>
<label for="months-${count}">${everyText(count, t)}</label></div>`,
  )}</div>
</details>`;
}

/** @example 'Of $2.00 each month, $1.61 arrives. Of $6.00 every 3 months, $5.42 arrives.' */
export function arrivesText(example: ArrivesExample, language: string): string {
  assert(
    example.monthlyArrives.minor < example.monthly.minor &&
      example.togetherArrives.minor < example.together.minor,
    'less arrives than is given, where a fee is told',
  );
  return translator(language)('support.arrives', {
    one: exactAmountText(example.monthly, language),
    oneArrives: exactAmountText(example.monthlyArrives, language),
    many: exactAmountText(example.together, language),
    manyArrives: exactAmountText(example.togetherArrives, language),
  });
}

function everyText(count: number, t: Translate): string {
  return count === 1 ? t('support.month') : t('support.every-months', { count });
}

/** Everything the sentence needs that is agreed to. */
export interface Collection {
  readonly monthly: Money;
  readonly months: number;
  /** The day of the first charge. */
  readonly today: PlainDate;
  readonly language: string;
}

/**
 * What somebody agrees to who has months collected together: how much, when, for what, and that stopping gives nothing
 * back by itself. The page shows this sentence, and it is kept as it was shown.
 */
export function agreedText(collection: Collection): string {
  const { monthly, months, today, language } = collection;
  const t = translator(language);
  assert(months > 1, 'nobody is asked about every month');
  const days = [1, 2].map((index) =>
    today.add({ months: index * months }, { overflow: 'constrain' }),
  );
  assertInOrder([today, ...days]);
  const [second, third] = days.map((day) => formatDate(day, language));
  assert(second !== undefined && third !== undefined, 'two more days are told');
  return t('support.collect-agree', {
    whole: amountText(chargedAtOnce(monthly, months), language),
    monthly: amountText(monthly, language),
    count: months,
    second,
    third,
  });
}

/** The page that asks, between the form and the processor's: only for somebody who chose several months. */
export function collectPage(options: {
  readonly collection: Collection;
  readonly draft: SupportDraft;
  readonly formTargets: readonly string[];
}): PageContent {
  const { collection, draft } = options;
  const { language, monthly, months, today } = collection;
  const t = translator(language);
  const charged = chargedAtOnce(monthly, months);
  assert(charged.minor === monthly.minor * BigInt(months), 'the months add up to what is charged');
  const whole = amountText(charged, language);
  for (const target of options.formTargets) assertAddress(target);
  return {
    kind: 'private',
    title: t('support.title'),
    language,
    formTargets: options.formTargets,
    body: html`<h1>${t('support.collect-heading')}</h1>
<p>${agreedText(collection)}</p>
<p>${t('support.collect-stop')}</p>
<form method="post" action="/support">
${hiddenFields({ draft: { ...draft, months: '' }, language, fields: 'all' })}
<input type="hidden" name="agreed" value="${today.toString()}">
<div class="choices equal">
<button type="submit" name="months" value="${months}">${t('support.collect-yes', { whole })}</button>
<button type="submit" name="months" value="1">${t('support.collect-no', { monthly: amountText(monthly, language) })}</button>
</div>
</form>`,
  };
}
