/**
 * The processor port: everything Tuppence asks of a payment company, and nothing else.
 *
 * A new processor is one folder under `src/processors/` that implements {@link Processor}. The port is small because the
 * processors differ in almost everything; what they share is that they are told to take money once, that their answer may
 * get lost, and that they can be asked what happened. So three things hold for every method:
 *
 * 1. An answer we did not hear, could not read or did not expect is `unknown`, never a decline. Adapters do not throw for
 *    anything a network or a processor does.
 * 2. The caller made the idempotency key (the attempt's id) and stored it before the call; adapters make no keys.
 * 3. Adapters only translate. They keep no state about gifts, write no ledger and decide nothing about retries.
 *
 * Everything said about a payment is {@link PaymentEvidence}, whether it came as an answer, in a webhook, by polling or in
 * a nightly report, so that one function can apply it.
 */
import type { Instant, PlainDate } from '../calendar/index.ts';
import type { Currency, Money } from '../money/index.ts';

export type ProcessorKind = 'sandbox' | 'stripe' | 'paypal' | 'btcpay';

/** What a processor can do, as data, so that the core asks instead of knowing names. */
export interface ProcessorCapabilities {
  readonly currencies: readonly Currency[];
  /** Whether a mandate can be kept for later charges without the supporter. */
  readonly chargesMandates: boolean;
  /** Keeps no mandates, yet takes pledges: each of their gifts is paid by its supporter, on a page of its own. */
  readonly pledgesByLink?: boolean;
  /** When the payer's country is known: before any bank hears of the payment, or only afterwards. */
  readonly payerCountry: 'before-authorisation' | 'after-authorisation' | 'never';
  /** How long the same key with the same body is answered from memory, in milliseconds; `null`: the processor has no keys. */
  readonly idempotencyWindowMs: number | null;
  /** Smallest amount it takes, in minor units, per currency it has a minimum for. */
  readonly minimumMinor: Readonly<Partial<Record<string, bigint>>>;
  /** Largest amount it takes, in minor units, per currency it has a maximum for. Left out: none that we know. */
  readonly maximumMinor?: Readonly<Partial<Record<string, bigint>>>;
  /** What the newsroom offers it for; left out: for everything it can do. */
  readonly intervals?: readonly ('once' | 'month' | 'year')[];
  /** Hosts a form or a redirect of ours may lead to (for `form-action`), such as `http://127.0.0.1:4001`. */
  readonly pageOrigins: readonly string[];
}

/** Our ids, put into the processor's own records from day one, so that anything can be found again without its id. */
export interface OurReferences {
  readonly attemptId: string;
  readonly giftId: string;
  readonly supporterId: string;
  readonly pledgeId: string | null;
}

/** A payment that the supporter makes on a page of the processor. */
export interface HostedPaymentOrder {
  readonly references: OurReferences;
  /** = attempt id. Sending the same key again with the same order must give the same page. */
  readonly idempotencyKey: string;
  readonly money: Money;
  /** Whether to keep a mandate for later charges, with the interval the supporter was shown. */
  readonly keepMandate: 'month' | 'year' | null;
  /** Where several months are charged at once, how many, for pages that say how often `money` is taken. */
  readonly everyMonths?: 2 | 3 | 6 | 12;
  /** What the supporter's statement will say. */
  readonly statementText: string;
  readonly language: string;
  /** Countries whose cards and accounts are refused before any bank hears of them; a card of unknown country is refused too. */
  readonly refusedCountries: readonly string[];
  /** Where the supporter comes back to, paid or not. */
  readonly returnUrl: string;
  readonly cancelUrl: string;
}

/** The order itself is invalid to the processor: our bug. Nothing was charged, and it says nothing about the supporter's card. */
export interface OrderRefused {
  readonly kind: 'refused';
  readonly code: string;
}

export type HostedPaymentAnswer =
  | { readonly kind: 'opened'; readonly objectRef: string; readonly pageUrl: string }
  /** On a page of ours, which makes nothing at the company before its supporter chose how to pay. */
  | { readonly kind: 'opened-here'; readonly pageUrl: string }
  | OrderRefused
  | Unknown;

/** A later charge on a mandate, the supporter absent. */
export interface MandateChargeOrder {
  readonly references: OurReferences;
  readonly idempotencyKey: string;
  readonly money: Money;
  readonly mandate: MandateReference;
  readonly statementText: string;
  readonly refusedCountries: readonly string[];
}

export interface MandateReference {
  readonly customerRef: string;
  readonly methodRef: string;
}

/** What is known about one payment. `open`: the hosted page waits for the supporter, declines on it included. */
export type PaymentEvidence =
  | {
      readonly state: 'open';
      /** Code of the last try that was declined on the open page, where the processor tells. */
      readonly declinedCode?: string | null;
      /** The page's address, for an attempt whose opening answer got lost; left out where it can only be had by opening. */
      readonly pageUrl?: string | null;
    }
  | { readonly state: 'processing' }
  | { readonly state: 'needs_action'; readonly pageUrl: string | null }
  | { readonly state: 'declined'; readonly code: string; readonly advice: DeclineAdvice }
  | { readonly state: 'expired' }
  | Succeeded;

export interface Succeeded {
  readonly state: 'succeeded';
  /** The money movement itself (charge, capture): the cause of the ledger posting. */
  readonly chargeRef: string;
  /** What really moved, by the processor's own record. */
  readonly money: Money;
  readonly happenedAt: Instant;
  /** ISO 3166 code of the card or account, `null` where the processor cannot say. */
  readonly payerCountry: string | null;
  /** The right to charge later, when one was asked for and kept. */
  readonly mandate: (MandateReference & { readonly methodFingerprint: string | null }) | null;
  /** The processor's fee for this charge as it reports it, `null` until it does. */
  readonly fee: {
    readonly ref: string;
    readonly money: Money;
    /** The fee's own time in the processor's books; left out where that is the charge's. A listing tells the same one. */
    readonly happenedAt?: Instant;
  } | null;
}

/** What to do after a decline: a closed list that every decline code is mapped to. */
export type DeclineAdvice =
  | 'retry-later'
  | 'retry-after-update'
  | 'ask-for-another-method'
  | 'needs-action'
  | 'refused-country'
  | 'stop';

/** An outcome we did not hear or could not read. `reason` is a code of ours, never the processor's own text. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly reason:
    | 'timeout'
    | 'connection'
    | 'server-error'
    | 'busy'
    | 'conflict'
    | 'unreadable'
    | 'unexpected';
}

export type EvidenceAnswer =
  | {
      readonly kind: 'evidence';
      readonly objectRef: string;
      readonly evidence: PaymentEvidence;
      /** Our attempt's id as the processor's own record has it; left out where a processor cannot say. */
      readonly attemptId?: string | null;
    }
  | Unknown;

/**
 * The supporter agreed on the processor's page, and no bank has heard of it: money moves only when we say so
 * ({@link Processor.completePayment}), once, after the payer's country was looked at.
 */
export interface Agreed {
  readonly kind: 'agreed';
  readonly objectRef: string;
  readonly attemptId?: string | null;
}

/** Taking the money of a payment that its supporter agreed to. */
export interface CompletionOrder {
  readonly references: OurReferences;
  /** = attempt id, as when the page was opened; where a processor wants a key per call, the adapter derives it from this. */
  readonly idempotencyKey: string;
  readonly objectRef: string;
  readonly money: Money;
  readonly keepMandate: 'month' | 'year' | null;
  readonly statementText: string;
  /** A payer of one of these countries, or of none that is told, is answered with a decline of advice `refused-country`. */
  readonly refusedCountries: readonly string[];
}

/** At least one of the two is known: after a lost answer only our id, for a message about a strange payment only theirs. */
export type LookUpQuestion =
  | { readonly attemptId: string; readonly objectRef: string | null; readonly sent?: SentAttempt }
  | { readonly attemptId: null; readonly objectRef: string };

/**
 * How our call went out, where the asker knows. A processor whose lists lag behind needs it to say `not-found`: it has to
 * know since when there may be something to find, and whether that something moves money without a supporter.
 */
export interface SentAttempt {
  readonly firstAt: Instant;
  /** A charge on a mandate; else a page, which nobody can pay on whose address we never learned. */
  readonly onMandate: boolean;
  /** The mandate's customer, where that is still known: the payments of one customer are a short list. */
  readonly customerRef?: string;
}

export type LookUpAnswer = EvidenceAnswer | { readonly kind: 'not-found' } | Agreed;

export interface RefundOrder {
  /** Made by us and stored before sending; goes into the processor's record as well, where it has a place for it. */
  readonly idempotencyKey: string;
  readonly chargeRef: string;
  readonly money: Money;
}

export type RefundAnswer =
  | {
      readonly kind: 'refunded';
      readonly refundRef: string;
      readonly money: Money;
      /** By the processor's own record, as its listing tells it. */
      readonly happenedAt: Instant;
    }
  | { readonly kind: 'refused'; readonly code: string }
  | Unknown;

/**
 * The type an adapter gives to the message that a subscription of the processor's own product ended; `objectRef` is that
 * subscription's own id. We start none, but a newsroom that moves here may bring some.
 */
export const SUBSCRIPTION_ENDED = 'subscription.ended';

/** One message of a processor after its signature was checked over the raw bytes. It is a hint to ask, not a fact to book. */
export interface ProcessorEvent {
  readonly eventId: string;
  readonly type: string;
  /** The object to look up, `null` for messages that concern no payment. */
  readonly objectRef: string | null;
  /** The message says that money moved beside a charge: the listing of money is read soon. */
  readonly movesMoney?: boolean;
  /** Our attempt's id from the processor's own record, where the message carries it. */
  readonly attemptId: string | null;
}

export type WebhookReading =
  | { readonly kind: 'verified'; readonly event: ProcessorEvent }
  | { readonly kind: 'refused'; readonly reason: 'signature' | 'too-old' | 'unreadable' };

export interface PaymentListing {
  readonly payments: readonly {
    readonly objectRef: string;
    readonly attemptId: string | null;
    readonly evidence: PaymentEvidence;
    /** All our ids in the processor's record: what puts a payment back that a restored backup does not know. */
    readonly references?: OurReferences;
  }[];
  /** Hand it back to go on from here. */
  readonly cursor: string;
  readonly more: boolean;
}

/**
 * One thing a processor reports about money beside its charges: what it kept, released, paid out, or gave or took back.
 * Ids and amounts are the processor's own; amounts are positive, the kind says which way they went.
 */
export interface MoneyFact {
  /**
   * - `fee`, `available`, `dispute-fee`: a balance transaction. `available`: this much of what was pending can be paid out.
   * - `payout`: on its way to the newsroom's bank.
   * - `refund`, `dispute-…`: about one charge. Won or lost implies opened, even where that was never told.
   */
  readonly kind:
    | 'fee'
    | 'available'
    | 'payout'
    | 'refund'
    | 'dispute-opened'
    | 'dispute-won'
    | 'dispute-lost'
    | 'dispute-fee';
  /** Id of the balance transaction, payout, refund or dispute. */
  readonly ref: string;
  readonly money: Money;
  readonly happenedAt: Instant;
  /** The charge it is about; always there for refunds, disputes and the fee of a charge. */
  readonly chargeRef: string | null;
  /** The payout this went out with, where the processor says so. */
  readonly payoutRef: string | null;
  /** Of a refund: the key it was ordered with; `null` where it was made on the processor's own pages. Left out: it cannot say. */
  readonly refundKey?: string | null;
}

export interface MoneyListing {
  readonly facts: readonly MoneyFact[];
  /** Hand it back to go on from here. */
  readonly cursor: string;
  readonly more: boolean;
}

/** A processor's own books of one day (UTC), for the nightly comparison. */
export interface ProcessorDay {
  readonly charges: readonly {
    readonly objectRef: string;
    readonly chargeRef: string;
    readonly money: Money;
    /** Our attempt's id in the processor's record. */
    readonly attemptId: string | null;
  }[];
  /** What happened on the day; older lines that went out with a payout of the day may come along, with that payout. */
  readonly facts: readonly MoneyFact[];
}

/** One thing that a live look at a configured account found, as a sentence for the operator. */
export interface HealthFinding {
  readonly level: 'ok' | 'warning' | 'error';
  /** What was looked at and found; for anything but `ok`, what to do. Never a secret. */
  readonly sentence: string;
}

export interface Processor {
  readonly kind: ProcessorKind;
  /** Row of `processor_account`; every reference of this processor is only unique together with it. */
  readonly accountId: string;
  /** Whether it moves real money; left out means it does not. */
  readonly mode?: 'test' | 'live';
  readonly capabilities: ProcessorCapabilities;

  /** Opens a page where the supporter pays. */
  openHostedPayment(order: HostedPaymentOrder): Promise<HostedPaymentAnswer>;
  /** Makes an open page unusable, so that a gift that was replaced cannot be paid as well. */
  closeHostedPayment(objectRef: string): Promise<'closed' | 'already-paid' | 'unknown'>;
  /** Charges a kept mandate. */
  chargeMandate(order: MandateChargeOrder): Promise<EvidenceAnswer | OrderRefused>;
  /** Asks what became of an attempt, by the processor's reference where we have it, else by our id in its records. */
  lookUp(question: LookUpQuestion): Promise<LookUpAnswer>;
  /**
   * Takes the money of a payment that was `agreed`. The same key may be sent again; what was taken already is told as the
   * success it is. Left out: this processor takes money by itself when its supporter agrees.
   */
  completePayment?(order: CompletionOrder): Promise<EvidenceAnswer | OrderRefused>;
  refund(order: RefundOrder): Promise<RefundAnswer>;
  /** Payments that changed since the cursor (`null`: from the oldest kept), oldest first. Webhooks may all be lost. */
  listSince(cursor: string | null): Promise<PaymentListing | Unknown>;
  /**
   * What happened to money since the cursor (`null`: from the oldest kept), oldest first. Left out: this processor cannot
   * list it, so fees come with charges only and the desk books the rest.
   */
  listMoneySince?(cursor: string | null): Promise<MoneyListing | Unknown>;
  /** Everything of one day, whole, from the processor's own books. Left out: there is nothing to compare with. */
  booksOfDay?(day: PlainDate): Promise<ProcessorDay | Unknown>;
  /** Looks, without moving money, whether key, mode, permissions, currencies and messages are as they must be. */
  checkHealth?(surroundings: { readonly webhookUrl: string }): Promise<readonly HealthFinding[]>;
  /**
   * Called before {@link readWebhook} with the same headers: fetches what reading needs and is not there yet, such as a
   * public certificate that a header names. Bounded in time and number, whatever a stranger sends; never throws. Left
   * out: reading needs nothing.
   */
  prepareForWebhook?(headers: Headers): Promise<void>;
  /** Checks the signature over the raw bytes and reads the message. No network. */
  readWebhook(input: {
    readonly body: Uint8Array;
    readonly headers: Headers;
    readonly now: Instant;
  }): WebhookReading;
}

/** What a pay page of ours, which belongs to one processor, may know and say. It never decides what a payment means. */
export interface PayDesk {
  /** The order of an attempt that waits for its supporter; undefined once it is over, whichever way. */
  waiting(attemptId: string): Promise<WaitingPayment | undefined>;
  /**
   * The same, when the page is about to make something at the company: that it may know of this is written first, so
   * that nobody gives the attempt up meanwhile. What came of it must be told.
   */
  take(attemptId: string): Promise<WaitingPayment | undefined>;
  /** Hands on what the processor said about it, by the same way as its messages go. */
  tell(report: {
    readonly attemptId: string;
    readonly accountId: string;
    /** `null`: the page refused before anything was made there. */
    readonly objectRef: string | null;
    readonly evidence: PaymentEvidence;
  }): Promise<void>;
  /** The company calls our order invalid: our bug, of which the newsroom is told. Nothing was charged. */
  tellRefused(report: { readonly attemptId: string; readonly code: string }): Promise<void>;
  /**
   * Where a supporter goes on whose attempt does not wait (any more): to what became of it. One that can never be paid
   * because its order changed (a country was listed meanwhile) is closed first, and they go back to the form. Undefined:
   * there is no such attempt, or its supporter was forgotten.
   */
  wayOn(attemptId: string): Promise<string | undefined>;
}

export interface WaitingPayment {
  readonly order: HostedPaymentOrder;
  readonly accountId: string;
  /** What opening made at the processor; `null` when that answer was not heard. */
  readonly objectRef: string | null;
}
