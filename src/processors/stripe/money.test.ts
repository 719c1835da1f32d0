/** Amounts and limits, our ids and countries, between Stripe's writing and ours. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { currenciesOf, money } from '../../money/index.ts';
import { largestAmounts, smallestAmounts } from './limits.ts';
import { countryRefusal, readCountry, readMoney, readTime, wireAmount, wireTime } from './money.ts';
import { metadataOf, type PaymentWay, readReferences } from './references.ts';
import { NOW_SECONDS } from './testing/canned.ts';

const currencies = currenciesOf('stripe');

describe('amounts', () => {
  it('come back as they went, whatever the currency', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...currencies),
        fc.bigInt({ min: 1n, max: 99_999n }),
        (currency, whole) => {
          // Thousands fit every currency that wants whole units or tens.
          const sum = money(whole * 1_000n, currency);
          const sent = wireAmount(sum);
          assert.ok(sent.ok);
          assert.equal(sent.currency, currency.toLowerCase());
          assert.deepEqual(readMoney(sent.amount, sent.currency), sum);
        },
      ),
    );
  });

  it('that Stripe cannot count are refused, and never rounded', () => {
    assert.deepEqual(wireAmount(money(12_345n, 'HUF')), { ok: false, refuse: 'whole-units-only' });
    assert.deepEqual(wireAmount(money(1_234n, 'KWD')), { ok: false, refuse: 'step' });
    assert.equal(readMoney(100, 'qqq'), null);
    assert.equal(readMoney(1.5, 'eur'), null);
  });

  it('have limits that Stripe can count', () => {
    const largest = largestAmounts(currencies);
    const smallest = smallestAmounts();
    for (const currency of currencies) {
      const most = largest[currency];
      assert.ok(most !== undefined && wireAmount(money(most, currency)).ok, currency);
      const least = smallest[currency];
      if (least === undefined) continue;
      assert.ok(least > 0n && least < most && wireAmount(money(least, currency)).ok, currency);
    }
    assert.deepEqual([smallest.EUR, smallest.JPY, smallest.HUF], [50n, 50n, 17_500n]);
    assert.deepEqual([largest.EUR, largest.JPY], [99_999_999n, 99_999_999n]);
  });
});

describe('times', () => {
  it('are whole seconds there and back', () => {
    assert.equal(readTime(NOW_SECONDS).toString(), '2026-03-01T12:00:00Z');
    assert.equal(wireTime(readTime(NOW_SECONDS).add({ milliseconds: 999 })), NOW_SECONDS);
  });
});

describe('countries', () => {
  it('are two letters, and refused when listed or unknown', () => {
    assert.deepEqual(['DE', 'de', 'DEU', '', null, undefined].map(readCountry), [
      'DE',
      null,
      null,
      null,
      null,
      null,
    ]);
    assert.equal(countryRefusal('BY', ['BY']), 'country_refused');
    assert.equal(countryRefusal(null, ['BY']), 'country_unknown');
    assert.equal(countryRefusal('DE', ['BY']), null);
    assert.equal(countryRefusal(null, []), null);
  });
});

describe('our ids in metadata', () => {
  const way = fc.constantFrom<PaymentWay>('hosted', 'own', 'mandate');
  const references = fc.record(
    {
      attemptId: fc.uuid(),
      giftId: fc.uuid(),
      supporterId: fc.uuid(),
      pledgeId: fc.option(fc.uuid()),
    },
    { noNullPrototype: true },
  );

  it('come back as they went', () => {
    fc.assert(
      fc.property(way, references, (paid, ours) => {
        assert.deepEqual(readReferences(metadataOf(paid, ours)), { way: paid, references: ours });
      }),
    );
  });

  it('of anybody else are none', () => {
    fc.assert(
      fc.property(way, references, fc.string(), (paid, ours, odd) => {
        const right = metadataOf(paid, ours);
        for (const name of ['way', 'attempt_id', 'gift_id', 'supporter_id', 'pledge_id']) {
          assert.equal(readReferences({ ...right, [name]: `${odd}!` }), null);
        }
      }),
    );
    for (const none of [null, undefined, {}]) assert.equal(readReferences(none), null);
  });
});
