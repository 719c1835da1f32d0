/** Opening a page, Stripe's or ours, and closing it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { money } from '../../money/index.ts';
import {
  ATTEMPT,
  type CannedAnswer,
  canned,
  errorJson,
  hostedOrder,
  intentJson,
  listJson,
  references,
  sessionJson,
} from './testing/canned.ts';
import { holdAgainstDescription } from './testing/described.ts';

const gone: CannedAnswer = {
  status: 404,
  json: errorJson({ type: 'invalid_request_error', code: 'resource_missing' }),
};

describe('opening Stripe’s page', () => {
  it('is one call for a gift once, under the attempt’s key, and names no person', async () => {
    const stripe = canned([{ json: sessionJson() }]);
    const order = hostedOrder();
    assert.deepEqual(await stripe.processor.openHostedPayment(order), {
      kind: 'opened',
      objectRef: 'cs_test_1',
      pageUrl: 'https://checkout.stripe.com/c/pay/cs_test_1',
    });
    const { params, headers } = stripe.call(0);
    assert.equal(headers.get('idempotency-key'), ATTEMPT);
    const { giftId, supporterId } = order.references;
    const ids = { way: 'hosted', attempt_id: ATTEMPT, gift_id: giftId, supporter_id: supporterId };
    assert.deepEqual(params, {
      mode: 'payment',
      'allowed_payment_method_types[0]': 'card',
      client_reference_id: ATTEMPT,
      'line_items[0][quantity]': '1',
      'line_items[0][price_data][currency]': 'eur',
      'line_items[0][price_data][unit_amount]': '500',
      'line_items[0][price_data][product_data][name]': 'RIVER FUND',
      ...Object.fromEntries(
        Object.entries(ids).flatMap(([name, value]) => [
          [`metadata[${name}]`, value],
          [`payment_intent_data[metadata][${name}]`, value],
        ]),
      ),
      'payment_intent_data[capture_method]': 'automatic',
      success_url: order.returnUrl,
      cancel_url: order.cancelUrl,
      locale: 'en',
      submit_type: 'pay',
      'adaptive_pricing[enabled]': 'false',
      'wallet_options[link][display]': 'never',
    });
  });

  it('makes an empty customer first for a pledge, under a key of its own', async () => {
    const stripe = canned([{ json: { id: 'cus_1' } }, { json: sessionJson() }]);
    const order = hostedOrder({ keepMandate: 'month', language: 'ru' });
    const opened = await stripe.processor.openHostedPayment(order);
    assert.equal(opened.kind, 'opened');
    const { supporterId, pledgeId } = references(true);
    assert.deepEqual(stripe.paths(), ['POST /v1/customers', 'POST /v1/checkout/sessions']);
    assert.deepEqual(stripe.call(0).params, {
      'metadata[supporter_id]': supporterId,
      'metadata[pledge_id]': pledgeId,
    });
    assert.equal(stripe.call(0).headers.get('idempotency-key'), `${ATTEMPT}:customer`);
    const { params } = stripe.call(1);
    assert.equal(params.customer, 'cus_1');
    assert.equal(params['payment_intent_data[setup_future_usage]'], 'off_session');
    assert.equal(params.locale, 'ru');
  });

  it('speaks a language that Stripe’s page has not by leaving it to the browser', async () => {
    const stripe = canned([{ json: sessionJson() }]);
    await stripe.processor.openHostedPayment(hostedOrder({ language: 'ar', statementText: '' }));
    const { params } = stripe.call(0);
    assert.equal(params.locale, 'auto');
    assert.equal(params['line_items[0][price_data][product_data][name]'], 'Payment');
  });

  const OUTCOMES: readonly [string, CannedAnswer | Error, object][] = [
    [
      'an order that Stripe calls invalid',
      { status: 400, json: errorJson({ type: 'invalid_request_error', code: 'amount_too_small' }) },
      { kind: 'refused', code: 'amount_too_small' },
    ],
    [
      'a page elsewhere',
      { json: sessionJson({ url: 'https://evil.example/c' }) },
      { kind: 'unknown', reason: 'unreadable' },
    ],
    ['no page', { json: sessionJson({ url: null }) }, { kind: 'unknown', reason: 'unreadable' }],
    [
      'too many',
      { status: 429, json: errorJson({ type: 'rate_limit_error' }) },
      { kind: 'unknown', reason: 'busy' },
    ],
    ['HTML', { text: '<html>' }, { kind: 'unknown', reason: 'unreadable' }],
    ['nothing', new TypeError('fetch failed'), { kind: 'unknown', reason: 'connection' }],
  ];
  for (const [what, said, means] of OUTCOMES) {
    it(`answered with ${what}`, async () => {
      const stripe = canned([said]);
      assert.deepEqual(await stripe.processor.openHostedPayment(hostedOrder()), means);
    });
  }

  it('opens nothing when the customer could not be made', async () => {
    const stripe = canned([{ status: 500, text: '' }]);
    const opened = await stripe.processor.openHostedPayment(hostedOrder({ keepMandate: 'year' }));
    assert.deepEqual(opened, { kind: 'unknown', reason: 'server-error' });
    assert.equal(stripe.calls.length, 1);
  });
});

describe('opening our own page', () => {
  it('makes nothing at Stripe', async () => {
    const stripe = canned([], { page: 'own' });
    const order = hostedOrder({ keepMandate: 'month' });
    assert.deepEqual(await stripe.processor.openHostedPayment(order), {
      kind: 'opened-here',
      pageUrl: `https://news.example/pay/stripe-1/${ATTEMPT}`,
    });
    const odd = await stripe.processor.openHostedPayment(
      hostedOrder({ money: money(12_345n, 'HUF') }),
    );
    assert.deepEqual(odd, { kind: 'refused', code: 'whole-units-only' });
    assert.equal(stripe.calls.length, 0);
  });
});

describe('closing a page', () => {
  const paid = sessionJson({
    status: 'complete',
    payment_status: 'paid',
    payment_intent: intentJson('hosted'),
  });
  const notOpen: CannedAnswer = { status: 400, json: errorJson({ type: 'invalid_request_error' }) };
  const SESSIONS: readonly [string, readonly CannedAnswer[], string][] = [
    ['that is open', [{ json: sessionJson({ status: 'expired' }) }], 'closed'],
    ['that was closed', [notOpen, { json: sessionJson({ status: 'expired' }) }], 'closed'],
    ['that was paid', [notOpen, { json: paid }], 'already-paid'],
    [
      'on which a payment is under way',
      [
        notOpen,
        {
          json: sessionJson({
            status: 'complete',
            payment_intent: intentJson('hosted', { status: 'processing' }),
          }),
        },
      ],
      'unknown',
    ],
    ['that stayed open', [{ status: 500, text: '' }, { json: sessionJson() }], 'unknown'],
    ['that nobody knows', [gone, gone], 'unknown'],
    [
      'when nothing is heard',
      [
        { status: 500, text: '' },
        { status: 500, text: '' },
      ],
      'unknown',
    ],
  ];
  for (const [what, script, means] of SESSIONS) {
    it(`of Stripe’s ${what}: ${means}`, async () => {
      const stripe = canned(script);
      assert.equal(await stripe.processor.closeHostedPayment('cs_test_1'), means);
      assert.equal(stripe.paths()[0], 'POST /v1/checkout/sessions/cs_test_1/expire');
      assert.equal(stripe.call(0).headers.get('idempotency-key'), null);
    });
  }

  const open = { json: intentJson('own', { status: 'requires_payment_method' }) };
  const cancelled = { json: intentJson('own', { status: 'canceled' }) };
  const PAYMENTS: readonly [string, readonly CannedAnswer[], string][] = [
    ['that is open', [open, cancelled], 'closed'],
    ['that was closed', [cancelled, notOpen, cancelled], 'closed'],
    ['that was paid meanwhile', [open, notOpen, { json: intentJson('own') }], 'already-paid'],
    [
      'that waits for a bank',
      [open, notOpen, { json: intentJson('own', { status: 'processing' }) }],
      'unknown',
    ],
    ['when nothing is heard', [{ status: 500, text: '' }], 'unknown'],
  ];
  for (const [what, script, means] of PAYMENTS) {
    it(`of ours ${what}: ${means}`, async () => {
      const stripe = canned(script, { page: 'own' });
      assert.equal(await stripe.processor.closeHostedPayment('pi_1'), means);
    });
  }

  it('that is known by its payment closes the page', async () => {
    const stripe = canned([
      { json: intentJson('hosted', { status: 'requires_payment_method' }) },
      { json: listJson([sessionJson()]) },
      { json: sessionJson({ status: 'expired' }) },
    ]);
    assert.equal(await stripe.processor.closeHostedPayment('pi_1'), 'closed');
    assert.deepEqual(stripe.paths().slice(1), [
      'GET /v1/checkout/sessions',
      'POST /v1/checkout/sessions/cs_test_1/expire',
    ]);
  });

  it('that was never made at Stripe asks nobody', async () => {
    const stripe = canned([]);
    assert.equal(await stripe.processor.closeHostedPayment(`not-made-${ATTEMPT}`), 'unknown');
  });
});

holdAgainstDescription();
