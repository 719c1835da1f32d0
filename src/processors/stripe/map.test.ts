/** What must hold of every payment that Stripe can tell of, whatever it looks like. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { challengeUrl, readPayment, readSession } from './map.ts';
import type { PaymentWay } from './references.ts';
import { chargeJson, intentJson, NOW_SECONDS, sessionJson } from './testing/canned.ts';
import { checkoutSessionAnswer, paymentIntentAnswer } from './wire.ts';

const KNOWN = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'canceled',
  'succeeded',
];
const word = fc.string({ unit: fc.constantFrom(...'abcdefg_hij123'), minLength: 1, maxLength: 30 });
const status = fc.oneof(fc.constantFrom(...KNOWN), word);
const nothing = fc.constantFrom(null, undefined);

const charge = fc
  .record({
    amount: fc.integer({ min: -5, max: 99_999_999 }),
    currency: fc.constantFrom('eur', 'jpy', 'kwd', 'qqq', 'huf'),
    created: fc.integer({ min: 0, max: NOW_SECONDS }),
    card: fc.oneof(nothing, fc.record({ country: fc.oneof(nothing, word, fc.constant('DE')) })),
    line: fc.oneof(nothing, fc.constant('txn_1')),
  })
  .map(({ amount, currency, created, card, line }) =>
    chargeJson({
      amount,
      amount_captured: amount,
      currency,
      created,
      payment_method_details: { type: 'card', card },
      balance_transaction: line,
    }),
  );

const intent = fc
  .record({
    way: fc.constantFrom<PaymentWay | null>('hosted', 'own', 'mandate', null),
    status,
    latest_charge: fc.oneof(nothing, fc.constant('ch_1'), charge),
    last_payment_error: fc.oneof(
      nothing,
      fc.record({ code: fc.oneof(nothing, word), decline_code: fc.oneof(nothing, word) }),
    ),
    setup_future_usage: fc.oneof(nothing, fc.constantFrom('off_session', 'on_session')),
    customer: fc.oneof(nothing, fc.constant('cus_1'), fc.constant({ id: 'cus_1', name: 'x' })),
    next_action: fc.oneof(
      nothing,
      fc.record({
        type: fc.constantFrom('redirect_to_url', 'use_stripe_sdk'),
        redirect_to_url: fc.oneof(
          nothing,
          fc.record({
            url: fc.oneof(nothing, fc.webUrl(), fc.string(), fc.constant('javascript:1')),
          }),
        ),
      }),
    ),
  })
  .map(({ way, ...changes }) => ({ way, json: intentJson(way, changes) }));

describe('a payment of any kind', () => {
  it('is declined only on a mandate, and paid only with a charge that can be read', () => {
    fc.assert(
      fc.property(intent, ({ way, json }) => {
        const answer = readPayment(paymentIntentAnswer.parse(json));
        if (answer.kind === 'unknown') return;
        const { evidence } = answer;
        if (evidence.state === 'declined') assert.equal(way, 'mandate');
        if (evidence.state === 'open') assert.notEqual(way, 'mandate');
        assert.notEqual(evidence.state, 'needs_action');
        assert.ok(KNOWN.includes(String(json.status)));
        if (evidence.state !== 'succeeded') return;
        assert.equal(json.status, 'succeeded');
        assert.ok(evidence.money.minor > 0n);
        assert.ok(evidence.payerCountry === null || /^[A-Z]{2}$/.test(evidence.payerCountry));
        if (evidence.mandate !== null) assert.equal(json.setup_future_usage, 'off_session');
      }),
    );
  });

  it('leads a supporter to no address but one of the web', () => {
    fc.assert(
      fc.property(intent, ({ json }) => {
        const url = challengeUrl(paymentIntentAnswer.parse(json));
        if (url !== null) assert.match(new URL(url).protocol, /^https?:$/);
      }),
    );
  });

  it('on a page of any state is never declined while its page is open', () => {
    const payment = fc.oneof(
      nothing,
      fc.constant('pi_1'),
      intent.map(({ json }) => json),
    );
    fc.assert(
      fc.property(
        payment,
        fc.oneof(fc.constantFrom('open', 'complete', 'expired'), word),
        (payment_intent, state) => {
          const json = sessionJson({ payment_intent, status: state });
          const answer = readSession(checkoutSessionAnswer.parse(json));
          if (answer.kind === 'unknown') return;
          if (answer.evidence.state === 'declined') assert.equal(state, 'complete');
          if (answer.evidence.state === 'open') assert.equal(state, 'open');
          assert.equal(answer.objectRef, 'cs_test_1');
        },
      ),
    );
  });
});
