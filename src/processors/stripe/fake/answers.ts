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
  FakeCustomer,
  FakeIntent,
  FakeMethod,
  FakeSetup,
  FakeToken,
} from './records.ts';
import type { ErrorBody } from './refusal.ts';

/** Where the fake's own pages are. */
export interface Surroundings {
  readonly account: FakeAccount;
  readonly origin: () => string;
}

export function addressJson(billing: Billing): Stripe.Address {
  return {
    city: null,
    country: billing.country,
    line1: billing.line1,
    line2: null,
    postal_code: null,
    state: null,
  };
}

export function billingJson(billing: Billing) {
  return {
    address: addressJson(billing),
    email: billing.email,
    name: billing.name,
    phone: billing.email === null ? null : CANARY_PHONE,
    tax_id: null,
  };
}

export function walletJson(card: FakeCard): Stripe.PaymentMethod.Card.Wallet | null {
  return card.wallet === null ? null : { dynamic_last4: null, type: card.wallet };
}

export const NO_CHECKS = {
  address_line1_check: null,
  address_postal_code_check: null,
  cvc_check: null,
};

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
