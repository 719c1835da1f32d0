/** Pages for the curious developer: the bank's books, and what each card's issuer got to see. In English only. */
import type { Instant } from '../../../calendar/index.ts';
import { formatMoney, money } from '../../../money/index.ts';
import { type Html, html } from '../../../page/index.ts';
import type { Bank } from './bank.ts';
import { booksOfDay } from './daily-books.ts';
import { issuerLog } from './issuer-log.ts';
import { bankPage } from './page-frame.ts';
import { showCardNumber } from './test-cards.ts';

const SHOWN = 100;
const SIGHTINGS_SHOWN = 5;

export const DEVELOPER_NAVIGATION: Html = html`<nav aria-label="Practice bank"><a href="/">Books</a><a href="/issuers">Issuers</a><a href="/control">Control</a></nav>`;

export function booksPage(bank: Bank): Response {
  return bankPage({
    title: 'The practice bank’s books',
    language: 'en',
    isWide: true,
    body: html`${DEVELOPER_NAVIGATION}
<h1>The practice bank’s books</h1>
<p>This bank keeps its own books, apart from the newsroom’s ledger, so that the two can be compared. Figures per day: <code>/v1/books?day=2026-01-31</code>.</p>
${totals(bank)}${payments(bank)}${charges(bank)}${refunds(bank)}${events(bank)}`,
  });
}

export function issuersPage(bank: Bank): Response {
  const rows = issuerLog(bank).map((row) => [
    html`<bdi dir="ltr">${showCardNumber(row.card)}</bdi>`,
    row.country ?? 'unknown',
    String(row.turnedAway),
    row.seen.length === 0
      ? 'nothing'
      : html`<ul class="seen">${row.seen
          .slice(-SIGHTINGS_SHOWN)
          .map(
            (seen) =>
              html`<li>${shownTime(seen.at)}: ${seen.what} of ${amountText(seen.amountMinor, seen.currency)} for “${seen.statementText}”, ${seen.outcome}</li>`,
          )}</ul>`,
  ]);
  const columns = ['Card', 'Country', 'Turned away', 'Its issuer saw'];
  return bankPage({
    title: 'What issuers saw',
    language: 'en',
    isWide: true,
    body: html`${DEVELOPER_NAVIGATION}
<h1>What issuers saw</h1>
<p>A card’s issuer is the payer’s own bank. A card from a refused country is turned away before its issuer is asked anything, so its row stays at “nothing”.</p>
${table({ caption: 'Cards', columns, rows, figures: [2] })}`,
  });
}

type Cell = string | Html;

function table(options: {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Columns of figures, set to the end. */
  readonly figures?: readonly number[];
}): Html {
  const { caption, columns, rows, figures = [] } = options;
  const kind = (index: number) => (figures.includes(index) ? 'number' : 'text');
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((name, index) => html`<th scope="col" class="${kind(index)}">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, index) => html`<td class="${kind(index)}">${cell}</td>`)}</tr>`)}
${rows.length === 0 ? html`<tr><td colspan="${columns.length}">None yet</td></tr>` : ''}</tbody>
</table></div>`;
}

function totals(bank: Bank): Html {
  const rows = booksOfDay(bank.books, null).map((row) => {
    const shown = (minor: bigint) => amountText(minor, row.currency);
    return [
      row.currency,
      String(row.charges),
      shown(row.chargedMinor),
      shown(row.refundedMinor),
      shown(row.feesMinor),
      shown(row.netMinor),
    ];
  });
  const columns = ['Currency', 'Charges', 'Charged', 'Refunded', 'Fees', 'Net'];
  return table({ caption: 'All days', columns, rows, figures: [1, 2, 3, 4, 5] });
}

function payments(bank: Bank): Html {
  const rows = newest(bank.books.payments.values()).map((payment) => [
    html`<code>${payment.id}</code>`,
    payment.kind,
    amountText(payment.amountMinor, payment.currency),
    payment.keepMandate ?? 'once',
    payment.declineCode === null ? payment.state : `${payment.state} (${payment.declineCode})`,
    html`<code>${payment.references.attemptId}</code>`,
    shownTime(payment.openedAt),
  ]);
  const columns = ['Payment', 'Kind', 'Amount', 'Interval', 'State', 'Attempt', 'Opened'];
  return table({ caption: 'Payments, newest first', columns, rows, figures: [2] });
}

function charges(bank: Bank): Html {
  const rows = newest(bank.books.charges.values()).map((charge) => [
    html`<code>${charge.id}</code>`,
    amountText(charge.amountMinor, charge.currency),
    amountText(bank.books.balanceLineOf(charge.id)?.feeMinor ?? 0n, charge.currency),
    amountText(charge.refundedMinor, charge.currency),
    charge.country ?? 'unknown',
    shownTime(charge.at),
  ]);
  const columns = ['Charge', 'Amount', 'Fee', 'Refunded', 'Country', 'At'];
  return table({ caption: 'Charges, newest first', columns, rows, figures: [1, 2, 3] });
}

function refunds(bank: Bank): Html {
  const rows = newest(bank.books.refunds.values()).map((refund) => [
    html`<code>${refund.id}</code>`,
    html`<code>${refund.chargeId}</code>`,
    amountText(refund.amountMinor, refund.currency),
    shownTime(refund.at),
  ]);
  const columns = ['Refund', 'Charge', 'Amount', 'At'];
  return table({ caption: 'Refunds, newest first', columns, rows, figures: [2] });
}

function events(bank: Bank): Html {
  const rows = newest(bank.books.events.values()).map((event) => [
    html`<code>${event.id}</code>`,
    event.type,
    html`<code>${event.paymentId}</code>`,
    event.outcome,
    String(event.tries),
    shownTime(event.at),
  ]);
  const columns = ['Event', 'Type', 'Payment', 'Sent', 'Tries', 'At'];
  return table({ caption: 'Webhooks, newest first', columns, rows, figures: [4] });
}

function newest<Row>(rows: Iterable<Row>): readonly Row[] {
  return [...rows].slice(-SHOWN).reverse();
}

function amountText(minor: bigint, currency: Parameters<typeof money>[1]): string {
  return formatMoney(money(minor, currency), 'en', { currencyAs: 'code' });
}

/** To the second, in UTC, with a space where people read one. */
function shownTime(at: Instant): string {
  return at.toString().slice(0, 19).replace('T', ' ');
}
