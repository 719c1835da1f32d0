/**
 * The pages of money that needs a person: what happened, whether money moved, what to do. Ids, amounts and days only; no
 * page here knows who gave.
 */
import type { Instant } from '../../calendar/index.ts';
import type { BooksDifference, DeskAlarm, DeskRefund } from '../../giving/index.ts';
import {
  formatInstantDay,
  type MessageKey,
  type Translate,
  translator,
} from '../../language/index.ts';
import { formatMoney, type Money } from '../../money/index.ts';
import {
  errorId,
  type FieldProblem,
  fieldError,
  type Html,
  html,
  nothing,
  type PageContent,
} from '../../page/index.ts';
import { type MoneyWay, waysOfAlarm } from './ways.ts';

export interface DeskPlace {
  readonly language: string;
  readonly zone: string;
}

export interface MoneyList {
  readonly alarms: readonly DeskAlarm[];
  readonly refunds: readonly DeskRefund[];
  readonly differences: readonly BooksDifference[];
  readonly compared: readonly { readonly accountId: string; readonly at: Instant }[];
  readonly outcome: 'done' | 'checking' | 'refused' | 'already' | 'not-yet' | null;
}

export function moneyPage(place: DeskPlace, list: MoneyList): PageContent {
  const t = translator(place.language);
  const { outcome } = list;
  return page(
    place,
    t('desk.money-title'),
    html`${outcome === null ? nothing : html`<p class="banner" role="status">${t(`desk.money-said-${outcome}`)}</p>`}
${findForm(t)}
${alarmTable(place, list.alarms, t)}
${refundTable(place, list.refunds, t)}
${differenceTable(place, list, t)}
<p><a href="/desk">${t('desk.title')}</a></p>`,
  );
}

export function alarmPage(
  place: DeskPlace,
  form: {
    readonly alarm: DeskAlarm;
    readonly actId: string;
    readonly reason: string;
    readonly problem?: 'reason' | 'way';
  },
): PageContent {
  const t = translator(place.language);
  const { alarm, actId, reason, problem } = form;
  const ways = waysOfAlarm(alarm);
  const body = html`${problem === undefined ? nothing : html`<div class="error-summary" role="alert" tabindex="-1" autofocus><p><a href="#reason">${t(`desk.money-wrong-${problem}`)}</a></p></div>`}
${facts(place, alarm, t)}
${alarm.giftReference === null ? nothing : html`<p><a href="/desk/gifts/${alarm.giftReference}">${t('desk.gift-title', { reference: alarm.giftReference })}</a></p>`}
${
  ways.length === 0
    ? html`<p>${t('desk.money-no-way')}</p>`
    : html`<form method="post" action="/desk/money/alarm/${alarm.alarmId}">
<input type="hidden" name="act" value="${actId}">
<div class="field"><label for="reason">${t('desk.money-reason')}</label>
<input type="text" id="reason" name="reason" maxlength="500" value="${reason}" autocomplete="off"></div>
<div class="choices equal">${ways.map((way) => html`<button name="way" value="${way}">${t(`desk.money-way-${way}`)}</button>`)}</div>
</form>`
}
${back(t)}`;
  return page(place, t(`desk.alarm-${alarm.kind}`), body, problem === undefined ? 200 : 400);
}

/** Says exactly what will happen to how much. */
export function confirmPage(
  place: DeskPlace,
  form: {
    readonly alarm: DeskAlarm;
    readonly actId: string;
    readonly reason: string;
    readonly way: MoneyWay;
  },
): PageContent {
  const t = translator(place.language);
  const { alarm, actId, reason, way } = form;
  const sum = alarm.waiting === null ? '' : formatMoney(alarm.waiting.money, place.language);
  return page(
    place,
    t(`desk.money-way-${way}`),
    html`<p>${t(willDo(alarm, way), { amount: sum })}</p>
<p>${t('desk.money-reason')}: ${reason}</p>
<form method="post" action="/desk/money/alarm/${alarm.alarmId}">
<input type="hidden" name="act" value="${actId}"><input type="hidden" name="way" value="${way}">
<input type="hidden" name="reason" value="${reason}"><input type="hidden" name="minor" value="${alarm.waiting?.money.minor ?? ''}">
<button class="main" name="confirm" value="yes">${t(`desk.money-way-${way}`)}</button>
</form>${back(t)}`,
  );
}

function willDo(alarm: DeskAlarm, way: MoneyWay): MessageKey {
  return way === 'retry' && alarm.kind === 'assertion'
    ? 'desk.money-will-retry-held'
    : `desk.money-will-${way}`;
}

/** The way to a gift for somebody who has a letter or a telephone in hand. */
export function findForm(t: Translate, problem?: string): Html {
  const problems: FieldProblem[] =
    problem === undefined ? [] : [{ field: 'reference', message: problem }];
  const described =
    problem === undefined
      ? html` aria-describedby="reference-hint"`
      : html` aria-invalid="true" aria-describedby="${errorId('reference')} reference-hint"`;
  return html`<form action="/desk/gifts" class="inline"><div class="field">
<label for="reference">${t('desk.money-find')}</label>
<p class="hint" id="reference-hint">${t('desk.money-find-hint')}</p>
${fieldError(problems, 'reference')}
<input type="text" id="reference" name="reference" maxlength="40" dir="ltr" autocomplete="off" spellcheck="false"${described}>
</div><button>${t('desk.money-find-button')}</button></form>`;
}

/** Somebody dealt with it, or it never was. */
export function goneMoneyPage(place: DeskPlace, status: 404 | 409): PageContent {
  const t = translator(place.language);
  return page(place, t('desk.money-title'), html`<p>${t('desk.money-gone')}</p>${back(t)}`, status);
}

export function page(place: DeskPlace, heading: string, body: Html, status = 200): PageContent {
  const title = translator(place.language)('desk.title');
  return {
    kind: 'desk',
    title,
    language: place.language,
    status,
    body: html`<h1>${heading}</h1>${body}`,
  };
}

export function back(t: Translate): Html {
  return html`<p><a href="/desk/money">${t('desk.money-title')}</a></p>`;
}

function facts(place: DeskPlace, alarm: DeskAlarm, t: Translate): Html {
  return html`<p>${t(`desk.money-what-${alarm.kind}`)}</p>
<dl class="facts">
<dt>${t('desk.money-day')}</dt><dd>${day(place, alarm.raisedAt)}</dd>
${alarm.waiting === null ? nothing : html`<dt>${t('desk.money-waiting')}</dt><dd>${sum(place, alarm.waiting.money)}</dd>`}
<dt>${t('desk.money-ref')}</dt><dd><bdi dir="ltr"><code>${alarm.ref}</code></bdi></dd>
${alarm.detail === null ? nothing : html`<dt>${t('desk.money-detail')}</dt><dd><bdi dir="ltr">${alarm.detail}</bdi></dd>`}
</dl>`;
}

function alarmTable(place: DeskPlace, alarms: readonly DeskAlarm[], t: Translate): Html {
  return table(
    t('desk.alarms'),
    [t('desk.money-day'), t('desk.money-what'), t('desk.money-waiting')],
    alarms.map((alarm) => [
      html`${day(place, alarm.raisedAt)}`,
      html`<a href="/desk/money/alarm/${alarm.alarmId}">${t(`desk.alarm-${alarm.kind}`)}</a> <bdi dir="ltr"><code>${alarm.ref}</code></bdi>`,
      alarm.waiting === null ? html`–` : sum(place, alarm.waiting.money),
    ]),
    t('desk.money-none'),
  );
}

function refundTable(place: DeskPlace, refunds: readonly DeskRefund[], t: Translate): Html {
  return table(
    t('desk.money-refunds'),
    [t('desk.money-day'), t('desk.money-state'), t('desk.money-reason'), t('desk.money-amount')],
    refunds.map((refund) => [
      html`${day(place, refund.at)}`,
      html`${t(`desk.money-order-${refund.state}`)} <bdi dir="ltr">${refund.refusedCode ?? ''}</bdi>`,
      html`${refund.reason}`,
      sum(place, refund.money),
    ]),
    t('desk.money-none'),
  );
}

function differenceTable(place: DeskPlace, list: MoneyList, t: Translate): Html {
  const side = (money: Money | null): Html => (money === null ? html`–` : sum(place, money));
  return html`${table(
    t('desk.money-differences'),
    [t('desk.money-day'), t('desk.money-ref'), t('desk.money-ours'), t('desk.money-theirs')],
    list.differences.map((row) => [
      html`<bdi dir="ltr">${row.day}</bdi>`,
      html`<bdi dir="ltr">${row.accountId} ${row.kind} <code>${row.ref}</code></bdi> ${
        row.transferId === null
          ? nothing
          : html`<a href="/desk/money/posting/${row.transferId}">${t('desk.gift-correct')}</a>`
      }`,
      side(row.ours),
      side(row.theirs),
    ]),
    t('desk.money-none'),
  )}
${list.compared.map(({ accountId, at }) => html`<p class="quiet">${t('desk.money-compared', { account: accountId, date: day(place, at) })}</p>`)}`;
}

export function table(
  heading: string,
  columns: readonly string[],
  rows: readonly (readonly Html[])[],
  none: string,
): Html {
  if (rows.length === 0) return html`<h2>${heading}</h2><p class="quiet">${none}</p>`;
  return html`<h2>${heading}</h2>
<div class="scrolls" tabindex="0" role="region" aria-label="${heading}"><table>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

export function day({ zone, language }: DeskPlace, instant: Instant): string {
  return formatInstantDay({ instant, zone, language });
}

export function sum({ language }: DeskPlace, money: Money): Html {
  return html`<bdi>${formatMoney(money, language)}</bdi>`;
}
