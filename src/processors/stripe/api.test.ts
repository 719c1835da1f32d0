/** What the one place that calls the SDK makes of everything a network and a company can do. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { ManualClock } from '../../calendar/index.ts';
import { type Called, createApi } from './api.ts';
import {
  CANARIES,
  type CannedAnswer,
  canned,
  errorJson,
  intentJson,
  NOW,
  SECRET_KEY,
} from './testing/canned.ts';

const answer = z.object({ id: z.string() });

async function getting(said: CannedAnswer | Error): Promise<Called<{ id: string }>> {
  return await canned([said]).api.call({
    endpoint: 'GET /v1/refunds',
    send: (stripe) => stripe.refunds.retrieve('re_1'),
    answer,
  });
}

const html = '<html><body>We are down for maintenance</body></html>';

describe('a call to Stripe', () => {
  const unknowns: readonly [string, CannedAnswer | Error, string][] = [
    ['a connection that cannot be made', new TypeError('fetch failed'), 'connection'],
    [
      'a connection that was closed',
      Object.assign(new Error('x'), { code: 'ECONNRESET' }),
      'connection',
    ],
    ['200 with an HTML page', { text: html }, 'unreadable'],
    ['200 with JSON cut short', { text: '{"id": "re_1", "sta' }, 'unreadable'],
    ['200 with nothing', { text: '' }, 'unreadable'],
    ['200 with a list where an object belongs', { json: [] }, 'unreadable'],
    ['200 with null', { text: 'null' }, 'unreadable'],
    ['200 with other JSON', { json: { status: 'maintenance' } }, 'unreadable'],
    ['200 that is too large', { text: `{"id":"${'x'.repeat(9_000_000)}"}` }, 'unreadable'],
    ['500 in HTML', { status: 500, text: html }, 'server-error'],
    ['503 with JSON of a gateway', { status: 503, json: { message: 'busy' } }, 'server-error'],
    ['503 with nothing', { status: 503, text: '' }, 'server-error'],
    ['429 with nothing', { status: 429, text: '' }, 'busy'],
    ['402 in HTML', { status: 402, text: html }, 'unexpected'],
    ['404 in HTML', { status: 404, text: html }, 'unexpected'],
  ];
  for (const [what, said, reason] of unknowns) {
    it(`did not hear: ${what}`, async () => {
      assert.deepEqual(await getting(said), { kind: 'unknown', reason });
    });
  }

  it('hears errors in Stripe’s own codes, and none of its sentences', async () => {
    const error = await getting({
      status: 402,
      headers: { 'idempotent-replayed': 'true' },
      json: errorJson({
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'insufficient_funds',
        advice_code: 'try_again_later',
        param: 'payment_method',
        payment_intent: intentJson('mandate', { status: 'requires_payment_method' }),
      }),
    });
    assert.ok(error.kind === 'error');
    const { paymentIntent, ...rest } = error;
    assert.deepEqual(rest, {
      kind: 'error',
      status: 402,
      type: 'card_error',
      code: 'card_declined',
      declineCode: 'insufficient_funds',
      adviceCode: 'try_again_later',
      param: 'payment_method',
      isReplayed: true,
    });
    assert.equal(paymentIntent?.id, 'pi_1');
    for (const canary of CANARIES) assert.doesNotMatch(JSON.stringify(error), new RegExp(canary));
  });

  it('drops what stands in the place of a code and is none', async () => {
    const error = await getting({
      status: 400,
      json: errorJson({
        type: 'invalid_request_error',
        code: 'The card of Canary Nightingale',
        param: { nested: true },
        payment_intent: { id: 'pi_1' },
      }),
    });
    assert.ok(error.kind === 'error');
    assert.deepEqual([error.code, error.param, error.paymentIntent], [null, null, null]);
  });

  it('is not waited for longer than its time, headers heard or not', async () => {
    const never: typeof globalThis.fetch = (_, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    const half: typeof globalThis.fetch = async (_, init) =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"id":'));
            init?.signal?.addEventListener('abort', () => controller.error(init.signal?.reason));
          },
        }),
      );
    for (const fetch of [never, half]) {
      const api = createApi({
        secretKey: SECRET_KEY,
        clock: new ManualClock(NOW),
        fetch,
        timeoutMs: 20,
      });
      const called = await api.call({
        endpoint: 'GET /v1/refunds',
        send: (stripe) => stripe.refunds.retrieve('re_1'),
        answer,
      });
      assert.deepEqual(called, { kind: 'unknown', reason: 'timeout' });
    }
  });

  it('did not hear an answer that breaks off half-way', async () => {
    const api = createApi({
      secretKey: SECRET_KEY,
      clock: new ManualClock(NOW),
      timeoutMs: 1_000,
      fetch: async () =>
        new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(new TextEncoder().encode('{"id":'));
              controller.error(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
            },
          }),
        ),
    });
    const called = await api.call({
      endpoint: 'GET /v1/refunds',
      send: (stripe) => stripe.refunds.retrieve('re_1'),
      answer,
    });
    assert.deepEqual(called, { kind: 'unknown', reason: 'connection' });
  });

  for (const status of [409, 429, 500, 503]) {
    it(`is sent once whatever is answered: ${status}, with advice to repeat it`, async () => {
      const stripe = canned(() => ({
        status,
        headers: { 'stripe-should-retry': 'true' },
        json: errorJson({ type: 'api_error' }),
      }));
      await stripe.api.call({
        endpoint: 'POST /v1/refunds',
        send: (sdk) => sdk.refunds.create({ charge: 'ch_1' }, { idempotencyKey: 'key-1' }),
        answer,
      });
      assert.deepEqual(stripe.paths(), ['POST /v1/refunds']);
    });
  }

  it('carries our key or none, and nothing about this machine', async () => {
    const stripe = canned(() => ({ json: { id: 're_1' } }));
    const send = (options?: { idempotencyKey: string }) =>
      stripe.api.call({
        endpoint: 'POST /v1/refunds',
        send: (sdk) => sdk.refunds.create({ charge: 'ch_1' }, options),
        answer,
      });
    await send({ idempotencyKey: 'key-1' });
    await send();
    const [with_, without] = [stripe.call(0).headers, stripe.call(1).headers];
    assert.equal(with_.get('idempotency-key'), 'key-1');
    assert.equal(without.get('idempotency-key'), null);
    assert.deepEqual([...with_.keys()].toSorted(), [
      'accept',
      'authorization',
      'content-length',
      'content-type',
      'idempotency-key',
      'stripe-version',
      'user-agent',
    ]);
    assert.equal(with_.get('user-agent'), 'Tuppence');
    assert.equal(with_.get('stripe-version'), '2026-10-28.endive');
  });

  it('follows no redirect and prints no notice', async (context) => {
    const warnings = context.mock.method(process, 'emitWarning', () => undefined);
    let redirect: unknown;
    const api = createApi({
      secretKey: SECRET_KEY,
      clock: new ManualClock(NOW),
      timeoutMs: 1_000,
      fetch: async (_, init) => {
        redirect = init?.redirect;
        return Response.json({ id: 're_1' }, { headers: { 'stripe-notice': 'buy more' } });
      },
    });
    const called = await api.call({
      endpoint: 'GET /v1/refunds',
      send: (stripe) => stripe.refunds.retrieve('re_1'),
      answer,
    });
    assert.equal(called.kind, 'answered');
    assert.equal(redirect, 'error');
    assert.equal(warnings.mock.callCount(), 0);
  });

  it('tells Stripe’s clock', async () => {
    const called = await getting({
      json: { id: 're_1' },
      headers: { date: 'Sun, 01 Mar 2026 12:00:07 GMT' },
    });
    assert.ok(called.kind === 'answered');
    assert.equal(called.stripeTime?.toString(), '2026-03-01T12:00:07Z');
  });

  it('goes to where its settings say', async () => {
    const seen: string[] = [];
    for (const apiOrigin of ['http://127.0.0.1:4242', 'https://stripe.example', undefined]) {
      const api = createApi({
        secretKey: SECRET_KEY,
        clock: new ManualClock(NOW),
        timeoutMs: 1_000,
        apiOrigin,
        fetch: async (input) => {
          seen.push(String(input));
          return Response.json({ id: 're_1' });
        },
      });
      await api.call({
        endpoint: 'GET /v1/refunds',
        send: (stripe) => stripe.refunds.retrieve('re_1'),
        answer,
      });
    }
    assert.deepEqual(
      seen.map((url) => new URL(url).href),
      [
        'http://127.0.0.1:4242/v1/refunds/re_1',
        'https://stripe.example/v1/refunds/re_1',
        'https://api.stripe.com/v1/refunds/re_1',
      ],
    );
  });
});
