/**
 * The account of one charge: what it brought, as what it was booked, and what is left of it. Pure; summed from the rows
 * of the ledger every time, so that nothing derived can go wrong.
 */
import { assert } from '../../problems/index.ts';
import type { IncomeAccount } from '../ledger/chart-of-accounts.ts';
import type { Purse } from './returns.ts';

export interface ChargeRef {
  readonly accountId: string;
  readonly chargeRef: string;
}

export interface ChargeBooks {
  readonly currency: string;
  /** What it brought. */
  readonly amount: bigint;
  /** `gift`: settled its gift. `unmatched`: nobody can explain it. `accepted`: a person made a gift of it. */
  readonly as: 'gift' | 'unmatched' | 'accepted';
  /** The gift it settled or became; for unmatched money the gift it was meant for, where that is known. */
  readonly giftId: string | null;
  readonly income: IncomeAccount;
  readonly purse: Purse;
}

/** One transfer that brought money, or turned it into a gift: codes 10, 90 and 91. */
export interface BroughtRow {
  readonly code: number;
  readonly amount: bigint;
  readonly currency: string;
  readonly giftId: string | null;
  readonly pledgeId: string | null;
}

/** What went back, by refund or lost dispute, out of the gift and out of unmatched money. */
export interface Returned {
  readonly fromGift: bigint;
  readonly fromUnmatched: bigint;
}

/** The charge's books, or undefined when it is not in them (yet). */
export function chargeBooksOf(
  rows: readonly BroughtRow[],
  gone: Returned,
): ChargeBooks | undefined {
  const booked = rows.find((row) => row.code !== 91);
  if (booked === undefined) {
    assert(gone.fromGift === 0n && gone.fromUnmatched === 0n, 'nothing went back of no money');
    return undefined;
  }
  assert(rows.length <= 2, 'a charge is booked once and accepted once');
  const acceptance = rows.find((row) => row.code === 91);
  assert(acceptance === undefined || booked.code === 90, 'only unmatched money is accepted');
  const giftTotal = booked.code === 10 ? booked.amount : (acceptance?.amount ?? 0n);
  assert(giftTotal <= booked.amount, 'no more is a gift than what came');
  assert(gone.fromGift <= giftTotal, 'no more goes back of a gift than it was');
  const owner = acceptance ?? booked;
  return {
    currency: booked.currency,
    amount: booked.amount,
    as: booked.code === 10 ? 'gift' : acceptance === undefined ? 'unmatched' : 'accepted',
    giftId: owner.giftId,
    income: owner.pledgeId === null ? 'gifts_once' : 'gifts_recurring',
    purse: {
      gift: giftTotal - gone.fromGift,
      // More may have gone back than the charge brought: somebody owes it to us, and a person was told.
      unmatched: floor(booked.amount - giftTotal - gone.fromUnmatched),
    },
  };
}

function floor(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}
