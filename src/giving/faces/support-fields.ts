/** The fields of the support form, drawn from a draft: what was typed or chosen stands in them again. */
import { type Currency, currencyRow, isCurrency, money } from '../../money/index.ts';
import type { GiftInterval } from '../../newsroom/index.ts';
import { errorId, fieldError, type Html, html, nothing } from '../../page/index.ts';
import { assert } from '../../problems/index.ts';
import { assertAddress, assertOffers } from './assert-shown.ts';
import type { FormContext } from './form-context.ts';
import { amountText, firstDates } from './gift-words.ts';
import {
  amountsFor,
  GIFT_INTERVALS,
  isGiftInterval,
  type SupportDraft,
  supportAddress,
} from './support-draft.ts';

/** `unseen`: what no visible field holds. `all`: the whole draft, for a form that only asks one question. */
export function hiddenFields(options: {
  readonly draft: SupportDraft;
  readonly language: string;
  readonly fields: 'unseen' | 'all';
}): Html {
  const { draft, language, fields } = options;
  const unseen = [
    ['gift', draft.giftId],
    ['language', language],
    ['currency', draft.currency],
    ['appeal', draft.appealId],
    ['variant', draft.variantId],
    ['replaces', draft.replaces],
  ] as const;
  const seen = [
    ['every', draft.every],
    ['amount-once', draft.chosen.once],
    ['amount-month', draft.chosen.month],
    ['amount-year', draft.chosen.year],
    ['other', draft.other],
    ['email', draft.email],
    ['months', draft.months],
    ['way', draft.way],
  ] as const;
  const all = fields === 'all' ? [...unseen, ...seen] : unseen;
  assert(new Set(all.map(([name]) => name)).size === all.length, 'a field is sent once');
  return html`${all
    .filter(([, value]) => value !== '')
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;
}

export function everyFieldset(context: FormContext): Html {
  const { draft, t, problems } = context;
  assert(
    draft.every === '' || isGiftInterval(draft.every) || problems.length > 0,
    'a rhythm that cannot be chosen is called wrong',
  );
  return html`<fieldset${described(context, 'every-once')}>
<legend>${t('support.every')}</legend>
${fieldError(problems, 'every-once')}
<div class="choices">${GIFT_INTERVALS.map(
    (interval) => html`<div class="choice">
<input type="radio" name="every" id="every-${interval}" value="${interval}"${checked(draft.every === interval)}>
<label for="every-${interval}">${t(`support.${interval}`)}</label></div>`,
  )}</div>
<p class="hint" data-every="month">${t('support.dates-month', firstDates(context, 'month'))}</p>
<p class="hint" data-every="year">${t('support.dates-year', firstDates(context, 'year'))}</p>
</fieldset>`;
}

export function amountFieldset(context: FormContext): Html {
  const { draft, language, newsroom, currency, t, problems } = context;
  const set = amountsFor(newsroom, currency);
  if (set === undefined) return nothing;
  assert(set.minimum > 0n && set.minimum <= set.maximum, 'there is an amount that may be given');
  const minimum = amountText(money(set.minimum, currency), language);
  const name = `${currencyName(currency, language)} (${currency})`;
  return html`<fieldset>
<legend>${t('support.amount')}</legend>
${currencyChoice(context)}
${GIFT_INTERVALS.map((interval) => amountSet({ context, interval, amounts: set[interval] }))}
<div class="field">
<label for="other">${t('support.other', { currency: name })}</label>
<p class="hint" id="other-hint">${t('support.other-hint', { minimum })}</p>
${fieldError(problems, 'other')}
<div class="prefixed"><span class="prefix" aria-hidden="true">${currencyRow(currency).shown ?? currency}</span>
<input type="text" inputmode="decimal" name="other" id="other" value="${draft.other}" autocomplete="off" spellcheck="false" dir="ltr"${invalid(context, 'other', 'other-hint')}></div>
</div>
</fieldset>`;
}

/** Plain links, so that the amounts of the new currency are read again without script and the gift keeps its id. */
function currencyChoice(context: FormContext): Html {
  const { draft, language, newsroom, currency, t } = context;
  const currencies = Object.keys(newsroom.giving.amounts).filter(isCurrency);
  if (currencies.length < 2) return nothing;
  assert(currencies.includes(currency), 'the currency of the page is one that is offered');
  const blank = { once: '', month: '', year: '' };
  return html`<nav class="currencies" aria-labelledby="currency">
<p class="hint" id="currency" tabindex="-1">${t('support.currency')}</p>
${fieldError(context.problems, 'currency')}
<ul class="plain-list">${currencies.map((code) => {
    if (code === currency) return html`<li><strong aria-current="true">${code}</strong></li>`;
    const address = supportAddress(
      { ...draft, currency: code, chosen: blank, other: '', every: draft.every },
      language,
    );
    assertAddress(address);
    const name = currencyName(code, language);
    return html`<li><a href="${address}" data-currency="${code}">${code}<span class="visually-hidden">, ${name}</span></a></li>`;
  })}</ul>
</nav>`;
}

/** One set per interval. The style sheet shows only the chosen interval's; where it cannot, each says what it is for. */
function amountSet(options: {
  readonly context: FormContext;
  readonly interval: GiftInterval;
  readonly amounts: readonly bigint[];
}): Html {
  const { context, interval, amounts } = options;
  const { draft, language, currency, t } = context;
  assertOffers(amounts.map((minor) => money(minor, currency)));
  return html`<div class="amount-set" data-every="${interval}" role="group" aria-labelledby="set-${interval}">
<p class="hint" id="set-${interval}">${t(`support.${interval}`)}</p>
<div class="choices">${amounts.map((minor) => {
    const id = `amount-${interval}-${minor}`;
    return html`<div class="choice">
<input type="radio" name="amount-${interval}" id="${id}" value="${minor}"${checked(draft.chosen[interval] === String(minor))}>
<label for="${id}"><bdi>${amountText(money(minor, currency), language)}</bdi></label></div>`;
  })}</div>
</div>`;
}

export function emailField(context: FormContext): Html {
  const { draft, newsroom, t, problems } = context;
  const isRequired = newsroom.giving.contact_for_pledges === 'required';
  const label = isRequired ? 'support.email-required-label' : 'support.email';
  const why = isRequired ? 'support.email-required-why' : 'support.email-why';
  return html`<div class="field">
<label for="email">${t(label)}</label>
<p class="hint" id="email-hint">${t(why)}</p>
${fieldError(problems, 'email')}
<input type="email" name="email" id="email" value="${draft.email}" maxlength="254" autocomplete="email" autocapitalize="none" spellcheck="false" dir="ltr"${invalid(context, 'email', 'email-hint')}>
</div>`;
}

/** The name people know it by; for a label only, never for its decimals. */
export function currencyName(currency: Currency, language: string): string {
  const names = new Intl.DisplayNames([language, 'en'], { type: 'currency' });
  const name = names.of(currency) ?? currency;
  assert(name !== '', 'a currency has a name');
  return name;
}

function checked(isChecked: boolean): Html {
  return isChecked ? html` checked` : nothing;
}

function described(context: FormContext, field: string): Html {
  const isWrong = context.problems.some((problem) => problem.field === field);
  return isWrong ? html` aria-describedby="${errorId(field)}"` : nothing;
}

function invalid(context: FormContext, field: string, hintId: string): Html {
  const isWrong = context.problems.some((problem) => problem.field === field);
  if (!isWrong) return html` aria-describedby="${hintId}"`;
  return html` aria-invalid="true" aria-describedby="${errorId(field)} ${hintId}"`;
}
