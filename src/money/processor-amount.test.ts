import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CURRENCIES,
  currenciesOf,
  currencyRow,
  decimalText,
  equalMoney,
  fromProcessorAmount,
  money,
  PROCESSOR_NAMES,
  processorCounting,
  toProcessorAmount,
} from './index.ts';

const processor = fc.constantFrom(...PROCESSOR_NAMES);
const currency = fc.constantFrom(...CURRENCIES);

test('what is sent comes back as the same money, whatever the exponents', () => {
  let sent = 0;
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 18n }),
      currency,
      processor,
      (minor, code, name) => {
        const amount = money(minor, code);
        const out = toProcessorAmount(amount, name);
        if (!out.ok) return;
        sent += 1;
        for (const spelling of [code, code.toLowerCase()]) {
          const back = fromProcessorAmount({
            received: out.sent,
            currency: spelling,
            processor: name,
          });
          assert.ok(back.ok && equalMoney(back.money, amount), `${code} ${name} ${out.sent}`);
        }
      },
    ),
    { numRuns: 3000 },
  );
  assert.ok(sent > 500, 'most pairs are offered');
});

test('whole amounts of every offered pair can be sent; what is refused has a reason that holds', () => {
  for (const name of PROCESSOR_NAMES) {
    for (const code of currenciesOf(name)) {
      const unit = 10n ** BigInt(currencyRow(code).exponent);
      assert.ok(toProcessorAmount(money(unit * 5n, code), name).ok, `${name} ${code}`);
    }
  }
  assert.deepEqual(toProcessorAmount(money(100n, 'UAH'), 'paypal'), {
    ok: false,
    refuse: 'unknown-currency',
  });
  assert.deepEqual(toProcessorAmount(money(250050n, 'HUF'), 'paypal'), {
    ok: false,
    refuse: 'whole-units-only',
  });
  assert.deepEqual(toProcessorAmount(money(1501n, 'KWD'), 'stripe'), { ok: false, refuse: 'step' });
  assert.throws(() => toProcessorAmount(money(-1n, 'USD'), 'stripe'), /negative/);
});

test('decimal text is what PayPal and BTCPay take: exact decimals, no exponent, no grouping', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      fc.constantFrom(0, 2, 3, 8),
      (minor, exponent) => {
        const text = decimalText({ minor, exponent });
        assert.match(text, exponent === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${exponent}}$`));
        assert.equal(BigInt(text.replace('.', '')), minor);
      },
    ),
  );
  assert.equal(decimalText({ minor: 5n, exponent: 2 }), '0.05');
  assert.equal(decimalText({ minor: -5n, exponent: 3 }), '-0.005');
});

test('what a processor reports is taken exactly or not at all', () => {
  const from = (received: string, code: string, name: (typeof PROCESSOR_NAMES)[number]) => {
    const back = fromProcessorAmount({ received, currency: code, processor: name });
    return back.ok ? back.money.minor : back.refuse;
  };
  assert.equal(from('2', 'USD', 'paypal'), 200n);
  assert.equal(from('2.5', 'USD', 'paypal'), 250n);
  assert.equal(from('2.50000000', 'EUR', 'btcpay'), 250n);
  assert.equal(from('-2.50', 'USD', 'paypal'), -250n);
  assert.equal(from('2500', 'HUF', 'paypal'), 250000n);
  assert.equal(from('250', 'usd', 'stripe'), 250n);
  assert.equal(from('2.505', 'USD', 'paypal'), 'too-fine');
  assert.equal(from('2.5', 'JPY', 'paypal'), 'too-fine');
  assert.equal(from('2.50', 'USD', 'stripe'), 'not-an-amount');
  for (const text of ['', '2,50', '1e3', '0x10', ' 2', '+2', '2.', '.5', 'NaN', '٢']) {
    assert.equal(from(text, 'USD', 'paypal'), 'not-an-amount', text);
  }
  assert.equal(from('2', 'KWD', 'paypal'), 'unknown-currency');
});

test('a pair without a row is unknown, and so is a code from nowhere', () => {
  for (const code of ['XYZ', '', 'usd', 'HRK', 'IQD', 'constructor']) {
    assert.equal(processorCounting({ currency: code, processor: 'stripe' }), 'unknown');
  }
  assert.deepEqual(currenciesOf('sandbox'), CURRENCIES);
});

test('a processor may count what we do not give in; it is not offered and does not come back as money', () => {
  assert.deepEqual(processorCounting({ currency: 'IQD', processor: 'btcpay' }), {
    exponent: 3,
    wholeUnitsOnly: false,
  });
  assert.ok(!currenciesOf('btcpay').some((code) => String(code) === 'IQD'));
  assert.deepEqual(
    fromProcessorAmount({ received: '1.000', currency: 'IQD', processor: 'btcpay' }),
    { ok: false, refuse: 'unknown-currency' },
  );
});
