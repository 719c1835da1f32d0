/**
 * PayPal as a {@link Processor}: orders v2 for gifts, vault v3 for the right to charge again, payments v2 for refunds, transaction
 * reports for everything that happened, webhooks as hints. It only translates; what it keeps in memory is an access token and the
 * certificates that PayPal signs with.
 */
import type { Processor, ProcessorCapabilities } from '../../giving/processor.ts';
import { currenciesOf } from '../../money/index.ts';
import type { OpenProcessor } from '../common/index.ts';
import { createTokenKeeper } from './access-token.ts';
import { createApi } from './api.ts';
import { createCertificateKeeper } from './certificates.ts';
import { closeHostedPayment } from './close.ts';
import { checkHealth } from './health.ts';
import { completePayment, openHostedPayment } from './hosted-payment.ts';
import { booksOfDay, listMoneySince, listSince } from './listing.ts';
import { lookUp } from './look-up.ts';
import { chargeMandate } from './mandate-charge.ts';
import { refund } from './refund.ts';
import type { OpenPayPalOptions, PayPalMode } from './settings.ts';
import { HEADERS, readWebhook } from './webhook.ts';
import { IDEMPOTENCY_WINDOW_MS } from './windows.ts';

/** PayPal's hosts by mode. */
export const HOSTS: Readonly<Record<PayPalMode, PayPalHosts>> = {
  test: {
    api: 'https://api-m.sandbox.paypal.com',
    page: 'https://www.sandbox.paypal.com',
    certificates: 'https://api.sandbox.paypal.com',
    certificateName: 'messageverificationcerts.sandbox.paypal.com',
  },
  live: {
    api: 'https://api-m.paypal.com',
    page: 'https://www.paypal.com',
    certificates: 'https://api.paypal.com',
    certificateName: 'messageverificationcerts.paypal.com',
  },
};

export interface PayPalHosts {
  readonly api: string;
  readonly page: string;
  readonly certificates: string;
  readonly certificateName: string;
}

/** Opens an account. Makes no call by itself; settings are taken as right (see `checkPayPalSettings`). */
export function openPayPal(options: OpenPayPalOptions): OpenProcessor {
  return { processor: createPayPal(options), payPages: null };
}

function createPayPal(options: OpenPayPalOptions): Processor {
  const { accountId, mode, clock, fetch, timeoutMs, webhookId, currencies } = options;
  const hosts = HOSTS[mode];
  const pageOrigin = new URL(options.pageOrigin ?? hosts.page).origin;
  const http = { origin: options.apiOrigin ?? hosts.api, fetch, timeoutMs };
  const { clientId, clientSecret } = options;
  const tokens = createTokenKeeper({ clientId, clientSecret, clock, http });
  const api = createApi({ clock, pageOrigin, tokens, http });
  const certificates = createCertificateKeeper({
    origin: new URL(options.certificateOrigin ?? hosts.certificates).origin,
    name: hosts.certificateName,
    ...(options.certificateRoots === undefined ? {} : { roots: options.certificateRoots }),
    clock,
    fetch,
    timeoutMs,
  });
  return {
    kind: 'paypal',
    accountId,
    mode,
    capabilities: capabilities(options, pageOrigin),
    openHostedPayment: (order) => openHostedPayment(api, order),
    closeHostedPayment: (objectRef) => closeHostedPayment(api, objectRef),
    chargeMandate: (order) => chargeMandate(api, order),
    lookUp: (question) => lookUp(api, question),
    completePayment: (order) => completePayment(api, order),
    refund: (order) => refund(api, order),
    listSince: (cursor) => listSince(api, cursor),
    listMoneySince: (cursor) => listMoneySince(api, cursor),
    booksOfDay: (day) => booksOfDay(api, day),
    checkHealth: ({ webhookUrl }) => checkHealth(api, { mode, webhookId, webhookUrl, currencies }),
    async prepareForWebhook(headers) {
      const address = headers.get(HEADERS.certificate);
      if (address !== null) await certificates.fetch(address);
    },
    readWebhook: (input) => readWebhook({ ...input, webhookId, certificates }),
  };
}

function capabilities(options: OpenPayPalOptions, pageOrigin: string): ProcessorCapabilities {
  const taken = currenciesOf('paypal');
  const { currencies } = options;
  return {
    currencies: currencies === null ? taken : taken.filter((each) => currencies.includes(each)),
    chargesMandates: true,
    // PayPal knows its payer when they approve, and no bank hears of it before we capture.
    payerCountry: 'before-authorisation',
    idempotencyWindowMs: IDEMPOTENCY_WINDOW_MS,
    // PayPal publishes none; an amount must be more than nought.
    minimumMinor: {},
    pageOrigins: [pageOrigin],
  };
}
