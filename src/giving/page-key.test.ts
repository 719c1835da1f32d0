import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { needsPageKey, opensPage, pageKeyOf } from './page-key.ts';
import { renewalGiftId } from './renewals/renewal.ts';

const SECRET = new Uint8Array(32).fill(3);
const PLEDGE = '019abc00-0000-7000-8000-000000000009';
const FIRST = '019abc00-0000-7000-8000-000000000001';
const SECOND = renewalGiftId(PLEDGE, 1);
const KEY = pageKeyOf(SECRET, SECOND);

test('a renewal opens with its own key, however its id is spelt', () => {
  assert.match(KEY, /^[A-Za-z0-9_-]{22}$/);
  assert.ok(opensPage(SECRET, { giftId: SECOND, key: KEY }));
  assert.ok(opensPage(SECRET, { giftId: SECOND.toUpperCase(), key: KEY }));
});

test('a key is the same for ever: letters that were sent keep leading somewhere', () => {
  assert.equal(SECOND, '82d1ca31-2437-5df5-bbac-7437575d1e41');
  assert.equal(KEY, 'o8Y44oY_fwRrM8jW7YwFUg');
});

test('every other text opens nothing: another gift’s key, another secret’s, a cut one, any', () => {
  const wrong = [
    '',
    pageKeyOf(SECRET, renewalGiftId(PLEDGE, 2)),
    pageKeyOf(new Uint8Array(32).fill(4), SECOND),
    KEY.slice(0, -1),
    `${KEY}A`,
    KEY.toUpperCase(),
    'ж'.repeat(11),
    'x'.repeat(100_000),
  ];
  for (const key of wrong) assert.ok(!opensPage(SECRET, { giftId: SECOND, key }), key.slice(0, 30));
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), (key) => {
      fc.pre(key !== KEY);
      return !opensPage(SECRET, { giftId: SECOND, key });
    }),
  );
});

test('an id that a browser made needs none; every renewal does', () => {
  assert.ok(opensPage(SECRET, { giftId: FIRST, key: '' }));
  assert.throws(() => pageKeyOf(SECRET, FIRST), /no key/);
  fc.assert(
    fc.property(fc.uuid({ version: [4, 7] }), fc.integer({ min: 1, max: 2000 }), (id, n) => {
      assert.ok(!needsPageKey(id));
      assert.ok(needsPageKey(renewalGiftId(id, n)));
    }),
  );
});
