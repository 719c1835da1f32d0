/**
 * The page of one gift at the desk: the life of its money, and giving it back in part or whole. It is found by the
 * reference that stands on letters, and says nothing about the person.
 */
import { type GiftStory, returnSentences } from '../../giving/index.ts';
import { type Translate, translator } from '../../language/index.ts';
import { formatMoney, type Money, money, subtractMoney } from '../../money/index.ts';
import {
  errorId,
  errorSummary,
  type FieldProblem,
  fieldError,
  type Html,
  html,
  nothing,
  type PageContent,
} from '../../page/index.ts';
import { back, type DeskPlace, day, findForm, page, sum, table } from './pages.ts';

export const GIFT_OUTCOMES = [
  'done',
  'checking',
  'refused',
  'too-much',
  'account-dropped',
  'corrected',
] as const;
export type GiftOutcome = (typeof GIFT_OUTCOMES)[number];

export interface RefundForm {
  readonly actId: string;
  readonly amount: string;
  readonly reason: string;
  readonly problems: readonly FieldProblem[];
}

/** Where the page of this gift is; `place` tells gifts of one reference apart, from 1. */
export interface GiftAddress {
  readonly reference: string;
  readonly place: number;
}

export function giftPath({ reference, place }: GiftAddress): string {
  return `/desk/gifts/${reference}${place === 1 ? '' : `.${place}`}`;
}

export function giftPage(
  place: DeskPlace,
  shown: {
    readonly story: GiftStory;
    readonly address: GiftAddress;
    readonly form: RefundForm;
    readonly outcome: GiftOutcome | null;
  },
): PageContent {
  const { story, form, address, outcome } = shown;
  const { language } = place;
  const t = translator(language);
  const { problems } = form;
  return page(
    place,
    t('desk.gift-title', { reference: story.gift.reference }),
    html`${errorSummary({ problems, language })}
${outcome === null ? nothing : html`<p class="banner" role="status">${t(`desk.gift-said-${outcome}`)}</p>`}
${facts(place, story, t)}
${returnSentences(story.gift, story.returns, place).map((said) => html`<p>${said}</p>`)}
${refundForm({ place, story, address, form, t })}
${attempts(place, story, t)}
${postings(place, story, t)}
${alarms(place, story, t)}
${acts(place, story, t)}
${back(t)}`,
    problems.length > 0 ? 400 : 200,
  );
}

/** Says exactly how much goes back and what is left after it. */
export function refundConfirmPage(
  place: DeskPlace,
  asked: {
    readonly address: GiftAddress;
    readonly actId: string;
    readonly reason: string;
    readonly money: Money;
    readonly left: Money;
  },
): PageContent {
  const { address, actId, reason, left } = asked;
  const t = translator(place.language);
  const after = subtractMoney(left, asked.money);
  return page(
    place,
    t('desk.gift-refund-heading'),
    html`<p>${t('desk.gift-refund-will', { amount: text(place, asked.money), left: text(place, after) })}</p>
<p>${t('desk.money-reason')}: ${reason}</p>
<form method="post" action="${giftPath(address)}">
<input type="hidden" name="act" value="${actId}"><input type="hidden" name="reason" value="${reason}">
<input type="hidden" name="minor" value="${asked.money.minor}">
<button class="main" name="confirm" value="yes">${t('desk.gift-refund-button')}</button>
</form><p><a href="${giftPath(address)}">${t('desk.gift-title', { reference: address.reference })}</a></p>`,
  );
}

/** No gift, or several, of a reference. */
export function findPage(
  place: DeskPlace,
  found: { readonly gifts: readonly (readonly [GiftAddress, GiftStory])[] },
): PageContent {
  const t = translator(place.language);
  const isNone = found.gifts.length === 0;
  return page(
    place,
    t('desk.money-find'),
    html`${isNone ? findForm(t, t('desk.gift-none')) : html`<p>${t('desk.gift-several')}</p>`}
<ul class="plain-list">${found.gifts.map(
      ([address, { gift }]) =>
        html`<li><a href="${giftPath(address)}">${day(place, gift.createdAt)}, ${sum(place, gift.money)}</a></li>`,
    )}</ul>${back(t)}`,
    isNone ? 404 : 200,
  );
}

function facts(place: DeskPlace, { gift, left }: GiftStory, t: Translate): Html {
  return html`<dl class="facts">
<dt>${t('desk.gift-amount')}</dt><dd>${sum(place, gift.money)}</dd>
<dt>${t('desk.gift-state')}</dt><dd>${t(`desk.gift-is-${gift.state}`)}</dd>
<dt>${t('desk.gift-made')}</dt><dd>${day(place, gift.createdAt)}</dd>
${gift.settledAt === null ? nothing : html`<dt>${t('desk.gift-arrived')}</dt><dd>${day(place, gift.settledAt)}</dd>`}
${left === null ? nothing : html`<dt>${t('desk.gift-left')}</dt><dd>${sum(place, left)}</dd>`}
${gift.pledge === null ? nothing : html`<dt>${t('desk.gift-period')}</dt><dd>${gift.pledge.periodN + 1}</dd>`}
</dl>`;
}

function refundForm(shown: {
  readonly place: DeskPlace;
  readonly story: GiftStory;
  readonly address: GiftAddress;
  readonly form: RefundForm;
  readonly t: Translate;
}): Html {
  const { place, story, address, form, t } = shown;
  const { left } = story;
  if (left === null) return nothing;
  if (left.minor === 0n) return html`<p>${t('desk.gift-refund-nothing')}</p>`;
  const { problems } = form;
  const described = (field: string): Html =>
    problems.some((problem) => problem.field === field)
      ? html` aria-invalid="true" aria-describedby="${errorId(field)}"`
      : nothing;
  return html`<h2>${t('desk.gift-refund-heading')}</h2>
<p>${t('desk.gift-refund-what', { left: text(place, left) })}</p>
<form method="post" action="${giftPath(address)}" novalidate>
<input type="hidden" name="act" value="${form.actId}">
<div class="field"><label for="amount">${t('desk.gift-refund-amount', { currency: left.currency })}</label>
${fieldError(problems, 'amount')}
<input type="text" id="amount" name="amount" inputmode="decimal" dir="ltr" maxlength="40" autocomplete="off" value="${form.amount}"${described('amount')}></div>
<div class="field"><label for="reason">${t('desk.gift-refund-reason')}</label>
${fieldError(problems, 'reason')}
<input type="text" id="reason" name="reason" maxlength="500" autocomplete="off" value="${form.reason}"${described('reason')}></div>
<button>${t('desk.gift-refund-button')}</button>
</form>`;
}

function attempts(place: DeskPlace, story: GiftStory, t: Translate): Html {
  return table(
    t('desk.gift-attempts'),
    [t('desk.money-day'), t('desk.gift-account'), t('desk.money-state')],
    story.attempts.map((one) => [
      html`${day(place, one.at)}`,
      html`<bdi dir="ltr">${one.accountId}</bdi>`,
      html`${t(`desk.gift-try-${one.state}`)} <bdi dir="ltr"><code>${one.declineCode ?? ''}</code></bdi>`,
    ]),
    t('desk.money-none'),
  );
}

function postings(place: DeskPlace, story: GiftStory, t: Translate): Html {
  return table(
    t('desk.gift-postings'),
    [
      t('desk.money-day'),
      t('desk.gift-posting'),
      t('desk.money-amount'),
      t('desk.gift-correction'),
      t('desk.money-ref'),
    ],
    story.transfers.map((one) => [
      html`${day(place, one.happenedAt)}`,
      html`${one.code} ${t(`desk.code-${one.code}`)}`,
      sum(place, one.money),
      one.correctedBy !== null
        ? html`${t('desk.gift-corrected', { transfer: String(one.correctedBy) })}`
        : one.canBeCorrected
          ? html`<a href="/desk/money/posting/${one.transferId}">${t('desk.gift-correct')}</a>`
          : html`–`,
      html`<bdi dir="ltr"><code>${one.ref}</code></bdi>`,
    ]),
    t('desk.money-none'),
  );
}

function alarms(place: DeskPlace, story: GiftStory, t: Translate): Html {
  if (story.alarms.length === 0) return nothing;
  return table(
    t('desk.gift-alarms'),
    [t('desk.money-day'), t('desk.money-what'), t('desk.money-state')],
    story.alarms.map((one) => [
      html`${day(place, one.raisedAt)}`,
      one.resolvedAt === null
        ? html`<a href="/desk/money/alarm/${one.alarmId}">${t(`desk.alarm-${one.kind}`)}</a>`
        : html`${t(`desk.alarm-${one.kind}`)}`,
      one.resolvedAt === null
        ? html`${t('desk.gift-alarm-open')}`
        : html`${t('desk.gift-alarm-over', { date: day(place, one.resolvedAt) })}`,
    ]),
    t('desk.money-none'),
  );
}

function acts(place: DeskPlace, story: GiftStory, t: Translate): Html {
  if (story.acts.length === 0) return nothing;
  return table(
    t('desk.gift-acts'),
    [
      t('desk.money-day'),
      t('desk.gift-act'),
      t('desk.money-amount'),
      t('desk.money-state'),
      t('desk.gift-by'),
      t('desk.money-reason'),
    ],
    story.acts.map((one) => [
      html`${day(place, one.at)}`,
      html`${t(`desk.gift-act-${one.kind}`)}`,
      one.money === null ? html`–` : sum(place, one.money),
      one.state === null ? html`–` : html`${t(`desk.money-order-${one.state}`)}`,
      html`<bdi>${one.by}</bdi>`,
      html`${one.reason}`,
    ]),
    t('desk.money-none'),
  );
}

/** An amount that cannot be given back: none, or not what is left. */
export function amountProblem(place: DeskPlace, left: Money): FieldProblem {
  const least = money(1n, left.currency);
  const values = { least: text(place, least), left: text(place, left) };
  return { field: 'amount', message: translator(place.language)('desk.gift-wrong-amount', values) };
}

/** An amount that can be read in several ways, least first. */
export function doubtProblem(place: DeskPlace, offers: readonly Money[]): FieldProblem {
  const [first, ...others] = offers.map((offer) => text(place, offer));
  const values = { first: first ?? '', last: others.at(-1) ?? '' };
  return { field: 'amount', message: translator(place.language)('desk.gift-wrong-doubt', values) };
}

function text({ language }: DeskPlace, amount: Money): string {
  return formatMoney(amount, language);
}
