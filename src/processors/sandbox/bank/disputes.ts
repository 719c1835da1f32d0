/**
 * Disputes: a payer's own bank wants the money of a charge back, whole or in part. The money and a fee are taken at once;
 * then the bank decides. Who has not answered in time has lost.
 */
import { event } from './decisions.ts';
import type { Desk } from './desk.ts';
import type { Fact } from './facts.ts';
import { DISPUTE_FEE_MINOR } from './fees.ts';
import { DISPUTE_SELF_AFTER_HOURS, DISPUTE_TO_ANSWER_HOURS } from './limits.ts';
import type { Charge, DisputeEnd } from './records.ts';

export type DisputeDecision =
  | { readonly kind: 'done'; readonly disputeId: string; readonly facts: readonly Fact[] }
  | { readonly kind: 'refused'; readonly code: string };

/** @param order `amountMinor`: `null` for all that is left of the charge */
export function openDispute(
  desk: Desk,
  order: { readonly chargeId: string; readonly amountMinor: bigint | null },
): DisputeDecision {
  const charge = desk.books.charges.get(order.chargeId);
  if (charge === undefined) return { kind: 'refused', code: 'charge_unknown' };
  const left = desk.books.money.leftOf(charge);
  const amountMinor = order.amountMinor ?? left;
  if (amountMinor <= 0n) return { kind: 'refused', code: 'no_amount' };
  if (amountMinor > left) return { kind: 'refused', code: 'more_than_left' };
  const disputeId = desk.newId('dp');
  const opened: Fact = {
    type: 'dispute_opened',
    disputeId,
    chargeId: charge.id,
    amountMinor,
    answerBy: desk.now.add({ hours: DISPUTE_TO_ANSWER_HOURS }),
    balanceId: desk.newId('bal'),
    feeMinor: DISPUTE_FEE_MINOR,
    feeBalanceId: desk.newId('bal'),
  };
  const facts = [opened, event(desk, { id: charge.paymentId }, 'dispute.opened')];
  return { kind: 'done', disputeId, facts };
}

/** Ends an open dispute. One that was decided stays as it is. */
export function decideDispute(desk: Desk, disputeId: string, as: DisputeEnd): DisputeDecision {
  const dispute = desk.books.money.disputes.get(disputeId);
  if (dispute === undefined) return { kind: 'refused', code: 'dispute_unknown' };
  if (dispute.state !== 'open') return { kind: 'refused', code: 'already_decided' };
  const { paymentId } = desk.books.money.charge(dispute.chargeId);
  const decided: Fact = { type: 'dispute_decided', disputeId, as, balanceId: desk.newId('bal') };
  const facts = [decided, event(desk, { id: paymentId }, `dispute.${as}`)];
  return { kind: 'done', disputeId, facts };
}

/** Loses every dispute that the merchant has not answered in time. */
export function loseUnanswered(desk: Desk): readonly Fact[] {
  return [...desk.books.money.openDisputes]
    .filter(({ answerBy }) => desk.now.epochMilliseconds >= answerBy.epochMilliseconds)
    .flatMap(({ id }) => {
      const decision = decideDispute(desk, id, 'lost');
      return decision.kind === 'done' ? decision.facts : [];
    });
}

/** The owners of one kind of test card dispute by themselves, once, what is left of a charge after some days. */
export function disputeByThemselves(desk: Desk): readonly Fact[] {
  const isDue = ({ at }: Charge) =>
    desk.now.epochMilliseconds >= at.add({ hours: DISPUTE_SELF_AFTER_HOURS }).epochMilliseconds;
  return [...desk.books.willDispute].filter(isDue).flatMap((charge) => {
    const decision = openDispute(desk, { chargeId: charge.id, amountMinor: null });
    return decision.kind === 'done' ? decision.facts : [];
  });
}
