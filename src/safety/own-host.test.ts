import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyList } from './address.ts';
import { ownHost } from './own-host.ts';

const trustedProxies = proxyList(['10.0.0.0/8']);

function asked(
  headers: Readonly<Record<string, string>>,
  options: { readonly origin?: string | null; readonly connection?: string | null } = {},
): boolean {
  const { origin = 'https://news.example.org', connection = '192.0.2.7' } = options;
  const asker = { headers: new Headers(headers) };
  return ownHost({ origin, trustedProxies })(asker, connection);
}

test('C1: only the newsroom’s own host is known, with or without the port it always has', () => {
  assert.equal(asked({ host: 'news.example.org' }), true);
  assert.equal(asked({ host: 'NEWS.example.org:443' }), true);
  for (const host of [
    'mirror.example.net',
    'news.example.org.mirror.example.net',
    'x.news.example.org',
    'news.example.org:8443',
    'news.example.org:80',
    '192.0.2.1',
    'localhost:3000',
    '',
  ]) {
    assert.equal(asked({ host }), false, host);
  }
  assert.equal(asked({}), false);
});

test('C1: another host in X-Forwarded-Host counts from a trusted proxy alone', () => {
  const through = { host: '10.0.0.9:3000', 'x-forwarded-host': 'news.example.org' };
  assert.equal(asked(through, { connection: '10.0.0.1' }), true);
  assert.equal(asked(through, { connection: '::ffff:10.0.0.1' }), true);
  assert.equal(asked(through, { connection: '192.0.2.7' }), false);
  assert.equal(asked(through, { connection: null }), false);
  const mirrored = { host: 'news.example.org', 'x-forwarded-host': 'mirror.example.net' };
  assert.equal(asked(mirrored, { connection: '10.0.0.1' }), false);
});

test('without a public origin this machine’s own names are the only ones', () => {
  const local = { origin: null };
  for (const host of ['localhost:3000', '127.0.0.1:41234', '[::1]:3000', 'demo.localhost']) {
    assert.equal(asked({ host }, local), true, host);
  }
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:3000']) {
    assert.equal(asked({ host }, local), false, host);
  }
});
