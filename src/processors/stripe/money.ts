/** Amounts, times and countries between Stripe's writing and ours; `null` for what cannot be read exactly. */
import { Instant } from '../../calendar/index.ts';
import {
  type AmountRefusal,
  fromProcessorAmount,
  type Money,
  toProcessorAmount,
} from '../../money/index.ts';
import { assert } from '../../problems/index.ts';

export type WireAmount =
  | { readonly ok: true; readonly amount: number; readonly currency: string }
  | { readonly ok: false; readonly refuse: AmountRefusal };

/** As the SDK wants it: a whole number of Stripe's minor units, and the currency in small letters. */
export function wireAmount(money: Money): WireAmount {
  const counted = toProcessorAmount(money, 'stripe');
  if (!counted.ok) return counted;
  const amount = Number.parseInt(counted.sent, 10);
  assert(String(amount) === counted.sent, 'an amount fits a JSON number exactly');
  return { ok: true, amount, currency: money.currency.toLowerCase() };
}

/** @param amount may be negative in Stripe's balance; the sign stays */
export function readMoney(amount: number, currency: string): Money | null {
  const read = fromProcessorAmount({ received: String(amount), currency, processor: 'stripe' });
  return read.ok ? read.money : null;
}

export function readTime(unixSeconds: number): Instant {
  return Instant.fromEpochMilliseconds(unixSeconds * 1000);
}

export function wireTime(instant: Instant): number {
  return Math.floor(instant.epochMilliseconds / 1000);
}

export function readCountry(code: string | null | undefined): string | null {
  return code != null && /^[A-Z]{2}$/.test(code) ? code : null;
}

/** Why a payer of this country is refused; `null`: they are not. Where countries are refused, an unknown one is too. */
export function countryRefusal(
  country: string | null,
  refused: readonly string[],
): 'country_refused' | 'country_unknown' | null {
  if (refused.length === 0) return null;
  if (country === null) return 'country_unknown';
  return refused.includes(country) ? 'country_refused' : null;
}
