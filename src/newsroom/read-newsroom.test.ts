import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describeNewsroomProblem, readNewsroom } from './index.ts';

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
