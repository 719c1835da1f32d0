import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDocumentationAddress, isPublicAddress } from './public-address.ts';

describe('which addresses are public', () => {
  const rows: readonly [address: string, isPublic: boolean][] = [
    ['93.184.216.34', true],
    ['2606:4700::1111', true],
    ['127.0.0.1', false],
    ['10.0.0.1', false],
    ['172.16.0.1', false],
    ['172.32.0.1', true],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['::', false],
    ['fe80::1', false],
    ['fe80::1%eth0', false],
    ['fd00::1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:93.184.216.34', false],
    ['64:ff9b::7f00:1', false],
    ['2002:7f00:1::1', false],
    ['192.0.2.1', false],
    ['198.51.100.1', false],
    ['203.0.113.1', false],
    ['2001:db8::1', false],
    ['not an address', false],
  ];
  for (const [address, isPublic] of rows)
    test(address, () => assert.equal(isPublicAddress(address), isPublic));
});

test('addresses for examples are known as such, no others', () => {
  for (const address of ['192.0.2.9', '198.51.100.9', '203.0.113.9']) {
    assert.ok(isDocumentationAddress(address), address);
  }
  for (const address of ['93.184.216.34', '10.0.0.1', '2001:db8::1', 'nonsense']) {
    assert.ok(!isDocumentationAddress(address), address);
  }
});
