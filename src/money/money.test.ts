import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addMoney,
  CURRENCIES,
  compareMoney,
  currencyRow,
  equalMoney,
  isCurrency,
  money,
  negateMoney,
  parseCurrency,
  RETIRED_CURRENCIES,
  subtractMoney,
  sumMoney,
  zero,
} from './index.ts';

const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const currency = fc.constantFrom('JPY', 'USD', 'KWD');

test('adding, subtracting and negating agree with each other in every exponent', () => {
  fc.assert(
    fc.property(minor, minor, currency, (x, y, code) => {
      const a = money(x, code);
      const b = money(y, code);
      assert.ok(equalMoney(subtractMoney(addMoney(a, b), b), a));
      assert.ok(equalMoney(addMoney(a, negateMoney(a)), zero(code)));
      assert.ok(equalMoney(sumMoney([a, a, a], code), addMoney(addMoney(a, a), a)));
      assert.equal(compareMoney(a, b), -compareMoney(b, a) + 0);
      assert.equal(compareMoney(a, b) === 0, equalMoney(a, b));
    }),
  );
});

test('two currencies never meet in one sum', () => {
  const dollars = money(100n, 'USD');
  const euros = money(100n, 'EUR');
  assert.ok(!equalMoney(dollars, euros));
  assert.throws(() => addMoney(dollars, euros), /two currencies/);
  assert.throws(() => subtractMoney(dollars, euros), /two currencies/);
  assert.throws(() => compareMoney(dollars, euros), /two currencies/);
  assert.throws(() => sumMoney([dollars], 'EUR'), /two currencies/);
});

test('money is frozen, and only bigints of tabled currencies become money', () => {
  assert.ok(Object.isFrozen(money(1n, 'USD')));
  assert.throws(() => money(1 as unknown as bigint, 'USD'), /bigint/);
  assert.throws(() => money(1n, 'XYZ' as 'USD'), /currency table/);
});

test('a currency is one of the table, in upper case', () => {
  assert.ok(isCurrency('USD'));
  for (const text of ['usd', 'XYZ', '', 'US', 'constructor', '__proto__'])
    assert.ok(!isCurrency(text));
  assert.equal(parseCurrency(' eur '), 'EUR');
  assert.equal(parseCurrency('HRK'), null);
});

test('no row breaks the form of the table', () => {
  for (const code of CURRENCIES) {
    const { exponent, wholeUnitsOnly, signs } = currencyRow(code);
    assert.match(code, /^[A-Z]{3}$/);
    assert.ok([0, 2, 3, 8].includes(exponent), code);
    assert.ok(exponent > 0 || wholeUnitsOnly, `${code} has no minor unit, so it is given whole`);
    assert.equal(new Set(signs).size, signs.length, code);
    for (const sign of signs) assert.equal(sign, sign.normalize('NFC').trim(), code);
  }
});

test('a retired currency is money no more, and names what it became', () => {
  for (const { code, successor, retiredOn, unitsPerSuccessor } of RETIRED_CURRENCIES) {
    assert.ok(!isCurrency(code), code);
    assert.ok(isCurrency(successor), code);
    assert.match(retiredOn, /^20\d\d-\d\d-\d\d$/);
    assert.match(unitsPerSuccessor, /^\d+(\.\d+)?$/);
  }
});
