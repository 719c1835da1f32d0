import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { freeSlug, slugFrom } from './slug.ts';

const rows: readonly [words: string, slug: string | RegExp][] = [
  ['The bridge is open!', 'the-bridge-is-open'],
  ['Мост открыт — № 1', 'most-otkryt-no-1'],
  ['Ёлка на площади', 'yolka-na-ploshchadi'],
  ['Crème brûlée für Łódź', 'creme-brulee-fur-lodz'],
  ["Don't stop", 'dont-stop'],
  ['نخيل الميناء', /^story-[0-9a-f]{10}$/],
  ['東京2026', /^story-[0-9a-f]{10}$/],
  ['', /^story-[0-9a-f]{10}$/],
];
for (const [words, slug] of rows) {
  test(`${JSON.stringify(words)} gives ${slug}`, () => {
    const made = slugFrom({ words, fallback: 'x' });
    if (typeof slug === 'string') assert.equal(made, slug);
    else assert.match(made, slug);
  });
}

test('whatever comes in, the database takes it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.string(), (words, fallback) => {
      const slug = freeSlug(slugFrom({ words, fallback }), () => false);
      assert.match(slug, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.ok(slug.length <= 80);
    }),
  );
});

test('the first free one is taken', () => {
  const taken = new Set(['a', 'a-2']);
  assert.equal(
    freeSlug('a', (slug) => taken.has(slug)),
    'a-3',
  );
});
