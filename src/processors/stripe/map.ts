/**
 * From Stripe's payments to evidence: every status, and what it means for an attempt. Pure and total.
 *
 * ```
 *   PaymentIntent             on a page (hosted, own)         on a mandate
 *   requires_payment_method   open; with the last decline     declined; without one: unknown
 *   requires_confirmation     open                            unknown: it is being confirmed
 *   requires_action           open: the bank asks its payer   declined, advice needs-action: a link is sent
 *   processing                processing                      processing
 *   succeeded                 succeeded                       succeeded
 *   canceled                  expired                         expired
 *   requires_capture, other   unknown, never a decline
 *
 *   Checkout Session          means
 *   open                      open, with the last decline on the page, unless its payment says processing or succeeded
 *   complete                  what its payment says
 *   expired                   expired, unless its payment says otherwise
 * ```
 *
 * A decline on an open page does not end the attempt: its payer may take another card on the same payment. A charge on a
 * mandate is made and confirmed in one call, so a decline ends it, and nothing but us could confirm it again. A bank that
 * wants its customer to confirm such a charge makes Stripe decline it (`authentication_required`); its page would be gone by
 * the time a letter is read, so the supporter is led to a page of ours, where the period is paid anew and confirmed.
 */
import type {
  EvidenceAnswer,
  PaymentEvidence,
  Succeeded,
  Unknown,
} from '../../giving/processor.ts';
import { UNEXPECTED, UNREADABLE } from './api.ts';
import { type Decline, declineOf } from './declines.ts';
import { readCountry, readMoney, readTime } from './money.ts';
import { type PaymentWay, readReferences } from './references.ts';
import type {
  BalanceTransactionAnswer,
  ChargeAnswer,
  CheckoutSessionAnswer,
  PaymentIntentAnswer,
} from './wire.ts';

/** A payment of ours or a stranger's; of a stranger's the state alone counts. */
export function evidenceOfPayment(intent: PaymentIntentAnswer): PaymentEvidence | Unknown {
  const way = readReferences(intent.metadata)?.way ?? null;
  switch (intent.status) {
    case 'succeeded':
      return succeededOf(intent) ?? UNREADABLE;
    case 'processing':
      return { state: 'processing' };
    case 'canceled':
      return { state: 'expired' };
    case 'requires_payment_method':
      return notPaid(way, lastDecline(intent));
    case 'requires_confirmation':
      return way === 'mandate' ? UNEXPECTED : { state: 'open' };
    case 'requires_action':
      return way === 'mandate'
        ? { state: 'declined', ...declineOf({ code: 'authentication_required' }) }
        : { state: 'open' };
    default:
      return UNEXPECTED;
  }
}

function notPaid(way: PaymentWay | null, decline: Decline | null): PaymentEvidence | Unknown {
  if (way !== 'mandate') return { state: 'open', declinedCode: decline?.code ?? null };
  return decline === null ? UNEXPECTED : { state: 'declined', ...decline };
}

function lastDecline({ last_payment_error: error }: PaymentIntentAnswer): Decline | null {
  if (error == null) return null;
  return declineOf({
    code: error.code,
    declineCode: error.decline_code,
    adviceCode: error.advice_code,
  });
}

/** A payment as the port wants it. */
export function readPayment(intent: PaymentIntentAnswer): EvidenceAnswer {
  const evidence = evidenceOfPayment(intent);
  if ('kind' in evidence) return evidence;
  const attemptId = readReferences(intent.metadata)?.references.attemptId ?? null;
  return { kind: 'evidence', objectRef: intent.id, attemptId, evidence };
}

/** A page of Stripe's as the port wants it. */
export function readSession(session: CheckoutSessionAnswer): EvidenceAnswer {
  const evidence = evidenceOfSession(session);
  if ('kind' in evidence) return evidence;
  const attemptId = readReferences(session.metadata)?.references.attemptId ?? null;
  return { kind: 'evidence', objectRef: session.id, attemptId, evidence };
}

function evidenceOfSession(session: CheckoutSessionAnswer): PaymentEvidence | Unknown {
  const { payment_intent: intent, status } = session;
  if (typeof intent === 'string') return UNREADABLE;
  const payment = intent == null ? null : evidenceOfPayment(intent);
  if (payment !== null && 'kind' in payment) return payment;
  if (payment?.state === 'succeeded' || payment?.state === 'processing') return payment;
  switch (status) {
    case 'open':
      return {
        state: 'open',
        pageUrl: session.url ?? null,
        ...(payment?.state === 'open' ? { declinedCode: payment.declinedCode ?? null } : {}),
      };
    case 'expired':
      return { state: 'expired' };
    case 'complete':
      return completeWithoutMoney(payment);
    default:
      return UNEXPECTED;
  }
}

/** The page is done and its payment is not: a delayed kind of payment that came to nothing. */
function completeWithoutMoney(payment: PaymentEvidence | null): PaymentEvidence | Unknown {
  if (payment === null) return UNEXPECTED;
  if (payment.state !== 'open') return payment;
  const { declinedCode } = payment;
  return declinedCode == null
    ? UNEXPECTED
    : { state: 'declined', ...declineOf({ declineCode: declinedCode }) };
}

function succeededOf(intent: PaymentIntentAnswer): Succeeded | null {
  const { latest_charge: charge } = intent;
  if (charge == null || typeof charge === 'string') return null;
  const told = evidenceOfCharge(charge);
  return told === null ? null : { ...told, mandate: readMandate(intent, charge) };
}

/** What a charge that brought money says; `null` when it cannot be read. Whether a mandate was kept its payment says. */
export function evidenceOfCharge(charge: Omit<ChargeAnswer, 'payment_intent'>): Succeeded | null {
  const money = readMoney(charge.amount_captured ?? charge.amount, charge.currency);
  if (money === null || money.minor <= 0n) return null;
  return {
    state: 'succeeded',
    chargeRef: charge.id,
    money,
    happenedAt: readTime(charge.created),
    payerCountry: readCountry(charge.payment_method_details?.card?.country),
    mandate: null,
    fee: feeOf(charge.balance_transaction),
  };
}

function feeOf(line: ChargeAnswer['balance_transaction']): Succeeded['fee'] {
  if (line == null || typeof line === 'string') return null;
  return feeOfLine(line);
}

/** What Stripe kept of a line of its balance; `null`: nothing. A listing tells the same one by the same id. */
export function feeOfLine(line: BalanceTransactionAnswer): Succeeded['fee'] {
  const money = readMoney(line.fee, line.currency);
  if (money === null || money.minor <= 0n) return null;
  return { ref: line.id, money, happenedAt: readTime(line.created) };
}

/** The right to charge again that a payment kept, with the card it was paid with. */
export function readMandate(
  intent: PaymentIntentAnswer,
  charge: Pick<ChargeAnswer, 'payment_method_details'>,
): Succeeded['mandate'] {
  const { setup_future_usage: usage, customer, payment_method: method } = intent;
  if (usage !== 'off_session' || customer == null || method == null) return null;
  return {
    customerRef: customer,
    methodRef: method,
    methodFingerprint: charge.payment_method_details?.card?.fingerprint ?? null,
  };
}

/** Where a bank asks its customer, when it does. */
export function challengeUrl(intent: PaymentIntentAnswer): string | null {
  const { status, next_action: next } = intent;
  if (status !== 'requires_action' || next?.type !== 'redirect_to_url') return null;
  const url = next.redirect_to_url?.url;
  if (url == null || !URL.canParse(url)) return null;
  const { protocol } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? url : null;
}
