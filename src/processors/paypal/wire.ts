/**
 * What we read of PayPal's answers. Each schema picks the few members that are needed; names, e-mail addresses, postal
 * addresses and telephone numbers, of which PayPal's answers are full, are dropped while parsing and exist nowhere in our
 * memory as objects. New members are ignored; a value we do not know is for the map to judge.
 */
import { z } from 'zod';

/** Order, capture and refund ids are letters and digits; vault ids have hyphens. What else would not be put into a path. */
export const objectId = z.string().regex(/^[A-Za-z0-9_-]{1,255}$/);

const time = z.string().max(64);

export const moneyAnswer = z.object({
  currency_code: z.string().max(3),
  value: z.string().max(32),
});
export type MoneyAnswer = z.infer<typeof moneyAnswer>;

const countryOnly = z.object({ country_code: z.string().max(2).optional() }).optional();

const relatedIds = z
  .object({ related_ids: z.object({ order_id: objectId.optional() }).optional() })
  .optional();

export const captureAnswer = z.object({
  id: objectId,
  status: z.string().max(40),
  amount: moneyAnswer,
  custom_id: z.string().max(300).optional(),
  create_time: time.optional(),
  seller_receivable_breakdown: z.object({ paypal_fee: moneyAnswer.optional() }).optional(),
  supplementary_data: relatedIds,
});
export type CaptureAnswer = z.infer<typeof captureAnswer>;

const vaultAnswer = z.object({
  id: objectId.optional(),
  status: z.string().max(40).optional(),
  customer: z.object({ id: objectId.optional() }).optional(),
});

export const orderAnswer = z.object({
  id: objectId,
  status: z.string().max(40),
  intent: z.string().max(40).optional(),
  update_time: time.optional(),
  create_time: time.optional(),
  payer: z.object({ address: countryOnly }).optional(),
  payment_source: z
    .object({
      paypal: z
        .object({
          address: countryOnly,
          attributes: z.object({ vault: vaultAnswer.optional() }).optional(),
        })
        .optional(),
      // Of an account without a PayPal wallet: the card it was paid with.
      card: z.object({ billing_address: countryOnly }).optional(),
    })
    .optional(),
  purchase_units: z
    .array(
      z.object({
        custom_id: z.string().max(300).optional(),
        payments: z.object({ captures: z.array(captureAnswer).max(100).optional() }).optional(),
      }),
    )
    .max(10)
    .optional(),
  links: z
    .array(z.object({ href: z.string().max(2000), rel: z.string().max(100) }))
    .max(100)
    .optional(),
});
export type OrderAnswer = z.infer<typeof orderAnswer>;

export const refundAnswer = z.object({
  id: objectId,
  status: z.string().max(40),
  amount: moneyAnswer.optional(),
  create_time: time.optional(),
});

/** A vaulted payment method; of its owner only the country. */
export const paymentTokenAnswer = z.object({
  id: objectId,
  customer: z.object({ id: objectId.optional() }).optional(),
  payment_source: z.object({ paypal: z.object({ address: countryOnly }).optional() }).optional(),
});

export const paymentTokensAnswer = z.object({
  payment_tokens: z.array(paymentTokenAnswer).max(64).optional(),
});

export const transactionInfo = z.object({
  transaction_id: z.string().max(40),
  paypal_reference_id: z.string().max(40).optional(),
  paypal_reference_id_type: z.string().max(10).optional(),
  transaction_event_code: z.string().max(10),
  transaction_initiation_date: time,
  transaction_amount: moneyAnswer,
  fee_amount: moneyAnswer.optional(),
  transaction_status: z.string().max(5).optional(),
  custom_field: z.string().max(300).optional(),
});
export type TransactionInfo = z.infer<typeof transactionInfo>;

/** Only `transaction_info` is asked for: the other parts of a report name the payer. */
export const transactionsAnswer = z.object({
  transaction_details: z
    .array(z.object({ transaction_info: transactionInfo }))
    .max(500)
    .optional(),
  last_refreshed_datetime: time,
  total_items: z.number().int().nonnegative().optional(),
  total_pages: z.number().int().nonnegative().optional(),
});

export const balancesAnswer = z.object({
  balances: z.array(z.object({ currency: z.string().max(3) })).max(200),
});

export const webhookAnswer = z.object({
  id: z.string().max(100),
  url: z.string().max(2048),
  event_types: z.array(z.object({ name: z.string().max(100) })).max(500),
});
