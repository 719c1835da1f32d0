/** The calls that move money, each answered once per key: open a payment, charge a mandate, give back. */
import { type Currency, parseCurrency } from '../../../money/index.ts';
import { assert } from '../../../problems/index.ts';
import {
  type ChargeMandateRequest,
  chargeMandateRequest,
  type OpenPaymentRequest,
  openPaymentRequest,
  refundRequest,
} from '../wire.ts';
import type { ApiContext, ApiOptions } from './api-context.ts';
import { answerOnce, type DecidedAnswer } from './api-once.ts';
import type { Bank } from './bank.ts';
import { chargeMethod, openHosted } from './decisions.ts';
import { describePayment } from './describe.ts';
import type { Desk } from './desk.ts';
import { amountProblem, CONFIRMATION_LIFETIME_HOURS, PAGE_LIFETIME_HOURS } from './limits.ts';
import type { PaymentOrder, References } from './records.ts';
import { refundCharge } from './refunds.ts';
import { reset } from './spoiling.ts';

export function openPayment({ bank }: ApiOptions, c: ApiContext): Promise<Response> {
  return answerOnce({
    request: c.req.raw,
    path: '/payments',
    bank,
    schema: openPaymentRequest,
    decide: (desk, request) => {
      const amount = readAmount(request);
      if (!amount.ok) return refused(amount.code);
      const order: PaymentOrder = {
        ...commonOrder(desk, request),
        ...amount.order,
        kind: 'hosted',
        keepMandate: request.keep_mandate,
        everyMonths: request.every_months,
        language: request.language,
        returnUrl: request.return_url,
        cancelUrl: request.cancel_url,
        methodId: null,
        expiresAt: desk.now.add({ hours: PAGE_LIFETIME_HOURS }),
      };
      return {
        facts: openHosted(order),
        status: 200,
        body: () => describePayment(bank.books, bank.books.payment(order.id)),
      };
    },
  });
}

export async function chargeMandate(options: ApiOptions, c: ApiContext): Promise<Response> {
  const { bank, lostAnswers } = options;
  let charged: string | undefined;
  const answer = await answerOnce({
    request: c.req.raw,
    path: '/mandate-payments',
    bank,
    schema: chargeMandateRequest,
    decide: (desk, request) => {
      const amount = readAmount(request);
      if (!amount.ok) return refused(amount.code);
      const order: PaymentOrder = {
        ...commonOrder(desk, request),
        ...amount.order,
        kind: 'mandate',
        keepMandate: null,
        language: 'en',
        returnUrl: null,
        cancelUrl: null,
        methodId: request.method,
        expiresAt: desk.now.add({ hours: CONFIRMATION_LIFETIME_HOURS }),
      };
      charged = order.id;
      return mandateAnswer(bank, desk, { order, request });
    },
  });
  const isLost = charged !== undefined && lostAnswers.startFor(bank.books.payment(charged));
  return isLost ? reset(c.env) : answer;
}

/** 402 when it was declined, else 200; the payment in both. */
function mandateAnswer(
  bank: Bank,
  desk: Desk,
  asked: { readonly order: PaymentOrder; readonly request: ChargeMandateRequest },
): DecidedAnswer {
  const { order, request } = asked;
  const held = desk.books.methods.get(request.method);
  const method = held?.customerId === request.customer ? held : undefined;
  const { facts, outcome } = chargeMethod(desk, order, method);
  if (outcome.turnedAway !== null) bank.noteTurnedAway(outcome.turnedAway);
  const isDeclined = facts.some((fact) => fact.type === 'card_not_taken');
  const payment = () => describePayment(desk.books, desk.books.payment(order.id));
  return isDeclined
    ? { facts, status: 402, body: () => ({ error: { code: 'declined' }, payment: payment() }) }
    : { facts, status: 200, body: payment };
}

export function refund({ bank }: ApiOptions, c: ApiContext): Promise<Response> {
  return answerOnce({
    request: c.req.raw,
    path: '/refunds',
    bank,
    schema: refundRequest,
    decide: (desk, request) => {
      const { charge: chargeId, amount, currency, reference = null } = request;
      const amountMinor = BigInt(amount);
      const decision = refundCharge(desk, { chargeId, currency, amountMinor, reference });
      if (decision.kind === 'refused') return refused(decision.code);
      const body = () => {
        const made = desk.books.money.refunds.get(decision.refundId);
        assert(made !== undefined, 'a refund that was made is in the books');
        return { id: made.id, amount, currency, at: made.at.toString() };
      };
      return { facts: decision.facts, status: 200, body };
    },
  });
}

function commonOrder(desk: Desk, request: OpenPaymentRequest | ChargeMandateRequest) {
  const { attempt, gift, supporter, pledge } = request.references;
  const references: References = {
    attemptId: attempt,
    giftId: gift,
    supporterId: supporter,
    pledgeId: pledge,
  };
  return {
    id: desk.newId('pay'),
    references,
    statementText: request.statement_text,
    refusedCountries: request.refused_countries,
  };
}

type AmountReading =
  | {
      readonly ok: true;
      readonly order: { readonly amountMinor: bigint; readonly currency: Currency };
    }
  | { readonly ok: false; readonly code: string };

function readAmount(request: {
  readonly amount: string;
  readonly currency: string;
}): AmountReading {
  const currency = parseCurrency(request.currency);
  if (currency === null) return { ok: false, code: 'currency_unknown' };
  const amountMinor = BigInt(request.amount);
  const code = amountProblem(amountMinor);
  return code === null ? { ok: true, order: { amountMinor, currency } } : { ok: false, code };
}

function refused(code: string): DecidedAnswer {
  return { facts: [], status: 400, body: () => ({ error: { code } }) };
}
