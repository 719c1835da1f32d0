/** Charges, refunds, disputes, balance transactions and payouts over the API. */

import type { FakeBooks } from './books.ts';
import { chargeJson } from './charge-answer.ts';
import { type Endpoint, endpoint, merged, pick } from './endpoint.ts';
import { isWithin, listJson, pageOf } from './lists.ts';
import { balanceJson, lineJson, payoutJson, refundJson } from './money-answers.ts';
import { closeDispute, disputeAnswer, refundCharge } from './money-moves.ts';
import type { FakeCharge, FakeDispute, FakeRefund } from './records.ts';
import { badParameter } from './refusal.ts';
import {
  chargeList,
  disputeList,
  lineList,
  metadataUpdate,
  onlyExpand,
  payoutList,
  refundCreate,
  refundList,
} from './requests.ts';

export const MONEY_ENDPOINTS: readonly Endpoint[] = [
  endpoint('GET /v1/charges/{charge}', 'charge', onlyExpand, ({ books, id }) =>
    chargeJson(books.account, chargeInPath(books, id)),
  ),
  endpoint('POST /v1/charges/{charge}', 'charge', metadataUpdate, ({ books, given, id }) => {
    const charge = chargeInPath(books, id);
    charge.metadata = merged(charge.metadata, given.metadata);
    return chargeJson(books.account, charge);
  }),
  endpoint('GET /v1/charges', 'charge', chargeList, ({ books, given }) => {
    const all = [...books.charges.values()].filter(
      (charge) =>
        isWithin(charge.created, given.created) &&
        (given.customer === undefined || charge.customerId === given.customer) &&
        (given.payment_intent === undefined || charge.intentId === given.payment_intent),
    );
    const { page, hasMore } = pageOf(all, given);
    return listJson(
      '/v1/charges',
      page.map((each) => chargeJson(books.account, each)),
      hasMore,
    );
  }),
  endpoint('POST /v1/refunds', 'charge', refundCreate, ({ books, given }) => {
    const charge = chargeToRefund(books, given);
    if (given.amount !== undefined && given.amount < 1n) {
      throw badParameter({ param: 'amount', message: 'A refund is more than nothing.' });
    }
    const refund = refundCharge(books, charge, {
      amount: given.amount ?? null,
      reason: given.reason ?? null,
      metadata: given.metadata ?? {},
    });
    return refundJson(refund, charge);
  }),
  endpoint('GET /v1/refunds/{refund}', 'charge', onlyExpand, ({ books, id }) =>
    refundAnswer(books, refundInPath(books, id)),
  ),
  endpoint('POST /v1/refunds/{refund}', 'charge', metadataUpdate, ({ books, given, id }) => {
    const refund = refundInPath(books, id);
    refund.metadata = merged(refund.metadata, given.metadata);
    return refundAnswer(books, refund);
  }),
  endpoint('GET /v1/refunds', 'charge', refundList, ({ books, given }) => {
    const all = [...books.refunds.values()].filter((refund) => isAbout(books, refund, given));
    const { page, hasMore } = pageOf(all, given);
    return listJson(
      '/v1/refunds',
      page.map((refund) => refundAnswer(books, refund)),
      hasMore,
    );
  }),
  endpoint('GET /v1/disputes/{dispute}', 'dispute', onlyExpand, ({ books, id }) =>
    disputeAnswer(books, disputeInPath(books, id)),
  ),
  endpoint('POST /v1/disputes/{dispute}/close', 'dispute', onlyExpand, ({ books, id }) => {
    closeDispute(books, disputeInPath(books, id).id, 'lost');
    return disputeAnswer(books, disputeInPath(books, id));
  }),
  endpoint('GET /v1/disputes', 'dispute', disputeList, ({ books, given }) => {
    const all = [...books.disputes.values()].filter((dispute) => isAbout(books, dispute, given));
    const { page, hasMore } = pageOf(all, given);
    return listJson(
      '/v1/disputes',
      page.map((each) => disputeAnswer(books, each)),
      hasMore,
    );
  }),
  endpoint('GET /v1/balance', 'balance', onlyExpand, ({ books }) => {
    const { id: _id, ...balance } = balanceJson(books);
    return balance;
  }),
  endpoint(
    'GET /v1/balance_transactions/{id}',
    'balance_transaction_source',
    onlyExpand,
    ({ books, id }) =>
      lineJson(
        pick(books.lines, { what: 'balance transaction', id, param: 'id', inPath: true }),
        books.now(),
      ),
  ),
  endpoint(
    'GET /v1/balance_transactions',
    'balance_transaction_source',
    lineList,
    ({ books, given }) => {
      if (given.payout !== undefined) checkAutomatic(books, given.payout);
      const all = [...books.lines.values()].filter(
        (line) =>
          isWithin(line.created, given.created) &&
          (given.currency === undefined || line.currency === given.currency) &&
          (given.payout === undefined || line.payoutId === given.payout) &&
          (given.source === undefined || line.source === given.source) &&
          (given.type === undefined || line.type === given.type),
      );
      const { page, hasMore } = pageOf(all, given);
      const data = page.map((line) => lineJson(line, books.now()));
      return listJson('/v1/balance_transactions', data, hasMore);
    },
  ),
  endpoint('GET /v1/payouts/{payout}', 'payout', onlyExpand, ({ books, id }) =>
    payoutJson(
      books.account,
      pick(books.payouts, { what: 'payout', id, param: 'payout', inPath: true }),
    ),
  ),
  endpoint('GET /v1/payouts', 'payout', payoutList, ({ books, given }) => {
    const all = [...books.payouts.values()].filter(
      (payout) =>
        isWithin(payout.created, given.created) &&
        isWithin(payout.arrivalDate, given.arrival_date) &&
        (given.status === undefined || payout.status === given.status),
    );
    const { page, hasMore } = pageOf(all, given);
    return listJson(
      '/v1/payouts',
      page.map((each) => payoutJson(books.account, each)),
      hasMore,
    );
  }),
];

function chargeInPath(books: FakeBooks, id: string): FakeCharge {
  return pick(books.charges, { what: 'charge', id, param: 'charge', inPath: true });
}

function refundInPath(books: FakeBooks, id: string): FakeRefund {
  return pick(books.refunds, { what: 'refund', id, param: 'id', inPath: true });
}

function disputeInPath(books: FakeBooks, id: string): FakeDispute {
  return pick(books.disputes, { what: 'dispute', id, param: 'dispute', inPath: true });
}

function refundAnswer(books: FakeBooks, refund: FakeRefund): object {
  return refundJson(refund, books.charge(refund.chargeId));
}

function isAbout(
  books: FakeBooks,
  one: { readonly created: number; readonly chargeId: string },
  given: {
    readonly created?: Parameters<typeof isWithin>[1];
    readonly charge?: string | undefined;
    readonly payment_intent?: string | undefined;
  },
): boolean {
  return (
    isWithin(one.created, given.created) &&
    (given.charge === undefined || one.chargeId === given.charge) &&
    (given.payment_intent === undefined ||
      books.charge(one.chargeId).intentId === given.payment_intent)
  );
}

function chargeToRefund(
  books: FakeBooks,
  given: { readonly charge?: string | undefined; readonly payment_intent?: string | undefined },
): FakeCharge {
  if (given.charge !== undefined && given.payment_intent !== undefined) {
    throw badParameter({ param: 'charge', message: 'Either a charge or an intent is refunded.' });
  }
  if (given.charge !== undefined) {
    return pick(books.charges, { what: 'charge', id: given.charge, param: 'charge' });
  }
  if (given.payment_intent === undefined) {
    throw badParameter({
      param: 'charge',
      code: 'parameter_missing',
      message: 'One of charge and payment_intent is needed.',
    });
  }
  const intent = pick(books.intents, {
    what: 'payment_intent',
    id: given.payment_intent,
    param: 'payment_intent',
  });
  const id = intent.latestChargeId ?? '';
  return pick(books.charges, { what: 'charge', id, param: 'payment_intent' });
}

function checkAutomatic(books: FakeBooks, payoutId: string): void {
  const payout = pick(books.payouts, { what: 'payout', id: payoutId, param: 'payout' });
  if (!payout.isAutomatic) {
    const message = 'Only automatic payouts know what went out with them.';
    throw badParameter({ param: 'payout', message });
  }
}
