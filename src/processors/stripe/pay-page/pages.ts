/**
 * The HTML of the pay page, and of what it says instead: our own words around a company's card fields.
 *
 * The fields come from Stripe's script, which no page of ours but this one may load; it takes a policy of its own
 * (`widerPolicy`). As sent, the page says what is true without that script, with a way back, and `card-fields.js` puts the
 * fields in its place. There is no `integrity` on Stripe's script: the company changes it at any time under the same
 * address and allows no copies, so there is nothing to hold it to but its host.
 */
import type { HostedPaymentOrder } from '../../../giving/processor.ts';
import {
  direction,
  interfaceLanguage,
  type MessageKey,
  translator,
} from '../../../language/index.ts';
import { formatMoney, toProcessorAmount } from '../../../money/index.ts';
import { errorSummary, type Html, html, type PageContent } from '../../../page/index.ts';
import { assert } from '../../../problems/index.ts';
import { payPagesPath } from '../../common/index.ts';

/**
 * The version that belongs to the API we speak. Without its signals: they would report how a supporter moves and types to
 * Stripe beyond what a payment needs; its fraud rules see the card and the amount.
 */
const STRIPE_SCRIPT = 'https://js.stripe.com/endive/stripe.js?advancedFraudSignals=false';

export type AgainBecause = 'token' | 'not-heard';

const AGAIN: Readonly<Record<AgainBecause, { words: MessageKey; status: number }>> = {
  token: { words: 'card.token', status: 422 },
  'not-heard': { words: 'card.not-heard', status: 503 },
};

/** The page with the fields; `because`: it is shown again after a try. */
export function cardPage(options: {
  readonly order: HostedPaymentOrder;
  readonly accountId: string;
  readonly publishableKey: string;
  readonly because?: AgainBecause;
}): PageContent {
  const { order, accountId, publishableKey, because } = options;
  const language = interfaceLanguage(order.language);
  const t = translator(language);
  const again = because === undefined ? null : AGAIN[because];
  const title = t('card.title');
  const problems = again === null ? [] : [{ field: 'pay', message: t(again.words) }];
  const amount = amountText(order);
  const { attemptId } = order.references;
  return {
    kind: 'private',
    widerPolicy: 'card-fields',
    title: again === null ? title : t('support.error-title', { title }),
    language,
    status: again?.status ?? 200,
    head: html`<script src="/card-fields.js" defer></script>
<script src="${STRIPE_SCRIPT}" defer></script>`,
    body: html`${errorSummary({ problems, language })}
<h1>${t('card.heading')}</h1>
<p>${t(termsOf(order), { amount })}</p>
<section id="instead" aria-labelledby="instead-heading">
<h2 id="instead-heading">${t('card.script-heading')}</h2>
<p>${t('card.script')}</p>
${back(order, t('card.back'))}
</section>
<form id="card" method="post" action="${payPagesPath(accountId)}/${attemptId}" data-card="${factsOf({ order, publishableKey, language })}" hidden>
<fieldset>
<legend>${t('card.legend')}</legend>
<div class="card-fields" dir="${direction(language)}"><div id="card-fields"></div></div>
<p class="hint">${t('card.company')}</p>
</fieldset>
<input type="hidden" name="token" value="">
<p class="field-error" role="alert"></p>
<p role="status"></p>
<div class="choices equal">
<button id="pay" class="main" type="submit" disabled>${t('card.pay', { amount })}</button>
<a class="button" href="${order.cancelUrl}">${t('card.back')}</a>
</div>
</form>`,
  };
}

function termsOf({ keepMandate }: HostedPaymentOrder): MessageKey {
  switch (keepMandate) {
    case null:
      return 'card.once';
    case 'month':
      return 'card.month';
    case 'year':
      return 'card.year';
  }
}

/** What the script needs; see `browser/card-facts.ts`. */
function factsOf(options: {
  readonly order: HostedPaymentOrder;
  readonly publishableKey: string;
  readonly language: string;
}): string {
  const { order, publishableKey, language } = options;
  const t = translator(language);
  const counted = toProcessorAmount(order.money, 'stripe');
  assert(counted.ok, 'what Stripe cannot count was refused when the page was opened');
  const amount = Number(counted.sent);
  assert(Number.isSafeInteger(amount) && amount > 0, 'an amount is a whole number of its units');
  return JSON.stringify({
    key: publishableKey,
    locale: language,
    amount,
    currency: order.money.currency.toLowerCase(),
    repeats: order.keepMandate !== null,
    words: {
      loading: t('card.loading'),
      sending: t('card.sending'),
      missing: t('card.blocked-heading'),
      blocked: t('card.blocked'),
      failed: t('card.failed'),
      nothing: t('card.nothing'),
    },
  });
}

/** On the way to the supporter's bank. It leads on by itself (`routes.ts`), and by its link. */
export function bankPage(order: HostedPaymentOrder, challengeUrl: string): PageContent {
  const language = interfaceLanguage(order.language);
  const t = translator(language);
  return {
    kind: 'private',
    title: t('card.title'),
    language,
    body: html`<h1>${t('card.bank-heading')}</h1>
<p>${t('card.bank', { amount: amountText(order) })}</p>
<p><a class="button main" href="${challengeUrl}" rel="noreferrer">${t('card.bank-link')}</a></p>
<p><a href="${order.cancelUrl}">${t('card.back')}</a></p>`,
  };
}

export function refusedPage(order: HostedPaymentOrder): PageContent {
  return plainEnd({
    language: order.language,
    status: 502,
    heading: 'card.refused-heading',
    text: 'card.refused',
    way: (language) => back(order, translator(language)('card.back')),
  });
}

export function tooManyPage(language: string): PageContent {
  return plainEnd({
    language,
    status: 429,
    heading: 'card.many-heading',
    text: 'card.many',
    way: (shown) => html`<p><a class="button" href="/">${translator(shown)('card.read')}</a></p>`,
  });
}

/** No attempt that anybody knows. */
export function nothingHerePage(language: string): PageContent {
  return plainEnd({
    language,
    status: 404,
    heading: 'card.over-heading',
    text: 'card.over',
    way: (shown) => html`<div class="choices equal">
<a class="button" href="/support?language=${shown}">${translator(shown)('card.again')}</a>
<a class="button" href="/">${translator(shown)('card.read')}</a>
</div>`,
  });
}

function plainEnd(end: {
  readonly language: string;
  readonly status: number;
  readonly heading: MessageKey;
  readonly text: MessageKey;
  readonly way: (language: string) => Html;
}): PageContent {
  const language = interfaceLanguage(end.language);
  const t = translator(language);
  return {
    kind: 'private',
    title: t('card.title'),
    language,
    status: end.status,
    body: html`<h1>${t(end.heading)}</h1>
<p>${t(end.text)}</p>
${end.way(language)}`,
  };
}

function back(order: HostedPaymentOrder, words: string): Html {
  return html`<p><a class="button" href="${order.cancelUrl}">${words}</a></p>`;
}

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** Whole amounts without decimals; its sign stays at its side in a line that runs the other way. */
function amountText({ money, language }: HostedPaymentOrder): string {
  const shown = interfaceLanguage(language);
  const text = formatMoney(money, shown, { zeros: 'dropped' });
  return direction(shown) === 'rtl' ? FIRST_STRONG_ISOLATE + text + POP_ISOLATE : text;
}
