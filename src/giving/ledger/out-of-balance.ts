/**
 * Whether balances add up: in each currency debits are credits, so the sum over all accounts is nothing. Books that were
 * damaged from outside (a restored file, a hand-made repair) are still shown, because somebody has to look at them; this
 * says by how much they are off. `tuppence check` says where.
 */
import { type Currency, type Money, money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { LedgerBalance } from '../reports/reports.ts';

/** Per currency, by how much debits exceed credits; none when the books add up. Hand in the balances of all accounts. */
export function outOfBalance(balances: readonly Pick<LedgerBalance, 'money'>[]): readonly Money[] {
  const totals = new Map<Currency, bigint>();
  for (const { money: balance } of balances) {
    totals.set(balance.currency, (totals.get(balance.currency) ?? 0n) + balance.minor);
  }
  const off = [...totals].filter(([, total]) => total !== 0n);
  assert(off.length <= totals.size, 'no more currencies are off than there are');
  return off.map(([currency, total]) => money(total, currency));
}
