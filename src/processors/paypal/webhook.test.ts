import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Instant, ManualClock } from '../../calendar/index.ts';
import { FAKE_WEBHOOK_ID } from './fake/server.ts';
import { makeSigningSet, type SigningSet, signMessage } from './fake/signing.ts';
import { references, type TestAccount, testAccount } from './fake/test-account.ts';
import { packReferences } from './references.ts';

const signing = makeSigningSet();
const skip =
  signing === undefined ? 'no openssl command: PayPal’s signatures were NOT tried' : false;

function set(): SigningSet {
  assert.ok(signing !== undefined);
  return signing;
}

describe('a message of PayPal', { skip }, () => {
  let account: TestAccount;
  const now = Instant.fromEpochMilliseconds(Date.now()).add({ seconds: 5 });
  const PATH = '/v1/notifications/certs/CERT-1';
  before(async () => {
    account = await testAccount(new ManualClock(now), { certificateRoots: [set().root] });
    account.fake.certificates.set(PATH, set().right);
  });
  after(() => account.close());

  const event = (type: string, resource: object) => ({ id: 'WH-1', type, resource, at: now });
  const sign = (of: Partial<Parameters<typeof signMessage>[0]> = {}) =>
    signMessage({
      event: event('CHECKOUT.ORDER.APPROVED', { id: 'O1' }),
      key: set().key,
      webhookId: FAKE_WEBHOOK_ID,
      certificateUrl: account.fake.origin + PATH,
      at: now,
      ...of,
    });
  const read = async (of: Partial<Parameters<typeof signMessage>[0]> = {}, at = now) => {
    const message = sign(of);
    await account.processor.prepareForWebhook?.(message.headers);
    return account.processor.readWebhook({ ...message, now: at });
  };
  const SIGNATURE = { kind: 'refused', reason: 'signature' } as const;

  it('is refused before its certificate was fetched, and read afterwards', async () => {
    const message = sign();
    assert.deepEqual(account.processor.readWebhook({ ...message, now }), SIGNATURE);
    assert.equal((await read()).kind, 'verified');
  });

  it('names the payment to ask about, and ours', async () => {
    const ours = references('webhook');
    const custom_id = packReferences('hosted', ours);
    const heard = async (type: string, resource: object) => {
      const reading = await read({ event: event(type, resource) });
      assert.ok(reading.kind === 'verified');
      return reading.event;
    };
    assert.deepEqual(
      await heard('PAYMENT.CAPTURE.COMPLETED', {
        id: 'C1',
        custom_id,
        supplementary_data: { related_ids: { order_id: 'O1' } },
      }),
      {
        eventId: 'WH-1',
        type: 'PAYMENT.CAPTURE.COMPLETED',
        objectRef: 'O1',
        movesMoney: false,
        attemptId: ours.attemptId,
      },
    );
    assert.equal((await heard('PAYMENT.CAPTURE.PENDING', { id: 'C1' })).objectRef, 'C1');
    const approved = { id: 'O2', purchase_units: [{ custom_id }] };
    assert.equal((await heard('CHECKOUT.ORDER.APPROVED', approved)).attemptId, ours.attemptId);
    const token = { id: 'tok', metadata: { order_id: 'O3' } };
    assert.equal((await heard('VAULT.PAYMENT-TOKEN.CREATED', token)).objectRef, 'O3');
    const refunded = await heard('PAYMENT.CAPTURE.REFUNDED', { id: 'R1' });
    assert.deepEqual([refunded.objectRef, refunded.movesMoney], [null, true]);
    const dispute = await heard('CUSTOMER.DISPUTE.CREATED', { dispute_id: 'PP-D-1' });
    assert.deepEqual([dispute.objectRef, dispute.movesMoney], [null, true]);
    const ended = await heard('BILLING.SUBSCRIPTION.CANCELLED', { id: 'I-1' });
    assert.deepEqual([ended.type, ended.objectRef], ['subscription.ended', 'I-1']);
    const strange = await heard('SOME.NEW.THING', { id: 7, custom_id: [] });
    assert.deepEqual([strange.objectRef, strange.movesMoney], [null, false]);
  });

  it('is refused when its body, its webhook or its key is another', async () => {
    assert.deepEqual(await read({ changedBody: '{"id":"WH-2","event_type":"X"}' }), SIGNATURE);
    assert.deepEqual(await read({ webhookId: 'ANOTHERWEBHOOK' }), SIGNATURE);
    const message = sign();
    message.headers.set('paypal-auth-algo', 'SHA1withRSA');
    assert.deepEqual(account.processor.readWebhook({ ...message, now }), SIGNATURE);
    const early = sign();
    early.headers.set('paypal-transmission-time', now.subtract({ hours: 1 }).toString());
    assert.deepEqual(account.processor.readWebhook({ ...early, now }), SIGNATURE);
    const none = sign();
    none.headers.delete('paypal-transmission-sig');
    assert.deepEqual(account.processor.readWebhook({ ...none, now }), SIGNATURE);
  });

  it('is taken while PayPal may still be repeating it, and not for ever', async () => {
    const at = (hours: number) => read({ at: now.subtract({ hours }) });
    assert.equal((await at(80)).kind, 'verified');
    assert.deepEqual(await at(97), { kind: 'refused', reason: 'too-old' });
    assert.deepEqual(await at(-1), { kind: 'refused', reason: 'too-old' });
  });

  for (const [what, chain] of [
    ['to another name', () => set().otherName],
    ['by another root', () => set().otherRoot],
    ['by an authority that is not there', () => set().leafAlone],
    ['as an authority itself', () => set().issuing],
    ['as nothing that can be read', () => 'no certificate'],
  ] as const) {
    it(`is refused with a certificate issued ${what}`, async () => {
      const path = `/v1/notifications/certs/CERT-${what.replaceAll(' ', '-')}`;
      account.fake.certificates.set(path, chain());
      assert.deepEqual(await read({ certificateUrl: account.fake.origin + path }), SIGNATURE);
    });
  }

  it('is refused once its certificate has ended', async () => {
    await read();
    const message = sign({ at: now.add({ hours: 24 * 40 }) });
    const later = now.add({ hours: 24 * 40 });
    assert.deepEqual(account.processor.readWebhook({ ...message, now: later }), SIGNATURE);
  });

  it('makes us fetch from nowhere but PayPal’s own place for certificates', async () => {
    const asked: string[] = [];
    const counting = await testAccount(new ManualClock(now), {
      certificateOrigin: 'https://api.sandbox.paypal.com',
      certificateRoots: [set().root],
      fetch: async (input) => {
        asked.push(String(input));
        return new Response('no', { status: 404 });
      },
    });
    for (const address of [
      'https://evil.example/v1/notifications/certs/CERT-1',
      'http://api.sandbox.paypal.com/v1/notifications/certs/CERT-1',
      'https://api.sandbox.paypal.com@evil.example/v1/notifications/certs/CERT-1',
      'https://api.sandbox.paypal.com.evil.example/v1/notifications/certs/CERT-1',
      'https://api.sandbox.paypal.com:444/v1/notifications/certs/CERT-1',
      'https://api.sandbox.paypal.com/v1/notifications/certs/../../x',
      'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1?x=1',
      'https://api.sandbox.paypal.com/other',
      'not an address',
    ]) {
      await counting.processor.prepareForWebhook?.(new Headers({ 'paypal-cert-url': address }));
    }
    assert.deepEqual(asked, []);
    for (let n = 0; n < 30; n += 1) {
      const address = `https://api.sandbox.paypal.com/v1/notifications/certs/CERT-${n}`;
      await counting.processor.prepareForWebhook?.(new Headers({ 'paypal-cert-url': address }));
    }
    assert.equal(asked.length, 10, 'a stranger makes us send ten requests, not more');
    await counting.close();
  });
});
