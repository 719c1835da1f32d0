/**
 * A BTCPay Server store as a {@link Processor}, over its Greenfield interface. It only translates and keeps nothing in
 * memory. Supporters pay on a page of ours (`pay-page/`) and never see the server.
 *
 * A wallet keeps no mandate: a pledge is an invoice each period, which its supporter is sent a link for. A wallet has no
 * country either, so it is offered only where the giver's place was found safe.
 */
import type { Processor, ProcessorCapabilities } from '../../giving/processor.ts';
import { currenciesOf } from '../../money/index.ts';
import type { OpenProcessor } from '../common/index.ts';
import { checkHealth } from './health.ts';
import { closeHostedPayment, openHostedPayment } from './hosted-payment.ts';
import { booksOfDay, listMoneySince, listSince } from './listing.ts';
import { lookUp } from './look-up.ts';
import { createPayPages } from './pay-page/index.ts';
import { refund } from './refund.ts';
import { type BtcPayServer, createServer } from './server.ts';
import type { OpenBtcPayOptions } from './settings.ts';
import { readWebhook } from './webhook.ts';

/** Opens an account. Makes no call by itself; settings are taken as right (see `checkBtcPaySettings`). */
export function openBtcPay(options: OpenBtcPayOptions): OpenProcessor {
  const server = createServer(options);
  return {
    processor: createProcessor(options, server),
    payPages: ({ desk, render }) => createPayPages({ server, desk, render }),
  };
}

function createProcessor(options: OpenBtcPayOptions, server: BtcPayServer): Processor {
  const { accountId, mode, store, webhookSecret, currencies } = options;
  return {
    kind: 'btcpay',
    accountId,
    mode,
    capabilities: capabilities(options),
    openHostedPayment: (order) => openHostedPayment(server, order),
    closeHostedPayment: (objectRef) => closeHostedPayment(server, objectRef),
    chargeMandate: async () => ({ kind: 'refused', code: 'no-mandates' }),
    lookUp: (question) => lookUp(server, question),
    refund: async (order) => refund(order),
    listSince: (cursor) => listSince(server, cursor),
    listMoneySince: (cursor) => listMoneySince(server, cursor),
    booksOfDay: (day) => booksOfDay(server, day),
    checkHealth: ({ webhookUrl }) => checkHealth(server, { mode, webhookUrl, currencies }),
    readWebhook: ({ body, headers }) => readWebhook({ body, headers, store, webhookSecret }),
  };
}

function capabilities({ currencies }: OpenBtcPayOptions): ProcessorCapabilities {
  const taken = currenciesOf('btcpay');
  return {
    currencies: currencies === null ? taken : taken.filter((each) => currencies.includes(each)),
    chargesMandates: false,
    pledgesByLink: true,
    payerCountry: 'never',
    idempotencyWindowMs: null,
    // BTCPay has none. What is worth sending depends on the network's fee of the day.
    minimumMinor: {},
    // The page is ours, and its links lead to wallets.
    pageOrigins: [],
  };
}
