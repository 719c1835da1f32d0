import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moneyWords } from './words/money.ts';
import { bankWords } from './words.ts';

function flat(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[path + name, value] satisfies [string, string]]
      : flat(Object(value), `${path}${name}.`),
  );
}

for (const language of ['ru', 'ar']) {
  test(`${language}: every word is there, is not English, and has the same places`, () => {
    const of = (tag: string) => [...flat(bankWords(tag)), ...flat(moneyWords(tag), 'money.')];
    const english = new Map(of('en'));
    for (const [name, text] of of(language)) {
      const original = english.get(name) ?? '';
      assert.ok(text.trim().length > 0, name);
      assert.notEqual(text, original, name);
      assert.equal(text.includes('{amount}'), original.includes('{amount}'), name);
      assert.ok(text.length <= original.length * 1.6 + 12, `${name} is too long`);
    }
  });
}

test('every sentence about a card that was not taken says that nothing was charged', () => {
  const nothing = { en: /othing was charged/, ru: /ичего не списано/, ar: /لم يُخصم شيء/ };
  for (const [language, pattern] of Object.entries(nothing)) {
    const words = bankWords(language);
    const sentences = [
      ...Object.values(words.declined),
      words.countryRefused,
      words.countryUnknown,
    ];
    for (const sentence of sentences) assert.match(sentence, pattern);
  }
});
