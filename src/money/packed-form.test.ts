import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amountForm, CURRENCIES, packAmountForm, readAmount, unpackAmountForm } from './index.ts';

test('a form survives the way through JSON', () => {
  for (const currency of CURRENCIES) {
    const form = amountForm({ currency, language: 'de', min: 200n });
    const packed = JSON.stringify(packAmountForm(form, { withOtherWords: true }));
    assert.deepEqual(unpackAmountForm(JSON.parse(packed)), form);
  }
});

test('without the words of others the form is small, and reads the same amounts of its own', () => {
  const form = amountForm({ currency: 'USD', language: 'en' });
  const packed = packAmountForm(form, { withOtherWords: false });
  assert.ok(JSON.stringify(packed).length < 200);
  const small = unpackAmountForm(packed);
  for (const text of ['$5', '5 USD', '1,000', '10,00', '-5', '', '1.2.3']) {
    assert.deepEqual(readAmount(text, small), readAmount(text, form), text);
  }
  assert.deepEqual(readAmount('5 EUR', small), { ok: false, error: 'not-a-number' });
});
