import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageSecretOf } from './page-secret.ts';

test('the same key gives the same secret on every machine, another key another, and neither is the key', () => {
  const key = new Uint8Array(32).fill(7);
  const secret = pageSecretOf(key);
  assert.equal(
    Buffer.from(secret).toString('hex'),
    'ce907526a79f01b6421df46fa9b2ab54b0bff2658201fd7a91660636a384745f',
  );
  assert.notDeepEqual(secret, pageSecretOf(new Uint8Array(32).fill(8)));
  assert.notDeepEqual(secret, key);
  assert.throws(() => pageSecretOf(new Uint8Array(31)), /32 bytes/);
});
