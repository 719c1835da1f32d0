/**
 * Stripe's smallest and largest amounts, in our minor units: the reviewed rows, to be read against their source.
 *
 * Source: docs.stripe.com/currencies, "Minimum and maximum charge amounts", read November 2026. The smallest ones hold where
 * an account settles in the same currency; where it is converted, Stripe compares the converted amount, and refuses an order
 * that comes out too small. A currency that stands nowhere here has no published minimum of its own.
 */
import { type Currency, fromProcessorAmount, isCurrency, money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { wireAmount } from './money.ts';

/** In Stripe's minor units. */
const SMALLEST: Readonly<Record<string, number>> = {
  AED: 200,
  AUD: 50,
  BRL: 50,
  CAD: 50,
  CHF: 50,
  CZK: 1_500,
  DKK: 250,
  EUR: 50,
  GBP: 30,
  HKD: 400,
  HUF: 17_500,
  INR: 50,
  JPY: 50,
  MXN: 1_000,
  MYR: 200,
  NOK: 300,
  NZD: 50,
  PLN: 200,
  RON: 200,
  SEK: 300,
  SGD: 50,
  THB: 1_000,
  USD: 50,
};

/** Eight digits, whatever the currency. */
const LARGEST = 99_999_999;

export function smallestAmounts(): Readonly<Partial<Record<string, bigint>>> {
  return Object.fromEntries(
    Object.entries(SMALLEST).map(([currency, amount]) => {
      assert(isCurrency(currency), 'a row is about a currency of ours');
      const minor = ours(currency, amount);
      assert(minor !== null, 'a smallest amount can be counted by us');
      return [currency, minor];
    }),
  );
}

export function largestAmounts(
  currencies: readonly Currency[],
): Readonly<Partial<Record<string, bigint>>> {
  return Object.fromEntries(currencies.map((currency) => [currency, largestOf(currency)]));
}

/** The largest amount that Stripe's eight digits can hold of a currency, in tens or whole units where it wants those. */
function largestOf(currency: Currency): bigint {
  const fitting = [1, 10, 100]
    .map((step) => ours(currency, LARGEST - (LARGEST % step)))
    .find((minor) => minor !== null && wireAmount(money(minor, currency)).ok);
  assert(fitting != null, 'every currency has a largest amount');
  return fitting;
}

/** In our minor units; `null` where they are too coarse. */
function ours(currency: Currency, amount: number): bigint | null {
  const read = fromProcessorAmount({ received: String(amount), currency, processor: 'stripe' });
  return read.ok ? read.money.minor : null;
}
