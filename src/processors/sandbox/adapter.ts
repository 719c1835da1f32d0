/**
 * The processor port over the sandbox bank's API. It only translates: it keeps no state, makes no keys, and answers
 * `unknown` for everything it did not hear or could not read. Payments are here, what happens to their money later in
 * `money.ts`.
 */
import type {
  EvidenceAnswer,
  HostedPaymentAnswer,
  HostedPaymentOrder,
  LookUpAnswer,
  LookUpQuestion,
  MandateChargeOrder,
  OrderRefused,
  OurReferences,
  PaymentListing,
  Processor,
  ProcessorCapabilities,
  Unknown,
  WebhookReading,
} from '../../giving/processor.ts';
import { currenciesOf, toProcessorAmount } from '../../money/index.ts';
import { KEY_WINDOW_MS, SMALLEST_CHARGE_MINOR } from './bank-terms.ts';
import {
  type BankView,
  call,
  errorCode,
  evidenceAnswer,
  refusalCode,
  unexpected,
} from './bank-view.ts';
import { evidenceOf, UNREADABLE, unknownStatus } from './map.ts';
import { booksOfDay, listMoneySince, refund } from './money.ts';
import { checkWebhook } from './webhook.ts';
import {
  type ChargeMandateRequest,
  changesAnswer,
  declinedAnswer,
  foundAnswer,
  type OpenPaymentRequest,
  paymentAnswer,
  SIGNATURE_HEADER,
  webhookBody,
} from './wire.ts';

export interface SandboxProcessorOptions {
  /** Row of `processor_account`. */
  readonly accountId: string;
  /** Where we reach the bank's API. */
  readonly origin: string;
  /** Where supporters reach its pages; `origin` when left out. */
  readonly pageOrigin?: string;
  readonly secretKey: string;
  readonly webhookSecret: string;
  readonly fetch: typeof globalThis.fetch;
  /** For each call, answer included. */
  readonly timeoutMs: number;
}

/** The sandbox bank as a {@link Processor}. Makes no call by itself. */
export function createSandboxProcessor(options: SandboxProcessorOptions): Processor {
  const pageOrigin = new URL(options.pageOrigin ?? options.origin).origin;
  const bank: BankView = { client: options, pageOrigin };
  return {
    kind: 'sandbox',
    accountId: options.accountId,
    mode: 'test',
    capabilities: capabilities(pageOrigin),
    openHostedPayment: (order) => openHostedPayment(bank, order),
    closeHostedPayment: (objectRef) => closeHostedPayment(bank, objectRef),
    chargeMandate: (order) => chargeMandate(bank, order),
    lookUp: (question) => lookUp(bank, question),
    refund: (order) => refund(bank, order),
    listSince: (cursor) => listSince(bank, cursor),
    listMoneySince: (cursor) => listMoneySince(bank, cursor),
    booksOfDay: (day) => booksOfDay(bank, day),
    readWebhook: (input) => readWebhook(options.webhookSecret, input),
  };
}

function capabilities(pageOrigin: string): ProcessorCapabilities {
  const currencies = currenciesOf('sandbox');
  return {
    currencies,
    chargesMandates: true,
    payerCountry: 'before-authorisation',
    idempotencyWindowMs: KEY_WINDOW_MS,
    minimumMinor: Object.fromEntries(
      currencies.map((currency) => [currency, SMALLEST_CHARGE_MINOR]),
    ),
    pageOrigins: [pageOrigin],
  };
}

async function openHostedPayment(
  bank: BankView,
  order: HostedPaymentOrder,
): Promise<HostedPaymentAnswer> {
  const amount = toProcessorAmount(order.money, 'sandbox');
  if (!amount.ok) return { kind: 'refused', code: amount.refuse };
  const body: OpenPaymentRequest = {
    references: sentReferences(order.references),
    amount: amount.sent,
    currency: order.money.currency,
    keep_mandate: order.keepMandate,
    ...(order.everyMonths === undefined ? {} : { every_months: order.everyMonths }),
    statement_text: order.statementText,
    language: order.language,
    refused_countries: [...order.refusedCountries],
    return_url: order.returnUrl,
    cancel_url: order.cancelUrl,
  };
  const { idempotencyKey } = order;
  const answer = await call(bank, { method: 'POST', path: '/v1/payments', body, idempotencyKey });
  if (answer.kind === 'unknown') return answer;
  const refusal = refusalCode(answer);
  if (refusal !== null) return { kind: 'refused', code: refusal };
  const unheard = unknownStatus(answer.status, errorCode(answer));
  if (unheard !== null) return unheard;
  const payment = paymentAnswer.safeParse(answer.json);
  if (!payment.success) return UNREADABLE;
  const path =
    'page' in payment.data ? payment.data.page : `/pay/${encodeURIComponent(payment.data.id)}`;
  return {
    kind: 'opened',
    objectRef: payment.data.id,
    pageUrl: new URL(path, bank.pageOrigin).href,
  };
}

async function closeHostedPayment(
  bank: BankView,
  objectRef: string,
): Promise<'closed' | 'already-paid' | 'unknown'> {
  const path = `/v1/payments/${encodeURIComponent(objectRef)}/close`;
  const answer = await call(bank, { method: 'POST', path });
  if (answer.kind === 'unknown' || answer.status !== 200) return 'unknown';
  const payment = paymentAnswer.safeParse(answer.json);
  if (!payment.success) return 'unknown';
  switch (payment.data.state) {
    case 'paid':
      return 'already-paid';
    case 'closed':
    case 'expired':
    case 'declined':
      return 'closed';
    case 'open':
    case 'needs_confirmation':
      return 'unknown';
  }
}

async function chargeMandate(
  bank: BankView,
  order: MandateChargeOrder,
): Promise<EvidenceAnswer | OrderRefused> {
  const amount = toProcessorAmount(order.money, 'sandbox');
  if (!amount.ok) return { kind: 'refused', code: amount.refuse };
  const body: ChargeMandateRequest = {
    references: sentReferences(order.references),
    amount: amount.sent,
    currency: order.money.currency,
    customer: order.mandate.customerRef,
    method: order.mandate.methodRef,
    statement_text: order.statementText,
    refused_countries: [...order.refusedCountries],
  };
  const { idempotencyKey } = order;
  const path = '/v1/mandate-payments';
  const answer = await call(bank, { method: 'POST', path, body, idempotencyKey });
  if (answer.kind === 'unknown') return answer;
  const refusal = refusalCode(answer);
  if (refusal !== null) return { kind: 'refused', code: refusal };
  const unheard = unknownStatus(answer.status, errorCode(answer));
  if (unheard !== null) return unheard;
  if (answer.status !== 402) return evidenceAnswer(bank, paymentAnswer.safeParse(answer.json));
  const declined = declinedAnswer.safeParse(answer.json);
  return declined.success
    ? evidenceAnswer(bank, { success: true, data: declined.data.payment })
    : UNREADABLE;
}

async function lookUp(bank: BankView, question: LookUpQuestion): Promise<LookUpAnswer> {
  const { attemptId, objectRef } = question;
  if (objectRef !== null) {
    const answer = await call(bank, {
      method: 'GET',
      path: `/v1/payments/${encodeURIComponent(objectRef)}`,
    });
    if (answer.kind === 'unknown') return answer;
    if (answer.status === 200) return evidenceAnswer(bank, paymentAnswer.safeParse(answer.json));
    // Only the bank's own word that it has no such payment leads on; a bare 404 may come from anywhere.
    if (answer.status !== 404 || errorCode(answer) !== 'payment_unknown') return unexpected(answer);
  }
  if (attemptId === null) return { kind: 'not-found' };
  const path = `/v1/payments?attempt=${encodeURIComponent(attemptId)}`;
  const answer = await call(bank, { method: 'GET', path });
  if (answer.kind === 'unknown') return answer;
  if (answer.status !== 200) return unexpected(answer);
  const found = foundAnswer.safeParse(answer.json);
  if (!found.success) return UNREADABLE;
  if (found.data.payment === null) return { kind: 'not-found' };
  return evidenceAnswer(bank, { success: true, data: found.data.payment });
}

async function listSince(bank: BankView, cursor: string | null): Promise<PaymentListing | Unknown> {
  const path = `/v1/changes?since=${encodeURIComponent(cursor ?? '0')}`;
  const answer = await call(bank, { method: 'GET', path });
  if (answer.kind === 'unknown') return answer;
  if (answer.status !== 200) return unexpected(answer);
  const listing = changesAnswer.safeParse(answer.json);
  if (!listing.success) return UNREADABLE;
  const payments: PaymentListing['payments'][number][] = [];
  for (const payment of listing.data.payments) {
    const evidence = evidenceOf(payment, bank.pageOrigin);
    // One unreadable payment must not be skipped silently: the cursor would pass it for ever.
    if (evidence === null) return UNREADABLE;
    payments.push({
      objectRef: payment.id,
      attemptId: payment.attempt,
      evidence,
      ...(payment.references === undefined
        ? {}
        : { references: readReferences(payment.references) }),
    });
  }
  return { payments, cursor: listing.data.cursor, more: listing.data.more };
}

/** Events that say that money moved beside a charge. */
const MONEY_EVENTS = /^(payment\.refunded|dispute\..+|balance\..+|payout\..+)$/;

function readWebhook(
  secret: string,
  input: Parameters<Processor['readWebhook']>[0],
): WebhookReading {
  const header = input.headers.get(SIGNATURE_HEADER);
  const check = checkWebhook({ header, body: input.body, now: input.now, secret });
  if (check !== 'right') return { kind: 'refused', reason: check };
  const message = webhookBody.safeParse(parseBytes(input.body));
  if (!message.success) return { kind: 'refused', reason: 'unreadable' };
  const { id: eventId, type, payment: objectRef, attempt: attemptId } = message.data;
  const movesMoney = MONEY_EVENTS.test(type);
  return { kind: 'verified', event: { eventId, type, objectRef, attemptId, movesMoney } };
}

function sentReferences(references: OurReferences): OpenPaymentRequest['references'] {
  return {
    attempt: references.attemptId,
    gift: references.giftId,
    supporter: references.supporterId,
    pledge: references.pledgeId,
  };
}

function readReferences(read: OpenPaymentRequest['references']): OurReferences {
  return {
    attemptId: read.attempt,
    giftId: read.gift,
    supporterId: read.supporter,
    pledgeId: read.pledge,
  };
}

function parseBytes(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
