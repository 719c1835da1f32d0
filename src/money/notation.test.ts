import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CURRENCIES, currencyRow, isCurrency } from './index.ts';
import { NOTATION_LANGUAGES, notationOf } from './notation.ts';

interface HeadOfAmounts {
  readonly signs: Readonly<Record<string, string>>;
  readonly languages: string;
}

const HEAD: HeadOfAmounts = JSON.parse(
  readFileSync(new URL('../../tests/cases/amounts.json', import.meta.url), 'utf8'),
).about;

test('the signs of our table are those the amount cases were written with', () => {
  assert.ok(Object.keys(HEAD.signs).length >= 36);
  for (const [code, signs] of Object.entries(HEAD.signs)) {
    assert.ok(isCurrency(code), code);
    assert.deepEqual(currencyRow(code).signs, signs.split(' '), code);
  }
});

test('the habits of our languages are those the amount cases were written with', () => {
  const habits: readonly [RegExp, string, string][] = [
    [/Group with the comma, decimal dot: ([^.]+)\./, ',', '.'],
    [/Decimal comma, group with the dot: ([^.]+)\./, '.', ','],
    [/Decimal comma, group with the space: ([^.]+)\./, ' ', ','],
  ];
  for (const [pattern, groupsWith, decimal] of habits) {
    const languages = pattern.exec(HEAD.languages)?.[1]?.split(' ') ?? [];
    assert.ok(languages.length >= 10, String(pattern));
    for (const language of languages) {
      assert.ok(NOTATION_LANGUAGES.includes(language), `${language} has a row of its own`);
      const notation = notationOf(language);
      assert.deepEqual([notation.groupsWith, notation.decimal], [groupsWith, decimal], language);
    }
  }
  assert.equal(notationOf('de-CH').groupsWith, "'");
});

test('a tag without a row is written as its parent, a stranger as English', () => {
  assert.equal(notationOf('de-AT'), notationOf('de'));
  assert.equal(notationOf('zh-Hant-HK'), notationOf('zh'));
  assert.equal(notationOf('DE-ch'), notationOf('de-CH'));
  for (const tag of ['xx', '', '-', 'constructor', '__proto__'])
    assert.equal(notationOf(tag), notationOf('en'));
});

test('every zero begins ten digits, and home signs name currencies', () => {
  for (const language of NOTATION_LANGUAGES) {
    const { drawn, homeSigns } = notationOf(language);
    const zero = drawn.zero.codePointAt(0) ?? 0;
    for (let value = 0; value < 10; value += 1) {
      assert.match(String.fromCodePoint(zero + value), /^\p{Nd}$/u, language);
    }
    assert.doesNotMatch(String.fromCodePoint(zero - 1), /\p{Nd}/u, language);
    for (const code of Object.keys(homeSigns)) assert.ok(isCurrency(code), `${language} ${code}`);
    assert.notEqual(drawn.group, drawn.decimal, language);
  }
});

test('no two currencies are drawn with one sign in one language', () => {
  for (const language of NOTATION_LANGUAGES) {
    const { homeSigns } = notationOf(language);
    const signs = CURRENCIES.map((code) => homeSigns[code] ?? currencyRow(code).shown ?? code);
    const twice = signs.filter((sign, index) => signs.indexOf(sign) !== index);
    assert.deepEqual(twice, [], language);
  }
});
