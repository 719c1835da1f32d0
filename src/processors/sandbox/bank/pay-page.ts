/**
 * The page where a payer gives a card: what is paid to whom, three fields in the order they stand on a card, one button
 * that says what it does, and the test cards, each with a button of its own.
 *
 * After an error everything typed is still there except the security code, which is never sent back. A card that was
 * turned away for its country is not shown again either.
 */
import { formatMoney, money } from '../../../money/index.ts';
import {
  errorId,
  type FieldProblem,
  fieldError,
  type Html,
  html,
  nothing,
  raw,
} from '../../../page/index.ts';
import { payPath } from './describe.ts';
import { bankPage } from './page-frame.ts';
import type { Payment } from './records.ts';
import { TEST_CARDS } from './test-cards.ts';
import type { CardField } from './typed-card.ts';
import { type BankWords, bankWords } from './words.ts';

export interface PayPageState {
  readonly problems: readonly (FieldProblem & { readonly field: CardField })[];
  /** Why the card was not taken, for the payer. */
  readonly notTaken: string | null;
  readonly typed: { readonly number: string; readonly expiry: string };
}

export const EMPTY_PAY_PAGE: PayPageState = {
  problems: [],
  notTaken: null,
  typed: { number: '', expiry: '' },
};

export function payPage(payment: Payment, state: PayPageState): Response {
  const words = bankWords(payment.language);
  const title = payTitle(payment);
  const hasError = state.problems.length > 0 || state.notTaken !== null;
  return bankPage({
    title: hasError ? `${words.error}: ${title}` : title,
    language: payment.language,
    status: state.problems.length > 0 ? 422 : 200,
    formTargets: merchantOrigins(payment),
    body: html`${alarm(words, state)}
<h1>${payAction(payment)}</h1>
${summary(payment, words)}
${cardForm({ payment, words, state })}
${testCards(payment, words)}`,
  });
}

/** What the button does, amount and interval included: "Pay $5 a month". The amount is isolated from the words around it. */
export function payAction(payment: Payment): Html {
  const words = bankWords(payment.language);
  return withAmount(inSpan(words.pay[rhythmOf(payment)], payment, words), payment);
}

function rhythmOf({ keepMandate, everyMonths }: Payment): 'once' | 'month' | 'year' | 'months' {
  if (keepMandate === null) return 'once';
  return everyMonths === undefined ? keepMandate : 'months';
}

function inSpan(text: string, { everyMonths }: Payment, { spans }: BankWords): string {
  return everyMonths === undefined ? text : text.replace('{span}', spans[`${everyMonths}`]);
}

/** What is agreed to by paying, where the card is kept. */
function keeps(payment: Payment, words: BankWords): Html {
  const rhythm = rhythmOf(payment);
  if (rhythm === 'once') return nothing;
  return html`<p class="hint">${withAmount(inSpan(words.keeps[rhythm], payment, words), payment)}</p>`;
}

/** The same for a page's title, which holds no elements: isolated by the marks U+2068 and U+2069. */
function payTitle(payment: Payment): string {
  const words = bankWords(payment.language);
  const text = inSpan(words.pay[rhythmOf(payment)], payment, words);
  return text.replace('{amount}', `\u2068${amountOf(payment)}\u2069`);
}

function withAmount(text: string, payment: Payment): Html {
  const [before = '', after = ''] = text.split('{amount}');
  return html`${before}<bdi>${amountOf(payment)}</bdi>${after}`;
}

function amountOf(payment: Payment): string {
  return formatMoney(money(payment.amountMinor, payment.currency), payment.language);
}

/** To whom, how much, how often. */
export function summary(payment: Payment, words: BankWords): Html {
  return html`<dl>
<dt>${words.payTo}</dt><dd><bdi>${payment.statementText}</bdi></dd>
<dt>${words.amount}</dt><dd><bdi>${amountOf(payment)}</bdi></dd>
<dt>${words.howOften}</dt><dd>${inSpan(words.often[rhythmOf(payment)], payment, words)}</dd>
</dl>`;
}

/** Where the browser may be sent after a form of this page. */
export function merchantOrigins(payment: Payment): readonly string[] {
  const addresses = [payment.returnUrl, payment.cancelUrl].filter((address) => address !== null);
  return [...new Set(addresses.map((address) => new URL(address).origin))];
}

function alarm(words: BankWords, state: PayPageState): Html {
  if (state.notTaken !== null) {
    return html`<div class="error-summary" role="alert" tabindex="-1" autofocus aria-labelledby="not-taken">
<h2 id="not-taken">${words.notTaken}</h2>
<p>${state.notTaken}</p>
</div>`;
  }
  if (state.problems.length === 0) return nothing;
  return html`<div class="error-summary" role="alert" tabindex="-1" autofocus aria-labelledby="problems">
<h2 id="problems">${words.thereIsAProblem}</h2>
<ul>${state.problems.map(({ field, message }) => html`<li><a href="#${field}">${message}</a></li>`)}</ul>
</div>`;
}

function cardForm(page: {
  readonly payment: Payment;
  readonly words: BankWords;
  readonly state: PayPageState;
}): Html {
  const { payment, words, state } = page;
  const field = (input: Omit<CardInput, 'problems'>) =>
    cardInput({ ...input, problems: state.problems });
  return html`<form method="post" action="${payPath(payment.id)}" novalidate>
${field({ name: 'number', label: words.number, hint: null, autocomplete: 'cc-number', value: state.typed.number, isShort: false })}
${field({ name: 'expiry', label: words.expiry, hint: words.expiryHint, autocomplete: 'cc-exp', value: state.typed.expiry, isShort: true })}
${field({ name: 'code', label: words.code, hint: words.codeHint, autocomplete: 'cc-csc', value: '', isShort: true })}
<button class="main-button">${payAction(payment)}</button>
${keeps(payment, words)}
${payment.cancelUrl === null ? nothing : html`<a class="cancel" href="${payment.cancelUrl}">${words.cancel}</a>`}
</form>`;
}

interface CardInput {
  readonly name: CardField;
  readonly label: string;
  readonly hint: string | null;
  readonly autocomplete: string;
  readonly value: string;
  readonly isShort: boolean;
  readonly problems: readonly FieldProblem[];
}

function cardInput(input: CardInput): Html {
  const { name, hint } = input;
  const isWrong = input.problems.some((problem) => problem.field === name);
  const described = [hint === null ? '' : `${name}-hint`, isWrong ? errorId(name) : '']
    .filter((id) => id !== '')
    .join(' ');
  const attributes = [
    described === '' ? '' : ` aria-describedby="${described}"`,
    isWrong ? ' aria-invalid="true"' : '',
    input.isShort ? ' class="short"' : '',
  ].join('');
  return html`<label for="${name}">${input.label}</label>
${hint === null ? nothing : html`<p class="hint" id="${name}-hint">${hint}</p>`}
${fieldError(input.problems, name)}
<input id="${name}" name="${name}" value="${input.value}" dir="ltr" inputmode="numeric" autocomplete="${input.autocomplete}" maxlength="60" spellcheck="false" autocapitalize="off"${raw(attributes)}>`;
}

/** A form of its own, so that Enter in a field sends the fields and not the first test card. */
function testCards(payment: Payment, words: BankWords): Html {
  return html`<h2 id="test-cards">${words.testCards}</h2>
<p class="hint">${words.testCardsHint}</p>
<form method="post" action="${payPath(payment.id)}">
<ul class="cards" aria-labelledby="test-cards">${TEST_CARDS.map(
    (
      card,
    ) => html`<li><div>${words.cards[card.id]}<div class="hint"><bdi dir="ltr">${card.shown}</bdi></div></div>
<button name="use" value="${card.id}">${words.useCard}<span class="away">: ${words.cards[card.id]}</span></button></li>`,
  )}</ul>
</form>`;
}
