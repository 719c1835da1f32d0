/**
 * A payment on Stripe's own page: a Checkout Session that supporters are redirected to, and that works without script of
 * ours. Cards only, wallets on cards included: of every other way to pay, Stripe tells no country or settles days later.
 *
 * What Stripe is told is the amount, our ids and the text for the statement. Its page asks for an e-mail address all the
 * same and keeps it; a page of our own (`pay-page/`) does not. Link is switched off, because it keeps people's cards under
 * their telephone numbers, and so is the conversion into the payer's currency, because another amount would not be the gift.
 */
import type { HostedPaymentAnswer, HostedPaymentOrder } from '../../giving/processor.ts';
import { type StripeApi, UNREADABLE } from './api.ts';
import { customerFor } from './customer.ts';
import { wireAmount } from './money.ts';
import { metadataOf } from './references.ts';
import { refusedOr } from './refused.ts';
import { checkoutSessionAnswer } from './wire.ts';

/** The key of the page is the attempt's; of the customer, where one is made, `<attempt>:customer`. */
export async function openHostedPayment(
  api: StripeApi,
  order: HostedPaymentOrder,
  pageOrigin: string,
): Promise<HostedPaymentAnswer> {
  const amount = wireAmount(order.money);
  if (!amount.ok) return { kind: 'refused', code: amount.refuse };
  const customer = await customerFor(api, order);
  if (customer.kind !== 'customer') return customer;
  const metadata = metadataOf('hosted', order.references);
  const opened = await api.call({
    endpoint: 'POST /v1/checkout/sessions',
    send: (stripe) =>
      stripe.checkout.sessions.create(
        {
          mode: 'payment',
          allowed_payment_method_types: ['card'],
          client_reference_id: order.references.attemptId,
          line_items: [
            {
              quantity: 1,
              price_data: {
                currency: amount.currency,
                unit_amount: amount.amount,
                product_data: { name: order.statementText.slice(0, 120) || NAMELESS },
              },
            },
          ],
          metadata,
          payment_intent_data: {
            capture_method: 'automatic',
            metadata,
            ...(customer.id === null ? {} : { setup_future_usage: 'off_session' as const }),
          },
          ...(customer.id === null ? {} : { customer: customer.id }),
          success_url: order.returnUrl,
          cancel_url: order.cancelUrl,
          locale: localeOf(order.language),
          submit_type: 'pay',
          adaptive_pricing: { enabled: false },
          wallet_options: { link: { display: 'never' } },
        },
        { idempotencyKey: order.idempotencyKey },
      ),
    answer: checkoutSessionAnswer,
  });
  if (opened.kind !== 'answered') return refusedOr(opened);
  const { id, url } = opened.answer;
  return url != null && isOn(url, pageOrigin)
    ? { kind: 'opened', objectRef: id, pageUrl: url }
    : UNREADABLE;
}

/** Stripe's page wants the thing that is paid for to have a name. */
const NAMELESS = 'Payment';

function isOn(url: string, origin: string): boolean {
  return URL.canParse(url) && new URL(url).origin === origin && new URL(url).username === '';
}

/** Stripe's page speaks these; any other language is left to the supporter's own browser. */
const LOCALES = [
  'bg',
  'cs',
  'da',
  'de',
  'el',
  'en',
  'es',
  'et',
  'fi',
  'fil',
  'fr',
  'hr',
  'hu',
  'id',
  'it',
  'ja',
  'ko',
  'lt',
  'lv',
  'ms',
  'mt',
  'nb',
  'nl',
  'pl',
  'pt',
  'ro',
  'ru',
  'sk',
  'sl',
  'sv',
  'th',
  'tr',
  'vi',
  'zh',
] as const;

function localeOf(language: string): (typeof LOCALES)[number] | 'auto' {
  const base = language.split('-')[0]?.toLowerCase() ?? '';
  return LOCALES.find((locale) => locale === base) ?? 'auto';
}
