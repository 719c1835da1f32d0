/** Writes the bank's records the way `wire.ts` says merchants read them. */

import type { z } from 'zod';
import { assert, unreachable } from '../../../problems/index.ts';
import type { balanceAnswer, PaymentAnswer } from '../wire.ts';
import type { Books } from './books.ts';
import type { IssuerRow } from './issuer-log.ts';
import type { BalanceLine, Charge, Payment } from './records.ts';

export function describePayment(books: Books, payment: Payment): PaymentAnswer {
  const common = {
    id: payment.id,
    attempt: payment.references.attemptId,
    references: {
      attempt: payment.references.attemptId,
      gift: payment.references.giftId,
      supporter: payment.references.supporterId,
      pledge: payment.references.pledgeId,
    },
    change: payment.change,
  };
  switch (payment.state) {
    case 'open':
      return {
        ...common,
        state: 'open',
        page: payPath(payment.id),
        decline_code: payment.declineCode,
      };
    case 'needs_confirmation':
      return {
        ...common,
        state: 'needs_confirmation',
        kind: payment.kind,
        page: confirmPath(payment.id),
      };
    case 'paid': {
      const charge = books.charges.get(payment.chargeId ?? '');
      assert(charge !== undefined, 'a paid payment has its charge');
      return { ...common, state: 'paid', charge: describeCharge(books, payment, charge) };
    }
    case 'declined':
      return { ...common, state: 'declined', decline_code: payment.declineCode ?? 'card_declined' };
    case 'closed':
      return { ...common, state: 'closed' };
    case 'expired':
      return { ...common, state: 'expired' };
    default:
      return unreachable(payment.state, 'a payment state');
  }
}

type ChargeAnswer = Extract<PaymentAnswer, { state: 'paid' }>['charge'];

export function describeCharge(books: Books, payment: Payment, charge: Charge): ChargeAnswer {
  const line = books.money.lineOfCharge(charge.id);
  assert(line !== undefined, 'a charge has its balance line');
  const kept = payment.keepMandate === null ? undefined : books.methods.get(charge.methodId ?? '');
  return {
    id: charge.id,
    amount: String(charge.amountMinor),
    currency: charge.currency,
    at: charge.at.toString(),
    country: charge.country,
    refunded: String(charge.refundedMinor),
    mandate:
      kept === undefined
        ? null
        : { customer: kept.customerId, method: kept.id, fingerprint: kept.fingerprint },
    fee: { balance_transaction: line.id, amount: String(line.feeMinor), currency: line.currency },
  };
}

export function describeBalanceLine(books: Books, line: BalanceLine): DescribedLine {
  const { chargeId } = line;
  const charge = chargeId === null ? null : books.money.charge(chargeId);
  const payment = charge === null ? null : books.payment(charge.paymentId);
  return {
    id: line.id,
    kind: line.kind,
    source: line.sourceId,
    charge: chargeId,
    payment: payment?.id ?? null,
    attempt: payment?.references.attemptId ?? null,
    amount: String(line.amountMinor),
    fee: String(line.feeMinor),
    /** What the line adds to the balance, pending and available together. */
    net: line.kind === 'available' ? '0' : String(line.amountMinor - line.feeMinor),
    disputed: disputedIn(books, line),
    currency: line.currency,
    at: line.at.toString(),
    payout: line.payoutId,
    reference: books.money.refunds.get(line.sourceId)?.reference ?? null,
  };
}

type DescribedLine = z.input<typeof balanceAnswer>['balance_transactions'][number] & {
  readonly net: string;
};

/** How much a dispute is about, also on the line that moves nothing. */
function disputedIn(books: Books, line: BalanceLine): string | null {
  const dispute = books.money.disputes.get(line.sourceId);
  return dispute === undefined ? null : String(dispute.amountMinor);
}

export function describeIssuer(row: IssuerRow) {
  return {
    card: row.card,
    country: row.country,
    turned_away: row.turnedAway,
    seen: row.seen.map((sighting) => ({
      what: sighting.what,
      amount: String(sighting.amountMinor),
      currency: sighting.currency,
      statement_text: sighting.statementText,
      outcome: sighting.outcome,
      at: sighting.at.toString(),
    })),
  };
}

export function payPath(paymentId: string): string {
  return `/pay/${paymentId}`;
}

export function confirmPath(paymentId: string): string {
  return `/issuer/${paymentId}`;
}
