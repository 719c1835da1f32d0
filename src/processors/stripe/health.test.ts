/** The live look: what it asks, what it finds, and that it makes and moves nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HealthFinding } from '../../giving/processor.ts';
import {
  type CannedAnswer,
  canned,
  errorJson,
  listJson,
  SECRET_KEY,
  type SentCall,
} from './testing/canned.ts';
import { holdAgainstDescription } from './testing/described.ts';
import { NEEDED_EVENTS, NEEDED_EVENTS_HOSTED } from './webhook.ts';

const WEBHOOK = 'https://news.example/hooks/stripe-1';

const notThere: CannedAnswer = {
  status: 404,
  json: errorJson({ type: 'invalid_request_error', code: 'resource_missing' }),
};
const forbidden: CannedAnswer = {
  status: 403,
  json: errorJson({
    type: 'invalid_request_error',
    code: 'more_permissions_required_for_application',
  }),
};

const endpoint = (changes: Readonly<Record<string, unknown>> = {}) => ({
  id: 'we_1',
  url: WEBHOOK,
  status: 'enabled',
  enabled_events: [...NEEDED_EVENTS, ...NEEDED_EVENTS_HOSTED],
  secret: 'whsec_plantedWebhookSecret',
  ...changes,
});

const RIGHT: Readonly<Record<string, CannedAnswer>> = {
  'GET /v1/balance': {
    json: {
      object: 'balance',
      livemode: false,
      available: [{ currency: 'eur', amount: 7 }],
      pending: [{ currency: 'usd', amount: 0 }],
    },
    headers: { date: 'Sun, 01 Mar 2026 12:00:05 GMT' },
  },
  'GET /v1/account': {
    json: {
      id: 'acct_1',
      email: 'canary@newsroom.example',
      charges_enabled: true,
      payouts_enabled: true,
      settings: { payments: { statement_descriptor: 'RIVER FUND' } },
    },
  },
  'GET /v1/webhook_endpoints': {
    json: listJson([endpoint({ url: 'https://x.example' }), endpoint()]),
  },
  'GET /v2/core/event_destinations': { json: { data: [], next_page_url: null } },
  'GET /v1/charges': { json: listJson([]) },
  'GET /v1/balance_transactions': { json: listJson([]) },
  'GET /v1/disputes': { json: listJson([]) },
  'GET /v1/events': { json: listJson([]) },
  'POST /v1/payouts/po_tuppencenone': forbidden,
  'POST /v1/transfers/tr_tuppencenone': forbidden,
};

async function look(
  answers: Readonly<Record<string, CannedAnswer | Error>> = {},
  changes: Parameters<typeof canned>[1] = {},
) {
  const stripe = canned((call: SentCall) => {
    const name = `${call.method} ${call.path}`;
    return answers[name] ?? RIGHT[name] ?? notThere;
  }, changes);
  const found = (await stripe.processor.checkHealth?.({ webhookUrl: WEBHOOK })) ?? [];
  const wrong = found.filter(({ level }) => level !== 'ok');
  return { stripe, found, wrong };
}

const saying = (findings: readonly HealthFinding[], words: RegExp): string =>
  findings.find(({ sentence }) => words.test(sentence))?.level ?? 'nothing';

describe('a live look at an account', () => {
  it('that is right finds nothing wrong, and names what it looked at', async () => {
    for (const page of ['own', 'hosted'] as const) {
      const { found, wrong } = await look({}, { page });
      assert.deepEqual(wrong, []);
      assert.ok(found.length >= 7);
      assert.equal(saying(found, /Bank statements will say "RIVER FUND"/), 'ok');
    }
  });

  it('makes and moves nothing: it writes only to what does not exist', async () => {
    const { stripe } = await look();
    for (const { method, path } of stripe.calls) {
      if (method !== 'GET') assert.match(path, /_tuppencenone(\/|$)/);
    }
  });

  it('holds no secret and no person', async () => {
    const { found } = await look({ 'GET /v1/charges': forbidden });
    const text = JSON.stringify(found);
    for (const secret of [SECRET_KEY, 'planted', 'whsec_', 'canary', '_test_']) {
      assert.ok(!text.includes(secret), secret);
    }
  });

  const CASES: readonly [string, Readonly<Record<string, CannedAnswer | Error>>, RegExp, string][] =
    [
      [
        'a key that was taken back',
        { 'GET /v1/balance': { status: 401, json: errorJson({ type: 'invalid_request_error' }) } },
        /refused the key/,
        'error',
      ],
      ['no network', { 'GET /v1/balance': new TypeError('x') }, /could not be asked/, 'error'],
      [
        'a key of the other mode',
        { 'GET /v1/balance': { json: { livemode: true, available: [], pending: [] } } },
        /not of mode test/,
        'error',
      ],
      [
        'a key that may not see the balance',
        { 'GET /v1/balance': forbidden },
        /"Balance: Read"/,
        'warning',
      ],
      [
        'a key that may not take payments',
        { 'POST /v1/payment_intents/pi_tuppencenone/cancel': forbidden },
        /"PaymentIntents: Write"/,
        'error',
      ],
      [
        'a key that may not refund',
        { 'POST /v1/refunds/re_tuppencenone': forbidden },
        /no gift can be refunded/,
        'error',
      ],
      [
        'a key that may not read events',
        { 'GET /v1/events': forbidden },
        /"Events: Read"/,
        'error',
      ],
      [
        'a permission that could not be tried',
        { 'GET /v1/disputes': { status: 500, text: '' } },
        /could not be tried/,
        'warning',
      ],
      [
        'a key that may pay out',
        { 'POST /v1/payouts/po_tuppencenone': notThere },
        /"Payouts: Write"/,
        'warning',
      ],
      [
        'an account that may not charge',
        { 'GET /v1/account': { json: { charges_enabled: false } } },
        /not let this account charge/,
        'error',
      ],
      [
        'an account without payouts',
        { 'GET /v1/account': { json: { payouts_enabled: false } } },
        /pays nothing out/,
        'warning',
      ],
      [
        'an endpoint that is not there',
        { 'GET /v1/webhook_endpoints': { json: listJson([]) } },
        /No webhook endpoint/,
        'error',
      ],
      [
        'an endpoint that is off',
        { 'GET /v1/webhook_endpoints': { json: listJson([endpoint({ status: 'disabled' })]) } },
        /switched off/,
        'error',
      ],
      [
        'an endpoint that lacks events',
        {
          'GET /v1/webhook_endpoints': {
            json: listJson([endpoint({ enabled_events: ['payment_intent.succeeded'] })]),
          },
        },
        /lacks events.*refund\.created/,
        'error',
      ],
      [
        'a key that may not see endpoints',
        { 'GET /v1/webhook_endpoints': forbidden },
        /"Webhook Endpoints: Read"/,
        'warning',
      ],
    ];
  for (const [what, answers, words, level] of CASES) {
    it(`finds ${what}`, async () => {
      assert.equal(saying((await look(answers)).wrong, words), level);
    });
  }

  it('takes an endpoint for everything as one for all', async () => {
    const all = {
      'GET /v1/webhook_endpoints': { json: listJson([endpoint({ enabled_events: ['*'] })]) },
    };
    assert.deepEqual((await look(all)).wrong, []);
  });

  it('knows an endpoint for thin events too', async () => {
    const thin = (changes: object) => ({
      'GET /v1/webhook_endpoints': { json: listJson([]) },
      'GET /v2/core/event_destinations': {
        json: {
          data: [
            { status: 'enabled', enabled_events: [], type: 'amazon_eventbridge' },
            {
              status: 'enabled',
              enabled_events: [...NEEDED_EVENTS, ...NEEDED_EVENTS_HOSTED].map((n) => `v1.${n}`),
              webhook_endpoint: { url: WEBHOOK },
              ...changes,
            },
          ],
        },
      },
    });
    const { wrong, stripe } = await look(thin({}));
    assert.deepEqual(wrong, []);
    const asked = stripe.calls.find(({ path }) => path.startsWith('/v2/'));
    assert.equal(asked?.params['include[0]'], 'webhook_endpoint.url');
    const lacking = await look(thin({ enabled_events: ['v1.refund.created'] }));
    assert.equal(saying(lacking.wrong, /lacks events/), 'error');
  });

  it('does not ask of a page of ours for what only Stripe’s needs', async () => {
    const only = {
      'GET /v1/webhook_endpoints': {
        json: listJson([endpoint({ enabled_events: NEEDED_EVENTS })]),
      },
    };
    assert.deepEqual((await look(only, { page: 'own' })).wrong, []);
    assert.equal(saying((await look(only)).wrong, /checkout\.session/), 'error');
  });

  it('warns of a secret key, which may do everything', async () => {
    const { wrong, stripe } = await look({}, { secretKey: 'sk_test_plantedSecretKey0123456789' });
    assert.equal(saying(wrong, /This is a secret key/), 'warning');
    assert.ok(!stripe.calls.some(({ path }) => path.includes('payouts')));
  });

  it('warns of a currency that the account does not hold', async () => {
    const { wrong } = await look({}, { currencies: ['EUR', 'GBP'] });
    assert.deepEqual(
      wrong.map(({ level }) => level),
      ['warning'],
    );
    assert.match(wrong[0]?.sentence ?? '', /holds no GBP/);
  });

  it('finds a clock that is wrong', async () => {
    const at = (date: string) => {
      const balance = RIGHT['GET /v1/balance'];
      return look({ 'GET /v1/balance': { ...balance, headers: { date } } });
    };
    assert.equal(
      saying((await at('Sun, 01 Mar 2026 12:02:00 GMT')).wrong, /120 seconds apart/),
      'warning',
    );
    assert.equal(
      saying((await at('Sun, 01 Mar 2026 11:50:00 GMT')).wrong, /600 seconds apart/),
      'error',
    );
    assert.equal(saying((await at('yesterday')).found, /clock/), 'nothing');
  });
});

holdAgainstDescription();
