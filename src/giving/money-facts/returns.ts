/**
 * What a refund and a dispute do to the books of one charge: pure, so that every order of telling can be tried.
 *
 * Everything here is decided from what is posted already and what was told, never from the order of telling. A charge has
 * a purse: what of it is a gift, and what lies on `unmatched`. What goes back comes out of the gift first and at most up
 * to it, then out of `unmatched`; what is more than the charge brought comes out of `unmatched` too, because somebody owes
 * it to us, and a person is told. So whichever of two refunds is told first, the sums on every account are the same.
 *
 * A dispute is what all its messages together say. The bank holds the largest amount named; what is lost is lost; what is
 * won comes back, unless it is lost in the end. Won or lost implies opened. The postings are the difference between that
 * and what the ledger has, so a message that comes again, or late, adds nothing.
 */
import { assert } from '../../problems/index.ts';

/** What is left of a charge, in minor units. */
export interface Purse {
  /** Booked as a gift and not returned yet. */
  readonly gift: bigint;
  /** Booked as unmatched, not accepted and not returned yet. */
  readonly unmatched: bigint;
}

export interface Return {
  readonly fromGift: bigint;
  readonly fromUnmatched: bigint;
  /** How much more it is than the charge brought; part of `fromUnmatched`. */
  readonly beyond: bigint;
}

/** Out of which account an amount goes back. */
export function decideReturn(purse: Purse, amount: bigint): Return {
  assert(amount >= 0n, 'what goes back is not negative');
  assert(purse.gift >= 0n && purse.unmatched >= 0n, 'a purse holds nothing or something');
  const fromGift = amount < purse.gift ? amount : purse.gift;
  const fromUnmatched = amount - fromGift;
  const beyond = fromUnmatched > purse.unmatched ? fromUnmatched - purse.unmatched : 0n;
  assert(fromGift + fromUnmatched === amount, 'all that goes back is booked');
  return { fromGift, fromUnmatched, beyond };
}

/** What was told about one dispute, in minor units; 0: not told. */
export interface DisputeTold {
  readonly opened: bigint;
  readonly won: bigint;
  readonly lost: bigint;
}

/** What the ledger has of one dispute, in minor units, summed per code (32 and 34 together). */
export interface DisputePosted {
  readonly opened: bigint;
  readonly won: bigint;
  readonly lost: bigint;
}

/** What is still to be posted; never negative. */
export interface DisputeStep {
  readonly open: bigint;
  readonly win: bigint;
  readonly lose: bigint;
  /** Both won and lost were told for the same money: a person should look. */
  readonly contradiction: boolean;
}

export function decideDispute(told: DisputeTold, posted: DisputePosted): DisputeStep {
  assert(told.opened >= 0n && told.won >= 0n && told.lost >= 0n, 'amounts are not negative');
  const held = largest(told.opened, told.won, told.lost);
  const kept = told.lost;
  const back = least(told.won, held - kept);
  // What should still be away from us, and what the ledger says is.
  const away = held - back;
  const awayPosted = posted.opened - posted.won;
  // The hold itself is always on record, also when its end was told first.
  const open = largest(held - posted.opened, away - awayPosted);
  const win = awayPosted + open - away;
  const lose = kept - posted.lost;
  assert(win >= 0n, 'what comes back was held');
  assert(lose >= 0n, 'what was lost stays lost');
  return { open, win, lose, contradiction: told.won > held - kept };
}

function largest(...amounts: readonly bigint[]): bigint {
  let most = 0n;
  for (const amount of amounts) if (amount > most) most = amount;
  return most;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
