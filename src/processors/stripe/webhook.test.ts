/** Stripe's messages, signed by the SDK's own test signer. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Stripe from 'stripe';
import { Instant } from '../../calendar/index.ts';
import { type ProcessorEvent, SUBSCRIPTION_ENDED } from '../../giving/processor.ts';
import { metadataOf } from './references.ts';
import { ATTEMPT, NOW, NOW_SECONDS, references } from './testing/canned.ts';
import { NEEDED_EVENTS, NEEDED_EVENTS_HOSTED, readWebhook } from './webhook.ts';

const OLD = 'whsec_oldoldoldold';
const NEW = 'whsec_newnewnewnew';

function sign(payload: string, changes: { secret?: string; timestamp?: number } = {}): string {
  const { secret = NEW, timestamp = NOW_SECONDS } = changes;
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
}

function reading(
  payload: string | Uint8Array,
  header: string | null,
  changes: { now?: string; secrets?: readonly string[]; mode?: 'test' | 'live' } = {},
) {
  const { now = NOW, secrets = [OLD, NEW], mode = 'test' } = changes;
  return readWebhook({
    body: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
    headers: new Headers(header === null ? {} : { 'stripe-signature': header }),
    now: Instant.from(now),
    secrets,
    mode,
  });
}

function whole(type: string, object: unknown, changes: Readonly<Record<string, unknown>> = {}) {
  return JSON.stringify({
    id: 'evt_1',
    object: 'event',
    api_version: '2026-10-28.endive',
    created: NOW_SECONDS,
    livemode: false,
    type,
    data: { object, previous_attributes: { status: 'x' } },
    ...changes,
  });
}

function thin(type: string, related: unknown, changes: Readonly<Record<string, unknown>> = {}) {
  return JSON.stringify({
    id: 'evt_test_1',
    object: 'v2.core.event',
    created: NOW,
    livemode: false,
    type,
    related_object: related,
    ...changes,
  });
}

const metadata = metadataOf('own', references());

function eventOf(payload: string): ProcessorEvent {
  const read = reading(payload, sign(payload));
  assert.ok(read.kind === 'verified');
  return read.event;
}

describe('the signature of a message', () => {
  const payload = whole('payment_intent.succeeded', { id: 'pi_1', metadata });

  it('is right under either secret while one takes the other’s place', () => {
    for (const secret of [OLD, NEW]) {
      assert.equal(reading(payload, sign(payload, { secret })).kind, 'verified');
    }
    const both = `${sign(payload, { secret: OLD })},${sign(payload).split(',')[1]}`;
    assert.equal(reading(payload, both, { secrets: [NEW] }).kind, 'verified');
  });

  it('is wrong for other bytes, another secret, another scheme, or none', () => {
    const other = payload.replace('pi_1', 'pi_2');
    const bytes = new TextEncoder().encode(payload);
    const headers: readonly [string | Uint8Array, string | null][] = [
      [other, sign(payload)],
      [`${payload} `, sign(payload)],
      [bytes.slice(1), sign(payload)],
      [payload, sign(payload, { secret: 'whsec_somebodyelse' })],
      [payload, sign(payload).replace('v1=', 'v0=')],
      [payload, sign(payload).replace(/t=\d+/, `t=${NOW_SECONDS + 1}`)],
      [payload, 't=,v1='],
      [payload, ''],
      [payload, null],
      ['', sign(payload)],
      [payload, `${sign(payload)},${'v1=0,'.repeat(1_000)}`],
    ];
    for (const [body, header] of headers) {
      assert.deepEqual(reading(body, header), { kind: 'refused', reason: 'signature' });
    }
  });

  it('is too old after five minutes, and says so only of what was signed', () => {
    const header = sign(payload);
    assert.equal(reading(payload, header, { now: '2026-03-01T12:05:00Z' }).kind, 'verified');
    const late = { now: '2026-03-01T12:05:01Z' };
    assert.deepEqual(reading(payload, header, late), { kind: 'refused', reason: 'too-old' });
    const forged = header.replace(/v1=.*/, `v1=${'0'.repeat(64)}`);
    assert.deepEqual(reading(payload, forged, late), { kind: 'refused', reason: 'signature' });
  });

  it('does not help what cannot be read', () => {
    const bad = [
      '{"id":',
      '[]',
      'null',
      '{}',
      thin('x', {}).replace('v2.core', 'v9'),
      whole('', {}),
    ];
    for (const body of bad) {
      assert.deepEqual(reading(body, sign(body)), { kind: 'refused', reason: 'unreadable' });
    }
  });
});

describe('a message', () => {
  it('about a payment names it and our attempt', () => {
    assert.deepEqual(eventOf(whole('payment_intent.succeeded', { id: 'pi_1', metadata })), {
      eventId: 'evt_1',
      type: 'payment_intent.succeeded',
      objectRef: 'pi_1',
      attemptId: ATTEMPT,
      movesMoney: false,
    });
    const page = eventOf(whole('checkout.session.completed', { id: 'cs_test_1', metadata }));
    assert.deepEqual([page.objectRef, page.attemptId], ['cs_test_1', ATTEMPT]);
  });

  it('about a stranger’s payment names it alone', () => {
    for (const theirs of [{}, null, { attempt_id: 'order 7' }, { nested: { deep: 1 } }]) {
      const event = eventOf(whole('payment_intent.succeeded', { id: 'pi_1', metadata: theirs }));
      assert.deepEqual([event.objectRef, event.attemptId], ['pi_1', null]);
    }
  });

  it('that is thin says as much by where its object is', () => {
    const related = { id: 'pi_1', type: 'payment_intent', url: '/v1/payment_intents/pi_1' };
    assert.deepEqual(eventOf(thin('v1.payment_intent.succeeded', related)), {
      eventId: 'evt_test_1',
      type: 'payment_intent.succeeded',
      objectRef: 'pi_1',
      attemptId: null,
      movesMoney: false,
    });
    const dispute = eventOf(
      thin('v1.charge.dispute.created', { id: 'du_1', type: 'dispute', url: '/' }),
    );
    assert.deepEqual([dispute.objectRef, dispute.movesMoney], [null, true]);
  });

  it('that money moved is about no payment', () => {
    for (const type of NEEDED_EVENTS.filter((name) => !name.startsWith('payment_intent.'))) {
      const event = eventOf(whole(type, { id: 're_1', charge: 'ch_1' }));
      assert.deepEqual([event.objectRef, event.movesMoney], [null, true], type);
    }
  });

  it('that is needed is read as what it is needed for', () => {
    for (const type of [...NEEDED_EVENTS, ...NEEDED_EVENTS_HOSTED]) {
      const event = eventOf(whole(type, { id: 'x_1' }));
      assert.ok(event.objectRef !== null || event.movesMoney === true, type);
    }
  });

  it('of a type of tomorrow, or about something else, is about nothing', () => {
    for (const type of [
      'payment_intent.sings',
      'customer.created',
      'a.b',
      'v2.core.account.closed',
    ]) {
      for (const body of [
        whole(type, { id: 'x_1', metadata }),
        thin(type, { id: 'x_1' }),
        thin(type, null),
      ]) {
        const event = eventOf(body);
        assert.deepEqual([event.objectRef, event.movesMoney, event.attemptId], [null, false, null]);
      }
    }
  });

  it('that a subscription ended names the subscription', () => {
    const event = eventOf(
      whole('customer.subscription.deleted', { id: 'sub_1', status: 'canceled' }),
    );
    assert.deepEqual([event.type, event.objectRef], [SUBSCRIPTION_ENDED, 'sub_1']);
  });

  it('of another mode, or another account, is none of ours', () => {
    const type = 'payment_intent.succeeded';
    const object = { id: 'pi_1', metadata };
    for (const body of [
      whole(type, object, { livemode: true }),
      whole(type, object, { account: 'acct_2' }),
      thin(`v1.${type}`, object, { livemode: true }),
      thin(`v1.${type}`, object, { context: 'acct_2' }),
    ]) {
      assert.deepEqual([eventOf(body).objectRef, eventOf(body).attemptId], [null, null]);
    }
    const live = whole(type, object, { livemode: true });
    const read = reading(live, sign(live), { mode: 'live' });
    assert.ok(read.kind === 'verified');
    assert.equal(read.event.objectRef, 'pi_1');
  });

  it('keeps nothing about a person', () => {
    const object = {
      id: 'pi_1',
      metadata,
      receipt_email: 'canary@supporter.example',
      name: 'Canary',
    };
    assert.doesNotMatch(
      JSON.stringify(eventOf(whole('payment_intent.succeeded', object))),
      /canary/i,
    );
  });
});
