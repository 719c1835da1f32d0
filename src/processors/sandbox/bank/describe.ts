/** Writes the bank's records the way `wire.ts` says merchants read them. */

import { assert, unreachable } from '../../../problems/index.ts';
import type { PaymentAnswer } from '../wire.ts';
import type { Books } from './books.ts';
import type { IssuerRow } from './issuer-log.ts';
import type { BalanceLine, Charge, Payment, Refund } from './records.ts';

export function describePayment(books: Books, payment: Payment): PaymentAnswer {
  const common = {
    id: payment.id,
    attempt: payment.references.attemptId,
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
  const line = books.balanceLineOf(charge.id);
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

export function describeBalanceLine(books: Books, line: BalanceLine) {
  return {
    id: line.id,
    kind: line.kind,
    source: line.sourceId,
    charge: line.kind === 'charge' ? line.sourceId : refundOf(books, line).chargeId,
    amount: String(line.amountMinor),
    fee: String(line.feeMinor),
    net: String(line.amountMinor - line.feeMinor),
    currency: line.currency,
    at: line.at.toString(),
  };
}

function refundOf(books: Books, line: BalanceLine): Refund {
  const refund = books.refunds.get(line.sourceId);
  assert(refund !== undefined, 'the line of a refund has its refund');
  return refund;
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
