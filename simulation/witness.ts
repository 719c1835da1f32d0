/**
 * What must not be forgotten about a seed: what people were told and saw, what they asked for, what staff decided, and how
 * the ledger looked on the way. The program knows nothing of it; the verdicts compare.
 */
import type { Currency, GiftState, Instant, Money, PledgeState } from './core.ts';
import type { Supporter } from './people/supporter.ts';
import type { LedgerMark } from './verdicts/ledger-marks.ts';
import type { Breach } from './verdicts/verdict.ts';

/** A day of the month or an interval that somebody asked for; whether it became so, they may not have heard. */
export interface AskedTerms {
  readonly kind: 'day' | 'interval';
  readonly at: Instant;
  /** For a day. */
  readonly dayOfMonth: number | null;
}

/** A posting that staff mirrored: the companies' books know nothing of that. */
export interface Corrected {
  readonly accountId: string;
  readonly code: number;
  readonly minor: bigint;
  readonly currency: Currency;
}

export class Witness {
  readonly breaches: Breach[] = [];
  /** Gifts that somebody was told exist, with what they are for. */
  readonly acknowledged = new Map<string, Money>();
  readonly seenGifts = new Map<string, GiftState>();
  readonly seenPledges = new Map<string, PledgeState>();
  /** First gifts that were sent again with another amount, and what that was answered. */
  readonly sentAgain: { readonly giftId: string; readonly amount: Money; answer: string }[] = [];
  /** Addresses of pages that a supporter was sent to. */
  readonly shownPages = new Set<string>();
  readonly pausedPledges = new Set<string>();
  readonly askedTerms = new Map<string, AskedTerms[]>();
  /** Who learned of which pledge. */
  readonly owners = new Map<string, Supporter>();
  /** Supporters who were told that they are forgotten. */
  readonly forgotten = new Set<string>();
  readonly corrected: Corrected[] = [];
  readonly marks: LedgerMark[] = [];
  /** When an account first stopped taking new gifts, was dropped, or handed its mandates on. */
  accountsMovedAt: Instant | null = null;
  /** When a company was last asked about an attempt, by the attempt's id. */
  readonly askedAt = new Map<string, Instant>();

  /** @returns the notes of one pledge, to be added to */
  termsOf(pledgeId: string): AskedTerms[] {
    const asked = this.askedTerms.get(pledgeId) ?? [];
    this.askedTerms.set(pledgeId, asked);
    return asked;
  }

  sawPledge(pledgeId: string | null, state: PledgeState | null): void {
    if (pledgeId !== null && state !== null) this.seenPledges.set(pledgeId, state);
  }

  accountMoves(at: Instant): void {
    this.accountsMovedAt ??= at;
  }
}
