/**
 * The fake's objects as Stripe writes them, in its newest API version. The types are those of the official SDK, so that a
 * member that Stripe does not have, or one that is missing, does not compile.
 */
import type Stripe from 'stripe';
import type { FakeAccount } from './account.ts';
import { CANARY_PHONE, CANARY_SECRET } from './canaries.ts';
import type { FakeCard } from './cards.ts';
import type {
  Billing,
  FakeCharge,
  FakeCustomer,
  FakeIntent,
  FakeMethod,
  FakeSession,
  FakeSetup,
  FakeToken,
} from './records.ts';
import type { ErrorBody } from './refusal.ts';

/** Where the fake's own pages are. */
export interface Surroundings {
  readonly account: FakeAccount;
  readonly origin: () => string;
}

function addressJson(billing: Billing): Stripe.Address {
  return {
    city: null,
    country: billing.country,
    line1: billing.line1,
    line2: null,
    postal_code: null,
    state: null,
  };
}

function billingJson(billing: Billing) {
  return {
    address: addressJson(billing),
    email: billing.email,
    name: billing.name,
    phone: billing.email === null ? null : CANARY_PHONE,
    tax_id: null,
  };
}

function walletJson(card: FakeCard): Stripe.PaymentMethod.Card.Wallet | null {
  return card.wallet === null ? null : { dynamic_last4: null, type: card.wallet };
}

const NO_CHECKS = { address_line1_check: null, address_postal_code_check: null, cvc_check: null };

export function cardJson(card: FakeCard): Stripe.PaymentMethod.Card {
  return {
    brand: card.brand,
    checks: { ...NO_CHECKS, cvc_check: 'pass' },
    country: card.country,
    display_brand: card.brand,
    exp_month: 8,
    exp_year: 2034,
    fingerprint: card.fingerprint,
    funding: 'credit',
    generated_from: null,
    last4: card.last4,
    networks: { available: [card.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: walletJson(card),
  };
}

export function customerJson(account: FakeAccount, customer: FakeCustomer): Stripe.Customer {
  return {
    id: customer.id,
    object: 'customer',
    address: null,
    balance: 0,
    created: customer.created,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: customer.description,
    discount: null,
    email: customer.email,
    invoice_prefix: 'CANARY01',
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: account.livemode,
    metadata: customer.metadata,
    name: customer.name,
    next_invoice_sequence: 1,
    phone: customer.email === null ? null : CANARY_PHONE,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}

export function methodJson(account: FakeAccount, method: FakeMethod): Stripe.PaymentMethod {
  return {
    id: method.id,
    object: 'payment_method',
    allow_redisplay: method.customerId === null ? 'unspecified' : 'limited',
    billing_details: billingJson(method.billing),
    card: cardJson(method.card),
    created: method.created,
    customer: method.customerId,
    customer_account: null,
    livemode: account.livemode,
    metadata: method.metadata,
    type: 'card',
  };
}

export function tokenJson(account: FakeAccount, token: FakeToken): Stripe.ConfirmationToken {
  return {
    id: token.id,
    object: 'confirmation_token',
    created: token.created,
    expires_at: token.expiresAt,
    livemode: account.livemode,
    mandate_data: null,
    metadata: null,
    payment_intent: token.usedFor,
    payment_method_options: { card: { cvc_token: null } },
    payment_method_preview: {
      allow_redisplay: token.keepFor === null ? 'unspecified' : 'limited',
      billing_details: billingJson(token.billing),
      card: cardJson(token.card),
      customer: null,
      customer_account: null,
      type: 'card',
    },
    return_url: token.returnUrl,
    setup_future_usage: token.keepFor,
    setup_intent: null,
    shipping: null,
    use_stripe_sdk: true,
  };
}

/** An error as it stands inside an intent: without the intent itself. */
function lastErrorJson(error: ErrorBody | null): Stripe.PaymentIntent.LastPaymentError | null {
  if (error === null) return null;
  const { payment_intent: _intent, ...rest } = error;
  return rest as Stripe.PaymentIntent.LastPaymentError;
}

export function intentJson(of: Surroundings, intent: FakeIntent): Stripe.PaymentIntent {
  const { account } = of;
  return {
    id: intent.id,
    object: 'payment_intent',
    allowed_payment_method_types: intent.allowedTypes === null ? null : [...intent.allowedTypes],
    amount: Number(intent.amount),
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: intent.status === 'succeeded' ? Number(intent.amount) : 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods:
      intent.automaticMethods === null
        ? null
        : { allow_redirects: intent.automaticMethods.allowRedirects, enabled: true },
    canceled_at: intent.canceledAt,
    cancellation_reason: intent.cancellationReason,
    capture_method: intent.captureMethod,
    client_secret: clientSecret(intent.id),
    confirmation_method: 'automatic',
    created: intent.created,
    currency: intent.currency,
    customer: intent.customerId,
    customer_account: null,
    description: intent.description,
    excluded_payment_method_types: null,
    last_payment_error: lastErrorJson(intent.lastError),
    latest_charge: intent.latestChargeId,
    livemode: account.livemode,
    managed_payments: null,
    metadata: intent.metadata,
    next_action: nextActionJson(of, intent),
    on_behalf_of: null,
    payment_method: intent.methodId,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        request_three_d_secure: 'automatic',
      },
    },
    payment_method_types: [...(intent.allowedTypes ?? ['card'])],
    payment_record: null,
    processing: null,
    receipt_email: intent.receiptEmail,
    review: null,
    setup_future_usage: intent.keepFor,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: intent.statementSuffix,
    status: intent.status,
    transfer_data: null,
    transfer_group: null,
  };
}

export function clientSecret(id: string): string {
  return `${id}_secret_${CANARY_SECRET}${id.slice(-6)}`;
}

function nextActionJson(
  of: Surroundings,
  intent: FakeIntent,
): Stripe.PaymentIntent.NextAction | null {
  if (intent.status !== 'requires_action' || intent.action === null) return null;
  if (intent.action === 'sdk') {
    return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } };
  }
  return {
    type: 'redirect_to_url',
    redirect_to_url: {
      return_url: intent.returnUrl,
      url: `${of.origin()}/3d_secure/${intent.id}`,
    },
  };
}

export function chargeJson(account: FakeAccount, charge: FakeCharge): Stripe.Charge {
  const { card, outcome, failure } = charge;
  const isPaid = charge.status === 'succeeded';
  return {
    id: charge.id,
    object: 'charge',
    amount: Number(charge.amount),
    amount_captured: isPaid ? Number(charge.amount) : 0,
    amount_refunded: Number(charge.refunded),
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: charge.lineId,
    billing_details: billingJson(charge.billing),
    calculated_statement_descriptor: [account.statementPrefix, charge.statementSuffix]
      .filter((part) => part !== null)
      .join('* '),
    captured: isPaid,
    created: charge.created,
    currency: charge.currency,
    customer: charge.customerId,
    description: charge.description,
    disputed: charge.disputeId !== null,
    failure_balance_transaction: null,
    failure_code: failure?.code ?? null,
    failure_message: failure === null ? null : 'Your card was not charged.',
    fraud_details: {},
    livemode: account.livemode,
    metadata: charge.metadata,
    on_behalf_of: null,
    outcome: {
      advice_code: outcome.adviceCode,
      network_advice_code: null,
      network_decline_code: outcome.type === 'issuer_declined' ? '01' : null,
      network_status: outcome.networkStatus,
      reason: outcome.reason,
      risk_level: outcome.reason === 'highest_risk_level' ? 'highest' : 'normal',
      seller_message: outcome.type === 'authorized' ? 'Payment complete.' : 'Payment refused.',
      type: outcome.type,
    },
    paid: isPaid,
    payment_intent: charge.intentId,
    payment_method: charge.methodId,
    payment_method_details: { type: 'card', card: chargedCardJson(charge) },
    receipt_email: charge.receiptEmail,
    receipt_number: null,
    receipt_url: isPaid ? `https://pay.stripe.com/receipts/payment/${charge.id}` : null,
    refunded: charge.refunded === charge.amount,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: charge.statementSuffix,
    status: charge.status,
    transfer_data: null,
    transfer_group: null,
  };

  function chargedCardJson(of: FakeCharge): Stripe.Charge.PaymentMethodDetails.Card {
    return {
      amount_authorized: isPaid ? Number(of.amount) : null,
      authorization_code: isPaid ? '428842' : null,
      brand: card.brand,
      checks: { ...NO_CHECKS, cvc_check: 'pass' },
      country: card.country,
      electronic_commerce_indicator: null,
      exp_month: 8,
      exp_year: 2034,
      extended_authorization: { status: 'disabled' },
      fingerprint: card.fingerprint,
      funding: 'credit',
      incremental_authorization: { status: 'unavailable' },
      installments: null,
      last4: card.last4,
      mandate: null,
      multicapture: { status: 'unavailable' },
      network: card.brand,
      network_token: { used: false },
      network_transaction_id: isPaid ? `1${of.id.replaceAll(/\D/g, '').slice(-14)}` : null,
      overcapture: { maximum_amount_capturable: Number(of.amount), status: 'unavailable' },
      regulated_status: 'unregulated',
      three_d_secure: null,
      transaction_link_id: null,
      wallet: walletJson(card) as Stripe.Charge.PaymentMethodDetails.Card.Wallet | null,
    };
  }
}

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

export function setupJson(account: FakeAccount, setup: FakeSetup): Stripe.SetupIntent {
  return {
    id: setup.id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: null,
    cancellation_reason: null,
    client_secret: clientSecret(setup.id),
    created: setup.created,
    customer: setup.customerId,
    customer_account: null,
    description: setup.description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: account.livemode,
    managed_payments: null,
    mandate: null,
    metadata: setup.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: setup.methodId,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: setup.status,
    usage: setup.usage,
  };
}
