import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Instant } from '../../calendar/index.ts';
import { checkWebhook, signWebhook } from './webhook.ts';

const SECRET = 'wh_secret_for_vectors';
const AT = Instant.from('2026-11-25T10:00:00Z');
const BODY = new TextEncoder().encode(
  '{"id":"evt_1","type":"payment.succeeded","payment":"pay_1","attempt":"a-1","created":"2026-11-25T10:00:00Z"}',
);
/** Computed with `openssl dgst -sha256 -hmac` over `1795600800.` and the body. */
const RIGHT = 'e9418d7c8c4f6dab0b7694eb02d07eab9c091246bb22b04f4c0d6f8b57343c53';
const WITH_OTHER_SECRET = 'ba46abe61ed8500a4aff7dc66a4d487276246a82f06b95caf4aa5b936c324ce4';
const HEADER = `t=1795600800,v1=${RIGHT}`;

const check = (header: string | null, options: { body?: Uint8Array; now?: Instant } = {}) =>
  checkWebhook({ header, body: options.body ?? BODY, now: options.now ?? AT, secret: SECRET });

test('the signature is the HMAC that openssl computes', () => {
  assert.equal(signWebhook({ body: BODY, at: AT, secrets: [SECRET] }), HEADER);
});

test('while a secret is replaced, either signature is enough, in any place', () => {
  const both = signWebhook({ body: BODY, at: AT, secrets: ['wh_secret_replaced_one', SECRET] });
  assert.equal(both, `t=1795600800,v1=${WITH_OTHER_SECRET},v1=${RIGHT}`);
  assert.equal(check(both), 'right');
  assert.equal(check(`t=1795600800,v1=${RIGHT},v1=${WITH_OTHER_SECRET}`), 'right');
  assert.equal(check(`t=1795600800,v1=${WITH_OTHER_SECRET}`), 'signature');
});

test('one altered byte of the body, the time or the signature is refused', () => {
  for (let index = 0; index < BODY.length; index += 1) {
    const altered = Uint8Array.from(BODY);
    altered[index] = (altered[index] ?? 0) ^ 1;
    assert.equal(check(HEADER, { body: altered }), 'signature', `byte ${index}`);
  }
  assert.equal(check(`t=1795600801,v1=${RIGHT}`), 'signature');
  assert.equal(check(`t=1795600800,v1=${RIGHT.replace('e', 'f')}`), 'signature');
});

test('the same body with other white space is another body', () => {
  const spaced = new TextEncoder().encode(new TextDecoder().decode(BODY).replace(',', ', '));
  assert.equal(check(HEADER, { body: spaced }), 'signature');
});

test('five minutes either way are tolerated, not a second more', () => {
  const seconds = (count: number) => ({ now: AT.add({ seconds: count }) });
  assert.equal(check(HEADER, seconds(300)), 'right');
  assert.equal(check(HEADER, seconds(-300)), 'right');
  assert.equal(check(HEADER, seconds(301)), 'too-old');
  assert.equal(check(HEADER, seconds(-301)), 'too-old');
});

test('an old message with a wrong signature is refused for its signature', () => {
  const later = { now: AT.add({ hours: 1 }) };
  assert.equal(check(`t=1795600800,v1=${WITH_OTHER_SECRET}`, later), 'signature');
});

test('headers that are none are refused', () => {
  const none = [
    null,
    '',
    'v1=',
    `v1=${RIGHT}`,
    't=1795600800',
    `t=,v1=${RIGHT}`,
    `t=-1795600800,v1=${RIGHT}`,
    `t=1795600800,t=1795600800,v1=${RIGHT}`,
    `t=1795600800,v1=${RIGHT.toUpperCase()}`,
    `t=1795600800,v1=${RIGHT.slice(1)}`,
    `t=1795600800,v0=${RIGHT}`,
    `t=1795600800${`,v1=${WITH_OTHER_SECRET}`.repeat(5)},v1=${RIGHT}`,
    `${HEADER}${' '.repeat(1000)}`,
  ];
  for (const header of none) assert.equal(check(header), 'signature', String(header));
});
