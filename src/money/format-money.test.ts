import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CURRENCIES,
  currencyRow,
  equalMoney,
  formatMoney,
  money,
  parseAmount,
  plainAmount,
} from './index.ts';
import { NOTATION_LANGUAGES } from './notation.ts';

const language = fc.constantFrom(...NOTATION_LANGUAGES, 'de-AT', 'xx', 'zh-Hant-TW');
const currency = fc.constantFrom(...CURRENCIES);
const minor = fc.oneof(
  fc.bigInt({ min: 1n, max: 5000n }),
  fc.bigInt({ min: 1n, max: 999_999_999_999n }),
);

/** An amount that a giver of the currency can mean. */
function givable(raw: bigint, code: (typeof CURRENCIES)[number]): bigint {
  const { exponent, wholeUnitsOnly } = currencyRow(code);
  if (!wholeUnitsOnly) return raw;
  const unit = 10n ** BigInt(exponent);
  return raw < unit ? unit : raw - (raw % unit);
}

test('what we put into a field is read back as the same money, in every currency and language', () => {
  for (const code of CURRENCIES) {
    for (const tag of NOTATION_LANGUAGES) {
      for (const raw of [
        1n,
        5n,
        200n,
        250n,
        1000n,
        1500n,
        100_000n,
        123_450n,
        1_234_567n,
        5_000_000n,
      ]) {
        const amount = money(givable(raw, code), code);
        const text = plainAmount(amount, tag);
        const back = parseAmount(text, { currency: code, language: tag });
        assert.ok(back.ok && equalMoney(back.money, amount), `${code} ${tag} ${text}`);
      }
    }
  }
  fc.assert(
    fc.property(minor, currency, language, (raw, code, tag) => {
      const amount = money(givable(raw, code), code);
      const back = parseAmount(plainAmount(amount, tag), { currency: code, language: tag });
      assert.ok(back.ok && equalMoney(back.money, amount));
    }),
    { numRuns: 3000 },
  );
});

test('what we draw can be pasted back: the same money, or a question that offers it', () => {
  fc.assert(
    fc.property(
      minor,
      currency,
      language,
      fc.constantFrom('always', 'dropped'),
      (raw, code, tag, zeros) => {
        const amount = money(givable(raw, code), code);
        const text = formatMoney(amount, tag, { zeros });
        const back = parseAmount(text, { currency: code, language: tag });
        const found = back.ok ? [back.money] : back.error === 'ambiguous' ? back.offers : [];
        assert.ok(
          found.some((one) => equalMoney(one, amount)),
          `${code} ${tag} ${text}`,
        );
      },
    ),
    { numRuns: 3000 },
  );
});

test('drawn money holds no invisible mark', () => {
  for (const code of CURRENCIES) {
    for (const tag of NOTATION_LANGUAGES) {
      assert.doesNotMatch(formatMoney(money(-123_456_700n, code), tag), /\p{Cf}|\p{Cc}/u);
    }
  }
});

test('as people read it', () => {
  const nbsp = '\u00a0';
  const rows: readonly [bigint, (typeof CURRENCIES)[number], string, string][] = [
    [500n, 'USD', 'en', '$5.00'],
    [-500n, 'USD', 'en', '\u2212$5.00'],
    [123_450n, 'EUR', 'de', `1.234,50${nbsp}€`],
    [123_450n, 'EUR', 'fr', `1\u202f234,50${nbsp}€`],
    [123_450n, 'CHF', 'de-CH', `CHF${nbsp}1’234.50`],
    [500n, 'JPY', 'en', '¥500'],
    [150_000n, 'HUF', 'hu', `1${nbsp}500${nbsp}Ft`],
    [1_500n, 'KWD', 'en', `KWD${nbsp}1.500`],
    [10_000_000n, 'INR', 'en-IN', '₹1,00,000.00'],
    [750n, 'USD', 'fa', '$۷٫۵۰'],
    [750n, 'USD', 'my', `၇.၅၀${nbsp}US$`],
    [20_000n, 'NOK', 'nb', `200,00${nbsp}kr`],
    [20_000n, 'NOK', 'en', `NOK${nbsp}200.00`],
    [500n, 'USD', 'en-CA', 'US$5.00'],
    [500n, 'CAD', 'en-CA', '$5.00'],
    [-1n, 'USD', 'uk', `\u22120,01${nbsp}$`],
  ];
  for (const [amount, code, tag, text] of rows) {
    assert.equal(formatMoney(money(amount, code), tag), text);
  }
});

test('zeros may be dropped on buttons, never the cents that are there', () => {
  assert.equal(formatMoney(money(500n, 'USD'), 'en', { zeros: 'dropped' }), '$5');
  assert.equal(formatMoney(money(550n, 'USD'), 'en', { zeros: 'dropped' }), '$5.50');
  assert.equal(formatMoney(money(500n, 'USD'), 'en', { currencyAs: 'code' }), 'USD\u00a05.00');
  assert.equal(formatMoney(money(150_050n, 'HUF'), 'en'), 'Ft\u00a01,500.50');
});

test('what stands in a field has no sign, no grouping and no idle zeros', () => {
  assert.equal(plainAmount(money(123_456_700n, 'EUR'), 'de'), '1234567');
  assert.equal(plainAmount(money(123_456_750n, 'EUR'), 'de'), '1234567,50');
  assert.equal(plainAmount(money(150_000n, 'KWD'), 'en'), '150');
  assert.equal(plainAmount(money(-250n, 'USD'), 'en'), '-2.50');
  assert.equal(plainAmount(money(0n, 'USD'), 'fa'), '۰');
});

test('nothing is not negative', () => {
  assert.equal(formatMoney(money(0n, 'USD'), 'en'), '$0.00');
});
