/**
 * What the fake takes, strictly: a member it does not know is refused, so that a typing mistake of the adapter shows here
 * as well as against the published description.
 */
import { z } from 'zod';

const money = z.strictObject({
  currency_code: z.string().regex(/^[A-Z]{3}$/),
  value: z.string().max(32),
});

const unit = z.strictObject({
  amount: money,
  custom_id: z.string().min(1).max(127),
  invoice_id: z.string().min(1).max(127),
  soft_descriptor: z.string().min(1).max(22).optional(),
});

const usagePattern = z.enum(['RECURRING_PREPAID']);

const page = z.strictObject({
  experience_context: z.strictObject({
    return_url: z.url(),
    cancel_url: z.url(),
    shipping_preference: z.literal('NO_SHIPPING'),
    user_action: z.literal('PAY_NOW'),
    landing_page: z.enum(['LOGIN', 'NO_PREFERENCE']),
    brand_name: z.string().min(1).max(127).optional(),
    locale: z
      .string()
      .regex(/^[a-z]{2}-[A-Z]{2}$/)
      .optional(),
  }),
  attributes: z
    .strictObject({
      vault: z.strictObject({
        store_in_vault: z.literal('ON_SUCCESS'),
        usage_type: z.literal('MERCHANT'),
        customer_type: z.literal('CONSUMER'),
        usage_pattern: usagePattern,
      }),
    })
    .optional(),
});

const kept = z.strictObject({
  vault_id: z.string().min(1).max(255),
  stored_credential: z.strictObject({
    payment_initiator: z.literal('MERCHANT'),
    usage: z.literal('SUBSEQUENT'),
    usage_pattern: usagePattern,
  }),
});

export const orderRequest = z.strictObject({
  intent: z.literal('CAPTURE'),
  purchase_units: z.tuple([unit]),
  payment_source: z.strictObject({ paypal: z.union([page, kept]) }),
});
export type OrderRequest = z.infer<typeof orderRequest>;

export const patchRequest = z.tuple([
  z.strictObject({
    op: z.literal('replace'),
    path: z.literal('/intent'),
    value: z.enum(['CAPTURE', 'AUTHORIZE']),
  }),
]);

export const refundRequest = z.strictObject({
  amount: money,
  custom_id: z.string().min(1).max(127),
});
