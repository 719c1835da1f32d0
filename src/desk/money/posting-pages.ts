/** The page of one posting of the ledger, with the form that corrects it where it can be corrected. */
import { neverCorrected, type StoryTransfer } from '../../giving/index.ts';
import { type Translate, translator } from '../../language/index.ts';
import { formatMoney } from '../../money/index.ts';
import { type Html, html, nothing, type PageContent } from '../../page/index.ts';
import { back, type DeskPlace, day, page, sum } from './pages.ts';

export function postingPage(
  place: DeskPlace,
  form: {
    readonly posting: StoryTransfer;
    readonly actId: string;
    readonly reason: string;
    readonly problem?: 'reason' | 'way' | 'moved-on';
  },
): PageContent {
  const { posting, actId, reason, problem } = form;
  const t = translator(place.language);
  return page(
    place,
    t('desk.correct-title', { transfer: String(posting.transferId) }),
    html`${problem === undefined ? nothing : summary(problem, t)}
${facts(place, posting, t)}
${
  posting.canBeCorrected
    ? html`<p>${t('desk.correct-what')}</p>
<form method="post" action="/desk/money/posting/${posting.transferId}">
<input type="hidden" name="act" value="${actId}">
<div class="field"><label for="reason">${t('desk.money-reason')}</label>
<input type="text" id="reason" name="reason" maxlength="500" value="${reason}" autocomplete="off"></div>
<button>${t('desk.correct-button')}</button>
</form>`
    : html`<p>${whyNot(posting, t)}</p>`
}
${back(t)}`,
    problem === undefined ? 200 : 400,
  );
}

export function correctConfirmPage(
  place: DeskPlace,
  form: { readonly posting: StoryTransfer; readonly actId: string; readonly reason: string },
): PageContent {
  const { posting, actId, reason } = form;
  const t = translator(place.language);
  const amount = formatMoney(posting.money, place.language);
  return page(
    place,
    t('desk.correct-title', { transfer: String(posting.transferId) }),
    html`<p>${t('desk.correct-will', { amount, what: t(`desk.code-${posting.code}`) })}</p>
<p>${t('desk.money-reason')}: ${reason}</p>
<form method="post" action="/desk/money/posting/${posting.transferId}">
<input type="hidden" name="act" value="${actId}"><input type="hidden" name="reason" value="${reason}">
<button class="main" name="confirm" value="yes">${t('desk.correct-button')}</button>
</form>${back(t)}`,
  );
}

function summary(problem: 'reason' | 'way' | 'moved-on', t: Translate): Html {
  const said =
    problem === 'moved-on' ? t('desk.correct-moved-on') : t(`desk.money-wrong-${problem}`);
  return html`<div class="error-summary" role="alert" tabindex="-1" autofocus><p>${said}</p></div>`;
}

function whyNot(posting: StoryTransfer, t: Translate): string {
  if (posting.correctedBy !== null) return t('desk.correct-already');
  const never = neverCorrected(posting.code);
  return never === null ? t('desk.correct-moved-on') : t(`desk.correct-never-${never}`);
}

function facts(place: DeskPlace, posting: StoryTransfer, t: Translate): Html {
  return html`<dl class="facts">
<dt>${t('desk.money-day')}</dt><dd>${day(place, posting.happenedAt)}</dd>
<dt>${t('desk.gift-posting')}</dt><dd>${posting.code} ${t(`desk.code-${posting.code}`)}</dd>
<dt>${t('desk.money-amount')}</dt><dd>${sum(place, posting.money)}</dd>
<dt>${t('desk.gift-account')}</dt><dd><bdi dir="ltr">${posting.accountId}</bdi></dd>
<dt>${t('desk.money-ref')}</dt><dd><bdi dir="ltr"><code>${posting.ref}</code></bdi></dd>
</dl>`;
}
