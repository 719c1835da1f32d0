/**
 * The fake's arithmetic: whole satoshis and whole minor units, at a rate of minor units per bitcoin. It is written from
 * what BTCPay Server does with decimals and shares nothing with our own money, so the two can be held against each other.
 */

export const SATS_PER_COIN = 100_000_000n;

export interface FakeCurrency {
  readonly decimals: number;
  /** Minor units for one bitcoin. */
  readonly rate: bigint;
}

/** One bitcoin is 60,000 euros, near enough; the rates are uneven so that nothing comes out even by chance. */
export const CURRENCIES: ReadonlyMap<string, FakeCurrency> = new Map([
  ['EUR', { decimals: 2, rate: 6_012_345n }],
  ['USD', { decimals: 2, rate: 6_543_219n }],
  ['JPY', { decimals: 0, rate: 9_876_543n }],
  ['KWD', { decimals: 3, rate: 19_876_543n }],
  ['ISK', { decimals: 0, rate: 8_765_432n }],
  // What a shop in the same store may ask for, and Tuppence has no row for.
  ['LTC', { decimals: 8, rate: 79_876_543_210n }],
]);

/** Decimal text as minor units; `null` when it is none or finer than the currency. */
export function minorOf(text: string, decimals: number): bigint | null {
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(text);
  if (match === null) return null;
  const fraction = (match[2] ?? '').padEnd(decimals, '0');
  if (/[1-9]/.test(fraction.slice(decimals))) return null;
  return BigInt(`${match[1]}${fraction.slice(0, decimals)}`);
}

export function textOf(minor: bigint, decimals: number): string {
  const sign = minor < 0n ? '-' : '';
  const digits = String(minor < 0n ? -minor : minor).padStart(decimals + 1, '0');
  return decimals === 0
    ? sign + digits
    : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** What an amount costs, to the next satoshi up: a payment never falls short for want of a fraction. */
export function satsFor(minor: bigint, { rate }: FakeCurrency): bigint {
  return (minor * SATS_PER_COIN + rate - 1n) / rate;
}

/** What satoshis are worth, rounded to the currency's decimals as .NET rounds: half to even. */
export function worthOf(sats: bigint, { rate }: FakeCurrency): bigint {
  const exact = sats * rate;
  const whole = exact / SATS_PER_COIN;
  const twice = (exact % SATS_PER_COIN) * 2n;
  if (twice === SATS_PER_COIN) return whole % 2n === 0n ? whole : whole + 1n;
  return twice > SATS_PER_COIN ? whole + 1n : whole;
}
