/** Balance transactions, refunds, disputes, payouts, events and the account itself, as Stripe writes them. */
import type Stripe from 'stripe';
import type { FakeAccount, FakeEndpoint } from './account.ts';
import { CANARY_MAIL, CANARY_NAME, CANARY_STAFF_MAIL } from './canaries.ts';
import type {
  FakeCharge,
  FakeDispute,
  FakeEvent,
  FakeLine,
  FakePayout,
  FakeRefund,
} from './records.ts';

/** Fixed by the adapter's SDK; what is told in events is of this version too. */
export const API_VERSION = '2026-10-28.endive';

export function lineJson(line: FakeLine, now: number): Stripe.BalanceTransaction {
  return {
    id: line.id,
    object: 'balance_transaction',
    amount: Number(line.amount),
    available_on: line.availableOn,
    balance_type: 'payments',
    created: line.created,
    currency: line.currency,
    description: line.description,
    exchange_rate: line.exchangeRate === null ? null : Number(line.exchangeRate),
    fee: Number(line.fee),
    fee_details:
      line.fee === 0n
        ? []
        : [
            {
              amount: Number(line.fee),
              application: null,
              currency: line.currency,
              description: line.feeText,
              type: 'stripe_fee',
            },
          ],
    net: Number(line.amount - line.fee),
    reporting_category: line.category,
    source: line.source,
    status: line.availableOn <= now ? 'available' : 'pending',
    type: line.type,
  };
}

export function refundJson(refund: FakeRefund, charge: FakeCharge): Stripe.Refund {
  return {
    id: refund.id,
    object: 'refund',
    amount: Number(refund.amount),
    balance_transaction: refund.lineId,
    charge: refund.chargeId,
    created: refund.created,
    currency: refund.currency,
    customer: charge.customerId,
    customer_account: null,
    destination_details: {
      card: {
        reference_status: 'pending',
        reference_type: 'acquirer_reference_number',
        type: 'refund',
      },
      type: 'card',
    },
    ...(refund.failureLineId === null
      ? {}
      : {
          failure_balance_transaction: refund.failureLineId,
          failure_reason: 'expired_or_canceled_card',
        }),
    metadata: refund.metadata,
    payment_intent: charge.intentId,
    payment_method: charge.methodId,
    reason: refund.reason as Stripe.Refund.Reason | null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: refund.status,
    transfer_reversal: null,
  };
}

export function disputeJson(of: {
  readonly account: FakeAccount;
  readonly dispute: FakeDispute;
  readonly charge: FakeCharge;
  readonly lines: readonly Stripe.BalanceTransaction[];
}): Stripe.Dispute {
  const { dispute, charge } = of;
  const isInquiry = dispute.status.startsWith('warning');
  return {
    id: dispute.id,
    object: 'dispute',
    amount: Number(dispute.amount),
    balance_transactions: [...of.lines],
    charge: dispute.chargeId,
    created: dispute.created,
    currency: dispute.currency,
    enhanced_eligibility_types: [],
    evidence: EVIDENCE,
    evidence_details: {
      due_by: dispute.created + 9 * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: of.account.livemode,
    metadata: {},
    network_reason_code: '10.4',
    payment_intent: charge.intentId,
    payment_method_details: {
      card: {
        brand: charge.card.brand,
        case_type: isInquiry ? 'inquiry' : 'chargeback',
        network: charge.card.brand,
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason: dispute.reason,
    status: dispute.status,
  };
}

const EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: CANARY_MAIL,
  customer_name: CANARY_NAME,
  customer_purchase_ip: '203.0.113.77',
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

export function payoutJson(account: FakeAccount, payout: FakePayout): Stripe.Payout {
  const isFailed = payout.status === 'failed';
  return {
    id: payout.id,
    object: 'payout',
    amount: Number(payout.amount),
    application_fee: null,
    application_fee_amount: null,
    arrival_date: payout.arrivalDate,
    automatic: payout.isAutomatic,
    balance_transaction: payout.lineId,
    created: payout.created,
    currency: payout.currency,
    description: 'STRIPE PAYOUT',
    destination: 'ba_1FakeNewsroomBank',
    failure_balance_transaction: payout.failureLineId,
    failure_code: isFailed ? 'account_closed' : null,
    failure_message: isFailed ? 'The bank account has been closed.' : null,
    livemode: account.livemode,
    metadata: {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: payout.isAutomatic ? 'completed' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: payout.status,
    trace_id: { status: 'pending', value: null },
    type: 'bank_account',
  };
}

/** Its events name it without an id. */
export function balanceJson(books: {
  readonly account: FakeAccount;
  balance(currency: string): { readonly available: bigint; readonly pending: bigint };
}): Stripe.Balance & { readonly id: string } {
  const of = (part: 'available' | 'pending') =>
    books.account.settlementCurrencies.map((currency) => ({
      amount: Number(books.balance(currency)[part]),
      currency,
      source_types: { card: Number(books.balance(currency)[part]) },
    }));
  return {
    id: '',
    object: 'balance',
    available: of('available'),
    livemode: books.account.livemode,
    pending: of('pending'),
  };
}

export function eventJson(account: FakeAccount, event: FakeEvent): object {
  return {
    id: event.id,
    object: 'event',
    api_version: API_VERSION,
    created: event.created,
    data: {
      object: event.object,
      ...(event.previous === null ? {} : { previous_attributes: event.previous }),
    },
    livemode: account.livemode,
    pending_webhooks: 1,
    request: { id: event.request.id, idempotency_key: event.request.key },
    type: event.type,
  };
}

/** The same as a message that only says where to look. Its id is its own; it names the other. */
export function thinEventJson(account: FakeAccount, event: FakeEvent, createdText: string): object {
  return {
    id: thinEventId(event.id),
    object: 'v2.core.event',
    context: null,
    created: createdText,
    livemode: account.livemode,
    reason:
      event.request.id === null
        ? null
        : {
            type: 'request',
            request: { id: event.request.id, idempotency_key: event.request.key ?? '' },
          },
    related_object: {
      id: event.object.id,
      type: event.object.object,
      url: `/v1/${pathOf(event.object.object)}/${event.object.id}`,
    },
    snapshot_event: event.id,
    type: `v1.${event.type}`,
  };
}

export function thinEventId(eventId: string): string {
  return eventId.replace('evt_', 'evt_test_');
}

function pathOf(object: string): string {
  return object === 'checkout.session' ? 'checkout/sessions' : `${object}s`;
}

export function endpointJson(account: FakeAccount, endpoint: FakeEndpoint): Stripe.WebhookEndpoint {
  return {
    id: endpoint.id,
    object: 'webhook_endpoint',
    api_version: API_VERSION,
    application: null,
    created: 1_760_000_000,
    description: null,
    enabled_events: [...endpoint.enabledEvents],
    livemode: account.livemode,
    metadata: {},
    status: endpoint.status,
    url: endpoint.url,
  };
}

export function destinationJson(account: FakeAccount, endpoint: FakeEndpoint): object {
  return {
    id: endpoint.id.replace('we_', 'ed_test_'),
    object: 'v2.core.event_destination',
    created: '2026-01-02T03:04:05.000Z',
    description: '',
    enabled_events: endpoint.enabledEvents.map((type) => (type === '*' ? type : `v1.${type}`)),
    event_payload: 'thin',
    events_from: ['self'],
    livemode: account.livemode,
    metadata: {},
    name: 'newsroom',
    status: endpoint.status,
    type: 'webhook_endpoint',
    updated: '2026-01-02T03:04:05.000Z',
    webhook_endpoint: { url: endpoint.url },
  };
}

export function accountJson(account: FakeAccount): object {
  return {
    id: account.id,
    object: 'account',
    business_profile: null,
    business_type: 'non_profit',
    capabilities: {
      card_payments: account.chargesEnabled ? 'active' : 'inactive',
      transfers: 'active',
    },
    charges_enabled: account.chargesEnabled,
    country: account.country,
    created: 1_760_000_000,
    default_currency: account.settlementCurrencies[0],
    details_submitted: true,
    email: CANARY_STAFF_MAIL,
    metadata: {},
    payouts_enabled: account.payoutsEnabled,
    settings: {
      branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
      card_payments: {
        decline_on: { avs_failure: false, cvc_failure: false },
        statement_descriptor_prefix: account.statementPrefix,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
      dashboard: { display_name: account.statementPrefix, timezone: 'Etc/UTC' },
      payments: {
        statement_descriptor: account.statementPrefix,
        statement_descriptor_kana: null,
        statement_descriptor_kanji: null,
      },
      payouts: {
        debit_negative_balances: true,
        schedule: { delay_days: account.pendingDays, interval: account.payoutSchedule },
        statement_descriptor: null,
      },
    },
    type: 'standard',
  };
}

export function countrySpecJson(account: FakeAccount, country: string): Stripe.CountrySpec {
  return {
    id: country,
    object: 'country_spec',
    default_currency: account.settlementCurrencies[0] ?? 'eur',
    supported_bank_account_currencies: Object.fromEntries(
      account.settlementCurrencies.map((currency) => [currency, [country]]),
    ),
    supported_payment_currencies: [...account.presentmentCurrencies],
    supported_payment_methods: ['card', 'stripe'],
    supported_transfer_countries: [country],
    verification_fields: {
      company: { additional: [], minimum: [] },
      individual: { additional: [], minimum: [] },
    },
  };
}
