/**
 * What the desk asks of the books. Everything is computed from rows that record facts; nothing is kept as a running sum.
 */
import type { Instant } from '../../calendar/index.ts';
import type { Currency, Money } from '../../money/index.ts';
import type { GiftInterval } from '../giving.ts';

export interface GiftTotals {
  readonly interval: GiftInterval;
  readonly count: number;
  /** Sum of what settled in this currency. */
  readonly money: Money;
}

export interface ActivePledges {
  readonly currency: Currency;
  readonly count: number;
  readonly monthlyCount: number;
  readonly yearlyCount: number;
  /** What they bring a month: (12 monthly sums + yearly sums) / 12, added up first and rounded once, half up. */
  readonly perMonth: Money;
}

export interface GivenPerAppeal {
  readonly appealId: string;
  readonly variantId: string;
  readonly count: number;
  /** Gifts that began a pledge. */
  readonly pledges: number;
  /** First and one-off gifts that settled, in one currency. */
  readonly money: Money;
}

/** What is counted of one appeal's gifts, and how much each is worth at most. */
export interface ValueQuestion {
  readonly appealId: string;
  readonly currency: Currency;
  /** One gift counts for no more than this, in minor units, after its pledge was multiplied. */
  readonly capMinor: bigint;
  /** How many payments a monthly pledge counts for, and a yearly one. */
  readonly monthlyPayments: number;
  readonly yearlyPayments: number;
  /** Gifts begun from `from` up to, not including, `to`. */
  readonly from: Instant;
  readonly to: Instant;
}

/** Sums over the gifts of one variant. Amounts in minor units of the currency that was asked for. */
export interface ValuePerVariant {
  readonly variantId: string;
  /** First and one-off gifts that settled and did not go back. */
  readonly gifts: number;
  /** The sum of their capped values, and of the squares of these. */
  readonly sum: bigint;
  readonly squares: bigint;
  /** What they brought, neither capped nor multiplied. */
  readonly uncapped: bigint;
  /** Gifts in other currencies: counted, not added up. */
  readonly otherCurrencies: number;
  readonly pledges: number;
  /** Of these pledges, the ones their supporters ended within thirty days. */
  readonly cancelled: number;
  /** Gifts that went back or were disputed. */
  readonly undone: number;
}

export interface LedgerBalance {
  readonly accountId: string | null;
  readonly name: string;
  readonly kind: 'asset' | 'liability' | 'income' | 'expense';
  /** Debits minus credits: negative for income and for what we owe. */
  readonly money: Money;
}

export type AlarmKind =
  /** Money that does not fit its gift. */
  | 'hold'
  /** Money we cannot explain, booked as unmatched. */
  | 'unmatched'
  /** A charge we booked is now reported with another amount. */
  | 'amount-changed'
  /** The processor called an order of ours invalid. */
  | 'our-bug'
  /** The processor never said what became of a charge. */
  | 'unanswered'
  /** A supporter would have been charged more often in a day than the bound allows. */
  | 'bound'
  /** Money from a listed country arrived after all. */
  | 'refused-country'
  /** A certainty of the program turned out false; the gift is on hold. */
  | 'assertion'
  /** A message about a payment nobody knows after a day. */
  | 'parked-event'
  /** More went back of a charge than it brought. */
  | 'returned-too-much'
  /** A day's books of the processor are not ours. */
  | 'books-differ'
  /** What a processor lists cannot be read; nothing behind it is heard until somebody looks. */
  | 'listing-unreadable'
  /** The processor refused to give money back that somebody was told would go back. */
  | 'refund-refused';

export interface Alarm {
  readonly alarmId: bigint;
  readonly kind: AlarmKind;
  readonly giftId: string | null;
  readonly ref: string;
  readonly detail: string | null;
  readonly raisedAt: Instant;
}

export interface Alarms {
  /** What a person must look at, newest first, at most 200. */
  readonly open: readonly Alarm[];
  readonly openCount: number;
  /** Gifts on hold for which a person still has to decide. */
  readonly giftsOnHold: number;
  /** Messages of processors that wait for their gift to be known. */
  readonly parkedEvents: number;
  /** Money on `unmatched`, per currency. */
  readonly unmatched: readonly Money[];
}

export interface GivingReports {
  /** Gifts that settled from `from` up to, not including, `to`, per currency and interval. */
  giftsBetween(range: {
    readonly from: Instant;
    readonly to: Instant;
  }): Promise<readonly GiftTotals[]>;
  activePledges(): Promise<readonly ActivePledges[]>;
  /** Gifts that settled since `from`, per appeal, variant and currency. */
  givenPerAppeal(range: { readonly from: Instant }): Promise<readonly GivenPerAppeal[]>;
  /** Capped value of one appeal's gifts per variant, for comparing variants; no person, no single gift. */
  valuePerVariant(question: ValueQuestion): Promise<readonly ValuePerVariant[]>;
  ledgerBalances(): Promise<readonly LedgerBalance[]>;
  alarms(): Promise<Alarms>;
  /** A person dealt with it. @returns whether it was open */
  resolveAlarm(alarmId: bigint): Promise<boolean>;
}
