import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { readEmailAddress } from '../letters/index.ts';
import { openContact, sealContact } from './contact-seal.ts';

const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
const wayOut = 'c2VjcmV0IHRva2VuIQAAAA';

const sealAddress = (address: string): Promise<Uint8Array> =>
  sealContact({ address, wayOut }, recipient);
const openAddress = async (sealed: Uint8Array, key: string): Promise<string> =>
  (await openContact(sealed, key)).address;

test('what was sealed opens with the key and with no other', async () => {
  const sealed = await sealAddress('anna+news@example.org');
  assert.equal(await openAddress(sealed, identity), 'anna+news@example.org');
  await assert.rejects(openAddress(sealed, await generateX25519Identity()));
});

test('C5.2: the same address twice gives two different envelopes', async () => {
  const first = await sealAddress('anna@example.org');
  const second = await sealAddress('anna@example.org');
  assert.notDeepEqual(first, second);
  // Not only the one-time key at the front: the sealed part differs as well.
  assert.notDeepEqual(first.slice(-528), second.slice(-528));
});

test('C5.3: 6, 50 and 254 characters have the same size, and none is readable', async () => {
  for (const address of [
    'a@b.de',
    `${'x'.repeat(38)}@example.org`,
    `${'я'.repeat(120)}@пример.рф`,
  ]) {
    const sealed = await sealAddress(address);
    assert.equal(sealed.length, 712);
    assert.ok(!Buffer.from(sealed).includes(Buffer.from(address)));
  }
});

test('a changed envelope does not open', async () => {
  const sealed = await sealAddress('anna@example.org');
  sealed[700] = (sealed[700] ?? 0) ^ 1;
  await assert.rejects(openAddress(sealed, identity));
});

test('the standard format shows two lines: address and way out', async () => {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const text = await decrypter.decrypt(await sealAddress('anna@example.org'), 'text');
  assert.equal(text.trimEnd(), `anna@example.org\n${wayOut}`);
  assert.equal(text.length, 512);
});

test('every address the form accepts survives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.emailAddress(), async (address) => {
      fc.pre(readEmailAddress(address).ok);
      assert.equal(await openAddress(await sealAddress(address), identity), address);
    }),
    { numRuns: 30 },
  );
});
