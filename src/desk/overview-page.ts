/**
 * The desk's first page: what came in today and this month, what pledges promise, what was asked and given per appeal,
 * and what the books say. Figures first, the table behind them after.
 */
import type { Instant } from '../calendar/index.ts';
import {
  type ActivePledges,
  type Alarms,
  type GiftTotals,
  type GivenPerAppeal,
  type LedgerBalance,
  outOfBalance,
} from '../giving/index.ts';
import { formatInstantDay, translator } from '../language/index.ts';
import { addMoney, formatMoney, type Money } from '../money/index.ts';
import { type Html, html, nothing, type PageContent } from '../page/index.ts';
import type { AppealCounts } from './reports.ts';

export interface Overview {
  readonly language: string;
  readonly zone: string;
  readonly now: Instant;
  readonly today: readonly GiftTotals[];
  readonly month: readonly GiftTotals[];
  readonly pledges: readonly ActivePledges[];
  readonly appealCounts: readonly AppealCounts[];
  readonly given: readonly GivenPerAppeal[];
  readonly balances: readonly LedgerBalance[];
  readonly alarms: Alarms;
  readonly whyNobodyIsAsked: string | null;
  readonly whatAgesSoon: string | null;
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
${overview.whatAgesSoon === null ? nothing : html`<p class="banner">${overview.whatAgesSoon}</p>`}
${alarms(overview)}
<dl class="tiles">
${tile(
  t('desk.today'),
  moneyLines(
    overview,
    overview.today.map((row) => row.money),
  ),
  t('desk.gifts', { count: countOf(overview.today) }),
)}
${tile(
  t('desk.month'),
  moneyLines(
    overview,
    overview.month.map((row) => row.money),
  ),
  t('desk.gifts', { count: countOf(overview.month) }),
)}
${tile(t('desk.pledges'), [String(countOf(overview.pledges))], t('desk.pledges-note'))}
${tile(
  t('desk.promised'),
  moneyLines(
    overview,
    overview.pledges.map((row) => row.perMonth),
  ),
  t('desk.promised-note'),
)}
</dl>
${overview.isDemo ? demoClock(overview) : nothing}
${giftTable(overview)}
${appealTable(overview)}
${balanceTable(overview)}
<p><a href="/desk/money">${t('desk.money-title')}</a></p>
<p><a href="/desk/accounts">${t('desk.accounts-title')}</a></p>
<p><a href="/desk/countries">${t('countries.title')}</a></p>
<p><a href="/desk/experiments">${t('experiments.title')}</a></p>
<form method="post" action="/desk/leave"><button>${t('desk.leave')}</button></form>`,
  };
}

function tile(label: string, lines: readonly string[], note: string): Html {
  return html`<div class="tile"><dt>${label}</dt><dd>${lines.map((line) => html`<bdi>${line}</bdi> `)}<small>${note}</small></dd></div>`;
}

function alarms(overview: Overview): Html {
  const { open, openCount, unmatched } = overview.alarms;
  if (openCount === 0) return nothing;
  const t = translator(overview.language);
  return html`<section class="banner alarm"><h2><a href="/desk/money">${t('desk.alarms')}</a></h2><ul>${open.map(
    (alarm) =>
      html`<li>${t(`desk.alarm-${alarm.kind}`)} <code>${alarm.giftId ?? alarm.ref}</code></li>`,
  )}</ul>${unmatched.map((sum) => html`<p>${t('desk.unmatched')} ${amount(overview, sum)}</p>`)}</section>`;
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
    const { currency } = row.money;
    const today = overview.today.find(
      (other) => other.money.currency === currency && other.interval === row.interval,
    );
    return html`<tr><th scope="row">${t(`desk.interval-${row.interval}`)}</th><td>${currency}</td>
<td class="amount">${today === undefined ? '–' : amount(overview, today.money)}</td><td class="amount">${amount(overview, row.money)}</td><td class="amount">${row.count}</td></tr>`;
  })}</tbody></table></div>
${overview.month.length === 0 ? html`<p class="quiet">${t('desk.none-yet')}</p>` : nothing}`;
}

function appealTable(overview: Overview): Html {
  const t = translator(overview.language);
  const rows = appealRows(overview);
  return html`<h2>${t('desk.appeals')}</h2>
<div class="scrolls" tabindex="0" role="region" aria-label="${t('desk.appeals')}"><table>
<thead><tr><th scope="col">${t('desk.appeal')}</th>${APPEAL_COLUMNS.map(
    (column) => html`<th scope="col" class="amount">${t(`desk.${column}`)}</th>`,
  )}<th scope="col" class="amount">${t('desk.given')}</th></tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr><th scope="row">${row.appealId} <span class="quiet">${row.variantId}</span></th>${APPEAL_COLUMNS.map(
        (column) => html`<td class="amount">${row[column]}</td>`,
      )}<td class="amount">${row.given.length === 0 ? '–' : row.given.map((gift) => html`<div>${amount(overview, gift.money)} (${gift.count})</div>`)}</td></tr>`,
  )}</tbody></table></div>
${rows.length === 0 ? html`<p class="quiet">${t('desk.none-yet')}</p>` : html`<p class="quiet">${t('desk.appeals-note')}</p>`}`;
}

interface AppealRow extends AppealCounts {
  readonly given: readonly GivenPerAppeal[];
}

/** What was asked beside what was given; a gift whose appeal was never counted here has a row of its own. */
function appealRows(overview: Overview): AppealRow[] {
  const isSame = (a: { appealId: string; variantId: string }, b: typeof a) =>
    a.appealId === b.appealId && a.variantId === b.variantId;
  const counted = overview.appealCounts.map((row) => ({
    ...row,
    given: overview.given.filter((gift) => isSame(gift, row)),
  }));
  const uncounted = overview.given.filter(
    (gift, at) =>
      !overview.appealCounts.some((row) => isSame(row, gift)) &&
      overview.given.findIndex((other) => isSame(other, gift)) === at,
  );
  return [
    ...counted,
    ...uncounted.map((gift) => ({
      appealId: gift.appealId,
      variantId: gift.variantId,
      shown: 0,
      opened: 0,
      closed: 0,
      postponed: 0,
      followed: 0,
      given: overview.given.filter((other) => isSame(other, gift)),
    })),
  ];
}

const APPEAL_COLUMNS = ['shown', 'opened', 'closed', 'postponed', 'followed'] as const;

function balanceTable(overview: Overview): Html {
  const t = translator(overview.language);
  return html`<h2>${t('desk.ledger')}</h2>
<div class="scrolls" tabindex="0" role="region" aria-label="${t('desk.ledger')}"><table>
<thead><tr><th scope="col">${t('desk.account')}</th><th scope="col">${t('desk.kind')}</th><th scope="col">${t('desk.currency')}</th><th scope="col" class="amount">${t('desk.balance')}</th></tr></thead>
<tbody>${overview.balances.map(
    (row) =>
      html`<tr><th scope="row">${row.name} <span class="quiet">${row.accountId ?? ''}</span></th><td>${t(`desk.kind-${row.kind}`)}</td><td>${row.money.currency}</td>
<td class="amount">${amount(overview, row.money)}</td></tr>`,
  )}</tbody></table></div>
${outOfBalance(overview.balances).map(
  (sum) =>
    html`<p class="banner alarm">${t('desk.ledger-off')} ${amount(overview, sum)} <code>npm run tuppence -- check</code></p>`,
)}
<p class="quiet">${t('desk.ledger-note')}</p>`;
}

function amount(overview: Overview, sum: Money): Html {
  return html`<bdi>${formatMoney(sum, overview.language)}</bdi>`;
}

/** One line per currency, never summed over currencies; a dash where there is nothing. */
function moneyLines(overview: Overview, sums: readonly Money[]): string[] {
  const perCurrency = new Map<string, Money>();
  for (const sum of sums) {
    const before = perCurrency.get(sum.currency);
    perCurrency.set(sum.currency, before === undefined ? sum : addMoney(before, sum));
  }
  if (perCurrency.size === 0) return ['–'];
  return [...perCurrency.values()].map((sum) => formatMoney(sum, overview.language));
}

function countOf(totals: readonly { readonly count: number }[]): number {
  return totals.reduce((total, row) => total + row.count, 0);
}
