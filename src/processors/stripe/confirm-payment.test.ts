/** The three steps of a payment on our own page, and what each of Stripe's answers to them means. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type ConfirmOutcome,
  confirmPayment,
  countryDecline,
  makePayment,
  readCardCountry,
} from './confirm-payment.ts';
import {
  ATTEMPT,
  type CannedAnswer,
  canned,
  errorJson,
  hostedOrder,
  intentJson,
  references,
} from './testing/canned.ts';
import { holdAgainstDescription } from './testing/described.ts';

const TOKEN = 'ctoken_1';

function tokenJson(preview: unknown) {
  return { id: TOKEN, object: 'confirmation_token', payment_method_preview: preview };
}

describe('looking at the country of a card', () => {
  const OUTCOMES: readonly [string, CannedAnswer, object][] = [
    [
      'it has one',
      { json: tokenJson({ type: 'card', card: { country: 'BY' } }) },
      { kind: 'country', country: 'BY' },
    ],
    [
      'none is told',
      { json: tokenJson({ type: 'card', card: { country: null } }) },
      { kind: 'country', country: null },
    ],
    [
      'it is no code',
      { json: tokenJson({ type: 'card', card: { country: 'Belarus' } }) },
      { kind: 'country', country: null },
    ],
    [
      'it is no card',
      { json: tokenJson({ type: 'link', link: {} }) },
      { kind: 'country', country: null },
    ],
    ['there is no preview', { json: tokenJson(null) }, { kind: 'country', country: null }],
    [
      'the token is gone',
      { status: 404, json: errorJson({ type: 'invalid_request_error', code: 'resource_missing' }) },
      { kind: 'token-gone' },
    ],
    ['Stripe is down', { status: 500, text: '' }, { kind: 'unknown', reason: 'server-error' }],
    [
      'the key may not look',
      { status: 403, json: errorJson({ type: 'invalid_request_error' }) },
      { kind: 'unknown', reason: 'unexpected' },
    ],
  ];
  for (const [what, said, means] of OUTCOMES) {
    it(what, async () => {
      const stripe = canned([said]);
      assert.deepEqual(await readCardCountry(stripe.api, TOKEN), means);
      assert.deepEqual(stripe.paths(), [`GET /v1/confirmation_tokens/${TOKEN}`]);
    });
  }

  it('asks nobody about what is no token', async () => {
    const stripe = canned([]);
    for (const text of [
      '',
      'ctoken_',
      'pm_1',
      '../v1/refunds',
      'ctoken_1/../x',
      `ctoken_${'a'.repeat(201)}`,
    ]) {
      assert.deepEqual(await readCardCountry(stripe.api, text), { kind: 'token-gone' });
    }
    assert.equal(stripe.calls.length, 0);
  });

  it('refuses a listed country and an unknown one before anything is made', () => {
    const order = hostedOrder({ refusedCountries: ['BY'] });
    const told = (country: string | null) => countryDecline(order, country)?.evidence;
    const refusal = (code: string) => ({ state: 'declined', code, advice: 'refused-country' });
    assert.deepEqual(told('BY'), refusal('country_refused'));
    assert.deepEqual(told(null), refusal('country_unknown'));
    assert.equal(told('DE'), undefined);
    assert.equal(countryDecline(hostedOrder(), null), null);
    assert.equal(countryDecline(order, 'BY')?.objectRef, `not-made-${ATTEMPT}`);
  });
});

describe('making a payment', () => {
  it('lets no bank hear of it, and goes under the attempt’s key', async () => {
    const stripe = canned([
      { json: intentJson('own', { status: 'requires_payment_method', latest_charge: null }) },
    ]);
    const order = hostedOrder();
    assert.deepEqual(await makePayment(stripe.api, order), { kind: 'made', objectRef: 'pi_1' });
    const { path, params, headers } = stripe.call(0);
    assert.equal(path, '/v1/payment_intents');
    assert.equal(headers.get('idempotency-key'), ATTEMPT);
    const { giftId, supporterId } = order.references;
    assert.deepEqual(params, {
      amount: '500',
      currency: 'eur',
      'allowed_payment_method_types[0]': 'card',
      capture_method: 'automatic',
      'metadata[way]': 'own',
      'metadata[attempt_id]': ATTEMPT,
      'metadata[gift_id]': giftId,
      'metadata[supporter_id]': supporterId,
    });
  });

  it('keeps the card of a pledge with an empty customer', async () => {
    const stripe = canned([{ json: { id: 'cus_1' } }, { json: intentJson('own') }]);
    await makePayment(stripe.api, hostedOrder({ keepMandate: 'month' }));
    assert.deepEqual(stripe.paths(), ['POST /v1/customers', 'POST /v1/payment_intents']);
    const { params } = stripe.call(1);
    assert.equal(params.customer, 'cus_1');
    assert.equal(params.setup_future_usage, 'off_session');
    assert.equal(params['metadata[pledge_id]'], references(true).pledgeId);
  });

  it('is refused, or unknown, as Stripe says', async () => {
    const said: CannedAnswer = {
      status: 400,
      json: errorJson({ type: 'invalid_request_error', code: 'amount_too_small' }),
    };
    const refused = await makePayment(canned([said]).api, hostedOrder());
    assert.deepEqual(refused, { kind: 'refused', code: 'amount_too_small' });
    const unheard = await makePayment(canned([new TypeError('x')]).api, hostedOrder());
    assert.deepEqual(unheard, { kind: 'unknown', reason: 'connection' });
  });
});

/** In short. */
function inShort(outcome: ConfirmOutcome): string {
  switch (outcome.kind) {
    case 'evidence': {
      const { evidence, challengeUrl } = outcome;
      const code = evidence.state === 'open' ? (evidence.declinedCode ?? null) : null;
      return [evidence.state, code, challengeUrl].filter((part) => part !== null).join(' ');
    }
    case 'unknown':
      return `unknown ${outcome.reason}`;
    case 'refused':
      return `refused ${outcome.code}`;
    case 'token-gone':
      return 'token-gone';
  }
}

const asks = (next: unknown): CannedAnswer => ({
  json: intentJson('own', { status: 'requires_action', next_action: next, latest_charge: null }),
});
const invalid = (error: Readonly<Record<string, unknown>>): CannedAnswer => ({
  status: 400,
  json: errorJson({ type: 'invalid_request_error', ...error }),
});
const BANK = 'https://hooks.stripe.com/redirect/authenticate/src_1?client_secret=x';

const OUTCOMES: readonly [string, CannedAnswer | Error, string][] = [
  ['paid', { json: intentJson('own') }, 'succeeded'],
  ['being processed', { json: intentJson('own', { status: 'processing' }) }, 'processing'],
  [
    'the bank asks',
    asks({ type: 'redirect_to_url', redirect_to_url: { url: BANK } }),
    `open ${BANK}`,
  ],
  ['the bank asks in a way of tomorrow', asks({ type: 'use_stripe_sdk' }), 'unknown unexpected'],
  [
    'the bank asks where no page is',
    asks({ type: 'redirect_to_url', redirect_to_url: { url: 'javascript:alert(1)' } }),
    'unknown unexpected',
  ],
  [
    'declined',
    {
      status: 402,
      json: errorJson({
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'insufficient_funds',
        payment_intent: intentJson('own', {
          status: 'requires_payment_method',
          latest_charge: 'ch_1',
          last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' },
        }),
      }),
    },
    'open insufficient_funds',
  ],
  [
    'declined, in few words',
    { status: 402, json: errorJson({ type: 'card_error', code: 'incorrect_cvc' }) },
    'open incorrect_cvc',
  ],
  ['cancelled meanwhile', { json: intentJson('own', { status: 'canceled' }) }, 'expired'],
  [
    'paid a moment ago',
    invalid({
      code: 'payment_intent_unexpected_state',
      payment_intent: intentJson('own', { latest_charge: chargeWhole() }),
    }),
    'succeeded',
  ],
  ['over, in few words', invalid({ code: 'payment_intent_unexpected_state' }), 'unknown conflict'],
  [
    'a token that was used',
    invalid({ code: 'resource_missing', param: 'confirmation_token' }),
    'token-gone',
  ],
  ['a token that is too old', invalid({ code: 'confirmation_token_expired' }), 'token-gone'],
  [
    'our bug',
    invalid({ code: 'parameter_unknown', param: 'return_url' }),
    'refused parameter_unknown',
  ],
  [
    'two at once',
    { status: 409, json: errorJson({ type: 'idempotency_error' }) },
    'unknown conflict',
  ],
  ['too many', { status: 429, text: '' }, 'unknown busy'],
  ['broken', { status: 500, json: errorJson({ type: 'api_error' }) }, 'unknown server-error'],
  ['a page of HTML', { text: '<html>' }, 'unknown unreadable'],
  ['no answer', new TypeError('fetch failed'), 'unknown connection'],
];

function chargeWhole() {
  return intentJson('own').latest_charge;
}

describe('confirming a payment', () => {
  for (const [what, said, means] of OUTCOMES) {
    it(`${what}: ${means}`, async () => {
      const stripe = canned([said]);
      const outcome = await confirmPayment(stripe.api, {
        order: hostedOrder(),
        objectRef: 'pi_1',
        tokenId: TOKEN,
      });
      assert.equal(inShort(outcome), means);
    });
  }

  it('goes under a key of attempt and token, and leads back to the order’s address', async () => {
    const stripe = canned([{ json: intentJson('own') }]);
    const order = hostedOrder();
    await confirmPayment(stripe.api, { order, objectRef: 'pi_1', tokenId: TOKEN });
    const { path, params, headers } = stripe.call(0);
    assert.equal(path, '/v1/payment_intents/pi_1/confirm');
    assert.equal(headers.get('idempotency-key'), `${ATTEMPT}:${TOKEN}`);
    assert.deepEqual(params, {
      confirmation_token: TOKEN,
      return_url: order.returnUrl,
      use_stripe_sdk: 'false',
      'expand[0]': 'latest_charge.balance_transaction',
    });
  });

  it('tells the kept card of a pledge', async () => {
    const kept = intentJson('own', { customer: 'cus_1', setup_future_usage: 'off_session' });
    const outcome = await confirmPayment(canned([{ json: kept }]).api, {
      order: hostedOrder({ keepMandate: 'month' }),
      objectRef: 'pi_1',
      tokenId: TOKEN,
    });
    assert.ok(outcome.kind === 'evidence' && outcome.evidence.state === 'succeeded');
    assert.deepEqual(outcome.evidence.mandate, {
      customerRef: 'cus_1',
      methodRef: 'pm_1',
      methodFingerprint: 'print1',
    });
  });

  it('is never done with what was not made here', async () => {
    await assert.rejects(
      confirmPayment(canned([]).api, {
        order: hostedOrder(),
        objectRef: 'pi_1/../../refunds',
        tokenId: TOKEN,
      }),
      /assertion failed/,
    );
  });
});

holdAgainstDescription();
