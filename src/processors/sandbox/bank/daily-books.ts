/** The books of one day (UTC), summed from the balance lines per currency: what a nightly reconciliation compares with. */
import { PlainDate } from '../../../calendar/index.ts';
import type { Currency } from '../../../money/index.ts';
import type { Books } from './books.ts';

export interface DayInCurrency {
  readonly currency: Currency;
  readonly charges: number;
  readonly refunds: number;
  readonly chargedMinor: bigint;
  readonly refundedMinor: bigint;
  readonly feesMinor: bigint;
  /** charged - refunded - fees */
  readonly netMinor: bigint;
}

const NOTHING = {
  charges: 0,
  refunds: 0,
  chargedMinor: 0n,
  refundedMinor: 0n,
  feesMinor: 0n,
  netMinor: 0n,
};

/** One row per currency that moved on `day`, by currency code; all days together when `day` is `null`. */
export function booksOfDay(books: Books, day: PlainDate | null): readonly DayInCurrency[] {
  const rows = new Map<string, DayInCurrency>();
  for (const line of books.balance) {
    if (day !== null && !dayOf(line.at).equals(day)) continue;
    const row = rows.get(line.currency) ?? { currency: line.currency, ...NOTHING };
    const isCharge = line.kind === 'charge';
    rows.set(line.currency, {
      currency: line.currency,
      charges: row.charges + (isCharge ? 1 : 0),
      refunds: row.refunds + (isCharge ? 0 : 1),
      chargedMinor: row.chargedMinor + (isCharge ? line.amountMinor : 0n),
      refundedMinor: row.refundedMinor - (isCharge ? 0n : line.amountMinor),
      feesMinor: row.feesMinor + line.feeMinor,
      netMinor: row.netMinor + line.amountMinor - line.feeMinor,
    });
  }
  return [...rows.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

/** The day a query names, or `undefined` when it names none. */
export function readDay(text: string): PlainDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return PlainDate.from(text, { overflow: 'reject' });
  } catch {
    return undefined;
  }
}

function dayOf(at: { toZonedDateTimeISO(zone: string): { toPlainDate(): PlainDate } }): PlainDate {
  return at.toZonedDateTimeISO('UTC').toPlainDate();
}
