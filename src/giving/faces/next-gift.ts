/**
 * The page of a gift that comes next, or of one whose payment did not go through: its supporter may pay it here by hand.
 * That is also how a promise moves to another card or another company, by its supporter's consent alone: later gifts follow
 * from what this one was paid with. It is the same gift wherever it is paid, so no period is paid twice.
 *
 * What the page says comes first, because it differs: whether the gift would be taken without them as well, whether we are
 * leaving the company that charges them, or whether nothing is taken any more.
 */
import { formatDate, type MessageKey, type Translate } from '../../language/index.ts';
import { type Html, html, nothing } from '../../page/index.ts';
import { assert } from '../../problems/index.ts';
import type { WayToPay } from '../checkout/ways-to-pay.ts';
import { isOpenGift } from '../gift.ts';
import type { GiftPledgeView, GiftView } from '../giving.ts';
import { lapseDay } from '../renewals/retry-schedule.ts';
import { declineWords } from './decline-words.ts';
import { placeFields, returnAddress } from './gift-address.ts';
import { amountText, giftText } from './gift-words.ts';
import { waysOut } from './refusal-pages.ts';
import { waysFieldset } from './ways.ts';

/** A gift of a promise that goes on, after its first, which nobody has paid yet. */
export interface NextGift extends GiftView {
  readonly pledge: GiftPledgeView;
  readonly pageKey: string;
}

/** Whether the page of this gift is one where a next gift can be paid: not while it may have been paid, or must not be. */
export function isNextGift(gift: GiftView): gift is NextGift {
  if (gift.pledge === null || gift.pledge.periodN < 1 || !isOpenGift(gift.state)) return false;
  switch (gift.stateForPeople) {
    case 'waiting':
    case 'declined':
    case 'needs-confirmation':
    case 'abandoned':
      return gift.pageKey !== undefined;
    case 'paid':
    case 'checking':
    case 'held':
    case 'refused-country':
      return false;
  }
}

/** Whether the core would begin a payment of it: a pause is ended first, by its number. */
export function mayPayNext(gift: NextGift): boolean {
  return gift.pledge.state === 'active' || gift.pledge.state === 'past_due';
}

/**
 * Where it may be paid. A promise that is taken by itself is not moved to where nothing is, unless nothing else is left:
 * its supporter would have to think of each gift from then on, and it is easy to overlook.
 */
export function waysForNext(gift: NextGift, ways: readonly WayToPay[]): readonly WayToPay[] {
  const charging = ways.filter(({ chargesMandates }) => chargesMandates);
  return gift.pledge.paidByLink || charging.length === 0 ? ways : charging;
}

export interface NextGiftPage {
  readonly gift: NextGift;
  readonly language: string;
  readonly statementText: string;
  /** False in a listed place and over Tor: then no button leads to a payment. */
  readonly mayGive: boolean;
  readonly listedCountryNames: readonly string[];
  readonly ways: readonly WayToPay[];
}

export function nextGiftBody(page: NextGiftPage, t: Translate): Html {
  const { gift, language } = page;
  assert(gift.settledAt === null, 'nobody is asked to pay what has arrived');
  const isAsked = gift.pledge.move !== 'no';
  return html`<h1>${t(isAsked ? 'next.heading-move' : 'next.heading')}</h1>
${whatHappened(page, t)}
${whatNow(page, t)}
${mayPayNext(gift) && mayLapse(gift) ? html`<p>${t('next.lapses', { date: lapses(gift, language) })}</p>` : nothing}
${payPart(page, t)}
<p><a href="/manage?language=${language}">${t('thanks.manage-link')}</a></p>`;
}

/** What the bank said about the last try, if there was one. */
function whatHappened({ gift, language, mayGive }: NextGiftPage, t: Translate): Html {
  const amount = giftText(gift, language);
  switch (gift.stateForPeople) {
    case 'declined':
      return html`<p>${t(declineWords(gift.declineCode), { amount })}</p>`;
    case 'needs-confirmation':
      return html`<p>${t('thanks.confirm', { amount })}</p>
<p>${
        mayGive && gift.pageUrl !== undefined
          ? html`<a class="button" href="${gift.pageUrl}" rel="noreferrer">${t('thanks.go-on')}</a>`
          : html`<a class="button" href="${returnAddress(gift, language)}">${t('thanks.look-again')}</a>`
      }</p>`;
    case 'waiting':
    case 'abandoned':
    case 'paid':
    case 'checking':
    case 'held':
    case 'refused-country':
      return nothing;
  }
}

function whatNow({ gift, language, ways }: NextGiftPage, t: Translate): Html {
  // A confirmation that the bank waits for is the payment: beside it nothing is asked.
  if (gift.stateForPeople === 'needs-confirmation') return nothing;
  const amount = amountText(gift.money, language);
  const date = formatDate(gift.pledge.dueDate, language);
  const couldBeCharged = ways.some(({ chargesMandates }) => chargesMandates);
  return html`<p>${t(situation(gift), { amount, date })}</p>
${gift.pledge.paidByLink && couldBeCharged ? html`<p>${t('next.by-link-other')}</p>` : nothing}`;
}

function situation(gift: NextGift): MessageKey {
  if (!mayPayNext(gift)) return 'next.paused';
  if (gift.pledge.paidByLink) return 'next.by-link';
  switch (gift.pledge.move) {
    case 'wished':
      return 'next.wished';
    case 'needed':
      return 'next.needed';
    case 'no':
      // Its day has come and it was not paid; before that it is taken without its supporter.
      return gift.state === 'due' ? 'next.own' : 'next.unpaid';
  }
}

/** Whether the promise ends by itself if nobody pays: nothing is taken any more, or was tried in vain. */
function mayLapse(gift: NextGift): boolean {
  const { move, state, paidByLink } = gift.pledge;
  return move === 'needed' || state === 'past_due' || paidByLink;
}

function lapses(gift: NextGift, language: string): string {
  return formatDate(lapseDay(gift.pledge.dueDate), language);
}

function payPart(page: NextGiftPage, t: Translate): Html {
  const { gift, language } = page;
  if (!mayPayNext(gift) || gift.stateForPeople === 'needs-confirmation') return nothing;
  if (!page.mayGive) return waysOut(language);
  return html`<section aria-labelledby="check">
<h2 id="check">${t('support.check-title')}</h2>
<p>${t('support.check-places')}</p>
<ul>${page.listedCountryNames.map((name) => html`<li>${name}</li>`)}</ul>
<p>${t('support.check-people')}</p>
</section>
<p>${t('support.statement', { text: page.statementText })}</p>
<p class="hint">${t('support.statement-truth')}</p>
<form method="post" action="/thanks/${gift.giftId}/pay">
${placeFields(gift, language)}
${waysFieldset({ ways: page.ways, currency: gift.money.currency, chosen: '', problems: [] }, t)}
<button type="submit">${t('next.pay', { amount: amountText(gift.money, language) })}</button>
</form>
<p class="hint">${t('support.next')}</p>`;
}
