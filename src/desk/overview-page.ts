/**
 * The desk's first page: what came in today and this month, what pledges promise, what was asked and given per appeal,
 * and what the books say. Figures first, the table behind them after.
 */
import type { Instant } from '../calendar/index.ts';
import { formatInstantDay, translator } from '../language/index.ts';
import { type Currency, formatMoney, money } from '../money/index.ts';
import { type Html, html, nothing, type PageContent } from '../page/index.ts';
import type { AccountBalance, AppealTotal, DeskAlarm, GiftTotal, PledgeTotal } from './reports.ts';

export interface Overview {
  readonly language: string;
  readonly zone: string;
  readonly now: Instant;
  readonly today: readonly GiftTotal[];
  readonly month: readonly GiftTotal[];
  readonly pledges: readonly PledgeTotal[];
  readonly appeals: readonly AppealTotal[];
  readonly balances: readonly AccountBalance[];
  readonly alarms: readonly DeskAlarm[];
  readonly whyNobodyIsAsked: string | null;
  readonly isDemo: boolean;
  /** Said once after an action, such as "The clock moved on by a month". */
  readonly notice: string | null;
}

export function overviewPage(overview: Overview): PageContent {
  const t = translator(overview.language);
  const day = formatInstantDay({
    instant: overview.now,
    zone: overview.zone,
    language: overview.language,
  });
  return {
    kind: 'desk',
    title: t('desk.title'),
    language: overview.language,
    body: html`<h1>${t('desk.title')} <small class="quiet">${day}, ${overview.zone}</small></h1>
${overview.notice === null ? nothing : html`<p class="banner" role="status">${overview.notice}</p>`}
${overview.whyNobodyIsAsked === null ? nothing : html`<p class="banner">${t('desk.nobody-asked')} ${overview.whyNobodyIsAsked}</p>`}
${alarms(overview)}
<dl class="tiles">
${tile(t('desk.today'), moneyLines(overview, overview.today), t('desk.gifts', { count: countOf(overview.today) }))}
${tile(t('desk.month'), moneyLines(overview, overview.month), t('desk.gifts', { count: countOf(overview.month) }))}
${tile(t('desk.pledges'), [String(sum(overview.pledges.map((row) => row.count)))], t('desk.pledges-note'))}
${tile(t('desk.promised'), pledgeLines(overview), t('desk.promised-note'))}
</dl>
${overview.isDemo ? demoClock(overview) : nothing}
${giftTable(overview)}
${appealTable(overview)}
${balanceTable(overview)}
<form method="post" action="/desk/leave"><button>${t('desk.leave')}</button></form>`,
  };
}

function tile(label: string, lines: readonly string[], note: string): Html {
  return html`<div class="tile"><dt>${label}</dt><dd>${lines.map((line) => html`<bdi>${line}</bdi> `)}<small>${note}</small></dd></div>`;
}

function alarms(overview: Overview): Html {
  if (overview.alarms.length === 0) return nothing;
  const t = translator(overview.language);
  return html`<section class="banner alarm"><h2>${t('desk.alarms')}</h2><ul>${overview.alarms.map(
    (alarm) => html`<li>${alarm.kind}: <code>${alarm.ref}</code></li>`,
  )}</ul></section>`;
}

function demoClock(overview: Overview): Html {
  const t = translator(overview.language);
  return html`<section><h2>${t('desk.clock')}</h2>
<p>${t('desk.clock-note')}</p>
<form method="post" action="/desk/advance"><button class="main">${t('desk.advance')}</button></form></section>`;
}

function giftTable(overview: Overview): Html {
  const t = translator(overview.language);
  return html`<h2>${t('desk.gifts-title')}</h2>
<div class="scrolls" tabindex="0" role="region" aria-label="${t('desk.gifts-title')}"><table>
<thead><tr><th scope="col">${t('desk.how-often')}</th><th scope="col">${t('desk.currency')}</th><th scope="col" class="amount">${t('desk.today')}</th><th scope="col" class="amount">${t('desk.month')}</th><th scope="col" class="amount">${t('desk.gifts-number')}</th></tr></thead>
<tbody>${overview.month.map((row) => {
    const today = overview.today.find(
      (other) => other.currency === row.currency && other.interval === row.interval,
    );
    return html`<tr><th scope="row">${t(`desk.interval-${row.interval}`)}</th><td>${row.currency}</td>
<td class="amount">${amount(overview, today?.minor ?? 0n, row.currency)}</td><td class="amount">${amount(overview, row.minor, row.currency)}</td><td class="amount">${row.count}</td></tr>`;
  })}</tbody></table></div>
${overview.month.length === 0 ? html`<p class="quiet">${t('desk.none-yet')}</p>` : nothing}`;
}

function appealTable(overview: Overview): Html {
  const t = translator(overview.language);
  return html`<h2>${t('desk.appeals')}</h2>
<div class="scrolls" tabindex="0" role="region" aria-label="${t('desk.appeals')}"><table>
<thead><tr><th scope="col">${t('desk.appeal')}</th>${APPEAL_COLUMNS.map(
    (column) => html`<th scope="col" class="amount">${t(`desk.${column}`)}</th>`,
  )}<th scope="col" class="amount">${t('desk.given')}</th></tr></thead>
<tbody>${overview.appeals.map(
    (row) =>
      html`<tr><th scope="row">${row.appealId} <span class="quiet">${row.variantId}</span></th>${APPEAL_COLUMNS.map(
        (column) => html`<td class="amount">${row[column]}</td>`,
      )}<td class="amount">${row.gifts.length === 0 ? '–' : row.gifts.map((gift) => html`<div>${amount(overview, gift.minor, gift.currency)} (${gift.count})</div>`)}</td></tr>`,
  )}</tbody></table></div>
${overview.appeals.length === 0 ? html`<p class="quiet">${t('desk.none-yet')}</p>` : html`<p class="quiet">${t('desk.appeals-note')}</p>`}`;
}

const APPEAL_COLUMNS = ['shown', 'opened', 'closed', 'postponed', 'followed'] as const;

function balanceTable(overview: Overview): Html {
  const t = translator(overview.language);
  return html`<h2>${t('desk.ledger')}</h2>
<div class="scrolls" tabindex="0" role="region" aria-label="${t('desk.ledger')}"><table>
<thead><tr><th scope="col">${t('desk.account')}</th><th scope="col">${t('desk.currency')}</th><th scope="col" class="amount">${t('desk.debit')}</th><th scope="col" class="amount">${t('desk.credit')}</th><th scope="col" class="amount">${t('desk.balance')}</th></tr></thead>
<tbody>${overview.balances.map(
    (
      row,
    ) => html`<tr><th scope="row">${row.name} <span class="quiet">${row.processorAccountId ?? ''}</span></th><td>${row.currency}</td>
<td class="amount">${amount(overview, row.debitMinor, row.currency)}</td><td class="amount">${amount(overview, row.creditMinor, row.currency)}</td><td class="amount">${amount(overview, row.debitMinor - row.creditMinor, row.currency)}</td></tr>`,
  )}</tbody></table></div>
<p class="quiet">${t('desk.ledger-note')}</p>`;
}

function amount(overview: Overview, minor: bigint, currency: Currency): Html {
  return html`<bdi>${formatMoney(money(minor, currency), overview.language)}</bdi>`;
}

function moneyLines(overview: Overview, totals: readonly GiftTotal[]): string[] {
  const perCurrency = new Map<Currency, bigint>();
  for (const row of totals)
    perCurrency.set(row.currency, (perCurrency.get(row.currency) ?? 0n) + row.minor);
  return lines(overview, perCurrency);
}

function pledgeLines(overview: Overview): string[] {
  return lines(overview, new Map(overview.pledges.map((row) => [row.currency, row.monthlyMinor])));
}

/** One line per currency, never summed over currencies; a dash where there is nothing. */
function lines(overview: Overview, perCurrency: ReadonlyMap<Currency, bigint>): string[] {
  if (perCurrency.size === 0) return ['–'];
  return [...perCurrency].map(([currency, minor]) =>
    formatMoney(money(minor, currency), overview.language),
  );
}

function countOf(totals: readonly GiftTotal[]): number {
  return sum(totals.map((row) => row.count));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
