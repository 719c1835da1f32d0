import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { PlainDate } from '../calendar/index.ts';
import {
  direction,
  formatDate,
  INTERFACE_LANGUAGES,
  interfaceLanguage,
  translator,
} from './index.ts';

const catalogue = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())]));
const catalogues = Object.fromEntries(
  INTERFACE_LANGUAGES.map((language) => [
    language,
    catalogue.parse(
      JSON.parse(readFileSync(new URL(`../../locales/${language}.json`, import.meta.url), 'utf8')),
    ),
  ]),
);

function placeholders(message: string | Record<string, string>): string[] {
  const texts = typeof message === 'string' ? [message] : Object.values(message);
  return [...new Set(texts.flatMap((text) => text.match(/\{[a-zA-Z]+\}/g) ?? []))].sort();
}

for (const language of INTERFACE_LANGUAGES) {
  test(`${language}: every message is there, with the places of the English one`, () => {
    const english = catalogues.en ?? {};
    const own = catalogues[language] ?? {};
    assert.deepEqual(Object.keys(own).sort(), Object.keys(english).sort());
    for (const [key, message] of Object.entries(own)) {
      const expected = placeholders(english[key] ?? '');
      // A plural form may leave the number out ("one gift"); anything else must be kept.
      const found = placeholders(message);
      assert.deepEqual(found, expected, key);
    }
  });

  test(`${language}: plural messages have every category of the language`, () => {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, message] of Object.entries(catalogues[language] ?? {})) {
      if (typeof message === 'string') continue;
      for (const category of needed)
        assert.ok(message[category] !== undefined, `${key} lacks "${category}"`);
    }
  });
}

test('tags are shortened from the right, unknown ones are English', () => {
  assert.equal(interfaceLanguage('ar-EG'), 'ar');
  assert.equal(interfaceLanguage('RU'), 'ru');
  assert.equal(interfaceLanguage('fr-CA'), 'en');
  assert.equal(interfaceLanguage(''), 'en');
});

test('directions follow the script', () => {
  for (const tag of ['ar', 'fa', 'ps', 'ckb', 'ug', 'ur', 'he', 'ar-EG'])
    assert.equal(direction(tag), 'rtl', tag);
  for (const tag of ['en', 'ru', 'zh-Hant', 'ar-Latn', 'ku'])
    assert.equal(direction(tag), 'ltr', tag);
});

test('values are put in as text', () => {
  assert.equal(translator('en')('desk.gifts', { count: 1 }), '1 gift');
  assert.equal(translator('en')('desk.gifts', { count: 5 }), '5 gifts');
  assert.equal(translator('ru')('desk.gifts', { count: 3 }), '3 подарка');
});

test('dates are written from our own tables', () => {
  const date = PlainDate.from('2026-02-03');
  assert.equal(formatDate(date, 'en'), '3 February 2026');
  assert.equal(formatDate(date, 'ru'), '3 февраля 2026 г.');
  assert.equal(formatDate(date, 'ar-EG'), '3 فبراير 2026');
});
