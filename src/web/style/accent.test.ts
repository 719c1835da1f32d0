import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accentForDark, contrast, isReadableAccent } from './accent.ts';

test('contrast is the ratio of WCAG 2.2', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
  assert.equal(contrast('#777777', '#777777'), 1);
  assert.ok(Math.abs(contrast('#767676', '#ffffff') - 4.54) < 0.01);
});

test('colours too light for paper are refused, dark ones are not', () => {
  for (const accent of ['#ffcc00', '#ff8080', '#cccccc', '#fffffe'])
    assert.ok(!isReadableAccent(accent), accent);
  for (const accent of ['#8a2b1f', '#004488', '#000000', '#2d5a27'])
    assert.ok(isReadableAccent(accent), accent);
});

test('every accent can be read on the dark page', () => {
  for (const accent of ['#8a2b1f', '#000000', '#004488', '#101010', '#2d5a27']) {
    assert.ok(contrast(accentForDark(accent), '#171614') >= 4.5, accent);
  }
});
