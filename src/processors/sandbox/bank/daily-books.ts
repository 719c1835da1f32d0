/** The books of one day (UTC): its balance lines, and their sums per currency. */
import type { Instant, PlainDate } from '../../../calendar/index.ts';
import type { Currency } from '../../../money/index.ts';
import { unreachable } from '../../../problems/index.ts';
import type { Books } from './books.ts';
import type { BalanceLine } from './records.ts';
import { dayOf } from './utc-days.ts';

export interface DayInCurrency {
  readonly currency: Currency;
  charges: number;
  refunds: number;
  chargedMinor: bigint;
  refundedMinor: bigint;
  /** Taken back by disputes, less what was won. */
  disputedMinor: bigint;
  /** For charges and disputes. */
  feesMinor: bigint;
  paidOutMinor: bigint;
  /** charged - refunded - disputed - fees: what the day added to the balance before payouts */
  netMinor: bigint;
}

function linesOfDay(books: Books, day: PlainDate): readonly BalanceLine[] {
  return books.money.lines.filter((line) => dayOf(line.at).equals(day));
}

/** What was written on a day, and what went out with the payouts of that day. */
export function statementOfDay(books: Books, day: PlainDate): readonly BalanceLine[] {
  const isOfDay = (of: { readonly at: Instant } | undefined) =>
    of !== undefined && dayOf(of.at).equals(day);
  const payouts = books.money.payouts;
  return books.money.lines.filter(
    (line) => isOfDay(line) || isOfDay(payouts.get(line.payoutId ?? '')),
  );
}

/** One row per currency that moved on `day`, by currency code; all days together when `day` is `null`. */
export function booksOfDay(books: Books, day: PlainDate | null): readonly DayInCurrency[] {
  const rows = new Map<string, DayInCurrency>();
  for (const line of day === null ? books.money.lines : linesOfDay(books, day)) {
    const row = rows.get(line.currency) ?? emptyRow(line.currency);
    rows.set(line.currency, row);
    addLine(row, line);
  }
  return [...rows.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

function addLine(row: DayInCurrency, line: BalanceLine): void {
  const { amountMinor, feeMinor } = line;
  switch (line.kind) {
    case 'charge':
      row.charges += 1;
      row.chargedMinor += amountMinor;
      row.feesMinor += feeMinor;
      row.netMinor += amountMinor - feeMinor;
      break;
    case 'refund':
      row.refunds += 1;
      row.refundedMinor -= amountMinor;
      row.netMinor += amountMinor;
      break;
    case 'dispute_opened':
    case 'dispute_won':
      row.disputedMinor -= amountMinor;
      row.netMinor += amountMinor;
      break;
    case 'dispute_fee':
      row.feesMinor -= amountMinor;
      row.netMinor += amountMinor;
      break;
    case 'payout':
      row.paidOutMinor -= amountMinor;
      break;
    case 'available':
    case 'dispute_lost':
      break;
    default:
      unreachable(line.kind, 'a kind of balance line');
  }
}

function emptyRow(currency: Currency): DayInCurrency {
  return {
    currency,
    charges: 0,
    refunds: 0,
    chargedMinor: 0n,
    refundedMinor: 0n,
    disputedMinor: 0n,
    feesMinor: 0n,
    paidOutMinor: 0n,
    netMinor: 0n,
  };
}
