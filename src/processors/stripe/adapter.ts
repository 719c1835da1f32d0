/**
 * Stripe as a processor: payments on its page or on ours, charges on kept cards, refunds, its balance as the source of fees
 * and payouts, its messages as hints. It only translates; nothing is kept in memory but the calls under way.
 */
import type { Processor, ProcessorCapabilities } from '../../giving/processor.ts';
import { currenciesOf } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import { type OpenProcessor, payPageAddress } from '../common/index.ts';
import { createApi, type StripeApi } from './api.ts';
import { booksOfDay } from './books-of-day.ts';
import { closeHostedPayment } from './close-page.ts';
import { confirmPayment, makePayment, readCardCountry } from './confirm-payment.ts';
import { checkHealth } from './health.ts';
import { openHostedPayment } from './hosted-payment.ts';
import { largestAmounts, smallestAmounts } from './limits.ts';
import { lookUp } from './look-up.ts';
import { chargeMandate } from './mandate-charge.ts';
import { wireAmount } from './money.ts';
import { listMoneySince } from './money-listing.ts';
import { stripePayPages } from './pay-page/index.ts';
import { listSince } from './payment-listing.ts';
import { refund } from './refund.ts';
import type { OpenStripeOptions } from './settings.ts';
import { readWebhook } from './webhook.ts';
import { IDEMPOTENCY_WINDOW_MS } from './windows.ts';

/** Where Stripe's own pages are. An account may put Checkout on a host of its own; that has to be off. */
const CHECKOUT_ORIGIN = 'https://checkout.stripe.com';

/** Opens an account. Makes no call by itself; settings are taken as right (see `checkStripeSettings`). */
export function openStripe(options: OpenStripeOptions): OpenProcessor {
  const api = createApi(options);
  return { processor: createStripe(options, api), payPages: payPagesOf(options, api) };
}

function createStripe(options: OpenStripeOptions, api: StripeApi): Processor {
  const { accountId, mode, page, webhookSecrets, currencies } = options;
  const pageOrigin = pageOriginOf(options);
  return {
    kind: 'stripe',
    accountId,
    mode,
    capabilities: capabilities(options, pageOrigin),
    async openHostedPayment(order) {
      if (page === 'hosted') return await openHostedPayment(api, order, pageOrigin);
      // Nothing is made at Stripe before a card's country was looked at.
      const amount = wireAmount(order.money);
      if (!amount.ok) return { kind: 'refused', code: amount.refuse };
      const { attemptId } = order.references;
      const pageUrl = payPageAddress({ accountId, attemptId, returnUrl: order.returnUrl });
      return { kind: 'opened-here', pageUrl };
    },
    closeHostedPayment: (objectRef) => closeHostedPayment(api, objectRef),
    chargeMandate: (order) => chargeMandate(api, order),
    lookUp: (question) => lookUp(api, question),
    refund: (order) => refund(api, order),
    listSince: (cursor) => listSince(api, cursor),
    listMoneySince: (cursor) => listMoneySince(api, cursor),
    booksOfDay: (day) => booksOfDay(api, day),
    checkHealth: ({ webhookUrl }) => {
      const { secretKey } = options;
      return checkHealth(api, { mode, page, secretKey, webhookUrl, currencies });
    },
    readWebhook: (input) => readWebhook({ ...input, secrets: webhookSecrets, mode }),
  };
}

function payPagesOf(options: OpenStripeOptions, api: StripeApi): OpenProcessor['payPages'] {
  const { accountId, page, publishableKey } = options;
  if (page === 'hosted') return null;
  assert(publishableKey !== null, 'a page of our own has the publishable key');
  return stripePayPages({
    accountId,
    publishableKey,
    payments: {
      cardCountry: (tokenId) => readCardCountry(api, tokenId),
      make: (order) => makePayment(api, order),
      confirm: (confirming) => confirmPayment(api, confirming),
      lookUp: (question) => lookUp(api, question),
    },
  });
}

function capabilities(options: OpenStripeOptions, pageOrigin: string): ProcessorCapabilities {
  const taken = currenciesOf('stripe');
  const offered = options.currencies;
  const currencies = offered === null ? taken : taken.filter((each) => offered.includes(each));
  return {
    currencies,
    chargesMandates: true,
    payerCountry: options.page === 'own' ? 'before-authorisation' : 'after-authorisation',
    idempotencyWindowMs: IDEMPOTENCY_WINDOW_MS,
    minimumMinor: smallestAmounts(),
    maximumMinor: largestAmounts(currencies),
    pageOrigins: [pageOrigin],
  };
}

/** With a page of ours too: one of Stripe's may be open for a day after the newsroom turned to its own. */
function pageOriginOf({ apiOrigin }: OpenStripeOptions): string {
  return apiOrigin === undefined ? CHECKOUT_ORIGIN : new URL(apiOrigin).origin;
}
