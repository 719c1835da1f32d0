/** A charge as Stripe writes it; the type is the official SDK's (see `answers.ts`). */
import type Stripe from 'stripe';
import type { FakeAccount } from './account.ts';
import { billingJson, NO_CHECKS, walletJson } from './answers.ts';
import type { FakeCharge } from './records.ts';

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
