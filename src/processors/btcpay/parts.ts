/**
 * What came on an invoice, in two parts: the sum that was asked for, and what came beside it once that sum was there.
 *
 * An address stays payable for ever, and people pay it again: by mistake, or because their wallet kept it since the last
 * gift. Such money is a payment of its own. Were it counted into the first one, an amount that is in the books would have
 * changed afterwards, which no book can follow. So it is told as a charge of its own, in the coins that came, for there is no
 * price that they were asked at.
 *
 * The two are told apart only where it is certain, by what BTCPay says alone, so that the answer never changes: in the order
 * in which BTCPay recorded them, payments come to exactly what was asked, and later ones follow. Where the first payments
 * come to more, where BTCPay adds fees to what it asks, or where two came in one second, all is one sum.
 */
import type { Instant } from '../../calendar/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { readInstant, readMoney } from './amounts.ts';
import { METHODS } from './invoice-request.ts';
import type { InvoiceAnswer, MethodAnswer, PaymentAnswer } from './wire.ts';

export interface Parts {
  /** Of the sum itself. */
  readonly sum: readonly PaymentAnswer[];
  /** Each of what came beside it, by the second in which BTCPay recorded it. */
  readonly beside: readonly Beside[];
}

export interface Beside {
  readonly receivedSeconds: number;
  readonly happenedAt: Instant;
  readonly money: Money;
  readonly isConfirmed: boolean;
}

/** @param of.came payments that count, of all methods */
export function partsOf(of: {
  readonly invoice: InvoiceAnswer;
  readonly methods: readonly MethodAnswer[];
  readonly came: readonly PaymentAnswer[];
}): Parts {
  const { came } = of;
  const whole: Parts = { sum: came, beside: [] };
  const asked = askedInCoins(of.methods);
  if (asked === null || !isReached(of.invoice)) return whole;
  const ordered = came.toSorted((a, b) => a.receivedDate - b.receivedDate);
  let total = 0n;
  let at = 0;
  while (at < ordered.length && total < asked.minor) {
    total += readCoins(ordered[at])?.minor ?? 0n;
    at += 1;
  }
  const [sum, rest] = [ordered.slice(0, at), ordered.slice(at)];
  const isSure = total === asked.minor && sum.at(-1)?.receivedDate !== rest[0]?.receivedDate;
  if (!isSure || rest.length === 0) return whole;
  const beside = bySecond(rest);
  return beside === null ? whole : { sum, beside };
}

/**
 * Only where nothing more is asked for: of an invoice that BTCPay calls fully paid, or called so until its coins took too
 * long to be confirmed.
 */
function isReached({ status, additionalStatus }: InvoiceAnswer): boolean {
  if (additionalStatus === 'Marked') return false;
  if (status === 'Expired') return additionalStatus === 'PaidLate';
  return status === 'Settled' || status === 'Invalid';
}

const IN_COINS: ReadonlySet<string> = new Set(Object.values(METHODS));

/** What every way of paying asks for, the same in coins; `null` where they differ, or one is in other coins. */
function askedInCoins(methods: readonly MethodAnswer[]): Money | null {
  const [first, ...others] = methods.map(({ paymentMethodId, amount }) =>
    IN_COINS.has(paymentMethodId) ? readMoney(amount, 'BTC') : null,
  );
  if (first == null || first.minor <= 0n) return null;
  return others.every((each) => each?.minor === first.minor) ? first : null;
}

function readCoins(payment: PaymentAnswer | undefined): Money | null {
  return payment === undefined ? null : readMoney(payment.value, 'BTC');
}

/** `null` when one of them cannot be read exactly. */
function bySecond(payments: readonly PaymentAnswer[]): readonly Beside[] | null {
  const found = new Map<number, Beside>();
  for (const payment of payments) {
    const { receivedDate: receivedSeconds } = payment;
    const coins = readCoins(payment);
    if (coins === null || coins.minor <= 0n) return null;
    const before = found.get(receivedSeconds);
    found.set(receivedSeconds, {
      receivedSeconds,
      happenedAt: readInstant(receivedSeconds),
      money: { ...coins, minor: coins.minor + (before?.money.minor ?? 0n) },
      isConfirmed: payment.status === 'Settled' && (before?.isConfirmed ?? true),
    });
  }
  assert(found.size > 0, 'what came beside the sum came some time');
  return [...found.values()];
}

/** How a part is named among the charges of its store. */
export function besideRef(invoiceId: string, receivedSeconds: number): string {
  return `${invoiceId}.${receivedSeconds}`;
}

/** An invoice and, where a part of it is named, when that came. */
export function readRef(ref: string): {
  readonly invoiceId: string;
  readonly receivedSeconds: number | null;
} {
  const match = /^([^.]*)\.(\d{1,13})$/.exec(ref);
  return match === null
    ? { invoiceId: ref, receivedSeconds: null }
    : { invoiceId: match[1] ?? '', receivedSeconds: Number(match[2]) };
}
