import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { money } from '../../../money/index.ts';
import { hostedOrder, SECRET_KEY, TestBank } from './testing/test-bank.ts';

let bank: TestBank;
before(async () => {
  bank = await TestBank.start();
});
beforeEach(() => bank.control({ clear: true }));
after(() => bank.stop());

const BODY = {
  references: { attempt: 'a-1', gift: 'g-1', supporter: 's-1', pledge: null },
  amount: '500',
  currency: 'USD',
  keep_mandate: null,
  statement_text: 'TPN SUPPORT',
  language: 'en',
  refused_countries: ['RU'],
  return_url: 'http://127.0.0.1:3000/thanks',
  cancel_url: 'http://127.0.0.1:3000/support',
};
let keys = 0;

async function post(
  path: string,
  body: unknown,
  options: { key?: string; headers?: Record<string, string> } = {},
) {
  keys += 1;
  const answer = await bank.api(path, {
    method: 'POST',
    headers: { 'idempotency-key': options.key ?? `key-${keys}`, ...options.headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, json: JSON.parse(await answer.text()) };
}

test('without the secret key nothing is told', async () => {
  for (const authorization of [
    '',
    'Bearer',
    `Bearer ${SECRET_KEY} `.trim().slice(0, -1),
    `Basic ${SECRET_KEY}`,
  ]) {
    for (const path of ['/charges', '/issuer-log', '/changes', '/payments?attempt=a-1']) {
      const answer = await bank.api(path, { headers: { authorization } });
      assert.equal(answer.status, 401);
      assert.deepEqual(await answer.json(), { error: { code: 'key_wrong' } });
    }
  }
});

test('the same key with the same body is the same answer; with another body it is refused', async () => {
  const first = await post('/payments', BODY, { key: 'same' });
  const again = await post('/payments', BODY, { key: 'same' });
  assert.equal(first.status, 200);
  assert.deepEqual(again, first);
  const other = await post('/payments', { ...BODY, amount: '600' }, { key: 'same' });
  assert.deepEqual(other, { status: 409, json: { error: { code: 'key_reused' } } });
  assert.deepEqual(await post('/payments', BODY, { key: 'same' }), first);
});

test('one key used by many at the same moment opens one payment', async () => {
  const references = { ...BODY.references, attempt: 'a-many' };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => post('/payments', { ...BODY, references }, { key: 'many' })),
  );
  assert.equal(new Set(answers.map((answer) => answer.json.id)).size, 1);
});

test('keys of different calls do not meet', async () => {
  await post('/payments', BODY, { key: 'shared' });
  const refund = await post(
    '/refunds',
    { charge: 'ch_none', amount: '1', currency: 'USD' },
    { key: 'shared' },
  );
  assert.deepEqual(refund.json, { error: { code: 'charge_unknown' } });
});

test('a key is remembered for a day, also across a restart, and then forgotten', async () => {
  const own = await TestBank.start();
  try {
    const order = hostedOrder();
    const open = async () => {
      const opened = await own.processor().openHostedPayment(order);
      return opened.kind === 'opened' ? opened.objectRef : opened.kind;
    };
    const first = await open();
    own.clock.advance({ hours: 23, minutes: 59 });
    assert.equal(await open(), first);
    await own.restart();
    assert.equal(await open(), first);
    own.clock.advance({ minutes: 1 });
    assert.notEqual(await open(), first);
  } finally {
    await own.stop();
  }
});

test('requests that are wrong are refused by name, and nothing typed comes back', async () => {
  const wrong: [string, unknown][] = [
    ['amount', { ...BODY, amount: 500 }],
    ['amount', { ...BODY, amount: '5.00' }],
    ['amount', { ...BODY, amount: '-5' }],
    ['amount', { ...BODY, amount: '1e3' }],
    ['amount', { ...BODY, amount: '007' }],
    ['currency', { ...BODY, currency: 'usd' }],
    ['return_url', { ...BODY, return_url: 'javascript:alert(1)' }],
    ['return_url', { ...BODY, return_url: '/thanks' }],
    ['cancel_url', { ...BODY, cancel_url: 'http://user:word@127.0.0.1/' }],
    ['statement_text', { ...BODY, statement_text: 'Ünlesbar' }],
    ['statement_text', { ...BODY, statement_text: 'A text that is longer than a statement line' }],
    ['refused_countries.0', { ...BODY, refused_countries: ['Russia'] }],
    ['references.attempt', { ...BODY, references: { ...BODY.references, attempt: '' } }],
    ['', { ...BODY, surprise: 'canary' }],
    ['', []],
    ['', 'not json'],
  ];
  for (const [field, body] of wrong) {
    const answer = await post('/payments', body);
    assert.equal(answer.status, 400, field);
    assert.equal(answer.json.error.code, 'invalid_request');
    assert.ok(answer.json.error.fields.includes(field), JSON.stringify(answer.json));
    assert.ok(!JSON.stringify(answer.json).includes('canary'));
  }
});

test('amounts outside the limits and currencies without a row are refused', async () => {
  const code = async (change: object) =>
    (await post('/payments', { ...BODY, ...change })).json.error?.code;
  assert.equal(await code({ amount: '49' }), 'amount_too_small');
  assert.equal(await code({ amount: '0' }), 'amount_too_small');
  assert.equal(await code({ amount: '50' }), undefined);
  assert.equal(await code({ amount: '99999999' }), undefined);
  assert.equal(await code({ amount: '100000000' }), 'amount_too_large');
  assert.equal(await code({ currency: 'XXX' }), 'currency_unknown');
});

test('keys are required, and bodies have a limit', async () => {
  const noKey = await bank.api('/payments', { method: 'POST', body: JSON.stringify(BODY) });
  assert.deepEqual(await noKey.json(), { error: { code: 'key_missing' } });
  assert.equal(
    (await post('/payments', BODY, { key: 'k'.repeat(201) })).json.error.code,
    'key_missing',
  );
  const large = await post('/payments', { ...BODY, language: 'x'.repeat(20_000) });
  assert.deepEqual(large, { status: 413, json: { error: { code: 'body_too_large' } } });
});

test('unknown payments, charges, calls, days and cursors are 4xx', async () => {
  const expected: [string, number, string][] = [
    ['/payments/pay_none', 404, 'payment_unknown'],
    ['/charges/ch_none', 404, 'charge_unknown'],
    ['/nothing', 404, 'no_such_call'],
    ['/payments', 400, 'invalid_request'],
    ['/changes?since=-1', 400, 'invalid_request'],
    ['/changes?since=1e3', 400, 'invalid_request'],
    ['/books', 400, 'invalid_request'],
    ['/books?day=2026-02-30', 400, 'invalid_request'],
    ['/balance-transactions?since=x', 400, 'invalid_request'],
  ];
  for (const [path, status, code] of expected) {
    const answer = await bank.api(path);
    assert.equal(answer.status, status, path);
    const body: { error?: { code?: string } } = JSON.parse(await answer.text());
    assert.equal(body.error?.code, code, path);
  }
});

test('the books of a day add up: charges, fees, refunds, net', async () => {
  const own = await TestBank.start();
  try {
    const { order, objectRef } = await own.pay('pays', { money: money(1000n, 'EUR') });
    await own.pay('pays', { money: money(500n, 'EUR') });
    await own.pay('pays', { money: money(900n, 'JPY') });
    await own.pay('declined', { money: money(700n, 'EUR') });
    const found = await own
      .processor()
      .lookUp({ attemptId: order.references.attemptId, objectRef });
    assert.ok(found.kind === 'evidence' && found.evidence.state === 'succeeded');
    const { chargeRef } = found.evidence;
    await own.processor().refund({ idempotencyKey: 'r-1', chargeRef, money: money(300n, 'EUR') });
    own.clock.advance({ hours: 24 });
    await own.pay('pays', { money: money(800n, 'EUR') });

    const books = await (await own.api('/books?day=2026-11-25')).json();
    assert.deepEqual(books, {
      day: '2026-11-25',
      currencies: [
        // 29 + 30 and 14.5 -> 14, + 30
        {
          currency: 'EUR',
          charges: 2,
          refunds: 1,
          charged: '1500',
          refunded: '300',
          disputed: '0',
          fees: '103',
          paid_out: '0',
          net: '1097',
        },
        {
          currency: 'JPY',
          charges: 1,
          refunds: 0,
          charged: '900',
          refunded: '0',
          disputed: '0',
          fees: '56',
          paid_out: '0',
          net: '844',
        },
      ],
    });
    const balance: { balance_transactions: { net: string; currency: string }[]; more: boolean } =
      JSON.parse(await (await own.api('/balance-transactions')).text());
    const net = balance.balance_transactions
      .filter((line) => line.currency === 'EUR')
      .reduce((sum, line) => sum + BigInt(line.net), 0n);
    assert.equal(net, 1097n + 800n - 53n);
    assert.equal(balance.more, false);
  } finally {
    await own.stop();
  }
});
