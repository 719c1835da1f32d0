/** Charges on a kept card: what each of Stripe's answers means, and what it is sent. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { EvidenceAnswer, OrderRefused } from '../../giving/processor.ts';
import { money } from '../../money/index.ts';
import {
  ATTEMPT,
  CANARIES,
  type CannedAnswer,
  canned,
  chargeJson,
  errorJson,
  intentJson,
  listJson,
  mandateOrder,
  NOW_SECONDS,
} from './testing/canned.ts';
import { holdAgainstDescription } from './testing/described.ts';

const html = '<html><body>maintenance</body></html>';

/** In short: `succeeded`, `declined do_not_honor retry-later`, `unknown busy`, `refused code`. */
function inShort(answer: EvidenceAnswer | OrderRefused): string {
  if (answer.kind === 'unknown') return `unknown ${answer.reason}`;
  if (answer.kind === 'refused') return `refused ${answer.code}`;
  const { evidence } = answer;
  return evidence.state === 'declined'
    ? `declined ${evidence.code} ${evidence.advice}`
    : evidence.state;
}

const declined = (decline: Readonly<Record<string, unknown>>): CannedAnswer => ({
  status: 402,
  json: errorJson({
    type: 'card_error',
    code: 'card_declined',
    ...decline,
    payment_intent: intentJson('mandate', {
      status: 'requires_payment_method',
      latest_charge: 'ch_1',
      last_payment_error: { code: 'card_declined', ...decline },
    }),
  }),
});
const invalid = (status: number, error: Readonly<Record<string, unknown>>): CannedAnswer => ({
  status,
  json: errorJson({ type: 'invalid_request_error', ...error }),
});

const OUTCOMES: readonly [string, CannedAnswer | Error, string][] = [
  ['paid', { json: intentJson('mandate') }, 'succeeded'],
  ['being processed', { json: intentJson('mandate', { status: 'processing' }) }, 'processing'],
  ['cancelled', { json: intentJson('mandate', { status: 'canceled' }) }, 'expired'],
  [
    'waiting for its holder after all',
    { json: intentJson('mandate', { status: 'requires_action' }) },
    'declined authentication_required needs-action',
  ],
  [
    'a state of tomorrow',
    { json: intentJson('mandate', { status: 'resting' }) },
    'unknown unexpected',
  ],
  [
    'held and not taken',
    { json: intentJson('mandate', { status: 'requires_capture' }) },
    'unknown unexpected',
  ],
  [
    'still being confirmed',
    { json: intentJson('mandate', { status: 'requires_confirmation' }) },
    'unknown unexpected',
  ],
  [
    'paid, with a charge that cannot be read',
    { json: intentJson('mandate', { latest_charge: 'ch_1' }) },
    'unknown unreadable',
  ],
  [
    'paid, in a currency of nowhere',
    { json: intentJson('mandate', { latest_charge: chargeJson({ currency: 'qqq' }) }) },
    'unknown unreadable',
  ],
  ['declined', declined({ decline_code: 'do_not_honor' }), 'declined do_not_honor retry-later'],
  [
    'declined, the bank says never again',
    declined({ decline_code: 'generic_decline', advice_code: 'do_not_try_again' }),
    'declined generic_decline ask-for-another-method',
  ],
  ['a stolen card', declined({ decline_code: 'stolen_card' }), 'declined stolen_card stop'],
  [
    'the bank wants its customer',
    declined({ code: 'authentication_required', decline_code: 'authentication_required' }),
    'declined authentication_required needs-action',
  ],
  [
    'a decline of tomorrow',
    declined({ decline_code: 'moon_in_the_wrong_place' }),
    'declined moon_in_the_wrong_place ask-for-another-method',
  ],
  [
    'declined before a payment was made',
    { status: 402, json: errorJson({ type: 'card_error', code: 'expired_card' }) },
    'declined expired_card retry-after-update',
  ],
  ['402 that is not in Stripe’s words', { status: 402, json: { error: {} } }, 'unknown unexpected'],
  ['402 in HTML', { status: 402, text: html }, 'unknown unexpected'],
  [
    'too small',
    invalid(400, { code: 'amount_too_small', param: 'amount' }),
    'refused amount_too_small',
  ],
  ['wrong, without a code', invalid(400, { param: 'amount' }), 'refused invalid_request_error'],
  ['400 in HTML', { status: 400, text: html }, 'unknown unexpected'],
  ['400 of a gateway', { status: 400, json: { message: 'bad' } }, 'unknown unexpected'],
  ['400 too many', invalid(400, { code: 'rate_limit' }), 'unknown busy'],
  [
    'the key with another body',
    { status: 400, json: errorJson({ type: 'idempotency_error' }) },
    'unknown conflict',
  ],
  [
    'the key at the same moment',
    { status: 409, json: errorJson({ type: 'idempotency_error', code: 'idempotency_key_in_use' }) },
    'unknown conflict',
  ],
  [
    'a lock',
    { status: 429, json: errorJson({ type: 'invalid_request_error', code: 'lock_timeout' }) },
    'unknown busy',
  ],
  ['too many', { status: 429, json: errorJson({ type: 'rate_limit_error' }) }, 'unknown busy'],
  [
    'a key that was taken back',
    { status: 401, json: errorJson({ type: 'invalid_request_error' }) },
    'unknown unexpected',
  ],
  [
    'a permission that lacks',
    { status: 403, json: errorJson({ type: 'invalid_request_error' }) },
    'unknown unexpected',
  ],
  ['broken', { status: 500, json: errorJson({ type: 'api_error' }) }, 'unknown server-error'],
  ['down, in HTML', { status: 503, text: html }, 'unknown server-error'],
  ['200 that says maintenance', { text: html }, 'unknown unreadable'],
  ['cut short', { text: '{"id":"pi_1","status":"succ' }, 'unknown unreadable'],
  ['no answer', new TypeError('fetch failed'), 'unknown connection'],
];

describe('a charge on a kept card', () => {
  for (const [what, said, means] of OUTCOMES) {
    it(`${what}: ${means}`, async () => {
      const stripe = canned([said]);
      const answer = await stripe.processor.chargeMandate(mandateOrder());
      assert.equal(inShort(answer), means);
      assert.equal(stripe.calls.length, 1);
      for (const canary of CANARIES)
        assert.doesNotMatch(inspect(answer, { depth: 9 }), new RegExp(canary));
    });
  }

  it('is told whole when it is paid', async () => {
    const answer = await canned([{ json: intentJson('mandate') }]).processor.chargeMandate(
      mandateOrder(),
    );
    assert.ok(answer.kind === 'evidence' && answer.evidence.state === 'succeeded');
    const { fee, happenedAt, ...rest } = answer.evidence;
    assert.deepEqual(rest, {
      state: 'succeeded',
      chargeRef: 'ch_1',
      money: money(500n, 'EUR'),
      payerCountry: 'DE',
      mandate: null,
    });
    assert.deepEqual([answer.objectRef, answer.attemptId], ['pi_1', ATTEMPT]);
    assert.equal(happenedAt.epochMilliseconds, (NOW_SECONDS - 2) * 1000);
    assert.deepEqual([fee?.ref, fee?.money], ['txn_1', money(33n, 'EUR')]);
    assert.equal(fee?.happenedAt?.epochMilliseconds, (NOW_SECONDS - 1) * 1000);
  });

  it('is one call under the attempt’s key, with our ids and no person in it', async () => {
    const stripe = canned([{ json: intentJson('mandate') }]);
    const order = mandateOrder();
    await stripe.processor.chargeMandate(order);
    const { method, path, params, headers } = stripe.call(0);
    assert.equal(`${method} ${path}`, 'POST /v1/payment_intents');
    assert.equal(headers.get('idempotency-key'), order.idempotencyKey);
    const { attemptId, giftId, supporterId, pledgeId } = order.references;
    assert.deepEqual(params, {
      amount: '500',
      currency: 'eur',
      'allowed_payment_method_types[0]': 'card',
      capture_method: 'automatic',
      customer: 'cus_1',
      payment_method: 'pm_1',
      confirm: 'true',
      off_session: 'true',
      error_on_requires_action: 'true',
      'metadata[way]': 'mandate',
      'metadata[attempt_id]': attemptId,
      'metadata[gift_id]': giftId,
      'metadata[supporter_id]': supporterId,
      'metadata[pledge_id]': pledgeId,
      'expand[0]': 'latest_charge.balance_transaction',
    });
  });

  it('sends an amount as Stripe counts it, or not at all', async () => {
    const stripe = canned(() => ({ json: intentJson('mandate') }));
    await stripe.processor.chargeMandate(mandateOrder({ money: money(1_000n, 'JPY') }));
    assert.equal(stripe.call(0).params.amount, '1000');
    const odd = await stripe.processor.chargeMandate(
      mandateOrder({ money: money(12_345n, 'HUF') }),
    );
    assert.deepEqual(odd, { kind: 'refused', code: 'whole-units-only' });
    assert.equal(stripe.calls.length, 1);
  });

  const COUNTRIES: readonly [string, CannedAnswer, string][] = [
    [
      'of a welcome country',
      { json: { id: 'pm_1', type: 'card', card: { country: 'DE' } } },
      'succeeded',
    ],
    [
      'of a listed country',
      { json: { id: 'pm_1', type: 'card', card: { country: 'BY' } } },
      'declined country_refused refused-country',
    ],
    [
      'of no country that is told',
      { json: { id: 'pm_1', type: 'card', card: { country: null } } },
      'declined country_unknown refused-country',
    ],
    [
      'of another kind',
      { json: { id: 'pm_1', type: 'link' } },
      'declined country_unknown refused-country',
    ],
    ['that cannot be asked about', { status: 500, text: html }, 'unknown server-error'],
  ];
  for (const [what, said, means] of COUNTRIES) {
    it(`looks first, where countries are listed, at a card ${what}: ${means}`, async () => {
      const stripe = canned([said, { json: intentJson('mandate') }]);
      const answer = await stripe.processor.chargeMandate(
        mandateOrder({ refusedCountries: ['BY', 'RU'] }),
      );
      assert.equal(inShort(answer), means);
      assert.equal(stripe.paths()[0], 'GET /v1/payment_methods/pm_1');
      assert.equal(stripe.calls.length, means === 'succeeded' ? 2 : 1);
      if (answer.kind === 'evidence' && means !== 'succeeded') {
        assert.deepEqual([answer.objectRef, answer.attemptId], [`not-made-${ATTEMPT}`, ATTEMPT]);
      }
    });
  }

  describe('on a card that Stripe does not know', () => {
    const known: CannedAnswer = { json: { id: 'cus_1', object: 'customer', email: CANARIES[1] } };
    const deleted: CannedAnswer = { json: { id: 'cus_1', object: 'customer', deleted: true } };
    const none = invalid(404, { code: 'resource_missing', param: 'id' });
    const GONE = 'declined payment_method_gone ask-for-another-method';
    const said: readonly [string, CannedAnswer][] = [
      ['no such card', invalid(400, { code: 'resource_missing', param: 'payment_method' })],
      ['a card that was taken off', invalid(400, { param: 'payment_method' })],
      ['no such customer', invalid(400, { code: 'resource_missing', param: 'customer' })],
    ];
    const standings: readonly [string, CannedAnswer, string][] = [
      ['whose customer it knows', known, GONE],
      ['whose customer was deleted', deleted, GONE],
      ['whose customer it never knew', none, 'unknown unexpected'],
      ['whose customer it does not tell', { status: 500, text: '' }, 'unknown server-error'],
    ];
    for (const [what, error] of said) {
      for (const [whose, customer, means] of standings) {
        it(`${what}, ${whose}: ${means}`, async () => {
          const stripe = canned([error, customer]);
          assert.equal(inShort(await stripe.processor.chargeMandate(mandateOrder())), means);
          assert.equal(stripe.paths()[1], 'GET /v1/customers/cus_1');
        });
      }
    }

    it('charges nothing while countries are listed', async () => {
      const stripe = canned([invalid(404, { code: 'resource_missing' }), known]);
      const order = mandateOrder({ refusedCountries: ['BY'] });
      assert.equal(inShort(await stripe.processor.chargeMandate(order)), GONE);
      assert.deepEqual(stripe.paths(), ['GET /v1/payment_methods/pm_1', 'GET /v1/customers/cus_1']);
    });
  });

  describe('whose failure Stripe tells from memory', () => {
    const remembered: CannedAnswer = {
      status: 500,
      headers: { 'idempotent-replayed': 'true' },
      json: errorJson({ type: 'api_error' }),
    };

    it('is looked for among its customer’s payments', async () => {
      const other = intentJson('mandate', { id: 'pi_0', metadata: {} });
      const stripe = canned([remembered, { json: listJson([other, intentJson('mandate')]) }]);
      const answer = await stripe.processor.chargeMandate(mandateOrder());
      assert.equal(inShort(answer), 'succeeded');
      assert.equal(stripe.paths()[1], 'GET /v1/payment_intents');
      assert.equal(stripe.call(1).params.customer, 'cus_1');
    });

    it('stays unknown when it is not there, or cannot be asked about', async () => {
      for (const second of [{ json: listJson([]) }, { status: 502, text: html }]) {
        const answer = await canned([remembered, second]).processor.chargeMandate(mandateOrder());
        assert.equal(inShort(answer), 'unknown server-error');
      }
    });
  });
});

holdAgainstDescription();
