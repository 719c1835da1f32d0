import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describeNewsroomProblem, readNewsroom, secretName, secretsNeeded } from './index.ts';

const DEMO = readFileSync(new URL('../../demo/newsroom.yaml', import.meta.url), 'utf8');

/** The demo file with one piece replaced, and the line on which that piece stood. */
function changed(from: string, to: string): { readonly text: string; readonly line: number } {
  const at = DEMO.indexOf(from);
  assert.notEqual(at, -1, `the demo file holds ${from}`);
  return { text: DEMO.replace(from, to), line: DEMO.slice(0, at).split('\n').length };
}

test('the demo newsroom is read', () => {
  const reading = readNewsroom(DEMO);
  assert.ok(reading.ok);
  assert.equal(reading.newsroom.name, 'The Lantern');
  assert.deepEqual(reading.newsroom.giving.amounts.USD?.month, [200n, 500n, 1000n]);
});

/** Entries of a processor that are each wrong in one way. */
function processorRefusals(): readonly (readonly [string, string, string, RegExp])[] {
  const entries: readonly (readonly [string, string, RegExp])[] = [
    ['no such company', 'kind: purse, account: purse-1', /./],
    [
      'a misspelt field',
      'kind: sandbox, account: s-1, curencies: [USD]',
      /unknown field curencies/,
    ],
    ['an unknown currency', 'kind: sandbox, account: s-1, currencies: [XXX]', /currency/],
    ['a currency without amounts', 'kind: sandbox, account: s-1, currencies: [GBP]', /no amounts/],
    [
      'a smallest amount under ours',
      'kind: sandbox, account: s-1, minimum: { USD: 5 }',
      /must lie between/,
    ],
    [
      'a smallest amount above the largest',
      'kind: sandbox, account: s-1, minimum: { USD: 900 }, maximum: { USD: 800 }',
      /above the largest/,
    ],
    ['no mode', 'kind: stripe, account: s-1, page: hosted', /./],
    ['a page of ours without its key', 'kind: stripe, account: s-1, mode: test, page: own', /pk_/],
    [
      'a key of the other mode',
      'kind: stripe, account: s-1, mode: live, page: own, publishable_key: pk_test_abc',
      /not of mode/,
    ],
    [
      'a secret key in the file',
      'kind: stripe, account: s-1, mode: live, page: own, publishable_key: sk_live_abc',
      /publishable/,
    ],
    [
      'a server that is not encrypted',
      'kind: btcpay, account: b-1, mode: live, server: http://pay.example, store: AbCdEfGhIjKlMnOpQrStUvWx',
      /https/,
    ],
  ];
  const from = 'kind: sandbox, account: sandbox-1';
  return entries.map(([name, to, message]) => [`a processor with ${name}`, from, to, message]);
}

const refusals: readonly (readonly [string, string, string, RegExp])[] = [
  ['a zone that does not exist', 'zone: Europe/Berlin', 'zone: Europe/Berlln', /time zone/],
  ['a colour by name', 'accent: "#8a2b1f"', 'accent: red', /colour/],
  ['an unknown currency', 'currency: USD', 'currency: XXX', /currency/],
  ['a currency without amounts', 'currency: USD', 'currency: GBP', /no amounts for GBP/],
  ['a statement line that is too short', 'OAK STREET MEDIA', 'OAK', /5 to 22/],
  [
    'a proxy list that trusts everybody',
    'trusted_proxies: []',
    'trusted_proxies: ["10.0.0.0/0"]',
    /whole internet/,
  ],
  ['a proxy that is no address', 'trusted_proxies: []', 'trusted_proxies: ["10.0.0.0/"]', /./],
  [
    'a sender with a word of the name',
    'office@oak-street.example',
    'office@lantern.example',
    /"lantern"/,
  ],
  ['a statement line that says press', 'OAK STREET MEDIA', 'OAK STREET PRESS', /"press"/],
  ['a statement line with the newsroom in it', 'OAK STREET MEDIA', 'THE LANTERN', /must not carry/],
  [
    'a sender with the newsroom in it',
    'from_name: Oak Street office',
    'from_name: The Lantern',
    /must not carry/,
  ],
  ...processorRefusals(),
  ['an exit over http', 'exit_to: https://', 'exit_to: http://', /URL/i],
];

for (const [name, from, to, message] of refusals) {
  test(`${name} is refused with its line`, () => {
    const { text, line } = changed(from, to);
    const reading = readNewsroom(text);
    assert.ok(!reading.ok);
    const found = reading.problems.find((problem) => message.test(problem.message));
    assert.ok(found, JSON.stringify(reading.problems));
    assert.equal(found.line, line);
    assert.match(describeNewsroomProblem(found, 'newsroom.yaml'), /^newsroom\.yaml, line \d+: /);
  });
}

test('amounts that do not rise, or lie under the minimum, are refused with their line', () => {
  for (const [to, message] of [
    ['once: [1500, 500, 4000]', /larger than the one before/],
    ['once: [500, 500, 4000]', /larger than the one before/],
    ['once: [100, 1500, 4000]', /between the minimum/],
    ['once: [500, 1500, 4000000]', /between the minimum/],
    ['once: [5.5, 1500, 4000]', /./],
    ['once: [500, 1500]', /./],
  ] as const) {
    const { text, line } = changed('once: [500, 1500, 4000]', to);
    const reading = readNewsroom(text);
    assert.ok(!reading.ok, to);
    assert.ok(
      reading.problems.some((problem) => message.test(problem.message) && problem.line === line),
      JSON.stringify(reading.problems),
    );
  }
});

test('a misspelt field is named', () => {
  const reading = readNewsroom(DEMO.replace('tagline:', 'tag_line:'));
  assert.ok(!reading.ok);
  assert.ok(reading.problems.some((problem) => problem.message.includes('tag_line')));
});

test('what is no YAML, or nothing, is a problem and no crash', () => {
  for (const text of ['', '{', '- a\n- b', 'name: [', '\0', 'name: "x', '!!js/function "x"']) {
    assert.ok(!readNewsroom(text).ok, JSON.stringify(text));
  }
});

test('an account that stands there twice is refused at its second place', () => {
  const entry = '    - { kind: sandbox, account: sandbox-1 }\n';
  const { text, line } = changed(entry, entry + entry);
  const reading = readNewsroom(text);
  assert.ok(!reading.ok);
  assert.deepEqual(
    reading.problems.map((problem) => problem.line),
    [line + 1],
  );
});

test('real companies are read, and each says which secrets it needs and where they come from', () => {
  const entries = [
    'kind: stripe, account: stripe-1, mode: live, page: own, publishable_key: pk_live_abc, currencies: [USD, EUR]',
    'kind: paypal, account: paypal-1, mode: live, client_id: AbcdefghijkLmn, webhook_id: 1AB23456, intervals: [once]',
    'kind: btcpay, account: btcpay-1, mode: live, server: https://pay.example, store: AbCdEfGhIjKlMnOpQrStUvWx',
  ].map((entry) => `    - { ${entry} }\n`);
  const { text } = changed('    - { kind: sandbox, account: sandbox-1 }\n', entries.join(''));
  const reading = readNewsroom(text);
  assert.ok(reading.ok, reading.ok ? '' : JSON.stringify(reading.problems));
  const names = reading.newsroom.giving.processors.flatMap(({ kind, account }) =>
    secretsNeeded(kind).map((secret) => secretName(account, secret)),
  );
  assert.deepEqual(names, [
    'TUPPENCE_STRIPE_1_SECRET_KEY',
    'TUPPENCE_STRIPE_1_WEBHOOK_SECRET',
    'TUPPENCE_PAYPAL_1_CLIENT_SECRET',
    'TUPPENCE_BTCPAY_1_API_KEY',
    'TUPPENCE_BTCPAY_1_WEBHOOK_SECRET',
  ]);
});
