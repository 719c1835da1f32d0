/**
 * What the bank's own people and its payers' banks do to money here, at the press of a button or by order of a test:
 * dispute a charge, decide a dispute, pay out, give back from the bank's own pages. Unlike the switchboard's orders these
 * are decisions like any other: they are written in the journal and survive a crash.
 */
import { z } from 'zod';
import { unreachable } from '../../../problems/index.ts';
import type { Bank } from './bank.ts';
import type { Desk } from './desk.ts';
import { decideDispute, openDispute } from './disputes.ts';
import type { Fact } from './facts.ts';
import { payOut } from './payouts.ts';
import { DISPUTE_ENDS } from './records.ts';
import { refundCharge } from './refunds.ts';

const id = z.string().min(1).max(200);
const amount = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'whole minor units as decimal text')
  .transform((text) => BigInt(text));
/** In minor units, or a share of what is left of the charge. A half is rounded up. */
const share = z.union([z.literal('all'), z.literal('half'), amount]).default('all');

export const moneyAct = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('dispute'), charge: id, amount: share }),
  z.strictObject({ do: z.literal('decide'), dispute: id, as: z.enum(DISPUTE_ENDS) }),
  z.strictObject({ do: z.literal('give_back'), charge: id, amount: share }),
  z.strictObject({ do: z.literal('pay_out') }),
]);
export type MoneyAct = z.infer<typeof moneyAct>;

/** `id`: of the dispute, refund or first payout; `null` when there was nothing to pay out. */
export type MoneyActResult =
  | { readonly kind: 'done'; readonly id: string | null }
  | { readonly kind: 'refused'; readonly code: string };

/** Carries an act out. Answer it only after `bank.durable()`. */
export function actOnMoney(bank: Bank, act: MoneyAct): MoneyActResult {
  return bank.decide((desk) => decideAct(desk, act));
}

function decideAct(desk: Desk, act: MoneyAct): { facts: readonly Fact[]; outcome: MoneyActResult } {
  switch (act.do) {
    case 'dispute': {
      const decision = openDispute(desk, {
        chargeId: act.charge,
        amountMinor: shareOf(desk, act),
      });
      return outcomeOf(decision, 'disputeId' in decision ? decision.disputeId : null);
    }
    case 'decide': {
      const decision = decideDispute(desk, act.dispute, act.as);
      return outcomeOf(decision, act.dispute);
    }
    case 'give_back': {
      const charge = desk.books.charges.get(act.charge);
      const decision = refundCharge(desk, {
        chargeId: act.charge,
        amountMinor: shareOf(desk, act),
        currency: charge?.currency ?? '',
      });
      return outcomeOf(decision, 'refundId' in decision ? decision.refundId : null);
    }
    case 'pay_out': {
      const facts = payOut(desk);
      const made = facts.find((fact) => fact.type === 'payout_made');
      return { facts, outcome: { kind: 'done', id: made?.payoutId ?? null } };
    }
    default:
      return unreachable(act, 'an act on money');
  }
}

type Decision =
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'done' | 'refunded'; readonly facts: readonly Fact[] };

function outcomeOf(
  decision: Decision,
  done: string | null,
): { facts: readonly Fact[]; outcome: MoneyActResult } {
  if (decision.kind === 'refused') return { facts: [], outcome: decision };
  return { facts: decision.facts, outcome: { kind: 'done', id: done } };
}

function shareOf(desk: Desk, act: { readonly charge: string; readonly amount: Share }): bigint {
  if (typeof act.amount === 'bigint') return act.amount;
  const charge = desk.books.charges.get(act.charge);
  const left = charge === undefined ? 0n : desk.books.money.leftOf(charge);
  return act.amount === 'all' ? left : (left + 1n) / 2n;
}

type Share = z.output<typeof share>;
