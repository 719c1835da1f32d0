import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amountForm, CURRENCIES, packAmountForm, unpackAmountForm } from './index.ts';

test('a form survives the way through JSON', () => {
  for (const currency of CURRENCIES) {
    const form = amountForm({ currency, language: 'de', min: 200n });
    const packed = JSON.stringify(packAmountForm(form));
    assert.deepEqual(unpackAmountForm(JSON.parse(packed)), form);
  }
});
