/**
 * The steps after the overview: pausing, stopping, being forgotten, and what each came to. One page asks, one page tells;
 * no page offers anything else on the way.
 *
 * The sentences on what is stopped and what is forgotten are the fixed ones of the safety texts (T5, T6).
 */
import type { PledgeView } from '../giving/index.ts';
import { formatDate, type MessageKey, translator } from '../language/index.ts';
import { type Html, html, nothing, type PageContent } from '../page/index.ts';
import { hiddenFields, pageTitle } from './number-page.ts';
import { visitFields } from './overview-page.ts';
import type { SupporterNumber } from './supporter-number.ts';
import { collectedText, sumText } from './words.ts';

const MONTHS_OF_PAUSE = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

export interface Visit {
  readonly number: SupporterNumber;
  readonly language: string;
}

export interface PledgeVisit extends Visit {
  readonly pledge: PledgeView;
}

/** One button per length: a single tap, and any of them can be taken back by resuming. */
export function pausePage(visit: PledgeVisit, problem?: string): PageContent {
  const { language, pledge } = visit;
  const t = translator(language);
  return page({
    visit,
    status: problem === undefined ? 200 : 400,
    problem,
    heading: 'manage.pause-heading',
    body: html`<p>${t('manage.pause-what', { sum: sumText(pledge, language) })}</p>
<form method="post" action="/manage/pause">
${hiddenFields(pledgeFields(visit))}
<div class="choices">${MONTHS_OF_PAUSE.map(
      (count) =>
        html`<button type="submit" name="months" value="${count}">${t('manage.pause-months', { count })}</button>`,
    )}</div>
</form>
${backForm(visit)}`,
  });
}

/** Months as sent, or undefined for anything but 1 to 12. */
export function readMonths(text: string): number | undefined {
  return MONTHS_OF_PAUSE.find((months) => String(months) === text);
}

/** The one page between "Stop my pledge" and the stop itself. */
export function stopConfirmPage(visit: PledgeVisit): PageContent {
  const { language, pledge } = visit;
  const t = translator(language);
  return page({
    visit,
    heading: 'manage.stop-heading',
    body: html`<p>${t('manage.stop-what', { sum: sumText(pledge, language) })}</p>
${pledge.renewalInFlight ? html`<p>${t('manage.stop-in-flight')}</p>` : nothing}
<form method="post" action="/manage/stop">
${hiddenFields(pledgeFields(visit))}
<div class="choices equal">
<button type="submit" name="confirm" value="yes">${t('manage.stop-button')}</button>
<button type="submit" formaction="/manage">${t('manage.stop-keep')}</button>
</div>
</form>`,
  });
}

export function forgetConfirmPage(visit: Visit): PageContent {
  const t = translator(visit.language);
  return page({
    visit,
    heading: 'manage.forget-heading',
    body: html`<p>${t('manage.forget-what')}</p>
<form method="post" action="/manage/forget">
${hiddenFields(visitFields(visit))}
<div class="choices equal">
<button type="submit" name="confirm" value="yes">${t('manage.forget-button')}</button>
<button type="submit" formaction="/manage">${t('manage.back')}</button>
</div>
</form>`,
  });
}

/**
 * The confirm page of `/stop` and `/forget`, reached with a number that nobody looked up yet: the same for every number.
 */
export function numberAloneConfirmPage(visit: Visit, purpose: 'stop' | 'forget'): PageContent {
  const t = translator(visit.language);
  const isStop = purpose === 'stop';
  return page({
    visit,
    heading: isStop ? 'manage.stop-heading' : 'manage.forget-heading',
    body: html`<p>${t(isStop ? 'manage.stop-alone' : 'manage.forget-what')}</p>
<form method="post" action="/${purpose}">
${hiddenFields(visitFields(visit))}
<div class="choices equal">
<button type="submit" name="confirm" value="yes">${t(isStop ? 'manage.stop-button' : 'manage.forget-button')}</button>
<a class="button" href="/${purpose}?language=${visit.language}">${t('manage.back')}</a>
</div>
</form>`,
  });
}

/** What `/stop` and `/forget` came to, in words that are true of a right number and tell nothing about a wrong one. */
export function numberAloneDonePage(visit: Visit, purpose: 'stop' | 'forget'): PageContent {
  const t = translator(visit.language);
  const isStop = purpose === 'stop';
  return page({
    visit,
    heading: 'manage.done-heading',
    body: html`<p>${t('manage.alone-if')}</p>
<p>${isStop ? t('manage.stopped') : forgottenText(visit.language)}</p>
<p>${t('manage.alone-in-flight')}</p>
${isStop ? lookForm(visit) : nothing}`,
  });
}

/** T5. */
export function stoppedPage(visit: Visit, willStillComplete: boolean): PageContent {
  const t = translator(visit.language);
  return page({
    visit,
    heading: 'manage.done-heading',
    body: html`<p>${t('manage.stopped')}</p>
${willStillComplete ? html`<p>${t('manage.stopped-in-flight')}</p>` : nothing}
${backForm(visit)}`,
  });
}

/** T6. The number means nothing any more, so there is no way back from here. */
export function forgottenPage(
  visit: Visit,
  answer: { readonly stopped: number; readonly willStillComplete: boolean },
): PageContent {
  const t = translator(visit.language);
  return page({
    visit,
    heading: 'manage.done-heading',
    body: html`${answer.stopped > 0 ? html`<p>${t('manage.stopped')}</p>` : nothing}
${answer.willStillComplete ? html`<p>${t('manage.stopped-in-flight')}</p>` : nothing}
<p>${forgottenText(visit.language)}</p>
<p>${t('manage.forgotten-number')}</p>`,
  });
}

/** What a change, a pause or a resume came to. */
export function changedPage(
  visit: PledgeVisit,
  what: 'amount' | 'same-amount' | 'terms' | 'same-terms' | 'paused' | 'resumed',
): PageContent {
  const { language, pledge } = visit;
  const t = translator(language);
  const first = pledge.nextDates[0];
  const date = first === undefined ? '' : formatDate(first, language);
  const sum = sumText(pledge, language);
  const sentences: Readonly<Record<typeof what, string>> = {
    amount: t('manage.amount-changed', { sum }),
    'same-amount': t('manage.amount-same', { sum }),
    terms: t('manage.terms-changed', {
      sum: pledge.collectEveryMonths === 1 ? sum : `${sum}, ${collectedText(pledge, language)}`,
    }),
    'same-terms': t('manage.terms-same'),
    paused: t('manage.paused', {
      date: pledge.pausedUntil === null ? date : formatDate(pledge.pausedUntil, language),
    }),
    resumed: t('manage.resumed'),
  };
  return page({
    visit,
    heading: 'manage.done-heading',
    body: html`<p>${sentences[what]}</p>
${date === '' ? nothing : html`<p>${t('manage.next-date', { date })}</p>`}
${backForm(visit)}`,
  });
}

function forgottenText(language: string): string {
  return translator(language)('manage.forgotten');
}

function pledgeFields(visit: PledgeVisit): Readonly<Record<string, string>> {
  return { ...visitFields(visit), pledge: visit.pledge.pledgeId };
}

function backForm(visit: Visit): Html {
  return numberForm(visit, 'manage.back');
}

function lookForm(visit: Visit): Html {
  return numberForm(visit, 'manage.look');
}

function numberForm(visit: Visit, label: MessageKey): Html {
  return html`<form method="post" action="/manage">
${hiddenFields(visitFields(visit))}
<button type="submit">${translator(visit.language)(label)}</button>
</form>`;
}

function page(options: {
  readonly visit: Visit;
  readonly heading: MessageKey;
  readonly body: Html;
  readonly status?: number;
  readonly problem?: string | undefined;
}): PageContent {
  const { visit, heading, body, problem } = options;
  return {
    kind: 'private',
    title: pageTitle(visit.language, problem !== undefined),
    language: visit.language,
    status: options.status ?? 200,
    body: html`${
      problem === undefined
        ? nothing
        : html`<div class="error-summary" role="alert" tabindex="-1" autofocus><p>${problem}</p></div>`
    }<h1>${translator(visit.language)(heading)}</h1>
${body}`,
  };
}
