/**
 * A newsroom's money as plain objects, with the same rules of uniqueness as the database: one live attempt and one success
 * per gift, one gift per (pledge, n), one attempt per object and per charge, one transfer per cause and code, one alarm
 * per kind and ref, one receipt. It decides nothing: `shell-in-memory.ts` asks the very modules that the SQL shell asks.
 */
import type { Instant } from '../../../calendar/index.ts';
import { assert } from '../../../problems/index.ts';
import { isLive } from '../../attempt.ts';
import type { AlarmEffect, PostEffect } from '../../booking.ts';
import type { AccountName } from '../../ledger/chart-of-accounts.ts';
import { transferOf } from '../../ledger/ledger.ts';
import { type PledgeInput, type PledgeState, stepPledge } from '../../pledge.ts';
import type { MoneyFact } from '../../processor.ts';
import type { Attempt, Gift } from '../../rows.ts';

export type MemoryGift = Pick<Gift, 'id' | 'money' | 'state' | 'pledgeId' | 'periodN'>;

export interface MemoryTransfer {
  readonly code: number;
  readonly cause: string;
  readonly group: string;
  readonly debit: AccountName;
  readonly credit: AccountName;
  readonly amount: bigint;
  readonly currency: string;
  readonly accountId: string;
  readonly giftId: string | null;
  readonly happenedAt: Instant;
}

export interface MemoryFact {
  readonly accountId: string;
  readonly fact: MoneyFact;
  readonly toldAt: Instant;
  readonly booked: boolean;
}

/** What the database answers with 23505. */
export class UniqueViolation extends Error {}

export class NewsroomInMemory {
  readonly gifts: Map<string, MemoryGift>;
  readonly attempts: Map<string, Attempt>;
  readonly transfers: Map<string, MemoryTransfer>;
  readonly facts: Map<string, MemoryFact>;
  readonly alarms: Set<string>;
  readonly receipts: Set<string>;
  /** How promises stand; a promise that is not in here is one nobody stops. */
  readonly pledges: Map<string, PledgeState>;

  constructor(from?: NewsroomInMemory) {
    this.gifts = new Map(from?.gifts);
    this.attempts = new Map(from?.attempts);
    this.transfers = new Map(from?.transfers);
    this.facts = new Map(from?.facts);
    this.alarms = new Set(from?.alarms);
    this.receipts = new Set(from?.receipts);
    this.pledges = new Map(from?.pledges);
  }

  gift(id: string): MemoryGift {
    const gift = this.gifts.get(id);
    assert(gift !== undefined, 'a gift that is asked for exists');
    return gift;
  }

  writeGift(gift: MemoryGift): void {
    if (gift.pledgeId !== null) {
      for (const other of this.gifts.values()) {
        const taken = other.pledgeId === gift.pledgeId && other.periodN === gift.periodN;
        if (taken && other.id !== gift.id) throw new UniqueViolation('gift_period');
      }
    }
    this.gifts.set(gift.id, gift);
  }

  movePledge(pledgeId: string, input: PledgeInput): void {
    const state = this.pledges.get(pledgeId);
    if (state !== undefined) this.pledges.set(pledgeId, stepPledge(state, input));
  }

  writeAttempt(attempt: Attempt): void {
    for (const other of this.attempts.values()) {
      if (other.id === attempt.id) continue;
      const sameGift = other.giftId === attempt.giftId;
      if (sameGift && isLive(other.state) && isLive(attempt.state)) {
        throw new UniqueViolation('attempt_one_live');
      }
      if (sameGift && other.state === 'succeeded' && attempt.state === 'succeeded') {
        throw new UniqueViolation('attempt_one_success');
      }
      if (other.accountId !== attempt.accountId) continue;
      if (attempt.objectRef !== null && other.objectRef === attempt.objectRef) {
        throw new UniqueViolation('attempt_object');
      }
      if (attempt.chargeRef !== null && other.chargeRef === attempt.chargeRef) {
        throw new UniqueViolation('attempt_charge');
      }
    }
    this.attempts.set(attempt.id, attempt);
  }

  /** @returns false when it was there and may be kept */
  post({ posting, duplicate }: PostEffect): boolean {
    const transfer = transferOf(posting);
    const cause = `${posting.cause.kind}|${transfer.causeRef}`;
    const key = `${cause}|${posting.code}`;
    if (this.transfers.has(key)) {
      if (duplicate === 'fail') throw new UniqueViolation('ledger_transfer_cause');
      return false;
    }
    this.transfers.set(key, {
      code: posting.code,
      cause,
      group: transfer.groupId,
      debit: transfer.debit,
      credit: transfer.credit,
      amount: transfer.amount,
      currency: posting.money.currency,
      accountId: posting.cause.accountId,
      giftId: posting.giftId,
      happenedAt: posting.happenedAt,
    });
    return true;
  }

  transfer(cause: string, code: number): MemoryTransfer | undefined {
    return this.transfers.get(`${cause}|${code}`);
  }

  raise({ kind, ref }: AlarmEffect): void {
    this.alarms.add(`${kind} ${ref}`);
  }
}
