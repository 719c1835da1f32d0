/** The orders we send: what PayPal is told about a gift, which is as little as it takes. */
import type { HostedPaymentOrder, MandateChargeOrder } from '../../giving/processor.ts';
import { packReferences } from './references.ts';

/** What issuers print; PayPal puts its own name in front and cuts the rest. */
const DESCRIPTOR_LENGTH_MAX = 22;

/** The order behind PayPal's page. The same order makes the same body, so that its key may be sent again. */
export function hostedOrderRequest(order: HostedPaymentOrder, amount: string): object {
  const brand = order.statementText.slice(0, 127);
  const locale = localeOf(order.language);
  return {
    intent: 'CAPTURE',
    purchase_units: [purchaseUnit('hosted', order, amount)],
    payment_source: {
      paypal: {
        experience_context: {
          return_url: order.returnUrl,
          cancel_url: order.cancelUrl,
          shipping_preference: 'NO_SHIPPING',
          user_action: 'PAY_NOW',
          // A right to charge later can only be kept with an account.
          landing_page: order.keepMandate === null ? 'NO_PREFERENCE' : 'LOGIN',
          ...(brand === '' ? {} : { brand_name: brand }),
          ...(locale === null ? {} : { locale }),
        },
        ...(order.keepMandate === null
          ? {}
          : {
              attributes: {
                vault: {
                  store_in_vault: 'ON_SUCCESS',
                  usage_type: 'MERCHANT',
                  customer_type: 'CONSUMER',
                  usage_pattern: USAGE_PATTERN,
                },
              },
            }),
      },
    },
  };
}

/** The same amount at the same distance, paid before anything is delivered. */
const USAGE_PATTERN = 'RECURRING_PREPAID';

/** A charge on a mandate: made and taken in one call, its payer absent. */
export function mandateOrderRequest(order: MandateChargeOrder, amount: string): object {
  return {
    intent: 'CAPTURE',
    purchase_units: [purchaseUnit('mandate', order, amount)],
    payment_source: {
      paypal: {
        vault_id: order.mandate.methodRef,
        stored_credential: {
          payment_initiator: 'MERCHANT',
          usage: 'SUBSEQUENT',
          usage_pattern: USAGE_PATTERN,
        },
      },
    },
  };
}

function purchaseUnit(
  way: 'hosted' | 'mandate',
  order: HostedPaymentOrder | MandateChargeOrder,
  amount: string,
): object {
  const descriptor = descriptorOf(order.statementText);
  return {
    amount: { currency_code: order.money.currency, value: amount },
    custom_id: packReferences(way, order.references),
    invoice_id: order.references.attemptId,
    ...(descriptor === '' ? {} : { soft_descriptor: descriptor }),
  };
}

/** Letters, digits and the few signs that PayPal takes. */
function descriptorOf(statementText: string): string {
  return statementText
    .replaceAll(/[^A-Za-z0-9 .*-]/g, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
    .slice(0, DESCRIPTOR_LENGTH_MAX)
    .trim();
}

/**
 * PayPal's page speaks the languages it has; one it has not is left to PayPal. A region is named because PayPal's list
 * does, and says nothing about the payer.
 */
const LOCALES: Readonly<Record<string, string>> = {
  ar: 'ar-EG',
  cs: 'cs-CZ',
  da: 'da-DK',
  de: 'de-DE',
  en: 'en-US',
  es: 'es-ES',
  fr: 'fr-FR',
  it: 'it-IT',
  nl: 'nl-NL',
  pl: 'pl-PL',
  pt: 'pt-PT',
  ru: 'ru-RU',
  sv: 'sv-SE',
  tr: 'tr-TR',
};

function localeOf(language: string): string | null {
  const base = language.split('-')[0]?.toLowerCase() ?? '';
  return Object.hasOwn(LOCALES, base) ? (LOCALES[base] ?? null) : null;
}
