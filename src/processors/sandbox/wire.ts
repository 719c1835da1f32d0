/**
 * What goes over the wire between the sandbox bank and a merchant: the shapes of its JSON, in one place for both ends.
 *
 * Amounts are decimal text of whole minor units ("500" is five dollars), never JSON numbers. Times are ISO 8601 text.
 * Addresses of pages are paths, because the merchant knows under which origin payers reach the bank. Answers are read
 * with unknown members allowed, requests without: the bank may learn to say more, a merchant's typing mistake must show.
 */
import { z } from 'zod';

const id = z.string().min(1).max(200);
const amount = z.string().regex(/^(0|[1-9]\d{0,14})$/, 'whole minor units as decimal text');
const currencyCode = z.string().regex(/^[A-Z]{3}$/);
/** A path on the bank's own origin and nothing else, so that a broken answer can send no payer elsewhere. */
const pagePath = z.string().regex(/^\/[a-z]+\/[A-Za-z0-9_-]{1,200}$/);
const countries = z.array(z.string().regex(/^[A-Z]{2}$/)).max(250);
const webAddress = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine(
    (text) => URL.canParse(text) && new URL(text).username === '',
    'an address without a name and password',
  );
/** What issuers print: Latin letters, digits and a few signs, as the card networks allow. */
const statementText = z.string().regex(/^[A-Za-z0-9 .,&'/*+-]{2,22}$/);

const references = z.strictObject({
  attempt: id,
  gift: id,
  supporter: id,
  pledge: id.nullable(),
});

export const openPaymentRequest = z.strictObject({
  references,
  amount,
  currency: currencyCode,
  keep_mandate: z.enum(['month', 'year']).nullable(),
  /** Several months at once: how many. */
  every_months: z.literal([2, 3, 6, 12]).optional(),
  statement_text: statementText,
  language: z.string().min(2).max(35),
  refused_countries: countries,
  return_url: webAddress,
  cancel_url: webAddress,
});

export const chargeMandateRequest = z.strictObject({
  references,
  amount,
  currency: currencyCode,
  customer: id,
  method: id,
  statement_text: statementText,
  refused_countries: countries,
});

export const refundRequest = z.strictObject({
  charge: id,
  amount,
  currency: currencyCode,
  /** What the merchant calls it. */
  reference: id.nullable().optional(),
});

export type OpenPaymentRequest = z.infer<typeof openPaymentRequest>;
export type ChargeMandateRequest = z.infer<typeof chargeMandateRequest>;
export type RefundRequest = z.infer<typeof refundRequest>;

const charge = z.object({
  id,
  amount,
  currency: z.string(),
  at: z.iso.datetime({ offset: true }),
  country: z.string().nullable(),
  refunded: amount,
  mandate: z.object({ customer: id, method: id, fingerprint: z.string() }).nullable(),
  fee: z.object({ balance_transaction: id, amount, currency: z.string() }),
});

/** `references`: all that the merchant wrote on it; answers of a bank of before say only the attempt. */
const common = {
  id,
  attempt: id,
  references: references.optional(),
  change: z.int().nonnegative(),
};

/** A payment by its state; each state carries exactly what belongs to it. */
export const paymentAnswer = z.discriminatedUnion('state', [
  z.object({
    ...common,
    state: z.literal('open'),
    page: pagePath,
    /** Why the last card on the page was not taken, if one was tried. */
    decline_code: z.string().nullable(),
  }),
  z.object({
    ...common,
    state: z.literal('needs_confirmation'),
    /** `hosted`: the payer is on the page anyway. `mandate`: the payer has to be sent there. */
    kind: z.enum(['hosted', 'mandate']),
    page: pagePath,
  }),
  z.object({ ...common, state: z.literal('paid'), charge }),
  z.object({ ...common, state: z.literal('declined'), decline_code: z.string() }),
  z.object({ ...common, state: z.literal('closed') }),
  z.object({ ...common, state: z.literal('expired') }),
]);
export type PaymentAnswer = z.infer<typeof paymentAnswer>;

/** 402: an explicit decline, with the payment it is about. */
export const declinedAnswer = z.object({
  error: z.object({ code: z.literal('declined') }),
  payment: paymentAnswer,
});

export const foundAnswer = z.object({ payment: paymentAnswer.nullable() });

export const changesAnswer = z.object({
  payments: z.array(paymentAnswer).max(1000),
  cursor: z.string().regex(/^\d{1,15}$/),
  more: z.boolean(),
});

/** Below nought when money leaves the balance. */
const signedAmount = z.string().regex(/^(0|-?[1-9]\d{0,14})$/);

/**
 * One line of the merchant's balance. `amount` is what it adds to the balance; of a charge the `fee` goes off it, and
 * `available` only moves its amount from pending to available. Which payout a line went out with is told when it did: the
 * line is listed again.
 */
const balanceLine = z.object({
  id,
  kind: z.enum([
    'charge',
    'available',
    'refund',
    'dispute_opened',
    'dispute_won',
    'dispute_lost',
    'dispute_fee',
    'payout',
  ]),
  /** The charge, refund, dispute or payout it is there for. */
  source: id,
  /** The charge it is about, with its payment and the merchant's attempt; `null` for a payout. */
  charge: id.nullable(),
  payment: id.nullable(),
  attempt: id.nullable(),
  amount: signedAmount,
  fee: amount,
  /** How much the dispute is about, on the lines of one: a lost dispute moves nothing any more. */
  disputed: amount.nullable(),
  currency: z.string(),
  at: z.iso.datetime({ offset: true }),
  payout: id.nullable(),
  /** What the merchant calls the refund; banks of before do not say. */
  reference: id.nullable().optional(),
});

/** New and changed lines of the merchant's balance, oldest change first. */
export const balanceAnswer = z.object({
  balance_transactions: z.array(balanceLine).max(1000),
  cursor: z.string().regex(/^\d{1,15}$/),
  more: z.boolean(),
});
export type BalanceLineAnswer = z.infer<typeof balanceAnswer>['balance_transactions'][number];

export const refundAnswer = z.object({
  id,
  amount,
  currency: z.string(),
  at: z.iso.datetime({ offset: true }),
});

export const errorAnswer = z.object({ error: z.object({ code: z.string().max(100) }) });

/** A webhook's body: thin, ids only. Whoever gets it asks the bank what happened. */
export const webhookBody = z.object({
  id,
  type: z.string().min(1).max(100),
  /** `null`: it is about the balance, not about one payment. */
  payment: id.nullable(),
  attempt: id.nullable(),
  created: z.iso.datetime({ offset: true }),
});
export type WebhookBody = z.infer<typeof webhookBody>;

export const SIGNATURE_HEADER = 'sandbox-signature';
export const KEY_HEADER = 'idempotency-key';
