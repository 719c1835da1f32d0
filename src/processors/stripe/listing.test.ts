/** Walking Stripe's lists: payments, money and the books of a day, from lists that a test keeps. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PlainDate } from '../../calendar/index.ts';
import type { MoneyFact, MoneyListing, PaymentListing } from '../../giving/processor.ts';
import { metadataOf } from './references.ts';
import {
  ATTEMPT,
  type CannedAnswer,
  canned,
  chargeJson,
  errorJson,
  intentJson,
  lineJson,
  listJson,
  NOW_SECONDS,
  references,
  type SentCall,
} from './testing/canned.ts';
import { holdAgainstDescription } from './testing/described.ts';

interface Kept {
  readonly id: string;
  readonly created: number;
}

/** Answers a list call from `kept` (oldest first) the way Stripe pages. */
function page(call: SentCall, kept: readonly Kept[]): CannedAnswer {
  const { params } = call;
  const limit = Number(params.limit);
  const within = kept.filter(
    ({ created }) =>
      created < Number(params['created[lt]'] ?? Number.POSITIVE_INFINITY) &&
      created >= Number(params['created[gte]'] ?? 0),
  );
  const newestFirst = within.toReversed();
  const at = (id: string): number => newestFirst.findIndex((one) => one.id === id);
  if (params.ending_before !== undefined) {
    const index = at(params.ending_before);
    if (index === -1) {
      return {
        status: 400,
        json: errorJson({
          type: 'invalid_request_error',
          code: 'resource_missing',
          param: 'ending_before',
        }),
      };
    }
    const from = Math.max(0, index - limit);
    return { json: listJson(newestFirst.slice(from, index), from > 0) };
  }
  const from = params.starting_after === undefined ? 0 : at(params.starting_after) + 1;
  return {
    json: listJson(newestFirst.slice(from, from + limit), from + limit < newestFirst.length),
  };
}

const DAY = 86_400;

interface Books {
  charges?: readonly Kept[];
  lines?: readonly Kept[];
  events?: readonly Kept[];
  payouts?: Readonly<Record<string, readonly Kept[]>>;
  disputes?: Readonly<Record<string, unknown>>;
}

function stripeWith(books: Books) {
  return canned((call) => {
    const { path, params } = call;
    if (path === '/v1/charges') return page(call, books.charges ?? []);
    if (path === '/v1/events') return page(call, books.events ?? []);
    if (path === '/v1/balance_transactions') {
      const { payout } = params;
      return page(
        call,
        payout === undefined ? (books.lines ?? []) : (books.payouts?.[payout] ?? []),
      );
    }
    const dispute = /^\/v1\/disputes\/(\w+)$/.exec(path)?.[1];
    if (dispute !== undefined) return { json: books.disputes?.[dispute] };
    return { status: 500, text: '' };
  });
}

type Stripe = ReturnType<typeof stripeWith>;

async function payments(stripe: Stripe, cursor: string | null): Promise<PaymentListing> {
  const listing = await stripe.processor.listSince(cursor);
  assert.ok(!('kind' in listing));
  return listing;
}

async function money(stripe: Stripe, cursor: string | null): Promise<MoneyListing> {
  const listing = await stripe.processor.listMoneySince?.(cursor);
  assert.ok(listing !== undefined && !('kind' in listing));
  return listing;
}

const briefly = ({ kind, ref, money: { minor }, chargeRef, payoutRef }: MoneyFact): string =>
  [kind, ref, minor, chargeRef ?? '-', payoutRef ?? '-'].join(' ');

function chargeAt(name: number, created: number, changes: Readonly<Record<string, unknown>> = {}) {
  const intent = intentJson('mandate', { id: `pi_${name}`, latest_charge: `ch_${name}` });
  return chargeJson({ id: `ch_${name}`, created, payment_intent: intent, ...changes });
}

describe('payments since a cursor', () => {
  it('come oldest first, hundred by hundred, and go on where they stopped', async () => {
    const charges = Array.from({ length: 230 }, (_, index) =>
      chargeAt(index, NOW_SECONDS - 5 * DAY + index),
    );
    const stripe = stripeWith({ charges });
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < 9; pages += 1) {
      const listing: PaymentListing = await payments(stripe, cursor);
      seen.push(...listing.payments.map(({ objectRef }) => objectRef));
      cursor = listing.cursor;
      if (!listing.more) break;
    }
    assert.deepEqual(
      seen,
      charges.map((_, index) => `pi_${index}`),
    );
    const again = await payments(stripe, cursor);
    assert.deepEqual([again.payments.length, again.more], [0, false]);
  });

  it('tell the last hour again, in which something may come late', async () => {
    const old = chargeAt(1, NOW_SECONDS - 2 * 3_600);
    const young = chargeAt(3, NOW_SECONDS - 600);
    const charges = [old, young];
    const stripe = stripeWith({ charges });
    const first = await payments(stripe, null);
    assert.equal(first.payments.length, 2);
    charges.splice(1, 0, chargeAt(2, NOW_SECONDS - 1_200));
    const second = await payments(stripe, first.cursor);
    assert.deepEqual(
      second.payments.map(({ objectRef }) => objectRef),
      ['pi_2', 'pi_3'],
    );
  });

  it('begin thirty days back, where the account is older', async () => {
    const charges = [
      chargeAt(1, NOW_SECONDS - 40 * DAY),
      chargeAt(2, NOW_SECONDS - 31 * DAY),
      chargeAt(3, NOW_SECONDS - 29 * DAY),
    ];
    const listing = await payments(stripeWith({ charges }), null);
    assert.deepEqual(
      listing.payments.map(({ objectRef }) => objectRef),
      ['pi_3'],
    );
  });

  it('of an empty account are none', async () => {
    const stripe = stripeWith({});
    const listing = await payments(stripe, null);
    assert.deepEqual([listing.payments, listing.more], [[], false]);
    assert.deepEqual((await payments(stripe, listing.cursor)).payments, []);
  });

  it('begin anew when the one they stopped at is gone', async () => {
    const stripe = stripeWith({ charges: [chargeAt(1, NOW_SECONDS - DAY)] });
    const listing = await payments(stripe, JSON.stringify({ at: 'ch_gone', hold: 'ch_gone' }));
    assert.equal(listing.payments.length, 1);
  });

  it('carry whose they are, and what they kept', async () => {
    const intent = intentJson('own', {
      latest_charge: 'ch_1',
      customer: 'cus_1',
      setup_future_usage: 'off_session',
    });
    const charges = [chargeAt(1, NOW_SECONDS - 60, { payment_intent: intent })];
    const [listed] = (await payments(stripeWith({ charges }), null)).payments;
    assert.ok(listed?.evidence.state === 'succeeded');
    assert.equal(listed.attemptId, ATTEMPT);
    assert.deepEqual(listed.references, references());
    assert.equal(listed.evidence.mandate?.customerRef, 'cus_1');
    assert.equal(listed.evidence.fee?.ref, 'txn_1');
    assert.equal(listed.evidence.payerCountry, 'DE');
  });

  it('tell declines by their payment, and no try that a later one made up for', async () => {
    const failed = { status: 'failed', paid: false, captured: false, balance_transaction: null };
    const declined = intentJson('mandate', {
      status: 'requires_payment_method',
      latest_charge: 'ch_1',
      last_payment_error: { code: 'card_declined', decline_code: 'lost_card' },
    });
    const paidLater = intentJson('own', { id: 'pi_2', latest_charge: 'ch_3' });
    const held = intentJson(null, {
      id: 'pi_4',
      status: 'requires_capture',
      latest_charge: 'ch_4',
    });
    const charges = [
      chargeAt(1, NOW_SECONDS - 90, { ...failed, payment_intent: declined }),
      chargeAt(2, NOW_SECONDS - 80, { ...failed, payment_intent: paidLater }),
      chargeAt(3, NOW_SECONDS - 70, { payment_intent: paidLater }),
      chargeAt(4, NOW_SECONDS - 60, { captured: false, payment_intent: held }),
      chargeAt(5, NOW_SECONDS - 50, { payment_intent: null, metadata: {} }),
      chargeAt(6, NOW_SECONDS - 40, { ...failed, payment_intent: null, metadata: {} }),
    ];
    const listing = await payments(stripeWith({ charges }), null);
    assert.deepEqual(
      listing.payments.map(({ objectRef, evidence: { state } }) => `${objectRef} ${state}`),
      ['pi_1 declined', 'pi_2 succeeded', 'ch_5 succeeded'],
    );
  });

  it('are not passed over when one cannot be read, nor when Stripe is not heard', async () => {
    const charges = [chargeAt(1, NOW_SECONDS - 60, { currency: 'qqq' })];
    const unread = await stripeWith({ charges }).processor.listSince(null);
    assert.deepEqual(unread, { kind: 'unknown', reason: 'unreadable' });
    const unheard = await canned(() => ({ status: 503, text: '' })).processor.listSince(null);
    assert.deepEqual(unheard, { kind: 'unknown', reason: 'server-error' });
    for (const cursor of ['', 'x', '{}', '{"at":"../x","hold":null}']) {
      const odd = await canned([]).processor.listSince(cursor);
      assert.deepEqual(odd, { kind: 'unknown', reason: 'unexpected' });
    }
  });
});

const chargeSource = (name: number, created: number) => ({
  id: `ch_${name}`,
  object: 'charge',
  amount: 500,
  amount_captured: 500,
  currency: 'eur',
  created,
  payment_intent: `pi_${name}`,
  metadata: metadataOf('mandate', references(true)),
  billing_details: { name: 'Canary Nightingale' },
});

function chargeLine(
  name: number,
  created: number,
  changes: Readonly<Record<string, unknown>> = {},
) {
  const available_on = created + 2 * DAY;
  const source = chargeSource(name, created - 1);
  return lineJson({ id: `txn_${name}`, created, available_on, source, ...changes });
}

function refundLine(name: number, created: number, metadata: object = { refund_key: 'key-7' }) {
  return lineJson({
    id: `txn_${name}`,
    type: 'refund',
    amount: -200,
    fee: 0,
    net: -200,
    created,
    available_on: created,
    status: 'available',
    source: {
      id: `re_${name}`,
      object: 'refund',
      amount: 200,
      currency: 'eur',
      created,
      charge: 'ch_1',
      metadata,
    },
  });
}

function disputeLine(name: number, created: number, way: 'out' | 'back') {
  const sign = way === 'out' ? -1 : 1;
  return lineJson({
    id: `txn_${name}`,
    type: 'adjustment',
    reporting_category: way === 'out' ? 'dispute' : 'dispute_reversal',
    amount: sign * 500,
    fee: way === 'out' ? 1_500 : -1_500,
    net: sign * 2_000,
    created,
    available_on: created,
    status: 'available',
    source: {
      id: 'du_1',
      object: 'dispute',
      amount: 500,
      currency: 'eur',
      charge: 'ch_1',
      created,
    },
  });
}

function payoutLine(
  name: number,
  created: number,
  changes: Readonly<Record<string, unknown>> = {},
) {
  return lineJson({
    id: `txn_${name}`,
    type: 'payout',
    amount: -467,
    fee: 0,
    net: -467,
    created,
    available_on: created,
    status: 'available',
    source: {
      id: `po_${name}`,
      object: 'payout',
      amount: 467,
      currency: 'eur',
      created,
      automatic: true,
      reconciliation_status: 'completed',
      ...changes,
    },
  });
}

const AGO = NOW_SECONDS - 10 * DAY;

describe('money since a cursor', () => {
  it('is told from the lines of the balance', async () => {
    const lines = [
      chargeLine(1, AGO),
      refundLine(2, AGO + 10),
      disputeLine(3, AGO + 20, 'out'),
      disputeLine(4, AGO + 30, 'back'),
      lineJson({
        id: 'txn_5',
        type: 'stripe_fee',
        amount: -40,
        fee: 0,
        net: -40,
        created: AGO + 40,
      }),
      lineJson({
        id: 'txn_6',
        type: 'a_type_of_tomorrow',
        amount: -9,
        fee: 0,
        net: -9,
        created: AGO + 50,
      }),
      ...[7, 'x', { amount: { value: 1 } }, { id: 'tu_1', object: 'topup', currency: null }].map(
        (source, index) =>
          lineJson({
            id: `txn_o${index}`,
            type: 'topup',
            amount: 9,
            fee: 0,
            net: 9,
            created: AGO + 55,
            source,
          }),
      ),
      lineJson({
        id: 'txn_7',
        type: 'transfer',
        amount: -9,
        fee: 0,
        net: -9,
        created: AGO + 60,
        source: 'tr_1',
      }),
    ];
    const { facts } = await money(stripeWith({ lines }), null);
    assert.deepEqual(facts.map(briefly), [
      'fee txn_1 33 ch_1 -',
      'refund re_2 200 ch_1 -',
      'dispute-opened du_1 500 ch_1 -',
      'dispute-fee txn_3 1500 ch_1 -',
      'dispute-won du_1 500 ch_1 -',
      'fee txn_5 40 - -',
      'available txn_1 467 ch_1 -',
    ]);
    const refund = facts.find(({ kind }) => kind === 'refund');
    assert.equal(refund?.refundKey, 'key-7');
    assert.ok(facts.every(({ happenedAt }) => happenedAt.epochMilliseconds >= AGO * 1000));
  });

  it('that was made on Stripe’s pages says so', async () => {
    const lines = [refundLine(1, AGO, {})];
    const { facts } = await money(stripeWith({ lines }), null);
    assert.equal(facts[0]?.refundKey, null);
  });

  it('of another currency is told in the charge’s for what is about the charge, in the balance’s for the rest', async () => {
    const inDollars = { currency: 'usd', amount: 540, fee: 45, net: 495, exchange_rate: 1.08 };
    const refund = refundLine(2, AGO + 10);
    const lines = [chargeLine(1, AGO, inDollars), { ...refund, currency: 'usd', amount: -216 }];
    const { facts } = await money(stripeWith({ lines }), null);
    assert.deepEqual(
      facts.map(({ kind, money: { minor, currency } }) => `${kind} ${minor} ${currency}`),
      ['fee 45 USD', 'refund 200 EUR', 'available 495 USD'],
    );
  });

  it('waits until what a charge brought can be paid out, in order', async () => {
    const lines = [
      chargeLine(1, NOW_SECONDS - 5 * DAY),
      chargeLine(2, NOW_SECONDS - DAY),
      chargeLine(3, NOW_SECONDS - DAY + 1, { status: 'available' }),
    ];
    const stripe = stripeWith({ lines });
    const freed = (listing: MoneyListing) =>
      listing.facts.filter(({ kind }) => kind === 'available').map(({ ref }) => ref);
    const first = await money(stripe, null);
    assert.deepEqual([freed(first), first.more], [['txn_1'], false]);
    const second = await money(stripe, first.cursor);
    assert.deepEqual(freed(second), []);
    stripe.clock.advance({ hours: 25 });
    const third = await money(stripe, second.cursor);
    assert.deepEqual(freed(third), ['txn_2', 'txn_3']);
    assert.deepEqual(freed(await money(stripe, third.cursor)), []);
  });

  it('is told again with its payout once Stripe has named the payout’s lines', async () => {
    const charge = chargeLine(1, AGO, { status: 'available' });
    const refund = refundLine(2, AGO + 5);
    const lines = [charge, refund, payoutLine(9, AGO + 10)];
    const { facts } = await money(
      stripeWith({ lines, payouts: { po_9: [charge, refund, payoutLine(9, AGO + 10)] } }),
      null,
    );
    assert.deepEqual(facts.map(briefly), [
      'fee txn_1 33 ch_1 -',
      'refund re_2 200 ch_1 -',
      'payout po_9 467 - -',
      'available txn_1 467 ch_1 -',
      'refund re_2 200 ch_1 po_9',
      'fee txn_1 33 ch_1 -',
      'available txn_1 467 ch_1 po_9',
    ]);
  });

  it('waits some days for the lines of a payout, and of one made by hand not at all', async () => {
    const young = NOW_SECONDS - 3_600 * 5;
    const charge = chargeLine(3, young + 20, { status: 'available' });
    const freed = async (payout: Kept) => {
      const lines = [payout, charge];
      const { facts } = await money(stripeWith({ lines }), null);
      return facts.some(({ kind }) => kind === 'available');
    };
    const unready = { reconciliation_status: 'in_progress' };
    assert.equal(await freed(payoutLine(1, young, unready)), false);
    assert.equal(await freed(payoutLine(1, NOW_SECONDS - 5 * DAY, unready)), true);
    assert.equal(await freed(payoutLine(1, young, { automatic: false })), true);
  });

  it('knows by an event that a dispute was lost, and asks the dispute', async () => {
    const closed = (id: string, created: number, dispute: string) => ({
      id,
      object: 'event',
      type: 'charge.dispute.closed',
      created,
      data: { object: { id: dispute, status: 'lost' } },
    });
    const dispute = (id: string, status: string) => ({
      id,
      amount: 500,
      currency: 'eur',
      charge: 'ch_1',
      status,
    });
    const stripe = stripeWith({
      events: [closed('evt_1', AGO, 'du_1'), closed('evt_2', AGO + 9, 'du_2')],
      disputes: { du_1: dispute('du_1', 'lost'), du_2: dispute('du_2', 'won') },
    });
    const listing = await money(stripe, null);
    assert.deepEqual(listing.facts.map(briefly), ['dispute-lost du_1 500 ch_1 -']);
    assert.ok(stripe.calls.some(({ params }) => params.type === 'charge.dispute.closed'));
    assert.deepEqual((await money(stripe, listing.cursor)).facts, []);
  });

  it('is not passed over when a line cannot be read', async () => {
    for (const odd of [
      chargeLine(1, AGO, { currency: 'qqq' }),
      { ...refundLine(1, AGO), source: 're_1' },
      { ...disputeLine(1, AGO, 'out'), source: { id: 'du_1', object: 'dispute' } },
    ]) {
      const listing = await stripeWith({ lines: [odd] }).processor.listMoneySince?.(null);
      assert.deepEqual(listing, { kind: 'unknown', reason: 'unreadable' });
    }
    const odd = await canned([]).processor.listMoneySince?.('{"lines":1}');
    assert.deepEqual(odd, { kind: 'unknown', reason: 'unexpected' });
  });
});

describe('the books of a day', () => {
  const day = PlainDate.from('2026-02-20');
  const midnight = Date.parse('2026-02-20T00:00:00Z') / 1000;
  const read = async (books: Books) => {
    const told = await stripeWith(books).processor.booksOfDay?.(day);
    assert.ok(told !== undefined && !('kind' in told));
    return told;
  };

  it('have its lines whole, and its charges by when they were made', async () => {
    const lines = [
      chargeLine(1, midnight - 5),
      chargeLine(2, midnight + 1, { source: chargeSource(2, midnight - 1) }),
      chargeLine(3, midnight + 10),
      refundLine(4, midnight + 20),
      chargeLine(5, midnight + DAY + 1, { source: chargeSource(5, midnight + DAY - 1) }),
      chargeLine(6, midnight + DAY + 9),
    ];
    const { charges, facts } = await read({ lines });
    assert.deepEqual(
      charges
        .map(({ chargeRef, objectRef, attemptId }) => [chargeRef, objectRef, attemptId])
        .toSorted(),
      [
        ['ch_3', 'pi_3', ATTEMPT],
        ['ch_5', 'pi_5', ATTEMPT],
      ],
    );
    assert.deepEqual(facts.map(briefly).toSorted(), [
      'available txn_2 467 ch_2 -',
      'available txn_3 467 ch_3 -',
      'fee txn_2 33 ch_2 -',
      'fee txn_3 33 ch_3 -',
      'refund re_4 200 ch_1 -',
    ]);
  });

  it('are unknown until the day is well over, and when a part of them is not heard', async () => {
    const today = await canned([]).processor.booksOfDay?.(PlainDate.from('2026-03-01'));
    assert.deepEqual(today, { kind: 'unknown', reason: 'busy' });
    const unheard = await canned((call) =>
      call.path === '/v1/events' ? { status: 500, text: '' } : page(call, []),
    ).processor.booksOfDay?.(day);
    assert.deepEqual(unheard, { kind: 'unknown', reason: 'server-error' });
  });
});

holdAgainstDescription();
