import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AmountField, CURRENCIES, type Currency, money, parseAmount } from './index.ts';
import { NOTATION_LANGUAGES } from './notation.ts';

/** The answer in short: minor units, an error kind, or `?` and the offers. */
function read(
  text: string,
  currency: Currency,
  language: string,
  limits: Partial<AmountField> = {},
) {
  const parsed = parseAmount(text, { currency, language, ...limits });
  if (parsed.ok) return String(parsed.money.minor);
  if (parsed.error !== 'ambiguous') return parsed.error;
  return `? ${parsed.offers.map((offer) => offer.minor).join(' ')}`;
}

type Row = readonly [text: string, currency: Currency, language: string, answer: string];

function check(rows: readonly Row[]): void {
  for (const [text, currency, language, answer] of rows) {
    assert.equal(
      read(text, currency, language),
      answer,
      `${JSON.stringify(text)} ${currency} ${language}`,
    );
  }
}

test('R1 invisible marks are dropped anywhere, override marks are refused', () => {
  for (const mark of '\u200b\u200f\u061c\u202a\u202c\u2060\u2066\u2069\ufeff\u00ad') {
    check([
      [`${mark}2${mark},5${mark}0${mark}`, 'EUR', 'de', '250'],
      [`US${mark}$ 5`, 'USD', 'en', '500'],
      [mark, 'EUR', 'de', 'empty'],
    ]);
  }
  check([
    ['\u202d5', 'EUR', 'de', 'not-a-number'],
    ['5\u202e', 'EUR', 'de', 'not-a-number'],
    ['\u202e', 'EUR', 'de', 'not-a-number'],
    ['\u20685', 'EUR', 'de', '500'],
  ]);
});

test('R2 one sign or code before and one after; any other word is no number', () => {
  check([
    ['€5€', 'EUR', 'de', '500'],
    ['eur5eur', 'EUR', 'de', '500'],
    ['€ EUR', 'EUR', 'de', 'empty'],
    ['€€5', 'EUR', 'de', 'not-a-number'],
    ['EUR € 5', 'EUR', 'de', 'not-a-number'],
    ['5 € EUR', 'EUR', 'de', 'not-a-number'],
    ['5€00', 'EUR', 'de', 'not-a-number'],
    ['5 EUR 00', 'EUR', 'de', 'not-a-number'],
    ['KČ 5', 'CZK', 'cs', '500'],
    ['5 kc\u030c', 'CZK', 'cs', '500'],
    ['Rs.5', 'INR', 'en-IN', '500'],
    ['kr.50', 'DKK', 'da', '5000'],
    ['5\u3000円', 'JPY', 'ja', '5'],
    ['5 د.ك.', 'KWD', 'ar', '5000'],
    ['\t\n\u20285\u2003', 'EUR', 'de', '500'],
    ['five', 'EUR', 'en', 'not-a-number'],
    ['5 euros', 'EUR', 'en', 'not-a-number'],
    ['5%', 'EUR', 'en', 'not-a-number'],
    ['(5)', 'EUR', 'en', 'not-a-number'],
    ['5/2', 'EUR', 'en', 'not-a-number'],
    ['1/2', 'EUR', 'en', 'not-a-number'],
    ['5\u0000', 'EUR', 'en', 'not-a-number'],
    ['5\ud800', 'EUR', 'en', 'not-a-number'],
    ['5k', 'EUR', 'en', 'not-a-number'],
    ['.', 'EUR', 'en', 'not-a-number'],
    [',', 'EUR', 'en', 'not-a-number'],
    ['€.', 'EUR', 'en', 'not-a-number'],
    ["'", 'EUR', 'en', 'not-a-number'],
    ['Infinity', 'EUR', 'en', 'not-a-number'],
    ['undefined', 'EUR', 'en', 'not-a-number'],
  ]);
});

test('R3 a sign that is also ours is dropped, a sign of another currency alone is asked', () => {
  check([
    ['$5', 'CAD', 'en', '500'],
    ['$5', 'COP', 'es-CO', '500'],
    ['$5', 'CLP', 'es', '5'],
    ['5 kr', 'ISK', 'is', '500'],
    ['¥5', 'JPY', 'ja', '5'],
    ['US$5', 'CAD', 'en', '? 500'],
    ['5 GBP', 'EUR', 'en', '? 500'],
    ['£5 EUR', 'EUR', 'en', '? 500'],
    ['$5 EUR', 'USD', 'en', '? 500'],
    ['5 HRK', 'EUR', 'en', '? 500'],
    ['5 IQD', 'EUR', 'en', '? 500'],
    ['$1.000', 'EUR', 'de', '? 100 100000'],
    ['$10,00', 'EUR', 'en', '? 1000 100000'],
    ['¥22.50', 'USD', 'en', '? 2250'],
    ['$22.50', 'JPY', 'en', 'too-many-decimals'],
    ['£0', 'EUR', 'en', '? 0'],
    ['£', 'EUR', 'en', 'empty'],
    ['-$5', 'EUR', 'de', 'negative'],
    ['5 XYZ', 'EUR', 'de', 'not-a-number'],
  ]);
});

test('R4 a minus at either end is negative, between digits it is no number', () => {
  for (const minus of '-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\ufe63') {
    check([
      [`${minus}5`, 'EUR', 'de', 'negative'],
      [`5${minus}`, 'EUR', 'de', 'negative'],
      [`${minus}€5`, 'EUR', 'de', 'negative'],
      [`€${minus}5`, 'EUR', 'de', 'negative'],
      [`5${minus}€`, 'EUR', 'de', 'negative'],
      [`5€${minus}`, 'EUR', 'de', 'negative'],
      [`5 ${minus} €`, 'EUR', 'de', 'negative'],
      [`5${minus}6`, 'EUR', 'de', 'not-a-number'],
      [minus, 'EUR', 'de', 'not-a-number'],
      [`${minus}€`, 'EUR', 'de', 'not-a-number'],
      [`200,${minus}`, 'NOK', 'nb', '20000'],
      [`200.${minus}${minus}`, 'CHF', 'de-CH', '20000'],
    ]);
  }
  check([
    ['5+', 'EUR', 'de', 'not-a-number'],
    ['+5', 'EUR', 'de', 'not-a-number'],
    ['-1.2.3', 'EUR', 'de', 'not-a-number'],
    ['-1.000', 'EUR', 'de', 'negative'],
    ['-2.5001', 'EUR', 'de', 'negative'],
    ['-0', 'EUR', 'de', 'negative'],
    ['--5', 'EUR', 'de', 'not-a-number'],
    ['-200,-', 'EUR', 'de', 'negative'],
  ]);
});

test('R4 the European whole amount, with a sign on either side', () => {
  check([
    ['kr 200,-', 'NOK', 'nb', '20000'],
    ['200,- kr', 'NOK', 'nb', '20000'],
    ['200,--€', 'EUR', 'de', '20000'],
    ['CHF 1’200.–', 'CHF', 'de-CH', '120000'],
    ['1.200,-', 'EUR', 'de', '120000'],
    ['1 200,-', 'SEK', 'sv', '120000'],
    ['200,---', 'EUR', 'de', 'not-a-number'],
    [',-', 'EUR', 'de', 'not-a-number'],
    ['0,-', 'EUR', 'de', 'too-small'],
    ['1.200.-', 'CHF', 'de-CH', 'not-a-number'],
  ]);
});

test('R5 digits of one script, whichever it is', () => {
  check([
    ['５0', 'EUR', 'ja', '5000'],
    ['٢۵', 'EUR', 'fa', '2500'],
    ['5٠', 'EUR', 'ar', 'not-a-number'],
    ['৫၀', 'EUR', 'bn', 'not-a-number'],
    ['𝟓𝟎', 'EUR', 'en', '5000'],
    ['𝟓𝟘', 'EUR', 'en', 'not-a-number'],
    ['໕໐', 'EUR', 'en', '5000'],
    ['5²', 'EUR', 'en', 'not-a-number'],
    ['⑤', 'EUR', 'en', 'not-a-number'],
    ['½', 'EUR', 'en', 'not-a-number'],
    ['Ⅴ', 'EUR', 'en', 'not-a-number'],
    ['五十', 'JPY', 'ja', 'not-a-number'],
  ]);
});

test('R5 every decimal digit of Unicode has its value, by rows of ten', () => {
  let run: number[] = [];
  let found = 0;
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (/\p{Nd}/u.test(String.fromCodePoint(code))) {
      run.push(code);
      continue;
    }
    assert.equal(run.length % 10, 0, 'a row of ten begins with zero');
    run.forEach((digit, index) => {
      const value = index % 10;
      const answer = value === 0 ? 'too-small' : `${value}00`;
      assert.equal(read(String.fromCodePoint(digit), 'EUR', 'de'), answer);
    });
    found += run.length;
    run = [];
  }
  assert.ok(found >= 600, `${found} digits`);
});

test('R6 signs that are always decimal, and signs that always group', () => {
  check([
    ['1٫5', 'EUR', 'en', '150'],
    ['1٫500', 'EUR', 'en', '150'],
    ['1٫234', 'EUR', 'ar', 'too-many-decimals'],
    ['٫5', 'EUR', 'ar', '50'],
    ['5٫', 'EUR', 'ar', '500'],
    ['1٫2٫3', 'EUR', 'ar', 'not-a-number'],
    ['1,234٫5', 'EUR', 'ar', '123450'],
    ['1٬234', 'EUR', 'de', '123400'],
    ['12٬34', 'EUR', 'de', 'not-a-number'],
    ['1\u2009234', 'EUR', 'en', '123400'],
    ["1'234", 'EUR', 'en', '123400'],
    ['1ʼ234', 'EUR', 'en', '123400'],
    ['2،5', 'EUR', 'de', '250'],
    ['2،5', 'EUR', 'ar', '? 250 2500'],
    ['２，５', 'EUR', 'de', '250'],
    ['２．５', 'EUR', 'de', '250'],
  ]);
});

test('R7 and R8 grouping is valid or there is no number', () => {
  check([
    ['1.234.567,89', 'EUR', 'de', '123456789'],
    ['1,234,567.89', 'EUR', 'de', '123456789'],
    ["1'234'567,5", 'EUR', 'en', '123456750'],
    ['1 234 567', 'EUR', 'en', '123456700'],
    ['12,34,567', 'EUR', 'de', '123456700'],
    ['12,34,567.5', 'EUR', 'de', '123456750'],
    ['123,45,678', 'INR', 'en-IN', 'not-a-number'],
    ['1.23.456', 'INR', 'en-IN', 'not-a-number'],
    ['1 23 456', 'INR', 'en-IN', 'not-a-number'],
    ['0,123,456', 'EUR', 'en', 'not-a-number'],
    ['0.500,00', 'EUR', 'de', 'not-a-number'],
    ["0'500", 'EUR', 'de', 'not-a-number'],
    ['1234.567,00', 'EUR', 'de', 'not-a-number'],
    ['1 2345', 'EUR', 'fr', 'not-a-number'],
    ['1  234', 'EUR', 'fr', 'not-a-number'],
    ["1 234'567", 'EUR', 'fr', 'not-a-number'],
    ["1.234'567", 'EUR', 'fr', 'not-a-number'],
    ['1,234 567', 'EUR', 'fr', 'not-a-number'],
    ['1.234,567.89', 'EUR', 'de', 'not-a-number'],
    ['1 234,567.89', 'EUR', 'de', 'not-a-number'],
    ['1 234,567.890', 'EUR', 'de', 'not-a-number'],
    ["1 234'567,890", 'EUR', 'de', 'not-a-number'],
    ['1,2,3', 'EUR', 'de', 'not-a-number'],
    ['1..5', 'EUR', 'de', 'not-a-number'],
    ['1.,5', 'EUR', 'de', 'not-a-number'],
    [',5.5', 'EUR', 'de', 'not-a-number'],
    ["'5", 'EUR', 'de', 'not-a-number'],
    ['1.234,', 'EUR', 'de', '123400'],
    ['1,234.567', 'EUR', 'en', 'too-many-decimals'],
    ['1,234.567', 'KWD', 'en', '1234567'],
    ['1.234,500', 'EUR', 'de', '123450'],
  ]);
});

test('R9 a lone dot or comma', () => {
  check([
    ['5,', 'EUR', 'en', '500'],
    ['1234.', 'EUR', 'de', '123400'],
    ['0,', 'EUR', 'en', 'too-small'],
    ['.500', 'EUR', 'de', '50'],
    [',5', 'EUR', 'de', '50'],
    [',5', 'EUR', 'de-CH', '50'],
    [',5', 'EUR', 'en', '? 50 500'],
    [',500', 'EUR', 'en', '? 50 50000'],
    [',555', 'EUR', 'en', '? 55500'],
    [',5', 'JPY', 'en', '? 5'],
    [',500', 'KWD', 'en', '? 500 500000'],
    ['.5', 'JPY', 'en', 'too-many-decimals'],
    ['0,5', 'EUR', 'en', '50'],
    ['00.5', 'EUR', 'en', '50'],
    ['0,555', 'EUR', 'en', 'too-many-decimals'],
    ['0,500', 'JPY', 'en', 'too-many-decimals'],
    ['0.500', 'KWD', 'de', '500'],
    ['1234.5', 'EUR', 'de', '123450'],
    ['1234,5', 'EUR', 'fr', '123450'],
    ['1234,5', 'EUR', 'en', '? 123450 1234500'],
    ['10,00', 'JPY', 'en', '? 10 1000'],
    ['12,50', 'HUF', 'en', '? 125000'],
    ['1,2345', 'EUR', 'en', '? 1234500'],
    ['5,50', 'CHF', 'de-CH', '550'],
    ['5.5', 'EUR', 'fa', '550'],
  ]);
});

test('R9 three digits after more than three cannot be grouping', () => {
  check([
    ['1234.567', 'EUR', 'de', 'too-many-decimals'],
    ['1234.500', 'EUR', 'de', '123450'],
    ['1234.567', 'KWD', 'en', '1234567'],
    ['1234,567', 'KWD', 'de', '1234567'],
    ['1234.567', 'JPY', 'en', 'too-many-decimals'],
    ['1234,567', 'EUR', 'en', '? 123456700'],
    ['1234,567', 'JPY', 'en', '? 1234567'],
  ]);
});

test('R10 exactly three digits after one to three', () => {
  check([
    ['1,500', 'JPY', 'de', '1500'],
    ['1.500', 'JPY', 'en', '1500'],
    ['1,500', 'HUF', 'en', '150000'],
    ['1,500', 'EUR', 'en', '150000'],
    ['1,500', 'EUR', 'fa', '150000'],
    ['1,500', 'EUR', 'fr', '? 150 150000'],
    ['1,500', 'EUR', 'de-CH', '? 150 150000'],
    ['1.500', 'EUR', 'fr', '? 150 150000'],
    ['1.500', 'EUR', 'en', '? 150 150000'],
    ['1.555', 'EUR', 'en', '? 155500'],
    ['1.500', 'KWD', 'en', '1500'],
    ['1.500', 'KWD', 'fr', '1500'],
    ['1.500', 'KWD', 'de-CH', '1500'],
    ['1.500', 'KWD', 'de', '? 1500 1500000'],
    ['1,500', 'KWD', 'de', '1500'],
    ['1,500', 'KWD', 'fr', '1500'],
    ['1,500', 'KWD', 'en', '? 1500 1500000'],
    ['1,500', 'KWD', 'de-CH', '? 1500 1500000'],
    ['1,500', 'KWD', 'ar', '? 1500 1500000'],
  ]);
});

test('R11 zeros past the decimals are dropped, other digits never', () => {
  check([
    ['2.50000000000000000000000', 'EUR', 'en', '250'],
    ['2.50000000000000000000001', 'EUR', 'en', 'too-many-decimals'],
    ['5.0', 'JPY', 'en', '5'],
    ['12.00', 'HUF', 'en', '1200'],
    ['12.5', 'HUF', 'en', 'too-many-decimals'],
    ['12.01', 'TWD', 'en', 'too-many-decimals'],
    ['1.2340', 'KWD', 'en', '1234'],
  ]);
});

test('R12 limits are checked on the digits and never settle a doubt', () => {
  const limits = { min: 200n, max: 5000n };
  assert.equal(read('1.99', 'EUR', 'en', limits), 'too-small');
  assert.equal(read('2', 'EUR', 'en', limits), '200');
  assert.equal(read('50', 'EUR', 'en', limits), '5000');
  assert.equal(read('50.01', 'EUR', 'en', limits), 'too-large');
  assert.equal(read('1.000', 'EUR', 'en', limits), '? 100 100000');
  assert.equal(read('9999999999.99', 'EUR', 'en'), '999999999999');
  assert.equal(read('10000000000', 'EUR', 'en'), 'too-large');
  assert.equal(read(`${'0'.repeat(5000)}5`, 'EUR', 'en'), '500');
  assert.equal(read('9'.repeat(200), 'EUR', 'en'), 'too-large');
  assert.equal(read(`$${'9'.repeat(30)}`, 'EUR', 'en'), `? ${'9'.repeat(30)}00`);
  assert.equal(read(`$${'9'.repeat(100_000)}`, 'EUR', 'en'), 'too-large');
});

test('the two readings are told in money of the form', () => {
  const parsed = parseAmount('1.000', { currency: 'EUR', language: 'de' });
  assert.deepEqual(parsed, {
    ok: false,
    error: 'ambiguous',
    offers: [money(100n, 'EUR'), money(100_000n, 'EUR')],
  });
});

test('any text at all gets an answer, and an accepted one lies within the limits', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({
      unit: fc.constantFrom(..."0123459.,\u066b\u066c '-+$€krEURe_٣۴５"),
      maxLength: 14,
    }),
  );
  fc.assert(
    fc.property(
      text,
      fc.constantFrom(...CURRENCIES),
      fc.constantFrom(...NOTATION_LANGUAGES),
      (typed, currency, language) => {
        const parsed = parseAmount(typed, { currency, language, min: 100n, max: 10_000n });
        if (parsed.ok) {
          assert.ok(parsed.money.minor >= 100n && parsed.money.minor <= 10_000n);
        } else if (parsed.error === 'ambiguous') {
          assert.ok(parsed.offers.length === 1 || parsed.offers.length === 2);
          const [first, second] = parsed.offers.map((offer) => offer.minor);
          if (first !== undefined && second !== undefined) assert.ok(first < second);
        }
      },
    ),
    { numRuns: 5000 },
  );
});

test('every doubt is about a factor: no answer differs from the plain decimal reading without being asked', () => {
  const amount = fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 0, max: 99 }));
  fc.assert(
    fc.property(
      amount,
      fc.constantFrom('.', ','),
      fc.constantFrom(...NOTATION_LANGUAGES),
      ([units, cents], sign, language) => {
        const text = `${units}${sign}${String(cents).padStart(2, '0')}`;
        const meant = String(units * 100 + cents);
        const answer = read(text, 'EUR', language);
        assert.ok(
          answer === meant || answer.split(' ').includes(meant),
          `${text} ${language} ${answer}`,
        );
      },
    ),
  );
});
