/** Pages for the curious developer: the bank's books, and what each card's issuer got to see. In English only. */
import { type Html, html } from '../../../page/index.ts';
import type { Bank } from './bank.ts';
import { booksOfDay } from './daily-books.ts';
import { issuerLog } from './issuer-log.ts';
import { bankPage } from './page-frame.ts';
import { amountText, figuresTable, newest, shownTime } from './tables.ts';
import { showCardNumber } from './test-cards.ts';
import { moneyWords } from './words/money.ts';

const SIGHTINGS_SHOWN = 5;

/** Links between the bank's pages for developers. All but the money page are in English only. */
export function developerNavigation(language: string): Html {
  const { books, money, issuers, control } = moneyWords(language).navigation;
  return html`<nav aria-label="${books}"><a href="/">${books}</a><a href="/money">${money}</a><a href="/issuers">${issuers}</a><a href="/control">${control}</a></nav>`;
}

export function booksPage(bank: Bank): Response {
  return bankPage({
    title: 'The practice bank’s books',
    language: 'en',
    isWide: true,
    body: html`${developerNavigation('en')}
<h1>The practice bank’s books</h1>
<p>This bank keeps its own books, apart from the newsroom’s ledger, so that the two can be compared. Figures per day: <code>/v1/books?day=2026-01-31</code>.</p>
${totals(bank)}${payments(bank)}${charges(bank)}${refunds(bank)}${disputes(bank)}${payouts(bank)}${events(bank)}`,
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
    body: html`${developerNavigation('en')}
<h1>What issuers saw</h1>
<p>A card’s issuer is the payer’s own bank. A card from a refused country is turned away before its issuer is asked anything, so its row stays at “nothing”.</p>
${figuresTable({ caption: 'Cards', columns, rows, figures: [2] })}`,
  });
}

function totals(bank: Bank): Html {
  const counts = new Map(booksOfDay(bank.books, null).map((row) => [row.currency, row.charges]));
  const rows = [...bank.books.money.totals].map(([currency, totals]) => {
    const shown = (minor: bigint) => amountText(minor, currency);
    return [
      currency,
      String(counts.get(currency) ?? 0),
      shown(totals.capturedMinor),
      shown(totals.refundedMinor),
      shown(totals.heldMinor),
      shown(totals.lostMinor),
      shown(totals.feesMinor + totals.disputeFeesMinor),
      shown(totals.paidOutMinor),
      shown(totals.pendingMinor + totals.availableMinor),
    ];
  });
  const columns = [
    'Currency',
    'Charges',
    'Charged',
    'Refunded',
    'Held by disputes',
    'Lost by disputes',
    'Fees',
    'Paid out',
    'Balance',
  ];
  return figuresTable({ caption: 'All days', columns, rows, figures: [1, 2, 3, 4, 5, 6, 7, 8] });
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
  return figuresTable({ caption: 'Payments, newest first', columns, rows, figures: [2] });
}

function charges(bank: Bank): Html {
  const rows = newest(bank.books.charges.values()).map((charge) => [
    html`<code>${charge.id}</code>`,
    amountText(charge.amountMinor, charge.currency),
    amountText(bank.books.money.lineOfCharge(charge.id)?.feeMinor ?? 0n, charge.currency),
    amountText(charge.refundedMinor, charge.currency),
    charge.country ?? 'unknown',
    shownTime(charge.at),
  ]);
  const columns = ['Charge', 'Amount', 'Fee', 'Refunded', 'Country', 'At'];
  return figuresTable({ caption: 'Charges, newest first', columns, rows, figures: [1, 2, 3] });
}

function refunds(bank: Bank): Html {
  const rows = newest(bank.books.money.refunds.values()).map((refund) => [
    html`<code>${refund.id}</code>`,
    html`<code>${refund.chargeId}</code>`,
    amountText(refund.amountMinor, refund.currency),
    shownTime(refund.at),
  ]);
  const columns = ['Refund', 'Charge', 'Amount', 'At'];
  return figuresTable({ caption: 'Refunds, newest first', columns, rows, figures: [2] });
}

function disputes(bank: Bank): Html {
  const rows = newest(bank.books.money.disputes.values()).map((dispute) => [
    html`<code>${dispute.id}</code>`,
    html`<code>${dispute.chargeId}</code>`,
    amountText(dispute.amountMinor, dispute.currency),
    dispute.state,
    shownTime(dispute.at),
  ]);
  const columns = ['Dispute', 'Charge', 'Amount', 'State', 'At'];
  return figuresTable({ caption: 'Disputes, newest first', columns, rows, figures: [2] });
}

function payouts(bank: Bank): Html {
  const rows = newest(bank.books.money.payouts.values()).map((payout) => [
    html`<code>${payout.id}</code>`,
    amountText(payout.amountMinor, payout.currency),
    String(payout.lineIds.length),
    shownTime(payout.at),
  ]);
  const columns = ['Payout', 'Amount', 'Lines', 'At'];
  return figuresTable({ caption: 'Payouts, newest first', columns, rows, figures: [1, 2] });
}

function events(bank: Bank): Html {
  const rows = newest(bank.books.events.values()).map((event) => [
    html`<code>${event.id}</code>`,
    event.type,
    event.paymentId === null ? '' : html`<code>${event.paymentId}</code>`,
    event.outcome,
    String(event.tries),
    shownTime(event.at),
  ]);
  const columns = ['Event', 'Type', 'Payment', 'Sent', 'Tries', 'At'];
  return figuresTable({ caption: 'Webhooks, newest first', columns, rows, figures: [4] });
}
