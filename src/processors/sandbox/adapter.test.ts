import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import type {
  EvidenceAnswer,
  LookUpAnswer,
  OrderRefused,
  PaymentEvidence,
  Unknown,
} from '../../giving/processor.ts';
import { type Currency, money } from '../../money/index.ts';
import { createSandboxProcessor } from './adapter.ts';
import { FAULTS, type Fault, hasEffect } from './bank/faults.ts';
import { TEST_CARDS, type testCard } from './bank/test-cards.ts';
import {
  hostedOrder,
  mandateOrder,
  references,
  SECRET_KEY,
  TestBank,
  WEBHOOK_SECRET,
} from './bank/testing/test-bank.ts';

let bank: TestBank;
before(async () => {
  bank = await TestBank.start();
});
beforeEach(() => bank.control({ clear: true }));
after(() => bank.stop());

/** What a merchant who does not wait for ever hears of each fault. */
const HEARD: Readonly<Record<Fault, Unknown['reason']>> = {
  error_before_effect: 'server-error',
  error_after_effect: 'server-error',
  too_many: 'busy',
  busy: 'busy',
  hang_before_effect: 'timeout',
  hang_after_effect: 'timeout',
  reset_before_effect: 'connection',
  reset_after_effect: 'connection',
  maintenance: 'unreadable',
  truncated: 'unreadable',
  slow: 'timeout',
};

/** A merchant who gives up early only where nothing else would end the wait, so that a busy machine fails no test. */
const merchantFor = (reason: Unknown['reason']) =>
  bank.processor({ timeoutMs: reason === 'timeout' ? 250 : 5000 });

function evidenceIn(answer: EvidenceAnswer | LookUpAnswer | OrderRefused): PaymentEvidence {
  assert.equal(answer.kind, 'evidence', inspect(answer));
  if (answer.kind !== 'evidence') throw new Error('no evidence');
  return answer.evidence;
}

test('it says what it can do', () => {
  const processor = bank.processor();
  assert.equal(processor.kind, 'sandbox');
  assert.equal(processor.mode, 'test');
  assert.deepEqual(processor.capabilities.pageOrigins, [bank.origin]);
  assert.equal(processor.capabilities.payerCountry, 'before-authorisation');
  assert.equal(processor.capabilities.idempotencyWindowMs, 86_400_000);
  assert.equal(processor.capabilities.minimumMinor.KWD, 50n);
});

/** On a busy machine a merchant may give up before the bank came to the effect; then it is a moment later. */
async function settledLookUp(attemptId: string, fault: Fault): Promise<LookUpAnswer> {
  for (let tries = 0; ; tries += 1) {
    const found = await bank.processor().lookUp({ attemptId, objectRef: null });
    if (found.kind !== 'not-found' || !hasEffect(fault) || tries === 100) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const fault of FAULTS) {
  const reason = HEARD[fault];
  const spoilt = () => merchantFor(reason);

  test(`${fault} on opening a page is ${reason}; the same key then gives the one page`, async () => {
    const order = hostedOrder();
    await bank.control({ faults: [{ fault, on: 'open_payment' }] });
    assert.deepEqual(await spoilt().openHostedPayment(order), { kind: 'unknown', reason });
    const found = await settledLookUp(order.references.attemptId, fault);
    assert.equal(found.kind, hasEffect(fault) ? 'evidence' : 'not-found');
    const opened = await bank.processor().openHostedPayment(order);
    assert.equal(opened.kind, 'opened');
    if (found.kind === 'evidence' && opened.kind === 'opened') {
      assert.equal(opened.objectRef, found.objectRef);
    }
  });

  test(`${fault} on charging a mandate is ${reason}; the same key then charges once`, async () => {
    const order = mandateOrder(await bank.mandateOf('pays'));
    const chargesBefore = (await bank.charges()).length;
    await bank.control({ faults: [{ fault, on: 'charge_mandate' }] });
    assert.deepEqual(await spoilt().chargeMandate(order), { kind: 'unknown', reason });
    const { attemptId } = order.references;
    const found = await settledLookUp(attemptId, fault);
    assert.equal(found.kind, hasEffect(fault) ? 'evidence' : 'not-found');
    const again = evidenceIn(await bank.processor().chargeMandate(order));
    assert.equal(again.state, 'succeeded');
    assert.equal((await bank.charges()).length, chargesBefore + 1);
  });

  test(`${fault} on looking, listing, closing and refunding is ${reason}, then the truth`, async () => {
    const { order, objectRef } = await bank.pay('pays');
    const { attemptId } = order.references;
    const unknown = { kind: 'unknown', reason };
    await bank.control({
      faults: (['get_payment', 'find_payment', 'list_changes', 'refund'] as const).map((on) => ({
        fault,
        on,
      })),
    });
    assert.deepEqual(await spoilt().lookUp({ attemptId, objectRef }), unknown);
    assert.deepEqual(await spoilt().lookUp({ attemptId, objectRef: null }), unknown);
    assert.deepEqual(await spoilt().listSince(null), unknown);
    const paid = evidenceIn(await bank.processor().lookUp({ attemptId, objectRef }));
    assert.ok(paid.state === 'succeeded');
    const refund = {
      idempotencyKey: `r-${attemptId}`,
      chargeRef: paid.chargeRef,
      money: order.money,
    };
    assert.deepEqual(await spoilt().refund(refund), unknown);
    assert.equal((await bank.processor().refund(refund)).kind, 'refunded');
    const twice = { ...refund, idempotencyKey: `r2-${attemptId}` };
    assert.deepEqual(await bank.processor().refund(twice), {
      kind: 'refused',
      code: 'more_than_charged',
    });

    const open = await bank.processor().openHostedPayment(hostedOrder());
    assert.ok(open.kind === 'opened');
    await bank.control({ faults: [{ fault, on: 'close_payment' }] });
    assert.equal(await spoilt().closeHostedPayment(open.objectRef), 'unknown');
    assert.equal(await bank.processor().closeHostedPayment(open.objectRef), 'closed');
  });
}

test('a slow answer within the time-out is an answer', async () => {
  const own = await TestBank.start();
  await own.control({ faults: [{ fault: 'slow', on: 'open_payment', delay_ms: 1000 }] });
  const opening = own.processor().openHostedPayment(hostedOrder());
  await own.timers.someoneSleeps();
  own.timers.advance(1000);
  assert.equal((await opening).kind, 'opened');
  await own.stop();
});

test('a bank that is not there is unknown by connection', async () => {
  const gone = await TestBank.start();
  const processor = gone.processor();
  await gone.stop();
  const unknown = { kind: 'unknown', reason: 'connection' };
  const mandate = { customerRef: 'cus_1', methodRef: 'pm_1' };
  assert.deepEqual(await processor.openHostedPayment(hostedOrder()), unknown);
  assert.deepEqual(await processor.chargeMandate(mandateOrder(mandate)), unknown);
  assert.deepEqual(await processor.lookUp({ attemptId: 'a', objectRef: null }), unknown);
  assert.deepEqual(await processor.listSince(null), unknown);
  assert.equal(await processor.closeHostedPayment('pay_1'), 'unknown');
  const refund = { idempotencyKey: 'r', chargeRef: 'ch_1', money: money(1n, 'USD') };
  assert.deepEqual(await processor.refund(refund), unknown);
});

test('answers that are not the bank’s are unknown, whatever their status', async () => {
  const paid = { id: 'pay_1', attempt: 'a', change: 1, state: 'paid' };
  const table: [number, string, Unknown['reason']][] = [
    [200, '', 'unreadable'],
    [200, 'null', 'unreadable'],
    [200, '{"state":"paid"}', 'unreadable'],
    [200, JSON.stringify(paid), 'unreadable'],
    [200, JSON.stringify({ ...paid, state: 'settled' }), 'unreadable'],
    [200, `"${'x'.repeat(2_000_000)}"`, 'unreadable'],
    [402, '{"error":{"code":"declined"}}', 'unreadable'],
    [402, '<html>Payment required</html>', 'unreadable'],
    [400, '<html>Bad request</html>', 'unexpected'],
    [401, '{"error":{"code":"key_wrong"}}', 'unexpected'],
    [403, '', 'unexpected'],
    [404, '<html>Not found</html>', 'unexpected'],
    [409, '{"error":{"code":"key_reused"}}', 'conflict'],
    [418, '', 'unexpected'],
    [500, '', 'server-error'],
    [502, '<html>Bad gateway</html>', 'server-error'],
    [503, '{"state":"declined"}', 'server-error'],
  ];
  for (const [status, body, reason] of table) {
    const strange: typeof fetch = () => Promise.resolve(new Response(body, { status }));
    const processor = bank.processor({ fetch: strange });
    const order = mandateOrder({ customerRef: 'cus_1', methodRef: 'pm_1' });
    const expected = { kind: 'unknown', reason };
    assert.deepEqual(
      await processor.chargeMandate(order),
      expected,
      `${status} ${body.slice(0, 40)}`,
    );
    if (status !== 402) {
      assert.deepEqual(await processor.openHostedPayment(hostedOrder()), expected);
      assert.deepEqual(await processor.lookUp({ attemptId: 'a', objectRef: 'pay_1' }), expected);
    }
  }
});

test('no answer of any shape makes it throw, or say declined without the bank’s word', async () => {
  const states = ['open', 'needs_confirmation', 'paid', 'declined', 'closed', 'expired', 'other'];
  const nearly = fc.record(
    {
      id: fc.string(),
      attempt: fc.string(),
      change: fc.integer(),
      state: fc.constantFrom(...states),
      kind: fc.constantFrom('hosted', 'mandate'),
      page: fc.constantFrom('/pay/pay_1', '//elsewhere.example/', 'http://[', ''),
      decline_code: fc.option(fc.string()),
      charge: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    fc.jsonValue(),
    nearly,
    fc.record({ error: fc.record({ code: fc.string() }), payment: nearly }),
    fc.record({ payment: fc.option(nearly) }),
    fc.record({ payments: fc.array(nearly), cursor: fc.string(), more: fc.boolean() }),
  );
  const status = fc.constantFrom(200, 201, 202, 302, 400, 402, 404, 409, 429, 500, 503, 599);
  await fc.assert(
    fc.asyncProperty(status, body, async (code, sent) => {
      const text = JSON.stringify(sent);
      const processor = bank.processor({
        fetch: () => Promise.resolve(new Response(text, { status: code })),
      });
      const charged = await processor.chargeMandate(
        mandateOrder({ customerRef: 'c', methodRef: 'm' }),
      );
      if (charged.kind === 'evidence' && charged.evidence.state === 'declined') {
        assert.ok([200, 201, 202, 400, 402].includes(code));
        assert.match(text, code === 400 ? /"error"/ : /"state":"declined"/);
      }
      const opened = await processor.openHostedPayment(hostedOrder());
      if (opened.kind === 'opened') assert.equal(new URL(opened.pageUrl).origin, bank.origin);
      await processor.lookUp({ attemptId: 'a', objectRef: 'pay_1' });
      await processor.lookUp({ attemptId: 'a', objectRef: null });
      await processor.listSince(null);
      await processor.closeHostedPayment('pay_1');
      await processor.refund({ idempotencyKey: 'r', chargeRef: 'c', money: money(1n, 'USD') });
    }),
    { numRuns: 200 },
  );
});

test('money or currency that we cannot read is unknown, not zero', async () => {
  const charge = {
    id: 'ch_1',
    amount: '500',
    currency: 'USD',
    at: '2026-11-25T10:00:00Z',
    country: 'DE',
    refunded: '0',
    mandate: null,
    fee: { balance_transaction: 'bal_1', amount: '44', currency: 'USD' },
  };
  const answered = (change: object) => {
    const body = {
      id: 'pay_1',
      attempt: 'a',
      change: 1,
      state: 'paid',
      charge: { ...charge, ...change },
    };
    const processor = bank.processor({ fetch: () => Promise.resolve(Response.json(body)) });
    return processor.lookUp({ attemptId: 'a', objectRef: 'pay_1' });
  };
  assert.equal((await answered({})).kind, 'evidence');
  for (const change of [
    { amount: 500 },
    { amount: '5.00' },
    { amount: '-500' },
    { amount: '' },
    { currency: 'XYZ' },
    { at: 'yesterday' },
  ]) {
    assert.deepEqual(await answered(change), { kind: 'unknown', reason: 'unreadable' });
  }
});

test('a redirect is not followed, so the key goes nowhere else', async () => {
  const heard: string[] = [];
  const server = createServer((request, answer) => {
    heard.push(request.url ?? '');
    answer.writeHead(307, { location: `${bank.origin}${request.url}` }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const processor = createSandboxProcessor({
    accountId: 'sandbox-test',
    origin: `http://127.0.0.1:${port}`,
    secretKey: SECRET_KEY,
    webhookSecret: WEBHOOK_SECRET,
    fetch,
    timeoutMs: 1000,
  });
  const opened = await processor.openHostedPayment(hostedOrder());
  assert.deepEqual(opened, { kind: 'unknown', reason: 'connection' });
  assert.deepEqual(heard, ['/v1/payments']);
  server.close();
});

test('every currency of ours goes over the wire and comes back as the same money', async () => {
  const amounts: [Currency, bigint][] = [
    ['USD', 501n],
    ['JPY', 501n],
    ['KWD', 5001n],
    ['HUF', 50_000n],
  ];
  for (const [currency, minor] of amounts) {
    const { order, objectRef } = await bank.pay('pays', { money: money(minor, currency) });
    const paid = evidenceIn(
      await bank.processor().lookUp({ attemptId: order.references.attemptId, objectRef }),
    );
    assert.ok(paid.state === 'succeeded');
    assert.deepEqual(paid.money, money(minor, currency));
    assert.equal(paid.fee?.money.currency, currency);
  }
});

test('orders that can never work are refused, not unknown, and charge nothing', async () => {
  const code = async (order: Parameters<typeof hostedOrder>[0]) => {
    const answer = await bank.processor().openHostedPayment(hostedOrder(order));
    return answer.kind === 'refused' ? answer.code : answer.kind;
  };
  assert.equal(await code({ money: money(49n, 'USD') }), 'amount_too_small');
  assert.equal(await code({ money: money(100_000_000n, 'USD') }), 'amount_too_large');
  assert.equal(await code({ money: money(50_001n, 'HUF') }), 'whole-units-only');
  assert.equal(await code({ statementText: 'Ünlesbar' }), 'invalid_request');
  assert.equal(await code({ returnUrl: '/thanks' }), 'invalid_request');

  const order = mandateOrder(await bank.mandateOf('pays'), { money: money(49n, 'USD') });
  // Not a decline: it says nothing about the card, so nobody's right to charge may end by it.
  assert.deepEqual(await bank.processor().chargeMandate(order), {
    kind: 'refused',
    code: 'amount_too_small',
  });
  const { attemptId } = order.references;
  const found = await bank.processor().lookUp({ attemptId, objectRef: null });
  assert.equal(found.kind, 'not-found');
});

test('the same attempt with another amount is a conflict and charges nothing more', async () => {
  const order = mandateOrder(await bank.mandateOf('pays'));
  await bank.processor().chargeMandate(order);
  const chargesBefore = (await bank.charges()).length;
  const other = { ...order, money: money(600n, 'USD') };
  assert.deepEqual(await bank.processor().chargeMandate(other), {
    kind: 'unknown',
    reason: 'conflict',
  });
  assert.equal((await bank.charges()).length, chargesBefore);
});

test('a renewal pays with the kept card; the same supporter stays the same customer', async () => {
  const ours = references();
  const first = await bank.pay('pays', { references: ours, keepMandate: 'month' });
  const paid = evidenceIn(
    await bank.processor().lookUp({ attemptId: ours.attemptId, objectRef: first.objectRef }),
  );
  assert.ok(paid.state === 'succeeded' && paid.mandate !== null);
  assert.equal(paid.payerCountry, 'DE');
  const second = await bank.pay('pays', {
    references: { ...references(), supporterId: ours.supporterId },
    keepMandate: 'year',
  });
  const later = evidenceIn(
    await bank.processor().lookUp({ attemptId: null, objectRef: second.objectRef }),
  );
  assert.ok(later.state === 'succeeded' && later.mandate !== null);
  assert.equal(later.mandate.customerRef, paid.mandate.customerRef);
  assert.notEqual(later.mandate.methodRef, paid.mandate.methodRef);
  assert.equal(later.mandate.methodFingerprint, paid.mandate.methodFingerprint);

  const renewal = evidenceIn(await bank.processor().chargeMandate(mandateOrder(paid.mandate)));
  assert.ok(renewal.state === 'succeeded');
  assert.equal(renewal.mandate, null);
  assert.deepEqual(renewal.money, money(500n, 'USD'));
});

test('a one-off payment keeps no mandate', async () => {
  const { objectRef } = await bank.pay('pays');
  const paid = evidenceIn(await bank.processor().lookUp({ attemptId: null, objectRef }));
  assert.ok(paid.state === 'succeeded');
  assert.equal(paid.mandate, null);
});

test('renewals are declined with the advice that fits, and need a confirmation with an address', async () => {
  const charge = async (card: Parameters<typeof testCard>[0]) =>
    evidenceIn(await bank.processor().chargeMandate(mandateOrder(await bank.mandateOf(card))));
  assert.deepEqual(await charge('declinesRenewals'), {
    state: 'declined',
    code: 'insufficient_funds',
    advice: 'retry-later',
  });
  const asked = await charge('confirmsRenewals');
  assert.ok(asked.state === 'needs_action' && asked.pageUrl !== null);
  const page = await bank.open(asked.pageUrl);
  assert.equal(page.status, 200);
  const chargesBefore = (await bank.charges()).length;
  await bank.submit(asked.pageUrl, { answer: 'confirm' });
  await bank.submit(asked.pageUrl, { answer: 'confirm' });
  assert.equal((await bank.charges()).length, chargesBefore + 1);
  assert.match(
    (await bank.open(asked.pageUrl)).html,
    /This payment is done.*You can close this page/s,
  );
});

test('a refused confirmation of a renewal is a decline, and one never answered expires', async () => {
  const order = mandateOrder(await bank.mandateOf('confirmsRenewals'));
  const asked = evidenceIn(await bank.processor().chargeMandate(order));
  assert.ok(asked.state === 'needs_action' && asked.pageUrl !== null);
  await bank.submit(asked.pageUrl, { answer: 'refuse' });
  const question = { attemptId: order.references.attemptId, objectRef: null };
  assert.deepEqual(evidenceIn(await bank.processor().lookUp(question)), {
    state: 'declined',
    code: 'confirmation_refused',
    advice: 'ask-for-another-method',
  });
  const other = mandateOrder(order.mandate);
  await bank.processor().chargeMandate(other);
  bank.clock.advance({ hours: 24 * 7 });
  const late = { attemptId: other.references.attemptId, objectRef: null };
  assert.deepEqual(evidenceIn(await bank.processor().lookUp(late)), { state: 'expired' });
});

test('a mandate the bank does not hold, or holds for another customer, is declined', async () => {
  const mandate = await bank.mandateOf('pays');
  for (const wrong of [
    { ...mandate, methodRef: 'pm_none' },
    { ...mandate, customerRef: 'cus_none' },
  ]) {
    const declined = evidenceIn(await bank.processor().chargeMandate(mandateOrder(wrong)));
    assert.deepEqual(declined, {
      state: 'declined',
      code: 'mandate_unknown',
      advice: 'ask-for-another-method',
    });
  }
});

test('the card whose answers get lost: charged, three times unheard, then known', async () => {
  const { order, objectRef } = await bank.pay('answerLost', { keepMandate: 'month' });
  const { attemptId } = order.references;
  assert.equal((await bank.charges()).length > 0, true);
  for (let time = 0; time < 3; time += 1) {
    assert.deepEqual(await bank.processor().lookUp({ attemptId, objectRef }), {
      kind: 'unknown',
      reason: 'connection',
    });
  }
  const paid = evidenceIn(await bank.processor().lookUp({ attemptId, objectRef }));
  assert.ok(paid.state === 'succeeded' && paid.mandate !== null);

  await bank.control({ clear: true });
  const chargesBefore = (await bank.charges()).length;
  const renewal = mandateOrder(paid.mandate);
  const unheard = await bank.processor().chargeMandate(renewal);
  assert.deepEqual(unheard, { kind: 'unknown', reason: 'connection' });
  assert.equal((await bank.charges()).length, chargesBefore + 1);
  assert.equal(evidenceIn(await bank.processor().chargeMandate(renewal)).state, 'succeeded');
  assert.equal((await bank.charges()).length, chargesBefore + 1);
});

test('a look-up by reference finds the attempt of somebody else too', async () => {
  const { order, objectRef } = await bank.pay('pays');
  const found = await bank.processor().lookUp({ attemptId: null, objectRef });
  assert.ok(found.kind === 'evidence');
  assert.equal(found.attemptId, order.references.attemptId);
  const none = await bank.processor().lookUp({ attemptId: null, objectRef: 'pay_none' });
  assert.deepEqual(none, { kind: 'not-found' });
  const lost = await bank
    .processor()
    .lookUp({ attemptId: order.references.attemptId, objectRef: 'pay_none' });
  assert.ok(lost.kind === 'evidence' && lost.objectRef === objectRef);
});

test('listing tells every changed payment once, oldest change first, page by page', async () => {
  const own = await TestBank.start();
  try {
    const made: string[] = [];
    for (let count = 0; count < 130; count += 1) {
      const opened = await own.processor().openHostedPayment(hostedOrder());
      assert.ok(opened.kind === 'opened');
      made.push(opened.objectRef);
    }
    const [first] = made;
    assert.ok(first !== undefined);
    await own.submit(`/pay/${first}`, { use: 'pays' });
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let pages = 1; ; pages += 1) {
      const listing = await own.processor().listSince(cursor);
      assert.ok(!('kind' in listing));
      seen.push(...listing.payments.map((payment) => payment.objectRef));
      cursor = listing.cursor;
      if (!listing.more) {
        assert.equal(pages, 2);
        break;
      }
    }
    assert.deepEqual(seen, [...made.slice(1), first]);
    const nothing = await own.processor().listSince(cursor);
    assert.deepEqual(nothing, { payments: [], cursor, more: false });
    await own.restart();
    assert.deepEqual(await own.processor().listSince(cursor), nothing);
    await own.submit(`/pay/${made[1]}`, { use: 'declined' });
    const changed = await own.processor().listSince(cursor);
    assert.ok(!('kind' in changed));
    assert.deepEqual(
      changed.payments.map((payment) => payment.objectRef),
      [made[1]],
    );
  } finally {
    await own.stop();
  }
});

test('listing gives all our ids back, so that a payment which a restored backup lacks can be placed', async () => {
  const own = await TestBank.start();
  try {
    const order = hostedOrder();
    await own.processor().openHostedPayment(order);
    const listing = await own.processor().listSince(null);
    assert.ok(!('kind' in listing));
    assert.deepEqual(
      listing.payments.map((payment) => payment.references),
      [order.references],
    );
  } finally {
    await own.stop();
  }
});

test('every listed card does on the page what its label says', async () => {
  const paying = new Set([
    'pays',
    'declinesRenewals',
    'confirmsRenewals',
    'answerLost',
    'reissuedAbroad',
    'disputed',
  ]);
  for (const card of TEST_CARDS) {
    await bank.control({ clear: true });
    const { objectRef } = await bank.pay(card.id);
    await bank.control({ clear: true });
    const evidence = evidenceIn(await bank.processor().lookUp({ attemptId: null, objectRef }));
    assert.equal(evidence.state, paying.has(card.id) ? 'succeeded' : 'open', card.id);
  }
});

test('a bank that stops lets nobody hang', async () => {
  const own = await TestBank.start();
  await own.control({ faults: [{ fault: 'hang_after_effect' }] });
  const answer = own.processor().openHostedPayment(hostedOrder());
  await new Promise((resolve) => setTimeout(resolve, 30));
  await own.stop();
  assert.deepEqual(await answer, { kind: 'unknown', reason: 'connection' });
});
