/**
 * What the money core promises to everybody else: pages, desk, supporters and workers speak to {@link Giving} and to
 * nothing behind it. All of it is safe to call twice, at the same time, from any number of processes.
 */
import type { Clock, Instant, PlainDate, Random } from '../calendar/index.ts';
import type { Db, Tx } from '../database/index.ts';
import type { Currency, Money } from '../money/index.ts';
import type { AcceptAnswer, Acceptance } from './acts/accept-unmatched.ts';
import type { Decision } from './acts/act-store.ts';
import type { CorrectAnswer, Correction } from './acts/correct-transfer.ts';
import type { GiftReturns } from './acts/gift-returns.ts';
import type { MoneyDesk } from './acts/money-desk.ts';
import type { RefundResult } from './acts/refunds.ts';
import type { AlarmAnswer, AlarmDecision } from './alarms/deal-with-alarm.ts';
import type { FailedAt } from './alarms/note-failure.ts';
import type { AttemptState } from './attempt.ts';
import type { WayToPay } from './checkout/ways-to-pay.ts';
import type { Arrives } from './fees/what-arrives.ts';
import type { GiftState } from './gift.ts';
import type { AccountView, LostCharge } from './moving/accounts-view.ts';
import type { LostChargeAnswer, LostChargeDecision } from './moving/close-lost-charge.ts';
import type { HandingOn, MandateHandedOn } from './moving/import-mandates.ts';
import type { AccountAnswer, AccountDecision } from './moving/set-account-status.ts';
import type { PledgeState } from './pledge.ts';
import type { PledgePreview } from './pledges/change-terms.ts';
import type { AgreedTerms } from './pledges/pledge-change-store.ts';
import type { TermsChange } from './pledges/terms.ts';
import type { PayDesk, Processor, ProcessorKind } from './processor.ts';
import type { GivingReports } from './reports/reports.ts';
import type { Worker } from './worker.ts';

export type GiftInterval = 'once' | 'month' | 'year';
export type PledgeUnit = 'month' | 'year';

export interface GivingSettings {
  /** Zone of the newsroom: for a supporter whose own zone is not known, and for the days of reports. */
  readonly zone: string;
  /** What a supporter's statement says. */
  readonly statementText: string;
  /** Listed countries, ISO 3166 codes; their cards are refused before a bank hears of them. */
  refusedCountries(): readonly string[];
  /** Where supporters come back to, without a slash at the end. */
  publicOrigin(): string;
  /** 32 bytes that no database and no processor holds: keys of the pages of renewals come from it; see `page-key.ts`. */
  readonly pageSecret: Uint8Array;
  /** Smallest and largest gift; `undefined`: this currency is not taken. */
  limits(currency: Currency): { readonly minimum: bigint; readonly maximum: bigint } | undefined;
}

export interface GivingDependencies {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  /** In order of preference. */
  readonly processors: readonly Processor[];
  readonly settings: GivingSettings;
}

/** The sentence a supporter confirmed, as it stood on the page, and its language. Kept for a dispute; names nobody. */
export interface Agreed {
  /** 1 to 1000 characters. */
  readonly shown: string;
  readonly language: string;
}

/** A gift somebody means to make. The id was made by their browser before the first tap and is kept there. */
export interface GiftIntent {
  readonly giftId: string;
  /** Of one month or year; what is charged is that amount for each of `collectEveryMonths`. */
  readonly money: Money;
  readonly interval: GiftInterval;
  /** For a monthly pledge: 1 (when left out), 2, 3, 6 or 12 months are charged at once, at their beginning. */
  readonly collectEveryMonths?: number;
  /** What its supporter confirmed: needed for more than one month at once. */
  readonly agreed?: Agreed;
  readonly language: string;
  /** IANA name; one that is not known here is replaced by the newsroom's. */
  readonly zone: string;
  readonly appeal: { readonly appealId: string; readonly variantId: string } | null;
  /** How they chose to pay: at companies of this kind and no other. Left out: the newsroom's order decides. */
  readonly way?: ProcessorKind;
  /**
   * Whether the place they give from was found safe. While countries are listed, a company that never learns where a payer
   * is from takes gifts from safe places alone. Left out: it was not.
   */
  readonly placeIsSafe?: boolean;
  /** A supporter we know already, by their number. */
  readonly supporterId?: string;
  /** Called once, in the transaction that first writes the gift: a sealed contact is stored with it or not at all. */
  readonly attach?: (tx: Tx, supporterId: string) => Promise<void>;
}

export type BeginGiftResult =
  /** The supporter pays at this address; the same for every call with the same gift. */
  | { readonly kind: 'go'; readonly pageUrl: string }
  /** This gift arrived already; nothing more is charged. */
  | { readonly kind: 'already'; readonly gift: GiftView }
  /** This id belongs to a gift of another amount, currency or interval. */
  | { readonly kind: 'other-content'; readonly gift: GiftView }
  /** We did not hear what the processor did; the gift's own page will know. */
  | { readonly kind: 'checking'; readonly gift: GiftView }
  | { readonly kind: 'refused'; readonly reason: GiftRefusal };

/**
 * Why a gift is not begun; nothing was charged. `gift-id`: not a UUID. `currency`, `too-small`, `too-large`: the
 * newsroom's limits. `interval`: nobody takes this rhythm in this currency. `way`: the way of paying that was chosen does
 * not take this gift, or takes nothing at the moment. `daily-limit`: the bound against runaway
 * charging. `ended`: this gift was given up or its pledge stopped; start one with a new id. `processor`: the processor
 * refused the order as we sent it, which is our bug and rings an alarm. `supporter`: not a supporter of ours. `collection`:
 * months that cannot be collected together, or without the words that were agreed to.
 */
export type GiftRefusal =
  | 'gift-id'
  | 'currency'
  | 'too-small'
  | 'too-large'
  | 'interval'
  | 'way'
  | 'daily-limit'
  | 'ended'
  | 'processor'
  | 'supporter'
  | 'collection';

export type ReplaceGiftResult =
  | BeginGiftResult
  /** The old gift was paid before its page could be closed; the new one was not begun. */
  | { readonly kind: 'old-paid'; readonly gift: GiftView }
  /** The processor did not say whether the old page is closed; the new one was not begun. */
  | { readonly kind: 'old-checking'; readonly gift: GiftView };

/** What a gift looks like to the person who makes it. */
export type GiftStateForPeople =
  /** The supporter has not paid yet; `pageUrl` leads to where they can. */
  | 'waiting'
  | 'paid'
  /** We are asking the processor. */
  | 'checking'
  /** A try was declined; nothing was charged. With a `pageUrl` they can try again there. */
  | 'declined'
  | 'refused-country'
  /** The bank wants the supporter to confirm, at `pageUrl` where there is one. */
  | 'needs-confirmation'
  /** Money arrived that does not fit; a person looks at it. */
  | 'held'
  /** Never finished, given up or skipped; nothing was charged. */
  | 'abandoned';

export interface GiftView {
  readonly giftId: string;
  /** Short and readable, made from the id by a hash: for a letter or a telephone, no secret. */
  readonly reference: string;
  /** The whole that is charged. */
  readonly money: Money;
  /** How often its pledge repeated when it was made. */
  readonly interval: GiftInterval;
  /** How many months (or years) it pays for. More than one only where months are collected together. */
  readonly coversPeriods: number;
  /** The amount of one of them; the whole where there is one. */
  readonly moneyOfPeriod: Money;
  readonly state: GiftState;
  readonly stateForPeople: GiftStateForPeople;
  /** Code of the last decline, the adapter's own word for it. */
  readonly declineCode?: string;
  readonly createdAt: Instant;
  readonly settledAt: Instant | null;
  readonly pledge: GiftPledgeView | null;
  /** `null` once the supporter was forgotten. */
  readonly supporterId: string | null;
  readonly appeal: { readonly appealId: string; readonly variantId: string } | null;
  /** Where the supporter pays or confirms, while that can be done. */
  readonly pageUrl?: string;
  /** What opens the page of a renewal; the page of a first gift needs none. */
  readonly pageKey?: string;
  /** State of the newest attempt, for the desk. */
  readonly attemptState?: AttemptState;
}

export interface GiftPledgeView {
  readonly pledgeId: string;
  readonly state: PledgeState;
  readonly unit: PledgeUnit;
  /** How many months its pledge collects at once from now on. */
  readonly collectEveryMonths: number;
  /** Which period of the pledge this gift is; 0 is the first. */
  readonly periodN: number;
  /** The day this gift is for. */
  readonly dueDate: PlainDate;
  /** The next three days on which money is taken; none once it ended. */
  readonly nextDates: readonly PlainDate[];
  /** Whether its supporter is asked to go on at another company; see {@link PledgeView}. */
  readonly move: PledgeView['move'];
  /** Whether nothing is taken by itself: its supporter pays each gift. */
  readonly paidByLink: boolean;
}

export interface PledgeView {
  readonly pledgeId: string;
  readonly supporterId: string | null;
  /** Of one month or year. */
  readonly money: Money;
  readonly unit: PledgeUnit;
  /** How many months are charged at once. */
  readonly collectEveryMonths: number;
  /** What is charged at once: `money` for each of these months. */
  readonly collected: Money;
  readonly state: PledgeState;
  readonly anchorDate: PlainDate;
  /** The next three days on which `collected` is taken. */
  readonly nextDates: readonly PlainDate[];
  readonly pausedUntil: PlainDate | null;
  /** A charge that was sent and not yet answered; it completes even after a cancel. */
  readonly renewalInFlight: boolean;
  /** Whether we can charge without the supporter; `none` before the first gift arrived, and where it is paid by link. */
  readonly method: 'usable' | 'needs-action' | 'dead' | 'none';
  /** Whether nothing is taken by itself: its supporter pays each gift. */
  readonly paidByLink: boolean;
  /** Whether its supporter is asked to go on at another company, because we leave theirs or were dropped by it. */
  readonly move: 'no' | 'wished' | 'needed';
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
  /** Gift of the period that is being collected or comes next: pay it by hand through `beginGift` with this id. */
  readonly openGiftId: string | null;
}

export interface SupporterView {
  readonly supporterId: string;
  /** For letters: the language of their newest gift. */
  readonly language: string;
  readonly zone: string;
}

export type PledgeChange =
  | { readonly kind: 'changed'; readonly pledge: PledgeView }
  /** It was so already. */
  | { readonly kind: 'unchanged'; readonly pledge: PledgeView }
  /** Not in this state: ended, behind with a gift, or not begun. */
  | { readonly kind: 'not-possible'; readonly pledge: PledgeView }
  /** An amount outside the newsroom's limits or of another currency; a date outside 1 to 12 months. */
  | {
      readonly kind: 'refused';
      readonly reason: 'currency' | 'too-small' | 'too-large' | 'date' | 'collection';
    }
  | { readonly kind: 'not-found' };

export type CancelResult =
  | {
      readonly kind: 'cancelled';
      readonly pledge: PledgeView;
      /** A charge was sent before the cancel; it may still complete, and its receipt will say so. */
      readonly willStillComplete: boolean;
    }
  | { readonly kind: 'not-found' };

export type PauseRequest = { readonly pledgeId: string } & (
  | { readonly untilDate: PlainDate }
  | { readonly months: number }
);

export interface ForgetResult {
  readonly cancelledPledges: number;
  /** Charges that were sent before and may still complete. */
  readonly stillCompleting: number;
}

/** What the inbox answers a processor: anything but `stored` and `duplicate` is answered with a 4xx. */
export type WebhookAnswer =
  | { readonly kind: 'stored' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refused'; readonly reason: 'signature' | 'too-old' | 'unreadable' }
  | { readonly kind: 'unknown-account' };

export interface Giving extends GivingReports {
  /** Begins a gift or goes on with it; see {@link BeginGiftResult}. */
  beginGift(intent: GiftIntent): Promise<BeginGiftResult>;
  /** Ends an unpaid gift, at the processor first, and begins another in its place (other amount, other interval). */
  replaceGift(options: {
    readonly oldGiftId: string;
    readonly intent: GiftIntent;
  }): Promise<ReplaceGiftResult>;
  /** Kinds of companies at which a gift can be paid now, in the newsroom's order. */
  waysToPay(): Promise<readonly WayToPay[]>;
  giftView(giftId: string): Promise<GiftView | undefined>;
  /** Whether whoever brings this key ('': none) may see the page of the gift with this id, be there one or not. */
  opensPage(page: { readonly giftId: string; readonly key: string }): boolean;
  /**
   * Looks the live attempt up at its processor, applies what it says, and shows the gift. At most one call out. A gift whose
   * page may have been paid, and whose processor does not answer, is one that is being checked.
   */
  askProcessor(giftId: string): Promise<GiftView | undefined>;
  /** Keeps one message of a processor, once; nothing else happens until the inbox worker runs. */
  takeWebhook(message: {
    readonly accountId: string;
    readonly body: Uint8Array;
    readonly headers: Headers;
  }): Promise<WebhookAnswer>;
  /** What is known of a supporter beside their gifts; undefined when there is none or they were forgotten. */
  supporterView(supporterId: string): Promise<SupporterView | undefined>;
  /** Newest first. */
  pledgesOf(supporterId: string): Promise<readonly PledgeView[]>;
  /** Newest first, at most 500. */
  giftsOf(supporterId: string): Promise<readonly GiftView[]>;
  pledgeView(pledgeId: string): Promise<PledgeView | undefined>;
  /** From the next period that is not being collected yet. */
  changePledgeAmount(change: {
    readonly pledgeId: string;
    readonly money: Money;
    readonly agreed?: Agreed;
  }): Promise<PledgeChange>;
  /** How many months are charged at once, from the next gift that is not being collected yet. By its supporter alone. */
  changePledgeCollection(change: {
    readonly pledgeId: string;
    readonly collectEveryMonths: number;
    readonly agreed: Agreed;
  }): Promise<PledgeChange>;
  /** Month to year or back, with an amount for it, from the day that was promised next. By its supporter alone. */
  changePledgeInterval(change: {
    readonly pledgeId: string;
    readonly unit: PledgeUnit;
    readonly money: Money;
    readonly agreed: Agreed;
  }): Promise<PledgeChange>;
  /**
   * Another day of the month (1 to 31; the last one of a shorter month), from the first such day on or after the day that
   * was promised next. By its supporter alone.
   */
  changePledgeDay(change: {
    readonly pledgeId: string;
    readonly dayOfMonth: number;
    readonly agreed: Agreed;
  }): Promise<PledgeChange>;
  /** What a change would come to, without making it: for the page that asks for consent. Undefined where it cannot be. */
  previewPledgeChange(preview: {
    readonly pledgeId: string;
    readonly change: TermsChange;
  }): Promise<PledgePreview | undefined>;
  /** What a supporter agreed to, oldest first. */
  pledgeHistory(pledgeId: string): Promise<readonly AgreedTerms[]>;
  /** What is left of a gift after the processor's fee, by the fees it really took lately; undefined: not known. */
  whatArrives(gift: { readonly money: Money }): Promise<Arrives | undefined>;
  /**
   * A renewal whose order the processor called invalid is sent again as a new order, after the mistake was mended: staff's
   * way out. @returns whether it waited for that
   */
  retryOurBug(giftId: string): Promise<boolean>;
  /** Periods due before that day are skipped, not collected later. One day to twelve months ahead. */
  pausePledge(request: PauseRequest): Promise<PledgeChange>;
  resumePledge(pledgeId: string): Promise<PledgeChange>;
  /** Idempotent. A renewal that was not sent before this commits is never sent. */
  cancelPledge(pledgeId: string): Promise<CancelResult>;
  /**
   * Cuts every link between a person and their gifts: pledges stopped, mandates dead and emptied, zone and language gone.
   * Amounts, dates and the ledger stay as they are. Idempotent.
   */
  forgetSupporter(tx: Tx, supporterId: string): Promise<ForgetResult>;
  /** A gift that a bound parked is charged after all: staff's way out. @returns whether it was parked */
  releaseParked(giftId: string): Promise<boolean>;
  /** Gives a settled gift back, in part or whole, by staff. Never more than is left of it; sent once. */
  refundGift(
    refund: Decision & { readonly giftId: string; readonly money?: Money },
  ): Promise<RefundResult>;
  /** A supporter takes their own gift back, whole, within fourteen days. Asking twice sends it back once. */
  undoGift(undo: { readonly giftId: string; readonly supporterId: string }): Promise<RefundResult>;
  /** Staff make a gift of money that nobody could explain. */
  acceptUnmatched(acceptance: Acceptance): Promise<AcceptAnswer>;
  /** Staff send money back that nobody could explain. */
  refundUnmatched(
    refund: Decision & { readonly accountId: string; readonly chargeRef: string },
  ): Promise<RefundResult>;
  /** Accepts or sends back the unmatched money of a gift on hold. @returns for how many charges that was begun */
  resolveHold(
    resolution: Decision & { readonly giftId: string; readonly how: 'accept' | 'refund' },
  ): Promise<number>;
  /** Staff undo a posting that was wrong, by one that mirrors it; see `acts/correct-transfer.ts`. Once. */
  correctTransfer(correction: Correction): Promise<CorrectAnswer>;
  /** Staff look at an alarm, release what it parked, or have it tried again; once per act. */
  dealWithAlarm(decision: AlarmDecision): Promise<AlarmAnswer>;
  /** What went back of these gifts, at most 500; a gift without an entry is whole. */
  returnsOf(giftIds: readonly string[]): Promise<ReadonlyMap<string, GiftReturns>>;
  /** Money that needs a person. */
  readonly moneyDesk: MoneyDesk;
  /** The newsroom's accounts at payment companies, oldest first. */
  accounts(): Promise<readonly AccountView[]>;
  /** Payments under way of which no processor tells us any more what became of them. */
  lostCharges(): Promise<readonly LostCharge[]>;
  /** Takes an account into use, stops new gifts there, or gives it up; see `moving/account-status.ts`. */
  setAccountStatus(decision: AccountDecision): Promise<AccountAnswer>;
  /** A person says what became of a payment under way at an account that does not tell. */
  closeLostCharge(decision: LostChargeDecision): Promise<LostChargeAnswer>;
  /** A mandate that one company handed on to another; `rehearse` changes nothing. */
  importMandate(
    handed: MandateHandedOn,
    options: { readonly rehearse: boolean },
  ): Promise<HandingOn>;
  /** For pay pages of our own that belong to a processor. */
  readonly payDesk: PayDesk;
  /** A page or a composition found a certainty false about a gift: it is parked, and the desk told. Other errors are ignored. */
  noteFailure(at: FailedAt, error: unknown): Promise<void>;
  /** Collector, inbox and poller, for `runWorkersUntilIdle` or a loop. */
  readonly workers: readonly Worker[];
}
