/**
 * What happens at the bank without anybody asking for it: pages run out, money comes free, some payers dispute, what
 * nobody answered is lost, and once a day the balance is paid out. The bank does it before it decides or shows anything
 * else, one step after the other, because each may change what the next one finds.
 */
import { expirePayments } from './decisions.ts';
import type { Desk } from './desk.ts';
import { disputeByThemselves, loseUnanswered } from './disputes.ts';
import type { Fact } from './facts.ts';
import { payOutDaily, releaseFunds } from './payouts.ts';

export const whatTimeBrings: readonly ((desk: Desk) => readonly Fact[])[] = [
  expirePayments,
  releaseFunds,
  disputeByThemselves,
  loseUnanswered,
  payOutDaily,
];
