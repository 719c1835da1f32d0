/**
 * The page on which a person plays the bank and the payers' banks: what there is, what can be paid out, and for each
 * charge what may happen to its money later. In the language of whoever looks, because newsrooms try it out with it.
 */
import type { Instant } from '../../../calendar/index.ts';
import { formatMoney, money } from '../../../money/index.ts';
import { type Html, html, nothing } from '../../../page/index.ts';
import type { Bank } from './bank.ts';
import { developerNavigation } from './books-pages.ts';
import { bankPage } from './page-frame.ts';
import type { Charge, Dispute } from './records.ts';
import { figuresTable, newest, shownTime } from './tables.ts';
import { type MoneyWords, moneyWords } from './words/money.ts';

export function moneyPage(
  bank: Bank,
  page: { readonly language: string; readonly refused: string | null },
): Response {
  const { language, refused } = page;
  const words = moneyWords(language);
  const view: View = { bank, language, words };
  return bankPage({
    title: refused === null ? words.title : `${words.refused}: ${words.title}`,
    language,
    isWide: true,
    status: refused === null ? 200 : 422,
    body: html`${developerNavigation(language)}
<h1>${words.title}</h1>
${refused === null ? nothing : html`<p class="error-summary" role="alert">${words.refused}: ${words.reasons[refused] ?? refused}</p>`}
<p>${words.intro}</p>
${balance(view)}
<form method="post" action="/money"><button name="act" value="pay_out">${words.payOut}</button></form>
${disputes(view)}${charges(view)}${payouts(view)}`,
  });
}

interface View {
  readonly bank: Bank;
  readonly language: string;
  readonly words: MoneyWords;
}

type Currency = Parameters<typeof money>[1];

function amountIn(view: View, minor: bigint, currency: Currency): Html {
  return html`<bdi>${formatMoney(money(minor, currency), view.language)}</bdi>`;
}

function balance(view: View): Html {
  const { bank, words } = view;
  const rows = [...bank.books.money.totals].map(([currency, totals]) => {
    const shown = (minor: bigint) => amountIn(view, minor, currency);
    return [
      currency,
      shown(totals.pendingMinor),
      shown(totals.availableMinor),
      shown(totals.heldMinor),
      shown(totals.paidOutMinor),
    ];
  });
  const { currency, pending, available, held, paidOut } = words;
  return figuresTable({
    caption: words.balance,
    columns: [currency, pending, available, held, paidOut],
    rows,
    figures: [1, 2, 3, 4],
    empty: words.none,
  });
}

function disputes(view: View): Html {
  const { bank, words } = view;
  const rows = newest(bank.books.money.disputes.values()).map((dispute) => [
    shortId(dispute.id),
    amountIn(view, dispute.amountMinor, dispute.currency),
    words.states[dispute.state],
    timeCell(dispute.answerBy),
    decisions(view, dispute),
  ]);
  return figuresTable({
    caption: words.disputes,
    columns: [words.dispute, words.amount, words.state, words.answerBy, words.decide],
    rows,
    figures: [1],
    empty: words.none,
  });
}

function decisions({ words }: View, { id, state }: Dispute): Html {
  if (state !== 'open') return nothing;
  return html`<form method="post" action="/money" class="acts"><input type="hidden" name="dispute" value="${id}">
<button name="act" value="won">${words.wins}${ofRow(id)}</button>
<button name="act" value="lost">${words.loses}${ofRow(id)}</button></form>`;
}

function charges(view: View): Html {
  const { bank, words } = view;
  const { books } = bank;
  const rows = newest(books.charges.values()).map((charge) => [
    shortId(charge.id),
    amountIn(view, charge.amountMinor, charge.currency),
    amountIn(view, books.money.lineOfCharge(charge.id)?.feeMinor ?? 0n, charge.currency),
    amountIn(view, books.money.leftOf(charge), charge.currency),
    timeCell(charge.at),
    chargeActs(view, charge),
  ]);
  return figuresTable({
    caption: words.charges,
    columns: [words.charge, words.amount, words.fee, words.left, words.at, words.mayHappen],
    rows,
    figures: [1, 2, 3],
    empty: words.none,
  });
}

function chargeActs({ bank, words }: View, charge: Charge): Html {
  if (bank.books.money.leftOf(charge) === 0n) return nothing;
  return html`<form method="post" action="/money" class="acts"><input type="hidden" name="charge" value="${charge.id}">
<button name="act" value="dispute-all">${words.disputeAll}${ofRow(charge.id)}</button>
<button name="act" value="dispute-half">${words.disputeHalf}${ofRow(charge.id)}</button>
<button name="act" value="give_back-all">${words.giveBackAll}${ofRow(charge.id)}</button>
<button name="act" value="give_back-half">${words.giveBackHalf}${ofRow(charge.id)}</button></form>`;
}

function payouts(view: View): Html {
  const { bank, words } = view;
  const rows = newest(bank.books.money.payouts.values()).map((payout) => [
    shortId(payout.id),
    amountIn(view, payout.amountMinor, payout.currency),
    String(payout.lineIds.length),
    timeCell(payout.at),
  ]);
  return figuresTable({
    caption: words.payouts,
    columns: [words.payout, words.amount, words.lines, words.at],
    rows,
    figures: [1, 2],
    empty: words.none,
  });
}

const SHORT_ID_LENGTH = 10;

/** Enough to tell rows apart; the whole id is in the books. */
function shortId(id: string): Html {
  return html`<code>${id.slice(0, SHORT_ID_LENGTH)}…</code>`;
}

/** Buttons of many rows say the same; for who does not see the row they name it. */
function ofRow(id: string): Html {
  return html`<span class="away">: ${id.slice(0, SHORT_ID_LENGTH)}</span>`;
}

function timeCell(at: Instant): Html {
  return html`<bdi dir="ltr">${shownTime(at)}</bdi>`;
}
