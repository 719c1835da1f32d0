/**
 * The pages on which no gift is begun: where a gift could harm the giver, where another gift stands under the same id,
 * and where a gift is made already. They offer reading, stopping and being forgotten, and never another way to pay.
 *
 * Wording T4 of the safety texts; every sentence on money says only what is true at that point.
 */
import { translator } from '../../language/index.ts';
import type { Money } from '../../money/index.ts';
import { type Html, html, nothing, type PageContent } from '../../page/index.ts';
import { assert } from '../../problems/index.ts';
import type { GiftView } from '../giving.ts';
import { assertGiftShown, assertLanguage } from './assert-shown.ts';
import { thanksAddress } from './gift-address.ts';
import { giftText, type SumOfGift, sumText } from './gift-words.ts';
import { isGiftId, type SupportDraft, supportAddress } from './support-draft.ts';
import { hiddenFields } from './support-fields.ts';

/** No form: the place is listed (T4), or the reader comes over Tor, where no place can be told. */
export function noFormPage(options: {
  readonly why: 'listed' | 'tor';
  readonly language: string;
  /** Whether a form was sent: then the page also says that nothing was charged. */
  readonly wasSent: boolean;
}): PageContent {
  const { language, why, wasSent } = options;
  assertLanguage(language);
  const t = translator(language);
  return {
    kind: 'private',
    title: t('support.title'),
    language,
    status: wasSent ? 403 : 200,
    body: html`<h1>${t('support.listed-heading')}</h1>
<p>${t(why === 'listed' ? 'support.listed' : 'support.tor')}</p>
${wasSent ? html`<p>${t('support.nothing-charged')}</p>` : nothing}
${waysOut(language)}`,
  };
}

/** Reading, stopping, being forgotten: what is open to everybody from everywhere. */
export function waysOut(language: string): Html {
  assertLanguage(language);
  const t = translator(language);
  return html`<ul class="plain-list">
<li><a href="/">${t('support.read-link')}</a></li>
<li><a href="/stop?language=${language}">${t('support.stop-link')}</a></li>
<li><a href="/forget?language=${language}">${t('support.forget-link')}</a></li>
</ul>`;
}

/** The id belongs to an unpaid gift of another amount or interval: go on with that one, or begin again with this one. */
export function otherContentPage(options: {
  readonly old: GiftView;
  /** What would be charged now. */
  readonly chosen: SumOfGift;
  /** The amount that was chosen, of one month or year. */
  readonly meant: Money;
  /** The draft of the new gift, with a fresh id, that names the old one in `replaces`. */
  readonly draft: SupportDraft;
  readonly language: string;
  readonly formTargets: readonly string[];
}): PageContent {
  const { old, chosen, draft, language } = options;
  assertGiftShown(old);
  assert(old.stateForPeople !== 'paid', 'what arrived is not begun again');
  assert(draft.replaces === old.giftId && draft.giftId !== old.giftId, 'a new gift names the old');
  assert(
    isMultiple(chosen.money, options.meant),
    'what is charged is whole periods of what was meant',
  );
  const t = translator(language);
  const sums = { old: sumText(old, language), new: sumText(chosen, language) };
  return {
    kind: 'private',
    title: t('support.title'),
    language,
    status: 409,
    formTargets: options.formTargets,
    head: html`<script src="/support.js" defer></script>`,
    body: html`<h1>${t('support.began-heading')}</h1>
<p>${t('support.began', sums)} ${t('support.began-same')}</p>
<form method="post" action="/support" data-replace>
${hiddenFields({ draft, language, fields: 'all' })}
<div class="choices equal">
<a class="button" href="${old.pageUrl ?? thanksAddress(old, language)}" rel="noreferrer">${t('support.began-go', { old: sums.old })}</a>
<button type="submit" name="meant" value="${options.meant.minor}">${t('support.began-new', { new: sums.new })}</button>
</div>
</form>`,
  };
}

function isMultiple(whole: Money, one: Money): boolean {
  return one.minor > 0n && whole.currency === one.currency && whole.minor % one.minor === 0n;
}

/** The gift of this form arrived already: its page, or another gift with an id of its own. */
export function giftMadePage(options: {
  readonly gift: GiftView;
  /** What the link asked for, without an id: the next gift gets a fresh one. */
  readonly again: SupportDraft;
  readonly language: string;
}): PageContent {
  const { gift, again, language } = options;
  assertGiftShown(gift);
  assert(gift.stateForPeople === 'paid', 'only what arrived is called made');
  const t = translator(language);
  return {
    kind: 'private',
    title: t('support.title'),
    language,
    head: giftShown(gift.giftId),
    body: html`<h1>${t('support.made-heading')}</h1>
<p>${t('support.made', { amount: giftText(gift, language) })}</p>
<div class="choices equal">
<a class="button" href="${thanksAddress(gift, language)}">${t('support.made-link')}</a>
<a class="button" href="${supportAddress({ ...again, giftId: '' }, language)}">${t('support.again-link')}</a>
</div>`,
  };
}

/** Tells the page's script that this gift's result was shown, so that the device forgets its id. */
export function giftShown(giftId: string): Html {
  assert(isGiftId(giftId), 'the device forgets one gift');
  return html`<meta name="gift-shown" content="${giftId}"><script src="/support.js" defer></script>`;
}
