/**
 * What each endpoint takes, by Stripe's newest version: `allowed_payment_method_types` took the place of
 * `payment_method_types` with 2026-09-30 (changelog of the official SDK, 23.0.0).
 */
import { z } from 'zod';
import {
  address,
  currency,
  expand,
  flag,
  integer,
  metadata,
  range,
  seconds,
  text,
  untouched,
} from './parameters.ts';

const methodTypes = z
  .array(z.enum(['card', 'link']))
  .min(1)
  .optional();
const keepFor = z.enum(['off_session', 'on_session']);
/** 22 characters with the account's prefix; letters are needed, some signs are not allowed. */
const statementText = z
  .string()
  .min(1)
  .max(22)
  .regex(/^(?=.*[A-Za-z])[^<>\\'"*]+$/);
const cancellationReason = z.enum([
  'abandoned',
  'duplicate',
  'fraudulent',
  'requested_by_customer',
]);

const cardOptions = z
  .strictObject({
    request_three_d_secure: z.enum(['any', 'automatic', 'challenge']).optional(),
    setup_future_usage: keepFor.optional(),
    restrictions: untouched,
    stored_credential_usage: z.enum(['recurring', 'unscheduled']).optional(),
    setup_credential_usage: z.enum(['recurring', 'unscheduled']).optional(),
  })
  .optional();
const methodOptions = z.strictObject({ card: cardOptions }).optional();

export const sessionCreate = z.strictObject({
  mode: z.literal('payment'),
  success_url: address,
  cancel_url: address.optional(),
  ui_mode: z.literal('hosted_page').optional(),
  line_items: z
    .array(
      z.strictObject({
        quantity: integer,
        price_data: z.strictObject({
          currency,
          unit_amount: integer,
          product_data: z.strictObject({
            name: text(),
            description: text().optional(),
            metadata: metadata.optional(),
          }),
        }),
      }),
    )
    .min(1)
    .max(100),
  client_reference_id: text(200).optional(),
  customer: text().optional(),
  customer_creation: z.enum(['always', 'if_required']).optional(),
  customer_email: z.email().max(800).optional(),
  customer_update: untouched,
  expires_at: seconds.optional(),
  locale: z
    .string()
    .regex(/^(?:auto|[a-z]{2,3}(?:-[A-Z0-9]{2,3})?)$/)
    .optional(),
  submit_type: z.enum(['auto', 'book', 'donate', 'pay', 'subscribe']).optional(),
  metadata: metadata.optional(),
  allowed_payment_method_types: methodTypes,
  payment_method_options: methodOptions,
  payment_intent_data: z
    .strictObject({
      description: text(1000).optional(),
      metadata: metadata.optional(),
      receipt_email: z.email().max(800).optional(),
      setup_future_usage: keepFor.optional(),
      statement_descriptor: text(22).optional(),
      statement_descriptor_suffix: statementText.optional(),
      capture_method: z.enum(['automatic', 'automatic_async']).optional(),
    })
    .optional(),
  billing_address_collection: z.enum(['auto', 'required']).optional(),
  phone_number_collection: z.strictObject({ enabled: flag }).optional(),
  adaptive_pricing: z.strictObject({ enabled: flag }).optional(),
  automatic_tax: z.strictObject({ enabled: z.literal('false') }).optional(),
  allow_promotion_codes: flag.optional(),
  invoice_creation: z.strictObject({ enabled: z.literal('false') }).optional(),
  consent_collection: untouched,
  custom_text: untouched,
  branding_settings: untouched,
  saved_payment_method_options: untouched,
  wallet_options: z
    .strictObject({
      link: z.strictObject({ display: z.enum(['auto', 'never']) }).optional(),
    })
    .optional(),
  expand,
});

const paging = {
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/)
    .transform(Number)
    .optional(),
  starting_after: text().optional(),
  ending_before: text().optional(),
  expand,
};

export const sessionList = z.strictObject({
  ...paging,
  created: range,
  customer: text().optional(),
  payment_intent: text().optional(),
  status: z.enum(['complete', 'expired', 'open']).optional(),
});

const confirming = {
  confirmation_token: text().optional(),
  payment_method: text().optional(),
  payment_method_options: methodOptions,
  off_session: flag.optional(),
  error_on_requires_action: flag.optional(),
  return_url: address.optional(),
  use_stripe_sdk: flag.optional(),
  mandate_data: untouched,
  radar_options: untouched,
  setup_future_usage: keepFor.optional(),
  receipt_email: z.email().max(800).optional(),
  capture_method: z.enum(['automatic', 'automatic_async']).optional(),
  allowed_payment_method_types: methodTypes,
  expand,
};

export const intentConfirm = z.strictObject(confirming);
export type IntentConfirm = z.infer<typeof intentConfirm>;

export const intentCreate = z.strictObject({
  ...confirming,
  amount: integer,
  currency,
  confirm: flag.optional(),
  confirmation_method: z.literal('automatic').optional(),
  automatic_payment_methods: z
    .strictObject({
      enabled: z.literal('true'),
      allow_redirects: z.enum(['always', 'never']).optional(),
    })
    .optional(),
  customer: text().optional(),
  description: text(1000).optional(),
  metadata: metadata.optional(),
  statement_descriptor: text(22).optional(),
  statement_descriptor_suffix: statementText.optional(),
});

export const intentUpdate = z.strictObject({
  amount: integer.optional(),
  customer: text().optional(),
  description: z.string().max(1000).optional(),
  metadata: metadata.optional(),
  setup_future_usage: keepFor.optional(),
  statement_descriptor_suffix: statementText.optional(),
  expand,
});

export const intentCancel = z.strictObject({
  cancellation_reason: cancellationReason.optional(),
  expand,
});
export const intentList = z.strictObject({
  ...paging,
  created: range,
  customer: text().optional(),
});
export const intentSearch = z.strictObject({
  query: text(),
  limit: paging.limit,
  page: text().optional(),
  expand,
});

export const onlyExpand = z.strictObject({ expand });
export const intentRetrieve = z.strictObject({ client_secret: text().optional(), expand });

export const customerCreate = z.strictObject({
  description: text().optional(),
  email: z.email().max(512).optional(),
  metadata: metadata.optional(),
  name: text(256).optional(),
  preferred_locales: z.array(text(20)).optional(),
  expand,
});
export const customerUpdate = z.strictObject({
  description: z.string().max(5000).optional(),
  email: z.union([z.literal(''), z.email().max(512)]).optional(),
  metadata: metadata.optional(),
  name: z.string().max(256).optional(),
  expand,
});
export const customerList = z.strictObject({
  ...paging,
  created: range,
  email: text(512).optional(),
});

export const methodList = z.strictObject({
  ...paging,
  customer: text().optional(),
  type: z.enum(['card', 'link']).optional(),
  allow_redisplay: z.enum(['always', 'limited', 'unspecified']).optional(),
});
export const methodAttach = z.strictObject({ customer: text(), expand });
export const metadataUpdate = z.strictObject({ metadata: metadata.optional(), expand });

export const setupCreate = z.strictObject({
  customer: text().optional(),
  payment_method: text().optional(),
  confirmation_token: text().optional(),
  confirm: flag.optional(),
  usage: keepFor.optional(),
  allowed_payment_method_types: methodTypes,
  description: text(1000).optional(),
  metadata: metadata.optional(),
  return_url: address.optional(),
  expand,
});
export const setupList = z.strictObject({ ...paging, created: range, customer: text().optional() });

export const chargeList = z.strictObject({
  ...paging,
  created: range,
  customer: text().optional(),
  payment_intent: text().optional(),
});

export const refundCreate = z.strictObject({
  charge: text().optional(),
  payment_intent: text().optional(),
  amount: integer.optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: metadata.optional(),
  expand,
});
export const refundList = z.strictObject({
  ...paging,
  created: range,
  charge: text().optional(),
  payment_intent: text().optional(),
});
export const disputeList = refundList;

export const lineList = z.strictObject({
  ...paging,
  created: range,
  currency: currency.optional(),
  payout: text().optional(),
  source: text().optional(),
  type: text(100).optional(),
});
export const payoutList = z.strictObject({
  ...paging,
  created: range,
  arrival_date: range,
  destination: text().optional(),
  status: z.enum(['pending', 'in_transit', 'paid', 'failed', 'canceled']).optional(),
});
export const eventList = z.strictObject({
  ...paging,
  created: range,
  delivery_success: flag.optional(),
  type: text(200).optional(),
  types: z.array(text(200)).min(1).max(20).optional(),
});
export const endpointList = z.strictObject(paging);
/** docs.stripe.com/api/v2/core/event-destinations/list */
export const destinationList = z.strictObject({
  include: z.array(text(200)).max(20).optional(),
  limit: integer.optional(),
  expand,
});
