/** The bank's pages for payers around the pay page: the issuer's question, and what is to say once a payment is over. */
import { type Html, html, nothing } from '../../../page/index.ts';
import { confirmPath } from './describe.ts';
import { bankPage } from './page-frame.ts';
import { merchantOrigins, summary } from './pay-page.ts';
import type { Payment } from './records.ts';
import { type BankWords, bankWords } from './words.ts';

/** The card's own bank asks its customer. Two buttons of one size; neither is chosen for the payer. */
export function confirmationPage(payment: Payment): Response {
  const words = bankWords(payment.language);
  return bankPage({
    title: words.confirmTitle,
    language: payment.language,
    formTargets: merchantOrigins(payment),
    body: html`<h1>${words.confirmTitle}</h1>
<p>${words.confirmText}</p>
${summary(payment, words)}
<form method="post" action="${confirmPath(payment.id)}" class="pair">
<button name="answer" value="confirm">${words.confirm}</button>
<button name="answer" value="refuse">${words.refuse}</button>
</form>`,
  });
}

/** A payment that is over: what became of it, and the way back. */
export function overPage(payment: Payment): Response {
  const words = bankWords(payment.language);
  const { title, text } = overWords(payment, words);
  return bankPage({
    title,
    language: payment.language,
    body: html`<h1>${title}</h1>
<p>${text}</p>
${summary(payment, words)}
${wayBack(payment, words)}`,
  });
}

function overWords(payment: Payment, words: BankWords): { title: string; text: string } {
  switch (payment.state) {
    case 'paid':
      return { title: words.paidTitle, text: words.paidText };
    case 'declined':
      return {
        title: words.declinedTitle,
        text: words.declined[payment.declineCode ?? 'card_declined'],
      };
    case 'expired':
      return { title: words.expiredTitle, text: words.expiredText };
    case 'closed':
    case 'open':
    case 'needs_confirmation':
      return { title: words.closedTitle, text: words.closedText };
  }
}

function wayBack(payment: Payment, words: BankWords): Html {
  const address = payment.state === 'paid' ? payment.returnUrl : payment.cancelUrl;
  if (address === null) return html`<p>${words.mayClose}</p>`;
  return html`<p><a class="cancel" href="${address}">${words.back}</a></p>`;
}

/** For addresses without a payment. Nothing is known about the visitor's language but what the browser says. */
export function missingPage(language: string): Response {
  const words = bankWords(language);
  return bankPage({
    title: words.missingTitle,
    language,
    status: 404,
    body: html`<h1>${words.missingTitle}</h1><p>${words.missingText}</p>`,
  });
}

/** For forms that are too large, of the wrong type, or that no page of ours sends. */
export function unreadablePage(options: {
  readonly payment: Payment | null;
  readonly status: 400 | 413;
}): Response {
  const { payment } = options;
  const words = bankWords(payment?.language ?? 'en');
  return bankPage({
    title: words.unreadableTitle,
    language: payment?.language ?? 'en',
    status: options.status,
    body: html`<h1>${words.unreadableTitle}</h1><p>${words.unreadableText}</p>
${payment === null ? nothing : wayBack(payment, words)}`,
  });
}

/** For mistakes of our own. It cannot say whether money moved, so it says who can. */
export function troublePage(language: string): Response {
  const words = bankWords(language);
  return bankPage({
    title: words.troubleTitle,
    language,
    status: 500,
    body: html`<h1>${words.troubleTitle}</h1><p>${words.troubleText}</p>`,
  });
}

/** What a browser asks for, for pages that belong to no payment. */
export function wantedLanguage(request: Request): string {
  return /^[a-z]{2,3}/i.exec(request.headers.get('accept-language') ?? '')?.[0] ?? 'en';
}
