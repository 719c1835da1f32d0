/** The two pages of "Undo this gift": what will happen, and what did. */
import type { GiftView, PledgeView } from '../giving/index.ts';
import { translator } from '../language/index.ts';
import type { Money } from '../money/index.ts';
import { type Html, html, type PageContent } from '../page/index.ts';
import { hiddenFields, pageTitle } from './number-page.ts';
import { visitFields } from './overview-page.ts';
import type { SupporterNumber } from './supporter-number.ts';
import { amountText, dayText, sumText } from './words.ts';

interface Visit {
  readonly number: SupporterNumber;
  readonly language: string;
}

/** The one page between "Undo" and the money going back. */
export function undoConfirmPage(
  visit: Visit & {
    readonly gift: GiftView;
    /** What goes back: the whole, or what is left of it. */
    readonly left: Money;
    /** The gift's pledge where it runs. */
    readonly pledge: PledgeView | null;
    readonly zone: string;
  },
): PageContent {
  const { gift, left, pledge, language, zone } = visit;
  const t = translator(language);
  const date = dayText(gift.settledAt ?? gift.createdAt, { zone, language });
  const keep = html`<button type="submit" formaction="/manage">${t('manage.undo-keep')}</button>`;
  return page(
    visit,
    'manage.undo-heading',
    html`<p>${t('manage.undo-what', { amount: amountText(left, language), date })}</p>
<form method="post" action="/manage/undo">
${hiddenFields({ ...visitFields(visit), gift: gift.giftId })}
${
  pledge === null
    ? html`<div class="choices equal">
<button type="submit" name="confirm" value="yes">${t('manage.undo-button')}</button>
${keep}
</div>`
    : html`<p>${t('manage.undo-pledge', { sum: sumText(pledge, language) })}</p>
<div class="choices equal">
<button type="submit" name="confirm" value="stop">${t('manage.undo-stop')}</button>
<button type="submit" name="confirm" value="go-on">${t('manage.undo-go-on')}</button>
${keep}
</div>`
}
</form>`,
  );
}

export function undoTellPage(visit: Visit, sentences: readonly string[]): PageContent {
  const t = translator(visit.language);
  return page(
    visit,
    'manage.undo-done-heading',
    html`${sentences.map((sentence) => html`<p>${sentence}</p>`)}
<form method="post" action="/manage">
${hiddenFields(visitFields(visit))}
<button type="submit">${t('manage.back')}</button>
</form>`,
  );
}

function page(
  { language }: Visit,
  heading: 'manage.undo-heading' | 'manage.undo-done-heading',
  body: Html,
): PageContent {
  return {
    kind: 'private',
    title: pageTitle(language),
    language,
    status: 200,
    body: html`<h1>${translator(language)(heading)}</h1>
${body}`,
  };
}
