/**
 * The shapes of Stripe's answers that are read here, and nothing else of them. The schemas pick: names, e-mails, addresses
 * and card numbers in an answer are dropped while parsing and cannot be passed on by mistake. Unknown members and new
 * values of a list are no error; a member that is needed and missing is.
 */
import { z } from 'zod';

/** Ids end up in paths and in our books. */
export const objectId = z.string().regex(/^[A-Za-z0-9_]{3,255}$/);
const whole = z.number().int();
const unixSeconds = whole.min(0).max(99_999_999_999);
const currency = z.string().regex(/^[a-z]{3}$/);
const country = z.string().nullish();

/** An object that was asked for in full, or only its id. */
const idOrObject = z.union([objectId, z.object({ id: objectId }).transform(({ id }) => id)]);

const metadata = z.record(z.string(), z.string()).nullish();

export const balanceTransactionAnswer = z.object({
  id: objectId,
  type: z.string(),
  amount: whole,
  fee: whole,
  net: whole,
  currency,
  created: unixSeconds,
  available_on: unixSeconds,
  status: z.string(),
});
export type BalanceTransactionAnswer = z.infer<typeof balanceTransactionAnswer>;

const paymentMethodDetails = z.object({
  card: z.object({ country, fingerprint: z.string().nullish() }).nullish(),
});

export const chargeAnswer = z.object({
  id: objectId,
  amount: whole,
  amount_captured: whole.optional(),
  currency,
  created: unixSeconds,
  status: z.string(),
  captured: z.boolean().optional(),
  metadata,
  payment_intent: idOrObject.nullish(),
  payment_method_details: paymentMethodDetails.nullish(),
  balance_transaction: z.union([balanceTransactionAnswer, objectId]).nullish(),
});
export type ChargeAnswer = z.infer<typeof chargeAnswer>;

export const paymentIntentAnswer = z.object({
  id: objectId,
  status: z.string(),
  metadata,
  customer: idOrObject.nullish(),
  payment_method: idOrObject.nullish(),
  setup_future_usage: z.string().nullish(),
  last_payment_error: z
    .object({
      code: z.string().nullish(),
      decline_code: z.string().nullish(),
      advice_code: z.string().nullish(),
    })
    .nullish(),
  next_action: z
    .object({
      type: z.string(),
      redirect_to_url: z.object({ url: z.string().nullish() }).nullish(),
    })
    .nullish(),
  latest_charge: z.union([chargeAnswer, objectId]).nullish(),
});
export type PaymentIntentAnswer = z.infer<typeof paymentIntentAnswer>;

/** A charge in a list, with its payment in full. */
export const listedChargeAnswer = chargeAnswer.extend({
  payment_intent: z.union([paymentIntentAnswer, objectId]).nullish(),
});
export type ListedChargeAnswer = z.infer<typeof listedChargeAnswer>;

export const checkoutSessionAnswer = z.object({
  id: objectId,
  status: z.string().nullish(),
  payment_status: z.string(),
  url: z.string().nullish(),
  metadata,
  payment_intent: z.union([paymentIntentAnswer, objectId]).nullish(),
});
export type CheckoutSessionAnswer = z.infer<typeof checkoutSessionAnswer>;

export const refundAnswer = z.object({
  id: objectId,
  amount: whole,
  currency,
  status: z.string().nullish(),
  balance_transaction: z.union([balanceTransactionAnswer, objectId]).nullish(),
});
export type RefundAnswerOfStripe = z.infer<typeof refundAnswer>;

/** A member that some kinds of object have: where it is missing, or something else, it is not told. */
const maybe = <T>(schema: z.ZodType<T>) =>
  schema
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);

/**
 * What a line of the balance is about. Lines are about many kinds of object, and there will be more: one that the books do not
 * need must never make a page unreadable, so every member is one that may be missing, and whoever needs it says so.
 */
const lineSource = z.object({
  id: objectId,
  object: z.string(),
  amount: maybe(whole),
  amount_captured: maybe(whole),
  currency: maybe(currency),
  created: maybe(unixSeconds),
  charge: maybe(idOrObject),
  payment_intent: maybe(idOrObject),
  metadata: maybe(z.record(z.string(), z.string())),
  automatic: maybe(z.boolean()),
  reconciliation_status: maybe(z.string()),
});
export type LineSource = z.infer<typeof lineSource>;

export const balanceLineAnswer = balanceTransactionAnswer.extend({
  source: maybe(z.union([lineSource, objectId])),
});
export type BalanceLineAnswer = z.infer<typeof balanceLineAnswer>;

export const disputeAnswer = z.object({
  id: objectId,
  amount: whole,
  currency,
  charge: idOrObject.nullish(),
  status: z.string(),
});

/** An event that a dispute was closed. */
export const closedDisputeEvent = z.object({
  id: objectId,
  created: unixSeconds,
  data: z.object({ object: z.object({ id: objectId }) }),
});
export type ClosedDisputeEvent = z.infer<typeof closedDisputeEvent>;

export const customerAnswer = z.object({ id: objectId });

export const paymentMethodAnswer = z.object({
  id: objectId,
  type: z.string(),
  card: z.object({ country }).nullish(),
});

export const confirmationTokenAnswer = z.object({
  id: objectId,
  payment_method_preview: z
    .object({ type: z.string(), card: z.object({ country }).nullish() })
    .nullish(),
});

/** A page of a list; what stands in it is read by `item`. */
export function pageOf<T>(item: z.ZodType<T>) {
  return z.object({ data: z.array(item).max(100), has_more: z.boolean() });
}
