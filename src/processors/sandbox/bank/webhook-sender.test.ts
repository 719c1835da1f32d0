import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ManualClock } from '../../../calendar/index.ts';
import { mandateOrder, START, TestBank } from './testing/test-bank.ts';
import { WebhookReceiver } from './testing/webhook-receiver.ts';

let bank: TestBank;
let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await WebhookReceiver.start(() => new ManualClock(START).now());
  bank = await TestBank.start({ webhookUrl: receiver.url });
  receiver.now = () => bank.clock.now();
});
afterEach(async () => {
  await bank.stop();
  await receiver.stop();
});

/** Time for messages that should not come to come after all. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 60));

async function untilEvents(outcome: string, count: number): Promise<void> {
  const shown = new RegExp(`<td class="text">${outcome}</td>`, 'g');
  for (let waited = 0; waited < 5000; waited += 5) {
    const { html } = await bank.open('/');
    if ([...html.matchAll(shown)].length === count) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail(`no ${count} events are ${outcome}`);
}

test('a payment is told of by ids only, signed, once', async () => {
  const { order, objectRef } = await bank.pay('pays', { keepMandate: 'month' });
  const [event] = await receiver.events(1);
  assert.deepEqual(event, {
    eventId: event?.eventId,
    type: 'payment.succeeded',
    objectRef,
    attemptId: order.references.attemptId,
    movesMoney: false,
  });
  const body: unknown = JSON.parse(receiver.received[0]?.body ?? '');
  assert.deepEqual(Object.keys(body ?? {}).sort(), ['attempt', 'created', 'id', 'payment', 'type']);
  await untilEvents('delivered', 1);
  await quiet();
  assert.equal(receiver.received.length, 1);
});

test('each thing that happens to a payment has its event', async () => {
  const { objectRef } = await bank.pay('pays');
  const found = await bank.processor().lookUp({ attemptId: null, objectRef });
  assert.ok(found.kind === 'evidence' && found.evidence.state === 'succeeded');
  const { chargeRef, money } = found.evidence;
  await bank.processor().refund({ idempotencyKey: 'r-1', chargeRef, money });
  await bank.processor().chargeMandate(mandateOrder(await bank.mandateOf('declinesRenewals')));
  await bank.processor().chargeMandate(mandateOrder(await bank.mandateOf('confirmsRenewals')));
  const closed = await bank.pay('declined');
  await bank.processor().closeHostedPayment(closed.objectRef);
  await bank.pay('declined');
  bank.clock.advance({ hours: 24 * 8 });
  await bank.open('/');
  const types = (await receiver.events(10)).map((event) => event.type).sort();
  assert.deepEqual(types, [
    'balance.available',
    'payment.closed',
    'payment.declined',
    'payment.expired',
    'payment.expired',
    'payment.needs_action',
    'payment.refunded',
    'payment.succeeded',
    'payment.succeeded',
    'payment.succeeded',
  ]);
});

test('a message that was not taken comes again after growing pauses, freshly signed, with the same id', async () => {
  receiver.answer = (count) => [500, 302, 429, 200][count - 1] ?? 500;
  await bank.pay('pays');
  for (const [tries, pauseMs] of [
    [1, 1000],
    [2, 5000],
    [3, 30_000],
  ] as const) {
    await receiver.events(tries);
    await bank.timers.someoneSleeps();
    assert.deepEqual(bank.timers.waiting(), [pauseMs]);
    bank.timers.advance(pauseMs - 1);
    await quiet();
    assert.equal(receiver.received.length, tries);
    bank.clock.advance({ minutes: 10 });
    bank.timers.advance(1);
  }
  const events = await receiver.events(4);
  assert.equal(new Set(events.map((event) => event.eventId)).size, 1);
  await untilEvents('delivered', 1);
});

test('a message nobody ever takes is given up after three days', async () => {
  receiver.answer = () => 500;
  await bank.pay('pays');
  let passedMs = 0;
  for (let tries = 1; tries < 10; tries += 1) {
    await receiver.events(tries);
    await bank.timers.someoneSleeps();
    const [pauseMs = 0] = bank.timers.waiting();
    passedMs += pauseMs;
    bank.timers.advance(pauseMs);
  }
  await receiver.events(10);
  await untilEvents('given_up', 1);
  assert.ok(passedMs > 3 * 86_400_000 && passedMs < 4 * 86_400_000);
});

test('repeated: five times the same event', async () => {
  await bank.control({ webhooks: [{ do: 'repeat', times: 5 }] });
  await bank.pay('pays');
  const events = await receiver.events(5);
  assert.equal(new Set(events.map((event) => event.eventId)).size, 1);
  await bank.pay('pays');
  await receiver.events(6);
  await quiet();
  assert.equal(receiver.received.length, 6);
});

test('delayed: not before its time', async () => {
  await bank.control({ webhooks: [{ do: 'delay', delay_ms: 90_000 }] });
  await bank.pay('pays');
  await bank.timers.someoneSleeps();
  bank.timers.advance(89_999);
  await quiet();
  assert.equal(receiver.received.length, 0);
  bank.timers.advance(1);
  await receiver.events(1);
});

test('reordered: three messages, last first', async () => {
  await bank.control({ webhooks: [{ do: 'reorder', count: 3 }] });
  const paid: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    assert.equal(receiver.received.length, 0);
    paid.push((await bank.pay('pays')).objectRef);
  }
  const events = await receiver.events(3);
  assert.deepEqual(
    events.map((event) => event.objectRef),
    paid.reverse(),
  );
});

test('reordered, but too few come: they are sent all the same', async () => {
  await bank.control({ webhooks: [{ do: 'reorder', count: 3 }] });
  await bank.pay('pays');
  await bank.timers.someoneSleeps();
  bank.timers.advance(20_000);
  await receiver.events(1);
});

test('dropped or switched off: never sent, and the next one is', async () => {
  await bank.control({ webhooks: [{ do: 'drop', count: 2 }] });
  await bank.pay('pays');
  await bank.pay('pays');
  await untilEvents('dropped', 2);
  await bank.control({ webhooks_on: false });
  await bank.pay('pays');
  await untilEvents('switched_off', 1);
  await bank.control({ webhooks_on: true });
  const { objectRef } = await bank.pay('pays');
  const events = await receiver.events(1);
  await quiet();
  assert.equal(receiver.received.length, 1);
  assert.equal(events[0]?.objectRef, objectRef);
});

test('what was not delivered before a stop is delivered after the next start', async () => {
  receiver.answer = () => 503;
  const { objectRef } = await bank.pay('pays');
  await receiver.events(1);
  await bank.restart();
  receiver.answer = () => 200;
  await receiver.events(2);
  const events = await receiver.events(2);
  assert.equal(events.at(-1)?.objectRef, objectRef);
  await untilEvents('delivered', 1);
  await bank.restart();
  await quiet();
  assert.ok(receiver.received.length <= 3);
});

test('the card whose answers get lost has its webhook a minute late', async () => {
  await bank.pay('answerLost');
  await bank.timers.someoneSleeps();
  assert.deepEqual(bank.timers.waiting(), [60_000]);
  await quiet();
  assert.equal(receiver.received.length, 0);
  bank.timers.advance(60_000);
  await receiver.events(1);
});

test('the switchboard takes forms too, and refuses other sites and nonsense', async () => {
  const send = (fields: Record<string, string>) => bank.submit('/control', fields);
  assert.equal(
    (await send({ order: 'webhook', do: 'repeat', count: '1', times: '3' })).status,
    303,
  );
  assert.equal((await send({ order: 'fault', fault: 'too_many', on: '', count: '1' })).status, 303);
  assert.match((await bank.open('/control')).html, /1 × too_many on any call/);
  assert.equal((await send({ order: 'clear' })).status, 303);
  assert.match((await bank.open('/control')).html, /Nothing is waiting/);
  for (const wrong of [
    {},
    { order: 'fault', fault: 'fire', count: '1' },
    { order: 'fault', fault: 'too_many', count: '-1' },
    { order: 'webhook', do: 'repeat', count: '1', times: '1e9' },
  ]) {
    assert.equal((await send(wrong)).status, 422);
  }
  const foreign = await fetch(`${bank.origin}/control`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ order: 'webhooks-off' }),
  });
  assert.equal(foreign.status, 403);
  const json = await fetch(`${bank.origin}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"faults":[{"fault":"fire"}]}',
  });
  assert.equal(json.status, 400);
});
