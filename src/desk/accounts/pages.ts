/**
 * The newsroom's accounts at payment companies: how each stands, who hangs on it, and the four things that can be decided
 * about it; and the payments of which no company tells what became of them. Counts and ids only, nobody's name.
 */
import type { AccountMove, AccountView, LostCharge } from '../../giving/index.ts';
import { formatInstantDay, type Translate, translator } from '../../language/index.ts';
import { formatMoney } from '../../money/index.ts';
import { type Html, html, nothing, type PageContent } from '../../page/index.ts';
import type { DeskPlace } from '../money/pages.ts';

export const ACCOUNT_OUTCOMES = ['done', 'already', 'held', 'refused'] as const;
export type AccountOutcome = (typeof ACCOUNT_OUTCOMES)[number];

export function accountsPage(
  place: DeskPlace,
  list: {
    readonly accounts: readonly AccountView[];
    readonly lost: readonly LostCharge[];
    readonly newActId: () => string;
    readonly outcome: AccountOutcome | null;
    readonly problem?: 'reason' | 'choice' | 'charge';
  },
): PageContent {
  const t = translator(place.language);
  const { outcome, problem } = list;
  return page(
    place,
    html`<h1>${t('desk.accounts-title')}</h1>
${outcome === null ? nothing : html`<p class="banner" role="status">${t(`desk.accounts-said-${outcome}`)}</p>`}
${problem === undefined ? nothing : html`<div class="error-summary" role="alert" tabindex="-1" autofocus><p>${t(`desk.accounts-wrong-${problem}`)}</p></div>`}
<p>${t('desk.accounts-lead')}</p>
${list.accounts.map((account) => accountSection(place, { account, actId: list.newActId(), t }))}
<h2>${t('desk.accounts-lost')}</h2>
<p>${t('desk.accounts-lost-lead')}</p>
${list.lost.length === 0 ? html`<p>${t('desk.accounts-lost-none')}</p>` : nothing}
${list.lost.map((charge) => lostSection(place, { charge, actId: list.newActId(), t }))}
<p><a href="/desk">${t('desk.title')}</a></p>`,
    problem === undefined ? 200 : 400,
  );
}

function accountSection(
  place: DeskPlace,
  shown: { readonly account: AccountView; readonly actId: string; readonly t: Translate },
): Html {
  const { account, actId, t } = shown;
  const { changed } = account;
  return html`<section aria-labelledby="account-${account.accountId}">
<h2 id="account-${account.accountId}"><bdi dir="ltr">${account.accountId}</bdi></h2>
<dl class="facts">
<dt>${t('desk.accounts-standing')}</dt><dd>${t(`desk.accounts-${account.status}`)}</dd>
<dt>${t('desk.accounts-pledges')}</dt><dd>${account.pledges}</dd>
${account.status === 'active' || account.status === 'resting' ? nothing : html`<dt>${t('desk.accounts-moved')}</dt><dd>${account.moved}</dd>`}
<dt>${t('desk.accounts-unanswered')}</dt><dd>${account.unanswered}</dd>
${changed === null ? nothing : html`<dt>${t('desk.accounts-changed')}</dt><dd>${day(place, changed.at)}: ${changed.reason}</dd>`}
</dl>
${account.isConfigured ? nothing : html`<p>${t('desk.accounts-no-key')}</p>`}
<form method="post" action="/desk/accounts/${account.accountId}">
<input type="hidden" name="act" value="${actId}">
${reasonField(`reason-${account.accountId}`, t)}
<div class="choices equal">${movesOf(account).map((move) => html`<button name="move" value="${move}">${t(`desk.accounts-${move}`)}</button>`)}</div>
</form></section>`;
}

export function movesOf({ status }: Pick<AccountView, 'status'>): readonly AccountMove[] {
  switch (status) {
    case 'active':
      return ['rest', 'drain', 'drop'];
    case 'resting':
      return ['activate', 'drain', 'drop'];
    case 'draining':
      return ['activate', 'rest', 'drop'];
    case 'dropped':
      return ['activate', 'rest', 'drain'];
  }
}

function lostSection(
  place: DeskPlace,
  shown: { readonly charge: LostCharge; readonly actId: string; readonly t: Translate },
): Html {
  const { charge, actId, t } = shown;
  const { attemptId } = charge;
  return html`<section aria-labelledby="lost-${attemptId}">
<h3 id="lost-${attemptId}"><bdi dir="ltr">${charge.reference}</bdi> <bdi>${formatMoney(charge.money, place.language)}</bdi></h3>
<p>${t('desk.accounts-lost-sent', { account: charge.accountId, date: day(place, charge.sentAt) })} <bdi dir="ltr"><code>${attemptId}</code></bdi></p>
<form method="post" action="/desk/accounts/lost/${attemptId}">
<input type="hidden" name="act" value="${actId}">
${reasonField(`reason-${attemptId}`, t)}
<div class="field"><label for="charge-${attemptId}">${t('desk.accounts-charge')}</label>
<input id="charge-${attemptId}" name="charge" maxlength="255" dir="ltr" autocomplete="off" spellcheck="false"></div>
<div class="choices equal">
<button name="became" value="not-charged">${t('desk.accounts-not-charged')}</button>
<button name="became" value="charged">${t('desk.accounts-charged')}</button>
</div></form></section>`;
}

function reasonField(id: string, t: Translate): Html {
  return html`<div class="field"><label for="${id}">${t('desk.money-reason')}</label>
<input id="${id}" name="reason" maxlength="500" autocomplete="off"></div>`;
}

/** Says what will happen, and to how many, before anything does. */
export function confirmMovePage(
  place: DeskPlace,
  form: {
    readonly account: AccountView;
    readonly move: AccountMove;
    readonly actId: string;
    readonly reason: string;
  },
): PageContent {
  const t = translator(place.language);
  const { account, move, actId, reason } = form;
  return page(
    place,
    html`<h1>${t(`desk.accounts-${move}`)}: <bdi dir="ltr">${account.accountId}</bdi></h1>
<p>${t(`desk.accounts-will-${move}`, { count: account.pledges })}</p>
<p>${t('desk.money-reason')}: ${reason}</p>
<form method="post" action="/desk/accounts/${account.accountId}">
<input type="hidden" name="act" value="${actId}"><input type="hidden" name="move" value="${move}">
<input type="hidden" name="reason" value="${reason}">
<button class="main" name="confirm" value="yes">${t(`desk.accounts-${move}`)}</button>
</form>${back(t)}`,
  );
}

export function confirmLostPage(
  place: DeskPlace,
  form: {
    readonly charge: LostCharge;
    readonly became: 'not-charged' | 'charged';
    readonly chargeRef: string;
    readonly actId: string;
    readonly reason: string;
  },
): PageContent {
  const t = translator(place.language);
  const { charge, became, chargeRef, actId, reason } = form;
  const amount = formatMoney(charge.money, place.language);
  return page(
    place,
    html`<h1>${t(`desk.accounts-${became}`)}: <bdi dir="ltr">${charge.reference}</bdi></h1>
<p>${t(`desk.accounts-will-${became}`, { amount })}</p>
${became === 'charged' ? html`<p><bdi dir="ltr"><code>${chargeRef}</code></bdi></p>` : nothing}
<p>${t('desk.money-reason')}: ${reason}</p>
<form method="post" action="/desk/accounts/lost/${charge.attemptId}">
<input type="hidden" name="act" value="${actId}"><input type="hidden" name="became" value="${became}">
<input type="hidden" name="charge" value="${chargeRef}"><input type="hidden" name="reason" value="${reason}">
<button class="main" name="confirm" value="yes">${t(`desk.accounts-${became}`)}</button>
</form>${back(t)}`,
  );
}

export function goneAccountPage(place: DeskPlace, status: 404 | 409): PageContent {
  const t = translator(place.language);
  return page(
    place,
    html`<h1>${t('desk.accounts-title')}</h1><p>${t('desk.money-gone')}</p>${back(t)}`,
    status,
  );
}

function page({ language }: DeskPlace, body: Html, status = 200): PageContent {
  return { kind: 'desk', title: translator(language)('desk.title'), language, status, body };
}

function back(t: Translate): Html {
  return html`<p><a href="/desk/accounts">${t('desk.accounts-title')}</a></p>`;
}

function day({ zone, language }: DeskPlace, instant: LostCharge['sentAt']): string {
  return formatInstantDay({ instant, zone, language });
}
