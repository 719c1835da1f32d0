/**
 * What happens to money after a charge: it is booked, becomes available, goes back, is disputed, is paid out. Each step is
 * a balance transaction (docs.stripe.com/reports/balance-transaction-types) and its events.
 */
import { assert } from '../../../problems/index.ts';
import type { FakeBooks } from './books.ts';
import { chargeJson } from './charge-answer.ts';
import { disputeJson, lineJson, payoutJson, refundJson } from './money-answers.ts';
import type {
  FakeCharge,
  FakeDispute,
  FakeLine,
  FakePayout,
  FakeRefund,
  Metadata,
} from './records.ts';
import { badParameter, notNow } from './refusal.ts';
import { feeOf, settled } from './tariff.ts';

const DAY = 86_400;

function addLine(books: FakeBooks, of: Omit<FakeLine, 'id' | 'created' | 'payoutId'>): FakeLine {
  const line: FakeLine = { id: books.newId('txn_3'), created: books.now(), payoutId: null, ...of };
  books.lines.set(line.id, line);
  return line;
}

/** Days later, at midnight UTC. */
function daysLater(now: number, days: number): number {
  return now - (now % DAY) + days * DAY;
}

/** Books the money of a charge. Its answer was given before. */
export function bookCharge(books: FakeBooks, charge: FakeCharge): void {
  assert(charge.status === 'succeeded' && charge.lineId === null, 'a charge is booked once');
  const { account } = books;
  const { amount, currency, rate } = settled(account, charge.amount, charge.currency);
  const line = addLine(books, {
    type: 'charge',
    category: 'charge',
    source: charge.id,
    currency,
    amount,
    fee: feeOf(account, amount),
    feeText: 'Stripe processing fees',
    exchangeRate: rate,
    availableOn: charge.card.isBypassingPending
      ? books.now()
      : daysLater(books.now(), account.pendingDays),
    description: charge.description ?? '',
  });
  charge.lineId = line.id;
  books.tellCharge('updated', charge, { balance_transaction: null });
  const { dispute } = charge.card;
  if (dispute !== null) openDispute(books, charge.id, dispute);
}

export function openDispute(
  books: FakeBooks,
  chargeId: string,
  of: { readonly reason?: string; readonly isInquiry?: boolean; readonly amount?: bigint } = {},
): FakeDispute {
  const charge = books.charge(chargeId);
  assert(
    charge.status === 'succeeded' && charge.disputeId === null,
    'a paid charge is disputed once',
  );
  const dispute: FakeDispute = {
    id: books.newId('du_1'),
    created: books.now(),
    chargeId,
    amount: of.amount ?? charge.amount - charge.refunded,
    currency: charge.currency,
    reason: of.reason ?? 'fraudulent',
    status: of.isInquiry === true ? 'warning_needs_response' : 'needs_response',
    lineIds: [],
  };
  assert(dispute.amount > 0n && dispute.amount <= charge.amount, 'no more is disputed than came');
  books.disputes.set(dispute.id, dispute);
  charge.disputeId = dispute.id;
  books.tellCharge('updated', charge, { disputed: false });
  tellDispute(books, 'created', dispute);
  if (dispute.status === 'needs_response') withdraw(books, dispute);
  return dispute;
}

/** An inquiry became a chargeback. */
export function escalate(books: FakeBooks, disputeId: string): void {
  const dispute = books.dispute(disputeId);
  assert(dispute.status === 'warning_needs_response', 'only an inquiry becomes a chargeback');
  dispute.status = 'needs_response';
  tellDispute(books, 'updated', dispute);
  withdraw(books, dispute);
}

function withdraw(books: FakeBooks, dispute: FakeDispute): void {
  const { amount, currency, rate } = settled(books.account, dispute.amount, dispute.currency);
  const line = addLine(books, {
    type: 'adjustment',
    category: 'dispute',
    source: dispute.id,
    currency,
    amount: -amount,
    fee: books.account.disputeFee,
    feeText: 'Dispute fee',
    exchangeRate: rate,
    availableOn: books.now(),
    description: `Chargeback withdrawal for ${dispute.chargeId}`,
  });
  dispute.lineIds.push(line.id);
  tellDispute(books, 'funds_withdrawn', dispute);
}

export function closeDispute(books: FakeBooks, disputeId: string, outcome: 'won' | 'lost'): void {
  const dispute = books.dispute(disputeId);
  assert(dispute.status === 'needs_response', 'a dispute ends once');
  dispute.status = outcome;
  if (outcome === 'won') {
    const { amount, currency, rate } = settled(books.account, dispute.amount, dispute.currency);
    const line = addLine(books, {
      type: 'adjustment',
      category: 'dispute_reversal',
      source: dispute.id,
      currency,
      amount,
      fee: books.account.returnsDisputeFee ? -books.account.disputeFee : 0n,
      feeText: 'Dispute fee',
      exchangeRate: rate,
      availableOn: books.now(),
      description: `Chargeback reversal for ${dispute.chargeId}`,
    });
    dispute.lineIds.push(line.id);
    tellDispute(books, 'funds_reinstated', dispute);
  }
  tellDispute(books, 'closed', dispute);
}

/** An inquiry that came to nothing: no money moved. */
export function closeInquiry(books: FakeBooks, disputeId: string): void {
  const dispute = books.dispute(disputeId);
  assert(dispute.status === 'warning_needs_response', 'only an inquiry ends like that');
  dispute.status = 'warning_closed';
  tellDispute(books, 'closed', dispute);
}

export function disputeAnswer(books: FakeBooks, dispute: FakeDispute) {
  return disputeJson({
    account: books.account,
    dispute,
    charge: books.charge(dispute.chargeId),
    lines: dispute.lineIds.map((id) => lineJson(books.line(id), books.now())),
  });
}

function tellDispute(books: FakeBooks, what: string, dispute: FakeDispute): void {
  books.tell(`charge.dispute.${what}`, disputeAnswer(books, dispute));
}

export function refundCharge(
  books: FakeBooks,
  charge: FakeCharge,
  of: {
    readonly amount: bigint | null;
    readonly reason: string | null;
    readonly metadata: Metadata;
  },
): FakeRefund {
  const left = charge.amount - charge.refunded;
  const amount = of.amount ?? left;
  if (charge.status !== 'succeeded') {
    throw notNow({ message: 'This charge did not succeed.', param: 'charge' });
  }
  const dispute = charge.disputeId === null ? null : books.dispute(charge.disputeId);
  if (dispute !== null && !dispute.status.startsWith('warning') && dispute.status !== 'won') {
    throw notNow({ code: 'charge_disputed', message: 'This charge was charged back.' });
  }
  if (left === 0n) {
    throw notNow({ code: 'charge_already_refunded', message: 'This charge was refunded.' });
  }
  if (amount > left) {
    throw badParameter({ param: 'amount', message: 'That is more than is left of this charge.' });
  }
  const slow = charge.card.refunds !== 'at-once';
  const refund: FakeRefund = {
    id: books.newId('re_3'),
    created: books.now(),
    chargeId: charge.id,
    amount,
    currency: charge.currency,
    status: charge.card.refunds === 'pending' ? 'pending' : 'succeeded',
    reason: of.reason,
    metadata: of.metadata,
    lineId: null,
    failureLineId: null,
    turnsAt: slow ? books.now() + books.account.refundSeconds : null,
  };
  books.refunds.set(refund.id, refund);
  charge.refunded += amount;
  refund.lineId = refundLine(books, refund, -1n).id;
  books.tell('refund.created', refundJson(refund, charge));
  books.tellCharge('refunded', charge);
  return refund;
}

function refundLine(books: FakeBooks, refund: FakeRefund, sign: 1n | -1n): FakeLine {
  const { amount, currency, rate } = settled(books.account, refund.amount, refund.currency);
  return addLine(books, {
    type: sign === -1n ? 'refund' : 'refund_failure',
    category: sign === -1n ? 'refund' : 'refund_failure',
    source: refund.id,
    currency,
    amount: sign * amount,
    fee: 0n,
    feeText: '',
    exchangeRate: rate,
    availableOn: books.now(),
    description: sign === -1n ? 'REFUND FOR CHARGE' : 'REFUND FAILURE',
  });
}

/** What was pending is done, or what looked done came back. */
export function turnRefund(books: FakeBooks, refund: FakeRefund): void {
  assert(refund.turnsAt !== null, 'only a slow refund turns');
  const charge = books.charge(refund.chargeId);
  refund.turnsAt = null;
  if (charge.card.refunds === 'pending') {
    refund.status = 'succeeded';
    books.tell('refund.updated', refundJson(refund, charge), { status: 'pending' });
    return;
  }
  refund.status = 'failed';
  charge.refunded -= refund.amount;
  refund.failureLineId = refundLine(books, refund, 1n).id;
  books.tell('refund.failed', refundJson(refund, charge));
  books.tell('charge.refund.updated', refundJson(refund, charge));
  books.tell('charge.updated', chargeJson(books.account, charge));
}

/** Sends what can be paid out of one currency to the bank; nothing where there is nothing. */
export function payOut(
  books: FakeBooks,
  currency: string,
  of: { readonly amount?: bigint } = {},
): FakePayout | null {
  const isAutomatic = of.amount === undefined;
  const lines = [...books.lines.values()].filter(
    (line) =>
      line.currency === currency && line.payoutId === null && line.availableOn <= books.now(),
  );
  const { available } = books.balance(currency);
  const owed = lines.reduce((sum, { amount, fee }) => sum + amount - fee, 0n);
  const amount = of.amount ?? owed;
  if (amount <= 0n || amount > available) return null;
  const payout: FakePayout = {
    id: books.newId('po_1'),
    created: books.now(),
    amount,
    currency,
    arrivalDate: daysLater(books.now(), books.account.payoutDays),
    isAutomatic,
    willFail: books.account.payoutsFail,
    status: 'in_transit',
    lineId: '',
    failureLineId: null,
  };
  const line = payoutLine(books, payout, -1n);
  payout.lineId = line.id;
  books.payouts.set(payout.id, payout);
  if (isAutomatic) for (const each of [...lines, line]) each.payoutId = payout.id;
  tellPayout(books, 'created', payout);
  if (isAutomatic) tellPayout(books, 'reconciliation_completed', payout);
  return payout;
}

function payoutLine(books: FakeBooks, payout: FakePayout, sign: 1n | -1n): FakeLine {
  return addLine(books, {
    type: sign === -1n ? 'payout' : 'payout_failure',
    category: sign === -1n ? 'payout' : 'payout_reversal',
    source: payout.id,
    currency: payout.currency,
    amount: sign * payout.amount,
    fee: 0n,
    feeText: '',
    exchangeRate: null,
    availableOn: books.now(),
    description: 'STRIPE PAYOUT',
  });
}

export function endPayout(books: FakeBooks, payout: FakePayout): void {
  assert(payout.status === 'in_transit', 'a payout arrives once');
  if (payout.willFail) {
    payout.status = 'failed';
    payout.failureLineId = payoutLine(books, payout, 1n).id;
    tellPayout(books, 'failed', payout);
    return;
  }
  payout.status = 'paid';
  tellPayout(books, 'paid', payout);
}

function tellPayout(books: FakeBooks, what: string, payout: FakePayout): void {
  books.tell(`payout.${what}`, payoutJson(books.account, payout));
}
