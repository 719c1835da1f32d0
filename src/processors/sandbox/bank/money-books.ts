/**
 * The money side of the bank's books: charges and what became of their money, the lines of the merchant's balance, and
 * the payouts made of them.
 *
 * Each method carries one fact out: it changes the record, writes the line, and then both ways of summing (`totals.ts`)
 * must agree again. `books.ts` calls them for new facts and for replay alike.
 */
import type { Instant } from '../../../calendar/index.ts';
import type { Currency } from '../../../money/index.ts';
import { assert, unreachable } from '../../../problems/index.ts';
import { ChangeLog } from './change-log.ts';
import type { Fact } from './facts.ts';
import type { BalanceLine, Charge, Dispute, Payout, Refund } from './records.ts';
import { checkTotals, noTotals, type Totals } from './totals.ts';
import { midnight } from './utc-days.ts';

/** Days from a charge's own until it can be paid out. */
const AVAILABLE_AFTER_DAYS = 2;

type FactOf<Type extends Fact['type']> = Extract<Fact, { type: Type }>;
type NewLine = Omit<BalanceLine, 'payoutId' | 'change'>;

export class MoneyBooks {
  readonly charges = new Map<string, Charge>();
  readonly refunds = new Map<string, Refund>();
  readonly disputes = new Map<string, Dispute>();
  readonly payouts = new Map<string, Payout>();
  readonly lines: BalanceLine[] = [];
  readonly totals = new Map<Currency, Totals>();
  readonly openDisputes = new Set<Dispute>();
  readonly #lineOfCharge = new Map<string, BalanceLine>();
  readonly #changes = new ChangeLog<BalanceLine>();
  /** Lines of charges whose money is not free yet, oldest first; those before `#released` are. */
  readonly #pending: BalanceLine[] = [];
  #released = 0;
  /** What can be paid out and was not, by line id. */
  readonly #payable = new Map<string, BalanceLine>();

  /** The line a charge was written with. */
  lineOfCharge(chargeId: string): BalanceLine | undefined {
    return this.#lineOfCharge.get(chargeId);
  }

  charge(id: string): Charge {
    const charge = this.charges.get(id);
    assert(charge !== undefined, 'a fact names a charge the books hold');
    return charge;
  }

  linesAfter(change: number, limit: number): { page: readonly BalanceLine[]; more: boolean } {
    return this.#changes.after(change, limit);
  }

  /** Lines of charges whose money is to be set free by now, oldest first. */
  releasable(now: Instant): readonly BalanceLine[] {
    const due: BalanceLine[] = [];
    for (let index = this.#released; index < this.#pending.length; index += 1) {
      const line = this.#pending[index];
      if (line === undefined || now.epochMilliseconds < availableAt(line).epochMilliseconds) break;
      due.push(line);
    }
    return due;
  }

  /** What can be paid out now, oldest first. */
  payable(): readonly BalanceLine[] {
    return [...this.#payable.values()];
  }

  /** What of a charge was neither given back nor is in a dispute that is open or lost. */
  leftOf(charge: Charge): bigint {
    return charge.amountMinor - charge.refundedMinor - charge.disputedMinor;
  }

  capture(charge: Charge, fact: FactOf<'payment_paid'>): void {
    assert(!this.charges.has(charge.id), 'a charge is made once');
    this.charges.set(charge.id, charge);
    const totals = this.#totalsOf(charge.currency);
    totals.capturedMinor += charge.amountMinor;
    totals.feesMinor += fact.feeMinor;
    const line = this.#add({
      id: fact.balanceId,
      kind: 'charge',
      sourceId: charge.id,
      chargeId: charge.id,
      amountMinor: charge.amountMinor,
      feeMinor: fact.feeMinor,
      currency: charge.currency,
      at: charge.at,
    });
    this.#lineOfCharge.set(charge.id, line);
    this.#pending.push(line);
  }

  release(fact: FactOf<'funds_released'>, at: Instant): void {
    const charged = this.#lineOfCharge.get(fact.chargeId);
    assert(charged !== undefined, 'a release names a charge the books hold');
    assert(this.#pending[this.#released] === charged, 'each charge is set free once, in order');
    this.#released += 1;
    const amountMinor = charged.amountMinor - charged.feeMinor;
    assert(amountMinor > 0n, 'a charge is worth more than its fee');
    this.#add({ ...about(charged, at), id: fact.balanceId, kind: 'available', amountMinor });
  }

  refund(fact: FactOf<'refund_made'>, at: Instant): void {
    const charge = this.charge(fact.chargeId);
    const { amountMinor, refundId } = fact;
    assert(amountMinor > 0n && amountMinor <= this.leftOf(charge), 'refunds never pass the charge');
    charge.refundedMinor += amountMinor;
    const { id: chargeId, currency } = charge;
    const reference = fact.reference ?? null;
    this.refunds.set(refundId, { id: refundId, reference, chargeId, amountMinor, currency, at });
    this.#totalsOf(currency).refundedMinor += amountMinor;
    const line = { id: fact.balanceId, kind: 'refund', sourceId: refundId } as const;
    this.#add({ ...about(lineBase(charge), at), ...line, amountMinor: -amountMinor });
  }

  openDispute(fact: FactOf<'dispute_opened'>, at: Instant): void {
    const charge = this.charge(fact.chargeId);
    const { amountMinor, feeMinor, disputeId } = fact;
    assert(!this.disputes.has(disputeId), 'a dispute is opened once');
    assert(amountMinor > 0n && amountMinor <= this.leftOf(charge), 'only what is left is disputed');
    charge.disputedMinor += amountMinor;
    const { id: chargeId, currency } = charge;
    const { answerBy } = fact;
    const common = { id: disputeId, chargeId, amountMinor, currency, at, answerBy };
    const dispute: Dispute = { ...common, state: 'open', decidedAt: null };
    this.disputes.set(disputeId, dispute);
    this.openDisputes.add(dispute);
    const totals = this.#totalsOf(currency);
    totals.heldMinor += amountMinor;
    totals.disputeFeesMinor += feeMinor;
    const base = { ...about(lineBase(charge), at), sourceId: disputeId };
    const held = { ...base, id: fact.balanceId, kind: 'dispute_opened' } as const;
    const fee = { ...base, id: fact.feeBalanceId, kind: 'dispute_fee' } as const;
    // The two belong to one moment; only both together balance.
    this.#write({ ...held, amountMinor: -amountMinor });
    this.#add({ ...fee, amountMinor: -feeMinor });
  }

  decideDispute(fact: FactOf<'dispute_decided'>, at: Instant): void {
    const dispute = this.disputes.get(fact.disputeId);
    assert(dispute?.state === 'open', 'a dispute is decided once');
    const charge = this.charge(dispute.chargeId);
    const { amountMinor } = dispute;
    const totals = this.#totalsOf(dispute.currency);
    dispute.state = fact.as;
    dispute.decidedAt = at;
    this.openDisputes.delete(dispute);
    totals.heldMinor -= amountMinor;
    const base = { ...about(lineBase(charge), at), id: fact.balanceId, sourceId: dispute.id };
    if (fact.as === 'won') {
      charge.disputedMinor -= amountMinor;
      this.#add({ ...base, kind: 'dispute_won', amountMinor });
    } else {
      totals.lostMinor += amountMinor;
      this.#add({ ...base, kind: 'dispute_lost', amountMinor: 0n });
    }
  }

  payOut(fact: FactOf<'payout_made'>, at: Instant): void {
    const { payoutId, amountMinor, currency, lineIds } = fact;
    assert(!this.payouts.has(payoutId), 'a payout is made once');
    let sum = 0n;
    for (const id of lineIds) {
      const line = this.#payable.get(id);
      assert(line?.currency === currency, 'a line is paid out once, in its own currency');
      this.#payable.delete(id);
      line.payoutId = payoutId;
      // Its payout is news about a line that may have been listed long ago.
      this.#changes.touch(line);
      sum += line.amountMinor;
    }
    assert(sum === amountMinor && sum > 0n, 'a payout is the sum of its lines');
    this.payouts.set(payoutId, { id: payoutId, amountMinor, currency, at, lineIds });
    this.#totalsOf(currency).paidOutMinor += amountMinor;
    this.#add({
      id: fact.balanceId,
      kind: 'payout',
      sourceId: payoutId,
      chargeId: null,
      amountMinor: -amountMinor,
      feeMinor: 0n,
      currency,
      at,
    });
  }

  /** Writes a line, moves its money, and holds the two sums against each other. */
  #add(line: NewLine): BalanceLine {
    const written = this.#write(line);
    checkTotals(this.#totalsOf(line.currency));
    return written;
  }

  #write(line: NewLine): BalanceLine {
    const written: BalanceLine = { ...line, payoutId: null, change: 0 };
    this.lines.push(written);
    this.#changes.touch(written);
    const totals = this.#totalsOf(line.currency);
    switch (line.kind) {
      case 'charge':
        totals.pendingMinor += line.amountMinor - line.feeMinor;
        break;
      case 'available':
        totals.pendingMinor -= line.amountMinor;
        totals.availableMinor += line.amountMinor;
        this.#payable.set(written.id, written);
        break;
      case 'refund':
      case 'dispute_opened':
      case 'dispute_won':
      case 'dispute_fee':
        totals.availableMinor += line.amountMinor;
        this.#payable.set(written.id, written);
        break;
      case 'payout':
        totals.availableMinor += line.amountMinor;
        break;
      case 'dispute_lost':
        assert(line.amountMinor === 0n, 'what is lost was taken when the dispute was opened');
        break;
      default:
        unreachable(line.kind, 'a kind of balance line');
    }
    return written;
  }

  #totalsOf(currency: Currency): Totals {
    const known = this.totals.get(currency);
    if (known !== undefined) return known;
    const totals = noTotals();
    this.totals.set(currency, totals);
    return totals;
  }
}

/** When the money of a charge can be paid out: the first moment of a day. */
export function availableAt(charged: Pick<BalanceLine, 'at'>): Instant {
  return midnight(charged.at, AVAILABLE_AFTER_DAYS);
}

/** What a later line about the same charge has in common with it. */
function about(line: Pick<BalanceLine, 'chargeId' | 'currency'>, at: Instant) {
  const { chargeId, currency } = line;
  return { sourceId: chargeId ?? '', chargeId, feeMinor: 0n, currency, at };
}

function lineBase(charge: Charge): Pick<BalanceLine, 'chargeId' | 'currency'> {
  return { chargeId: charge.id, currency: charge.currency };
}
