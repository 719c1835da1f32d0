import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Instant } from '../calendar/index.ts';
import { clientAddress, proxyList } from './address.ts';
import type { CountrySource } from './country-source.ts';
import { decidePlace } from './decide-place.ts';

const NOW = Instant.from('2026-11-25T12:00:00Z');
const FRESH = Instant.from('2026-11-01T00:00:00Z');
const LISTED = new Set(['RU', 'BY']);

function source(answer: string | null | 'throws', dataFrom = FRESH): CountrySource {
  return {
    name: 'a source',
    dataFrom,
    country: () => {
      if (answer === 'throws') throw new Error('broken file');
      return answer;
    },
  };
}

function place(answers: readonly (string | null)[], address = '192.0.2.7', dataFrom = FRESH) {
  return decidePlace({
    address,
    sources: answers.map((answer) => source(answer, dataFrom)),
    listed: LISTED,
    isTorExit: (candidate) => candidate === '198.51.100.9',
    now: NOW,
  });
}

const table: readonly (readonly [string, readonly (string | null)[], string])[] = [
  ['two sources agree on a country that is not listed', ['DE', 'DE'], 'safe'],
  ['two sources name different countries, none listed', ['DE', 'FR'], 'safe'],
  ['both name a listed country', ['RU', 'RU'], 'listed'],
  ['two listed countries', ['RU', 'BY'], 'listed'],
  ['one names a listed country', ['RU', 'DE'], 'unknown'],
  ['one source only', ['DE'], 'unknown'],
  ['one listed source only', ['RU'], 'listed'],
  ['no sources', [], 'unknown'],
  ['one does not know', ['DE', null], 'unknown'],
  ['a third does not know', ['DE', 'DE', null], 'unknown'],
  ['one is broken', ['DE', 'throws'], 'unknown'],
  ['codes that are no countries', ['EU', 'DE'], 'unknown'],
  ['anonymisers', ['T1', 'T1'], 'unknown'],
  ['user-assigned codes', ['XK', 'XX'], 'unknown'],
  ['lower case is not a code', ['de', 'de'], 'unknown'],
];

for (const [name, answers, expected] of table) {
  test(`C1: ${name} is ${expected}`, () => {
    assert.equal(place(answers).class, expected);
  });
}

test('C1: Tor exits are unknown and marked', () => {
  assert.deepEqual(place(['DE', 'DE'], '198.51.100.9'), { class: 'unknown', tor: true });
});

test('C1: private, loopback and unreadable addresses are unknown', () => {
  for (const address of [
    '10.1.2.3',
    '127.0.0.1',
    '192.168.0.4',
    '::1',
    'fd00::1',
    'nonsense',
    '',
  ]) {
    assert.equal(place(['DE', 'DE'], address).class, 'unknown', address);
  }
});

test('C1.5: data of 45 days asks, of 46 days asks nobody', () => {
  assert.equal(place(['DE', 'DE'], '192.0.2.7', NOW.subtract({ hours: 45 * 24 })).class, 'safe');
  assert.equal(place(['DE', 'DE'], '192.0.2.7', NOW.subtract({ hours: 46 * 24 })).class, 'unknown');
});

test('C1.6: only a configured proxy may name the client', () => {
  const trustedProxies = proxyList(['10.0.0.0/8']);
  const ask = (connection: string, forwardedFor: string | null) =>
    clientAddress({ connection, forwardedFor, trustedProxies });
  assert.equal(ask('203.0.113.5', '192.0.2.1'), '203.0.113.5');
  assert.equal(ask('10.0.0.1', '192.0.2.1'), '192.0.2.1');
  assert.equal(ask('10.0.0.1', '192.0.2.1, 203.0.113.8, 10.0.0.7'), '203.0.113.8');
  assert.equal(ask('::ffff:10.0.0.1', '192.0.2.1'), '192.0.2.1');
  assert.equal(ask('10.0.0.1', null), null);
  assert.equal(ask('10.0.0.1', 'nonsense'), null);
});

test('a network without a readable length is trusted by nobody, not by everybody', () => {
  for (const entry of ['10.0.0.0/', '10.0.0.0/0', '10.0.0.0/x', 'nonsense', '']) {
    const trustedProxies = proxyList([entry]);
    const connection = '10.0.0.1';
    assert.equal(
      clientAddress({ connection, forwardedFor: '192.0.2.1', trustedProxies }),
      connection,
      entry,
    );
  }
});
