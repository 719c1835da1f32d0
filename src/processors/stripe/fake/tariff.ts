/** The fake's own counting, apart from ours: exchange by decimal text, fees rounded half up. */
import { assert } from '../../../problems/index.ts';
import type { FakeAccount } from './account.ts';

/** What an amount is in the currency that the account settles it in; no rate where it settles in the same one. */
export function settled(
  account: FakeAccount,
  amount: bigint,
  currency: string,
): { readonly amount: bigint; readonly currency: string; readonly rate: string | null } {
  if (account.settlementCurrencies.includes(currency)) return { amount, currency, rate: null };
  const [to] = account.settlementCurrencies;
  assert(to !== undefined, 'an account settles in some currency');
  const row = account.exchangeRates.find((each) => each.from === currency && each.to === to);
  assert(row !== undefined, 'a test gives the rate it needs');
  return { amount: times(amount, row.rate), currency: to, rate: row.rate };
}

export function feeOf(account: FakeAccount, amount: bigint): bigint {
  return divided(amount * account.feePerMillion, 1_000_000n) + account.feeFixed;
}

function times(amount: bigint, decimal: string): bigint {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(decimal);
  assert(match !== null, 'a rate is decimal text');
  const [, units = '', decimals = ''] = match;
  return divided(amount * BigInt(units + decimals), 10n ** BigInt(decimals.length));
}

function divided(amount: bigint, by: bigint): bigint {
  return (amount * 2n + by) / (by * 2n);
}
