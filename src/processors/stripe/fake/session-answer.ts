/** A Checkout Session as Stripe writes it; the type is the official SDK's (see `answers.ts`). */
import type Stripe from 'stripe';
import { addressJson, type Surroundings } from './answers.ts';
import { CANARY_PHONE } from './canaries.ts';
import type { FakeSession } from './records.ts';

export function sessionJson(of: Surroundings, session: FakeSession): Stripe.Checkout.Session {
  const amount = Number(session.amount);
  const { paidBy } = session;
  return {
    id: session.id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: session.allowedTypes === null ? null : [...session.allowedTypes],
    amount_subtotal: amount,
    amount_total: amount,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: session.cancelUrl,
    client_reference_id: session.clientReferenceId,
    client_secret: null,
    collected_information:
      paidBy === null
        ? null
        : { business_name: null, individual_name: null, shipping_details: null },
    consent: null,
    consent_collection: null,
    created: session.created,
    currency: session.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: session.customerId,
    customer_account: null,
    customer_creation: session.createsCustomer ? 'always' : 'if_required',
    customer_details:
      paidBy === null
        ? null
        : {
            address: addressJson(paidBy),
            business_name: null,
            email: paidBy.email,
            individual_name: null,
            name: paidBy.name,
            phone: CANARY_PHONE,
            tax_exempt: 'none',
            tax_ids: [],
          },
    customer_email: session.customerEmail,
    discounts: [],
    expires_at: session.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: {
      enabled: false,
      invoice_data: {
        account_tax_ids: null,
        custom_fields: null,
        description: null,
        footer: null,
        issuer: null,
        metadata: {},
        rendering_options: null,
      },
    },
    livemode: of.account.livemode,
    locale: session.locale,
    managed_payments: null,
    metadata: session.metadata,
    mode: 'payment',
    origin_context: null,
    payment_intent: session.intentId,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: [...(session.allowedTypes ?? ['card'])],
    payment_status: session.status === 'complete' ? 'paid' : 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: session.status,
    submit_type: session.submitType,
    subscription: null,
    success_url: session.successUrl,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    // Only while it can be paid on.
    url: session.status === 'open' ? `${of.origin()}/c/pay/${session.id}` : null,
    wallet_options: null,
  };
}
