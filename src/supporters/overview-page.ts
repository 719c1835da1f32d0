/**
 * What is held under a number: each pledge with what can be done about it, and the gifts so far.
 *
 * Lowering, pausing, stopping and being forgotten stand side by side at the same size; none is hidden behind another and
 * none asks why. Which actions a pledge allows depends on its state alone, and the core decides again when one is sent.
 */
import type { Instant } from '../calendar/index.ts';
import {
  type GiftReturns,
  type GiftView,
  isHoldOver,
  leftOf,
  type PledgeView,
  returnSentences,
  undoUntil,
} from '../giving/index.ts';
import { type MessageKey, translator } from '../language/index.ts';
import { type Html, html, nothing, type PageContent } from '../page/index.ts';
import { hiddenFields, pageTitle } from './number-page.ts';
import { formatSupporterNumber, type SupporterNumber } from './supporter-number.ts';
import {
  amountText,
  collectedText,
  datesText,
  dayText,
  giftStateText,
  standingText,
  sumText,
} from './words.ts';

export interface Holdings {
  readonly number: SupporterNumber;
  readonly language: string;
  readonly zone: string;
  readonly now: Instant;
  readonly pledges: readonly PledgeView[];
  /** Newest first. */
  readonly gifts: readonly GiftView[];
  /** What went back of them. */
  readonly returns: ReadonlyMap<string, GiftReturns>;
}

export function overviewPage(
  holdings: Holdings,
  options: { readonly problem?: string; readonly status?: number } = {},
): PageContent {
  const { language, pledges } = holdings;
  const t = translator(language);
  // The gift of a coming period is a plan and not a gift yet; its day stands with its pledge.
  const soFar = holdings.gifts.filter((gift) => gift.state !== 'due');
  return {
    kind: 'private',
    title: pageTitle(language, options.problem !== undefined),
    language,
    status: options.status ?? 200,
    body: html`${problemNote(options.problem)}
<h1>${t('manage.overview-heading')}</h1>
${pledges.map((pledge) => pledgeSection(holdings, pledge))}
${pledges.length === 0 ? html`<p>${t('manage.no-pledge')}</p>` : nothing}
<h2>${t('manage.gifts-heading')}</h2>
${soFar.length === 0 ? html`<p>${t('manage.no-gifts')}</p>` : giftTable({ ...holdings, gifts: soFar })}
${pledges.some(isRunning) ? nothing : forgetForm(holdings)}`,
  };
}

/** What a later step sends along: who, and in which language. */
export function visitFields(visit: {
  readonly number: SupporterNumber;
  readonly language: string;
}): Readonly<Record<string, string>> {
  return { number: formatSupporterNumber(visit.number), language: visit.language };
}

function problemNote(problem: string | undefined): Html {
  if (problem === undefined) return nothing;
  return html`<div class="error-summary" role="alert" tabindex="-1" autofocus><p>${problem}</p></div>`;
}

function pledgeSection(holdings: Holdings, pledge: PledgeView): Html {
  const { language } = holdings;
  const t = translator(language);
  const title = sumText(pledge, language);
  return html`<section aria-labelledby="pledge-${pledge.pledgeId}">
<h2 id="pledge-${pledge.pledgeId}">${title}</h2>
<dl class="facts">
<dt>${t('manage.state')}</dt><dd>${standingText(pledge, language)}</dd>
${
  pledge.nextDates.length === 0
    ? nothing
    : html`${
        pledge.collectEveryMonths === 1
          ? nothing
          : html`<dt>${t('manage.collected')}</dt><dd>${collectedText(pledge, language)}</dd>`
      }<dt>${t('manage.next-dates')}</dt><dd>${datesText(pledge.nextDates, language)}</dd>`
}
</dl>
${pledge.renewalInFlight ? html`<p>${t('manage.in-flight')}</p>` : nothing}
${moveNote(holdings, pledge)}
${pledge.paidByLink ? html`<p>${t('manage.by-link')}</p>` : nothing}
${isRunning(pledge) ? actions(holdings, pledge) : nothing}
</section>`;
}

/** Where we leave the company that charges it, or were dropped by it. */
function moveNote({ language }: Holdings, pledge: PledgeView): Html {
  const canPay = actionsOf(pledge).includes(PAY);
  if (pledge.move === 'no' || !canPay) return nothing;
  const key = pledge.move === 'needed' ? 'manage.move-needed' : 'manage.move-wished';
  return html`<p>${translator(language)(key)}</p>`;
}

function isRunning(pledge: PledgeView): boolean {
  return pledge.endedAt === null;
}

const AMOUNT = ['/manage/amount', 'manage.action-amount'] as const;
const WHEN = ['/manage/when', 'manage.action-when'] as const;
const PAY = ['/manage/pay', 'manage.action-pay'] as const;
const PAY_NEXT = ['/manage/pay', 'manage.action-pay-next'] as const;
const PAUSE = ['/manage/pause', 'manage.action-pause'] as const;
const RESUME = ['/manage/resume', 'manage.action-resume'] as const;
const STOP = ['/manage/stop', 'manage.action-stop'] as const;
const FORGET = ['/manage/forget', 'manage.action-forget'] as const;

/** One form with a button per action: the buttons are equal cells of one grid. */
function actions(holdings: Holdings, pledge: PledgeView): Html {
  const t = translator(holdings.language);
  return html`<form method="post" action="/manage/stop">
${hiddenFields({ ...visitFields(holdings), pledge: pledge.pledgeId })}
<div class="choices equal">${actionsOf(pledge).map(
    ([path, key]) => html`<button type="submit" formaction="${path}">${t(key)}</button>`,
  )}</div>
</form>`;
}

function actionsOf(pledge: PledgeView): readonly (readonly [string, MessageKey])[] {
  switch (pledge.state) {
    case 'active':
      return pledge.paidByLink
        ? [PAY_NEXT, AMOUNT, WHEN, PAUSE, STOP, FORGET]
        : [AMOUNT, WHEN, PAY, PAUSE, STOP, FORGET];
    case 'paused':
      return [AMOUNT, WHEN, RESUME, STOP, FORGET];
    case 'past_due':
      return [pledge.paidByLink ? PAY_NEXT : PAY, AMOUNT, WHEN, STOP, FORGET];
    case 'awaiting_first':
      return [STOP, FORGET];
    case 'cancelled':
    case 'lapsed':
      return [];
  }
}

function forgetForm(holdings: Holdings): Html {
  const t = translator(holdings.language);
  return html`<form method="post" action="/manage/forget">
${hiddenFields(visitFields(holdings))}
<button type="submit">${t('manage.action-forget')}</button>
</form>`;
}

/** The core shows at most 500; a table of that length still opens at once. */
function giftTable(holdings: Holdings): Html {
  const { gifts, language, zone } = holdings;
  const t = translator(language);
  return html`<div class="scrolls" tabindex="0" role="region" aria-label="${t('manage.gifts-heading')}"><table>
<thead><tr>
<th scope="col">${t('manage.gift-day')}</th>
<th scope="col">${t('manage.gift-state')}</th>
<th scope="col" class="amount">${t('manage.gift-amount')}</th>
</tr></thead>
<tbody>${gifts.map(
    (gift) => html`<tr>
<td>${dayText(gift.settledAt ?? gift.createdAt, { zone, language })}
<div class="quiet"><span class="visually-hidden">${t('manage.gift-reference')}</span> <bdi dir="ltr">${gift.reference}</bdi></div></td>
<td>${giftState(holdings, gift)}</td>
<td class="amount"><bdi>${amountText(gift.money, language)}</bdi></td>
</tr>`,
  )}</tbody>
</table></div>`;
}

/** What became of a gift, what went back of it, and the way to take it back while there is one. */
function giftState(holdings: Holdings, gift: GiftView): Html {
  const { language, zone } = holdings;
  const returns = holdings.returns.get(gift.giftId);
  const gone = returnSentences(gift, returns, { language, zone });
  const isOver = returns?.nothingCame === true || isHoldOver(returns?.held ?? []);
  const isLeft = gift.settledAt === null ? !isOver : leftOf(gift, returns).minor > 0n;
  return html`${isLeft ? giftStateText(gift.stateForPeople, language) : nothing}
${gone.map((sentence) => html`<div>${sentence}</div>`)}${undoForm(holdings, gift)}`;
}

function undoForm(holdings: Holdings, gift: GiftView): Html {
  const { language, zone, now } = holdings;
  const until = undoUntil(gift, { returns: holdings.returns.get(gift.giftId), now });
  if (until === null) return nothing;
  const t = translator(language);
  const about = t('manage.undo-of', {
    amount: amountText(gift.money, language),
    date: dayText(gift.settledAt ?? gift.createdAt, { zone, language }),
  });
  return html`<form method="post" action="/manage/undo">
${hiddenFields({ ...visitFields(holdings), gift: gift.giftId })}
<button type="submit" aria-label="${about}">${t('manage.action-undo')}</button>
<div class="quiet">${t('manage.undo-until', { date: dayText(until, { zone, language }) })}</div>
</form>`;
}
