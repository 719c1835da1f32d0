/**
 * What moved in one currency, summed twice in different ways: once by what it moved for (charges, refunds, disputes, fees,
 * payouts), once by where the balance lines put it (pending or available). The two sums must always be equal:
 *
 *   captured - refunded - disputed - fees - paid out = pending + available
 *
 * A bank that fails this check has mixed something up and must stop before it tells anybody. All in minor units.
 */
import { assert } from '../../../problems/index.ts';

export interface Totals {
  capturedMinor: bigint;
  refundedMinor: bigint;
  /** Taken back while disputes are open. */
  heldMinor: bigint;
  /** Lost for good by disputes. */
  lostMinor: bigint;
  /** Kept for charges. */
  feesMinor: bigint;
  /** Kept for disputes, whoever wins. */
  disputeFeesMinor: bigint;
  paidOutMinor: bigint;
  /** Charged, not yet free to be paid out. */
  pendingMinor: bigint;
  /** Free to be paid out. Below nought when more was taken back than is there. */
  availableMinor: bigint;
}

export function noTotals(): Totals {
  return {
    capturedMinor: 0n,
    refundedMinor: 0n,
    heldMinor: 0n,
    lostMinor: 0n,
    feesMinor: 0n,
    disputeFeesMinor: 0n,
    paidOutMinor: 0n,
    pendingMinor: 0n,
    availableMinor: 0n,
  };
}

/** Throws an assertion when the two ways of summing differ. */
export function checkTotals(totals: Totals): void {
  const { capturedMinor, refundedMinor, heldMinor, lostMinor } = totals;
  const { feesMinor, disputeFeesMinor, paidOutMinor, pendingMinor, availableMinor } = totals;
  const kept = feesMinor + disputeFeesMinor;
  const left = capturedMinor - refundedMinor - heldMinor - lostMinor - kept - paidOutMinor;
  assert(left === pendingMinor + availableMinor, 'what is left is where the balance has it');
  assert(pendingMinor >= 0n, 'nothing is set free that was not charged');
  assert(heldMinor >= 0n && lostMinor >= 0n, 'a dispute gives back what it took, and no more');
}
