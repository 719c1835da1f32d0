/**
 * The page of one gift. It is where a supporter lands after paying, and it tells the same truth after a reload, from a
 * bookmark and a year later: whether money moved, what happens next, and how to stop. It shows nothing about a person.
 *
 * Whoever knows its address (which holds the gift's id, and its key where that could be computed) may open it, so nothing
 * on it gives power over a pledge: the supporter number is shown once, after a press, and pausing or stopping needs that
 * number.
 */
import { quietMark } from '../../appeals/index.ts';
import type { Instant } from '../../calendar/index.ts';
import { formatInstantDay, type Translate, translator } from '../../language/index.ts';
import type { Newsroom } from '../../newsroom/index.ts';
import { type Html, html, nothing, type PageContent } from '../../page/index.ts';
import { unreachable } from '../../problems/index.ts';
import type { GiftReturns } from '../acts/gift-returns.ts';
import { isHoldOver } from '../acts/held-money.ts';
import { leftOf, undoUntil } from '../acts/undo-time.ts';
import type { WayToPay } from '../checkout/ways-to-pay.ts';
import { isOpenGift } from '../gift.ts';
import type { GiftView } from '../giving.ts';
import { declineWords, isUnknownCountry } from './decline-words.ts';
import { placeFields, receiptAddress, returnAddress, thanksAddress } from './gift-address.ts';
import { giftText, spanText, threeDates } from './gift-words.ts';
import { isNextGift, nextGiftBody } from './next-gift.ts';
import { giftShown, waysOut } from './refusal-pages.ts';
import { returnSentences } from './return-words.ts';

export interface ThanksPage {
  readonly gift: GiftView;
  /** What went back of it; undefined: it is whole. */
  readonly returns: GiftReturns | undefined;
  readonly language: string;
  readonly newsroom: Newsroom;
  readonly now: Instant;
  /** False in a listed place and over Tor: then no link leads to a payment. */
  readonly mayGive: boolean;
  /** Whether every processor refuses a card by its country before its bank is asked; only then the page claims it. */
  readonly refusesBeforeBank: boolean;
  /** Until when this page may show the supporter number; `null`: never. */
  readonly numberShownUntil: Instant | null;
  /** Names of the listed countries: where a gift is paid here, everybody sees the self-check. */
  readonly listedCountryNames: readonly string[];
  /** At which companies a next gift can be paid. */
  readonly ways: readonly WayToPay[];
  /** Origins of the processors' pages, which the form of a next gift leads to. */
  readonly formTargets: readonly string[];
}

/** A page that waits for an answer asks again by itself for so long; later the reader does. */
const ASK_AGAIN_SECONDS = 5;
const ASK_AGAIN_FOR = { minutes: 10 } as const;

export function thanksPage(page: ThanksPage): PageContent {
  const { gift, language } = page;
  const t = translator(language);
  const waits = gift.stateForPeople === 'checking' && isFresh(page);
  return {
    kind: 'private',
    title: t('thanks.title'),
    language,
    body: bodyOf(page, t),
    ...(isNextGift(gift) ? { formTargets: page.formTargets } : {}),
    ...(waits ? { refreshSeconds: ASK_AGAIN_SECONDS } : {}),
    ...(isOver(gift) ? { head: giftShown(gift.giftId) } : {}),
  };
}

/** Whether this gift's id is used up on the reader's device: the next gift needs another one. */
function isOver(gift: GiftView): boolean {
  switch (gift.stateForPeople) {
    case 'paid':
    case 'held':
    // Where a gift can harm somebody, nothing of it stays on their device, even while it could still be taken up again.
    case 'refused-country':
      return true;
    case 'checking':
      return false;
    case 'waiting':
    case 'declined':
    case 'needs-confirmation':
    case 'abandoned':
      return !isOpenGift(gift.state);
  }
}

function isFresh({ gift, now }: ThanksPage): boolean {
  return gift.createdAt.add(ASK_AGAIN_FOR).epochMilliseconds > now.epochMilliseconds;
}

function bodyOf(page: ThanksPage, t: Translate): Html {
  const { gift, newsroom } = page;
  if (isNextGift(gift)) {
    return nextGiftBody({ ...page, gift, statementText: newsroom.giving.statement_text }, t);
  }
  const amount = giftText(gift, page.language);
  switch (gift.stateForPeople) {
    case 'paid':
      return paid(page, t);
    case 'checking':
      return checking(page, t);
    case 'waiting':
      return html`<h1>${t('thanks.waiting-heading')}</h1>
<p>${t('thanks.waiting', { amount })}</p>${goOn(page, t)}`;
    case 'needs-confirmation':
      return html`<h1>${t('thanks.waiting-heading')}</h1>
<p>${t('thanks.confirm', { amount })}</p>${goOn(page, t)}`;
    case 'declined':
      return html`<h1>${t('thanks.declined-heading')}</h1>
<p>${t(declineWords(gift.declineCode), { amount })}</p>${tryAgain(page, t)}`;
    case 'refused-country':
      return refusedCountry(page, t);
    case 'abandoned':
      return abandoned(page, t);
    case 'held':
      return held(page, t);
    default:
      return unreachable(gift.stateForPeople, 'the page of a gift');
  }
}

/** A gift nobody finished can be begun again. A period of a pledge that was passed over cannot: the pledge says what follows. */
function abandoned(page: ThanksPage, t: Translate): Html {
  const { gift, language } = page;
  if ((gift.pledge?.periodN ?? 0) >= 1) {
    return html`<h1>${t('next.skipped-heading')}</h1>
<p>${t('next.skipped')}</p>
<p><a href="/manage?language=${language}">${t('thanks.manage-link')}</a></p>`;
  }
  return html`<h1>${t('thanks.abandoned-heading')}</h1>
<p>${t('thanks.abandoned', { amount: giftText(gift, language) })}</p>${page.mayGive ? again(page, t('thanks.try-again')) : nothing}`;
}

function paid(page: ThanksPage, t: Translate): Html {
  const { gift, returns, language, newsroom } = page;
  const gone = returnSentences(gift, returns, { language, zone: newsroom.zone });
  const isLeft = leftOf(gift, returns).minor > 0n;
  return html`<h1>${t(isLeft ? 'thanks.heading' : 'thanks.returned-heading')}</h1>
${isLeft ? html`<p>${t('thanks.paid', { amount: giftText(gift, language) })}</p>` : nothing}
${gone.map((sentence) => html`<p>${sentence}</p>`)}
<dl class="facts">
<dt>${t('thanks.reference')}</dt><dd><bdi>${gift.reference}</bdi></dd>
<dt>${t('thanks.amount')}</dt><dd>${giftText(gift, language)}</dd>
${span(page, t)}
${
  gift.settledAt === null
    ? nothing
    : html`<dt>${t('thanks.day')}</dt><dd>${formatInstantDay({ instant: gift.settledAt, zone: newsroom.zone, language })}</dd>`
}
<dt>${t('thanks.statement')}</dt><dd><bdi>${newsroom.giving.statement_text}</bdi></dd>
</dl>
<p><a href="${receiptAddress(gift, language)}" download>${t('thanks.receipt-link')}</a></p>
<h2>${t('thanks.next-heading')}</h2>
<p>${whatNext(page, t)}</p>
${gift.supporterId === null ? nothing : numberSection(page, t)}
${undoSection(page, t)}
<h2>${t('thanks.stop-heading')}</h2>
<p>${t('thanks.stop')}</p>
<ul class="plain-list">
<li><a href="/stop?language=${language}">${t('thanks.stop-link')}</a></li>
<li><a href="/manage?language=${language}">${t('thanks.manage-link')}</a></li>
</ul>${quietMark(gift.interval)}`;
}

/** Money that does not fit: a person looks at it, until it is said what became of it. */
function held(page: ThanksPage, t: Translate): Html {
  const { gift, returns, language, newsroom } = page;
  const told = returnSentences(gift, returns, { language, zone: newsroom.zone });
  const sentences = told.map((sentence) => html`<p>${sentence}</p>`);
  const isOver = returns?.nothingCame === true || isHoldOver(returns?.held ?? []);
  if (isOver) {
    return html`<h1>${t('thanks.held-over-heading')}</h1>
${sentences}
<dl class="facts"><dt>${t('thanks.reference')}</dt><dd><bdi>${gift.reference}</bdi></dd></dl>`;
  }
  const amount = giftText(gift, language);
  return html`<h1>${t('thanks.held-heading')}</h1>
<p>${t('thanks.held', { amount, reference: gift.reference })}</p>
${sentences}`;
}

/** Which months were paid together, and what one of them is. */
function span({ gift, language }: ThanksPage, t: Translate): Html {
  const text = spanText(gift, language);
  return text === null ? nothing : html`<dt>${t('thanks.span')}</dt><dd>${text}</dd>`;
}

function whatNext({ gift, language }: ThanksPage, t: Translate): string {
  if (gift.pledge === null) return t('thanks.next-once');
  const dates = threeDates(gift.pledge.nextDates, language);
  if (dates === null) return t('thanks.ended');
  return t(gift.pledge.paidByLink ? 'thanks.next-by-link' : 'thanks.next-pledge', { ...dates });
}

/** A press, not a sight: the number appears on a page of its own, once, and never on one that may be bookmarked. */
function numberSection(page: ThanksPage, t: Translate): Html {
  const { gift, language, numberShownUntil, newsroom, now } = page;
  if (numberShownUntil === null) return nothing;
  if (now.epochMilliseconds >= numberShownUntil.epochMilliseconds) {
    return html`<h2>${t('thanks.number-heading')}</h2>
<p>${t('thanks.number-late', { reference: gift.reference })}</p>`;
  }
  const date = formatInstantDay({ instant: numberShownUntil, zone: newsroom.zone, language });
  return html`<h2>${t('thanks.number-heading')}</h2>
<p>${t('thanks.number-why')} ${t('thanks.number-until', { date })}</p>
<form method="post" action="/thanks/${gift.giftId}/number">
${placeFields(gift, language)}
<button type="submit">${t('thanks.number-show')}</button>
</form>`;
}

/**
 * Taking the gift back. This page's address may be anybody's, so it proves nothing: the number is typed here and sent with
 * the gift, and the page it leads to asks once more.
 */
function undoSection(page: ThanksPage, t: Translate): Html {
  const { gift, returns, language, newsroom, now } = page;
  const until = undoUntil(gift, { returns, now });
  if (until === null) return nothing;
  const date = formatInstantDay({ instant: until, zone: newsroom.zone, language });
  return html`<h2>${t('thanks.undo-heading')}</h2>
<p>${t('thanks.undo', { date })}</p>
<form method="post" action="/manage/undo" autocomplete="off">
<input type="hidden" name="gift" value="${gift.giftId}">
<input type="hidden" name="language" value="${language}">
<div class="field">
<label for="number">${t('manage.number')}</label>
<input type="text" id="number" name="number" class="number" maxlength="200" dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck="false">
</div>
<button type="submit">${t('thanks.undo-button')}</button>
</form>`;
}

function checking(page: ThanksPage, t: Translate): Html {
  const { gift, language } = page;
  const later = isFresh(page) ? 'thanks.checking-refresh' : 'thanks.checking-later';
  return html`<h1>${t('thanks.checking-heading')}</h1>
<p role="status">${t('thanks.checking', { amount: giftText(gift, language) })}</p>
<p>${t(later)}</p>
<dl class="facts"><dt>${t('thanks.reference')}</dt><dd><bdi>${gift.reference}</bdi></dd></dl>
<p><a class="button" href="${returnAddress(gift, language)}">${t('thanks.look-again')}</a></p>`;
}

/** To the processor's page where it is still open; without it the same gift is begun again with its own id. */
function goOn(page: ThanksPage, t: Translate): Html {
  const { gift, language, mayGive } = page;
  if (!mayGive) return waysOut(language);
  const change = formAddress(gift, { language, id: gift.giftId });
  return html`<div class="choices equal">
<a class="button" href="${gift.pageUrl ?? change}" rel="noreferrer">${t('thanks.go-on')}</a>
<a class="button" href="${change}">${t('thanks.change')}</a>
</div>`;
}

/** A decline on a page that is still open is tried again there, as the same gift; else the form begins the next attempt. */
function tryAgain(page: ThanksPage, t: Translate): Html {
  const { gift, language, mayGive } = page;
  if (!mayGive) return waysOut(language);
  if (gift.pageUrl === undefined) {
    return html`<p>${t('thanks.declined-what')}</p>${again(page, t('thanks.try-again'))}`;
  }
  return html`<p>${t('thanks.declined-what')}</p>
<p><a class="button" href="${gift.pageUrl}" rel="noreferrer">${t('thanks.try-again')}</a></p>
<p><a href="${formAddress(gift, { language, id: gift.giftId })}">${t('thanks.change')}</a></p>`;
}

/** Another attempt: under the same id while the gift is open, so that it cannot be charged twice; else as a fresh gift. */
function again({ gift, language }: ThanksPage, label: string): Html {
  const address = formAddress(gift, { language, id: isOpenGift(gift.state) ? gift.giftId : null });
  return html`<p><a class="button" href="${address}">${label}</a></p>`;
}

/** The form filled in as this gift was; with its own id, or without one so that it gets a fresh one. */
function formAddress(
  gift: GiftView,
  options: { readonly language: string; readonly id: string | null },
): string {
  const query = new URLSearchParams({
    ...(options.id === null ? {} : { gift: options.id }),
    language: options.language,
    every: gift.interval,
    currency: gift.money.currency,
    amount: String(gift.moneyOfPeriod.minor),
    ...(gift.coversPeriods === 1 ? {} : { months: String(gift.coversPeriods) }),
  });
  return `/support?${query}`;
}

/** T2 and T3: no way to pay is offered, whatever the reader might try next. */
function refusedCountry(page: ThanksPage, t: Translate): Html {
  const { gift, language, refusesBeforeBank } = page;
  const stopped = refusesBeforeBank ? 'thanks.country' : 'thanks.country-blocked';
  const words = isUnknownCountry(gift.declineCode) ? 'thanks.country-unknown' : stopped;
  return html`<h1>${t('thanks.country-heading')}</h1>
<p>${t(words)}</p>
${waysOut(language)}`;
}

/** The answer to the press: the number, once, to write down or to save, or why it is not shown. */
export function numberPage(options: {
  readonly gift: GiftView;
  readonly number: string | null;
  readonly language: string;
  /** Whether the gift can still be taken back by whoever holds the number. */
  readonly canUndo: boolean;
}): PageContent {
  const { gift, number, language, canUndo } = options;
  const t = translator(language);
  const late = t('thanks.number-late', { reference: gift.reference });
  return {
    kind: 'private',
    title: t('thanks.title'),
    language,
    status: number === null ? 410 : 200,
    body: html`<h1>${t('thanks.number-heading')}</h1>
${number === null ? html`<p>${late}</p>` : shownNumber({ number, language, t })}
${number === null || !canUndo ? nothing : undoWithNumber({ number, gift, language, t })}
<p><a href="${thanksAddress(gift, language)}">${t('thanks.number-back')}</a></p>`,
  };
}

function shownNumber(options: {
  readonly number: string;
  readonly language: string;
  readonly t: Translate;
}): Html {
  const { number, language, t } = options;
  return html`<p>${t('thanks.number-shown')}</p>
<p class="number"><bdi dir="ltr">${number}</bdi></p>
<p>${t('thanks.number-why')}</p>
<form method="post" action="/manage/number.txt">
<input type="hidden" name="number" value="${number}">
<input type="hidden" name="language" value="${language}">
<button type="submit">${t('thanks.number-download')}</button>
</form>`;
}

/** Here the number is known, so nothing has to be typed. */
function undoWithNumber(options: {
  readonly number: string;
  readonly gift: GiftView;
  readonly language: string;
  readonly t: Translate;
}): Html {
  const { number, gift, language, t } = options;
  return html`<form method="post" action="/manage/undo">
<input type="hidden" name="number" value="${number}">
<input type="hidden" name="gift" value="${gift.giftId}">
<input type="hidden" name="language" value="${language}">
<button type="submit">${t('thanks.undo-button')}</button>
</form>`;
}

/** A next gift that cannot be begun now; nothing was charged, and it is as it was. */
export function notPayablePage(gift: GiftView, language: string): PageContent {
  const t = translator(language);
  return {
    kind: 'private',
    title: t('thanks.title'),
    language,
    status: 503,
    body: html`<h1>${t('next.refused-heading')}</h1>
<p>${t('next.refused', { reference: gift.reference })}</p>
<p><a href="${thanksAddress(gift, language)}">${t('thanks.number-back')}</a></p>`,
  };
}

/** 404 of this folder: what a person who paid should do is said first. */
export function unknownGiftPage(language: string): PageContent {
  const t = translator(language);
  return {
    kind: 'private',
    title: t('thanks.title'),
    language,
    status: 404,
    body: html`<h1>${t('thanks.unknown-heading')}</h1>
<p>${t('thanks.unknown')}</p>
${waysOut(language)}`,
  };
}
