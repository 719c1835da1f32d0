/**
 * Where an invoice stands: pure, from what BTCPay says and the time. The books and the pay page both follow from this one
 * reading, so a supporter is never shown anything else than what is booked.
 *
 * BTCPay judges an invoice on two axes. `status` says how far it is: New, Processing (all came, unconfirmed), Settled,
 * Expired, Invalid (what came did not confirm in time). `additionalStatus` says what was odd about it: PaidPartial,
 * PaidLate, PaidOver, Marked (a person at BTCPay said so). Three things follow for us:
 *
 * - Coins that were confirmed came, whatever the two say; only whether more may still come depends on them.
 * - An invoice that expired and was paid afterwards stays Expired for good, with PaidLate; BTCPay never settles it. So
 *   "late" is read from the invoice as fetched, never from a message.
 * - Short money is not booked before the monitoring time is over, because the rest may come, and a payment is booked once.
 */
import type { Instant } from '../../calendar/index.ts';
import type { PaymentEvidence, Succeeded, Unknown } from '../../giving/processor.ts';
import type { Money } from '../../money/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import { readInstant, readMoney } from './amounts.ts';
import { type Beside, type Parts, partsOf } from './parts.ts';
import { UNEXPECTED, UNREADABLE } from './server.ts';
import type { InvoiceAnswer, MethodAnswer } from './wire.ts';

export type Standing =
  /** Nothing came, and the price holds. */
  | { readonly kind: 'waiting' }
  /** Something came, and the price holds for the rest. */
  | { readonly kind: 'part-paid' }
  /** What came is not confirmed yet; `isShort`: and it is less than was asked for. */
  | { readonly kind: 'seen'; readonly isLate: boolean; readonly isShort: boolean }
  /** Time is over and less than asked for came; the rest may still come. */
  | { readonly kind: 'short' }
  | {
      readonly kind: 'paid';
      readonly money: Money;
      readonly happenedAt: Instant;
      readonly isLate: boolean;
      readonly amount: 'exact' | 'over' | 'short';
      /** What came as well, after the sum was there, and is confirmed: each a charge of its own. */
      readonly beside: readonly Beside[];
    }
  /** Time is over and nothing came. */
  | { readonly kind: 'expired' }
  /** What came was taken back, or a person at BTCPay marked the invoice, and no coins are there. */
  | { readonly kind: 'nothing-came' };

export function standingOf(of: {
  readonly invoice: InvoiceAnswer;
  readonly methods: readonly MethodAnswer[];
  readonly now: Instant;
}): Standing | Unknown {
  const { invoice, methods, now } = of;
  const payments = methods.flatMap((method) => method.payments);
  if (payments.some(({ status }) => !PAYMENT_STATES.has(status))) return UNEXPECTED;
  // Replaced or spent elsewhere.
  const came = payments.filter(({ status }) => status !== 'Invalid');
  const parts = partsOf({ invoice, methods, came });
  const isConfirmed = parts.sum.every(({ status }) => status === 'Settled');
  const isShort = invoice.additionalStatus === 'PaidPartial';
  const seen = { kind: 'seen', isLate: invoice.status === 'Expired', isShort } as const;
  switch (invoice.status) {
    case 'New':
      return came.length === 0 ? { kind: 'waiting' } : { kind: 'part-paid' };
    case 'Processing':
      return seen;
    case 'Settled':
      if (came.length === 0) return { kind: 'nothing-came' };
      return isConfirmed ? paid(of, parts) : seen;
    case 'Expired':
      if (came.length === 0) return { kind: 'expired' };
      if (!isConfirmed) return seen;
      return isPaidLate(invoice) || isOver(invoice, now) ? paid(of, parts) : { kind: 'short' };
    case 'Invalid':
      if (came.length === 0) return { kind: 'nothing-came' };
      if (!isConfirmed) return seen;
      return isOver(invoice, now) || invoice.additionalStatus === 'Marked'
        ? paid(of, parts)
        : { kind: 'short' };
    default:
      return UNEXPECTED;
  }
}

const PAYMENT_STATES: ReadonlySet<string> = new Set(['Processing', 'Settled', 'Invalid']);

/**
 * BTCPay notes a payment first and thinks about its invoice afterwards, so for a moment the word may be older than the sum:
 * both must say so.
 */
function isPaidLate({ additionalStatus, amount, paidAmount, currency }: InvoiceAnswer): boolean {
  if (additionalStatus !== 'PaidLate') return false;
  const asked = readMoney(amount, currency);
  const came = paidAmount === undefined ? null : readMoney(paidAmount, currency);
  return asked === null || came === null || came.minor >= asked.minor;
}

function isOver({ monitoringExpiration }: InvoiceAnswer, now: Instant): boolean {
  return now.epochMilliseconds >= monitoringExpiration * 1000;
}

function paid(
  of: { readonly invoice: InvoiceAnswer; readonly methods: readonly MethodAnswer[] },
  { sum, beside }: Parts,
): Standing | Unknown {
  const { invoice } = of;
  assert(sum.length > 0, 'what was paid came in at least one payment');
  const asked = readMoney(invoice.amount, invoice.currency);
  const money = beside.length > 0 ? asked : paidMoney(of, asked);
  if (asked === null || money === null) return UNREADABLE;
  // Less than one minor unit: nothing that could be booked.
  if (money.minor <= 0n) return { kind: 'expired' };
  return {
    kind: 'paid',
    money,
    happenedAt: readInstant(Math.max(...sum.map(({ receivedDate }) => receivedDate))),
    isLate: invoice.additionalStatus === 'PaidLate',
    amount: money.minor === asked.minor ? 'exact' : money.minor > asked.minor ? 'over' : 'short',
    beside: beside.filter((each) => each.isConfirmed),
  };
}

/**
 * What was paid, in the invoice's currency and at its rate. Coins are counted more finely than money, so a payment to the
 * last satoshi is a little more than was asked for: unless it was too much to the satoshi as well, it is what was asked.
 * That it was too much is read from what is left to pay and not from PaidOver, which BTCPay says neither of late money nor
 * of a second payment on an invoice that is settled.
 */
function paidMoney(
  of: { readonly invoice: InvoiceAnswer; readonly methods: readonly MethodAnswer[] },
  asked: Money | null,
): Money | null {
  const { additionalStatus, currency, paidAmount } = of.invoice;
  const told = paidAmount === undefined ? null : readMoney(paidAmount, currency);
  if (asked === null) return null;
  const isTooMuch = of.methods.every(({ due }) => due.startsWith('-'));
  if (isTooMuch || additionalStatus === 'PaidPartial' || additionalStatus === 'Marked') return told;
  return told !== null && told.minor < asked.minor ? told : asked;
}

/** What a standing is to the books. */
export function evidenceOf(
  standing: Standing,
  invoice: { readonly id: string; readonly pageUrl: string | null },
): PaymentEvidence {
  switch (standing.kind) {
    case 'waiting':
      return { state: 'open', pageUrl: invoice.pageUrl };
    case 'part-paid':
    case 'seen':
    case 'short':
      return { state: 'processing' };
    case 'paid':
      return succeeded(standing, invoice.id);
    case 'expired':
    case 'nothing-came':
      return { state: 'expired' };
    default:
      return unreachable(standing, 'evidenceOf');
  }
}

/**
 * The invoice itself is the charge of the sum that was asked for: its payments are parts of one. A wallet has no country,
 * keeps no mandate for us, and what the network took was paid by the payer beside it, so there is no fee.
 */
export function succeeded(
  came: { readonly money: Money; readonly happenedAt: Instant },
  chargeRef: string,
): Succeeded {
  const { money, happenedAt } = came;
  assert(money.minor > 0n, 'what came is at least one minor unit');
  return {
    state: 'succeeded',
    chargeRef,
    money,
    happenedAt,
    payerCountry: null,
    mandate: null,
    fee: null,
  };
}
