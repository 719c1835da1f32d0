import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callJson, type JsonCall, unknownByStatus } from './call-json.ts';

const GET: JsonCall = { method: 'GET', path: '/v1/thing?a=b' };

function answering(answer: (request: Request) => Promise<Response> | Response, timeoutMs = 1_000) {
  const requests: Request[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    requests.push(request);
    return await answer(request);
  };
  const options = {
    origin: 'https://api.example',
    fetch,
    timeoutMs,
    headers: { authorization: 'Bearer secret' },
  };
  return { requests, call: (call: JsonCall) => callJson(options, call) };
}

describe('a call to a payment company', () => {
  it('carries credentials and JSON, and follows no redirect', async () => {
    const { call, requests } = answering(() => Response.json({ id: 'x' }));
    const heard = await call({ method: 'POST', path: '/v1/x', body: { a: '1.00' } });
    assert.deepEqual(heard, {
      kind: 'heard',
      status: 200,
      json: { id: 'x' },
      retryAfterSeconds: null,
    });
    const [request] = requests;
    assert.equal(request?.headers.get('authorization'), 'Bearer secret');
    assert.equal(request?.headers.get('content-type'), 'application/json');
    assert.equal(request?.redirect, 'error');
    assert.deepEqual(await request?.json(), { a: '1.00' });
  });

  it('sends text as it is', async () => {
    const { call, requests } = answering(() => Response.json({}));
    const type = 'application/x-www-form-urlencoded';
    await call({ method: 'POST', path: '/t', body: 'a=b', headers: { 'content-type': type } });
    assert.equal(requests[0]?.headers.get('content-type'), type);
    assert.equal(await requests[0]?.text(), 'a=b');
  });

  it('hears statuses of every kind, and says how long to wait', async () => {
    const { call } = answering(
      () => new Response('{}', { status: 429, headers: { 'retry-after': '7' } }),
    );
    const heard = await call(GET);
    assert.ok(heard.kind === 'heard');
    assert.deepEqual([heard.status, heard.retryAfterSeconds], [429, 7]);
  });

  for (const [what, body] of [
    ['an HTML error page', '<html>We are down for maintenance</html>'],
    ['JSON cut short', '{"id": "pi_1", "stat'],
    ['nothing', ''],
    ['more than any answer has', `[${'1,'.repeat(2_200_000)}1]`],
  ] as const) {
    it(`makes nothing of ${what}`, async () => {
      const heard = await answering(() => new Response(body)).call(GET);
      assert.ok(heard.kind === 'heard');
      assert.equal(heard.json, undefined);
    });
  }

  it('did not hear what breaks off half-way, never comes, or cannot be reached', async () => {
    const half = answering(
      () =>
        new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(new TextEncoder().encode('{"id":'));
              controller.error(new Error('reset'));
            },
          }),
        ),
    );
    assert.deepEqual(await half.call(GET), { kind: 'unknown', reason: 'connection' });
    const unreachable = answering(() => Promise.reject(new TypeError('fetch failed')));
    assert.deepEqual(await unreachable.call(GET), { kind: 'unknown', reason: 'connection' });
    const never = answering(
      (request) =>
        new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => reject(request.signal.reason));
        }),
      20,
    );
    assert.deepEqual(await never.call(GET), { kind: 'unknown', reason: 'timeout' });
  });

  it('has a reason for every status that says nothing about a payment', () => {
    const reasons = [200, 302, 401, 404, 409, 418, 429, 500, 503].map(
      (status) => unknownByStatus(status).reason,
    );
    assert.deepEqual(reasons, [
      'unreadable',
      'unexpected',
      'unexpected',
      'unexpected',
      'conflict',
      'unexpected',
      'busy',
      'server-error',
      'server-error',
    ]);
  });
});
