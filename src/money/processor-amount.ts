/**
 * Money on its way to a processor and back. One table per processor says how many decimals it counts a currency with;
 * from that the exact text for the wire follows. Nothing is ever rounded to make it fit: an amount that a processor
 * cannot represent is refused, and the person is asked again.
 */
import { assert, unreachable } from '../problems/index.ts';
import { CURRENCIES, type Currency, currencyRow, isCurrency } from './currency.ts';
import { type Money, money } from './money.ts';
import { PROCESSOR_NAMES, PROCESSOR_TABLES, type ProcessorName } from './processor-tables.ts';

/** How one processor counts one currency. */
export interface Counting {
  readonly exponent: number;
  readonly wholeUnitsOnly: boolean;
  /** Smallest allowed change in the processor's minor units, where it is neither 1 nor one whole unit. */
  readonly step?: bigint;
}

export type AmountRefusal = 'unknown-currency' | 'whole-units-only' | 'step';

export type SentAmount =
  | { readonly ok: true; readonly sent: string }
  | { readonly ok: false; readonly refuse: AmountRefusal };

export type ReceivedAmount =
  | { readonly ok: true; readonly money: Money }
  | { readonly ok: false; readonly refuse: 'unknown-currency' | 'not-an-amount' | 'too-fine' };

const COUNTINGS: ReadonlyMap<ProcessorName, ReadonlyMap<string, Counting>> = new Map(
  PROCESSOR_NAMES.map((name) => [name, countingsOf(name)]),
);

function countingsOf(processor: ProcessorName): ReadonlyMap<string, Counting> {
  const { groups } = PROCESSOR_TABLES[processor];
  const countings = new Map<string, Counting>();
  if (groups === 'same-as-ours') {
    for (const currency of CURRENCIES) {
      const { exponent, wholeUnitsOnly } = currencyRow(currency);
      countings.set(currency, { exponent, wholeUnitsOnly });
    }
    return countings;
  }
  for (const { exponent, wholeUnitsOnly, step, currencies } of groups) {
    for (const currency of currencies) {
      assert(!countings.has(currency), 'a processor counts a currency in one way');
      countings.set(currency, {
        exponent,
        wholeUnitsOnly,
        ...(step === undefined ? {} : { step }),
      });
    }
  }
  return countings;
}

/** How `processor` counts `currency` (a code from anywhere), or `unknown`: then the pair is not offered. */
export function processorCounting(options: {
  currency: string;
  processor: ProcessorName;
}): Counting | 'unknown' {
  return COUNTINGS.get(options.processor)?.get(options.currency) ?? 'unknown';
}

/** The currencies that may be offered through `processor`, in the table's order. */
export function currenciesOf(processor: ProcessorName): readonly Currency[] {
  return CURRENCIES.filter((currency) => processorCounting({ currency, processor }) !== 'unknown');
}

/**
 * The exact text that goes to the processor: for Stripe and the sandbox the digits of the integer, for PayPal and
 * BTCPay decimal text with exactly the pair's decimals (never a JSON number). Refusals are values: `unknown-currency`,
 * `whole-units-only`, `step`.
 * @throws AssertionFailure for a negative amount; refunds are sent as positive amounts too.
 */
export function toProcessorAmount(amount: Money, processor: ProcessorName): SentAmount {
  assert(amount.minor >= 0n, 'no processor is sent a negative amount');
  const counting = processorCounting({ currency: amount.currency, processor });
  if (counting === 'unknown') return { ok: false, refuse: 'unknown-currency' };
  const ours = currencyRow(amount.currency).exponent;
  if (counting.wholeUnitsOnly && amount.minor % 10n ** BigInt(ours) !== 0n) {
    return { ok: false, refuse: 'whole-units-only' };
  }
  const counted = rescale({ minor: amount.minor, from: ours, to: counting.exponent });
  if (counted === null || counted % (counting.step ?? 1n) !== 0n) {
    return { ok: false, refuse: 'step' };
  }
  return { ok: true, sent: wireText({ counted, exponent: counting.exponent, processor }) };
}

/** `minor` counted with `to` decimals instead of `from`, or null when that would need rounding. */
function rescale(options: { minor: bigint; from: number; to: number }): bigint | null {
  const { minor, from, to } = options;
  if (to >= from) return minor * 10n ** BigInt(to - from);
  const divisor = 10n ** BigInt(from - to);
  return minor % divisor === 0n ? minor / divisor : null;
}

function wireText(options: {
  counted: bigint;
  exponent: number;
  processor: ProcessorName;
}): string {
  const { counted, exponent, processor } = options;
  const { wire } = PROCESSOR_TABLES[processor];
  switch (wire) {
    case 'integer':
      return String(counted);
    case 'decimal':
      return decimalText({ minor: counted, exponent });
    default:
      return unreachable(wire, 'the wire form');
  }
}

/** Minor units as plain decimal text, ASCII digits, a dot, exactly `exponent` decimals: for wires and files. */
export function decimalText(options: { minor: bigint; exponent: number }): string {
  const sign = options.minor < 0n ? '-' : '';
  const digits = String(options.minor * (sign === '' ? 1n : -1n)).padStart(
    options.exponent + 1,
    '0',
  );
  if (options.exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -options.exponent)}.${digits.slice(-options.exponent)}`;
}

/**
 * The way back: what the processor says was paid, in our minor units. `received` is the digits of Stripe's integer, or
 * PayPal's and BTCPay's decimal text, which may have fewer or more zeros than we would write ("2", "2.5", "2.50000000").
 * Anything that is not exactly representable is refused (`too-fine`), never rounded: the caller books it as unmatched.
 * Currency codes are taken in any letter case (Stripe writes them small).
 */
export function fromProcessorAmount(options: {
  received: string;
  currency: string;
  processor: ProcessorName;
}): ReceivedAmount {
  const currency = options.currency.toUpperCase();
  const counting = processorCounting({ currency, processor: options.processor });
  if (counting === 'unknown' || !isCurrency(currency)) {
    return { ok: false, refuse: 'unknown-currency' };
  }
  const wire = PROCESSOR_TABLES[options.processor].wire;
  const match = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(options.received);
  if (match === null || (wire === 'integer' && match[3] !== undefined)) {
    return { ok: false, refuse: 'not-an-amount' };
  }
  const [, sign = '', units = '', decimals = ''] = match;
  const fraction = decimals.replace(/0+$/, '');
  const written = BigInt(units + fraction) * (sign === '' ? 1n : -1n);
  const from = wire === 'integer' ? counting.exponent : fraction.length;
  const minor = rescale({ minor: written, from, to: currencyRow(currency).exponent });
  return minor === null
    ? { ok: false, refuse: 'too-fine' }
    : { ok: true, money: money(minor, currency) };
}
