/**
 * From PayPal's orders and captures to evidence: every status, and what it means for an attempt. Pure and total.
 *
 * ```
 *   order                       capture in it          means
 *   CREATED, SAVED,             none                   open (our page order); closed by us: expired
 *   PAYER_ACTION_REQUIRED
 *   APPROVED                    none                   agreed: no bank has heard of it
 *   VOIDED                      none                   expired
 *   COMPLETED                   COMPLETED, REFUNDED,   succeeded, with the whole amount: what went back is told elsewhere
 *                               PARTIALLY_REFUNDED
 *                               PENDING                processing (eCheck, review)
 *                               DECLINED, FAILED       declined
 *   anything else                                      unknown, never a decline
 * ```
 *
 * A charge on a mandate is an order that is made and taken in one call. One that was made and not taken waits for a payer
 * who is not there, and only we could take it: it is declined.
 *
 * An order whose intent is AUTHORIZE was closed by us (see `close.ts`): nothing can be captured on it.
 */
import type {
  EvidenceAnswer,
  LookUpAnswer,
  PaymentEvidence,
  Succeeded,
  Unknown,
} from '../../giving/processor.ts';
import { UNEXPECTED, UNREADABLE } from './api.ts';
import { CAPTURE_DECLINED, NEEDS_PAYER, ORDER_NOT_TAKEN } from './issues.ts';
import { readCountry, readInstant, readMoney } from './money.ts';
import { type UnpackedReferences, unpackReferences } from './references.ts';
import type { CaptureAnswer, OrderAnswer } from './wire.ts';

/** What closes an order: on one with this intent PayPal captures nothing. */
export const CLOSED_INTENT = 'AUTHORIZE';

export function capturesOf(order: OrderAnswer): readonly CaptureAnswer[] {
  return (order.purchase_units ?? []).flatMap((unit) => unit.payments?.captures ?? []);
}

/** Our ids in an order, from its first unit that has them. */
export function referencesOf(order: OrderAnswer): UnpackedReferences | null {
  for (const unit of order.purchase_units ?? []) {
    const found = unpackReferences(unit.custom_id);
    if (found !== null) return found;
  }
  for (const capture of capturesOf(order)) {
    const found = unpackReferences(capture.custom_id);
    if (found !== null) return found;
  }
  return null;
}

/** An order as the port wants it. */
export function readOrder(order: OrderAnswer, pageOrigin: string): LookUpAnswer {
  const references = referencesOf(order);
  const attemptId = references?.references.attemptId ?? null;
  const tell = (evidence: PaymentEvidence): EvidenceAnswer => ({
    kind: 'evidence',
    objectRef: order.id,
    evidence,
    attemptId,
  });
  const capture = decidingCapture(order);
  if (capture !== null) {
    const evidence = evidenceOfCapture(capture, order);
    return 'kind' in evidence ? evidence : tell(evidence);
  }
  const isMandate = references?.way === 'mandate';
  switch (order.status) {
    case 'CREATED':
    case 'SAVED':
    case 'PAYER_ACTION_REQUIRED':
      if (order.intent === CLOSED_INTENT) return tell({ state: 'expired' });
      return tell(
        isMandate
          ? { state: 'declined', ...NEEDS_PAYER }
          : { state: 'open', pageUrl: approvalPage(order, pageOrigin) },
      );
    case 'APPROVED':
      if (order.intent === CLOSED_INTENT) return tell({ state: 'expired' });
      if (isMandate) return tell({ state: 'declined', ...ORDER_NOT_TAKEN });
      return { kind: 'agreed', objectRef: order.id, attemptId };
    case 'VOIDED':
      return tell({ state: 'expired' });
    default:
      return UNEXPECTED;
  }
}

/** An order has one capture; should it ever have more, one that brought money decides, then one that may. */
function decidingCapture(order: OrderAnswer): CaptureAnswer | null {
  const captures = capturesOf(order);
  return (
    captures.find(({ status }) => BROUGHT_MONEY.has(status)) ??
    captures.find(({ status }) => !BROUGHT_NOTHING.has(status)) ??
    captures[0] ??
    null
  );
}

const BROUGHT_MONEY: ReadonlySet<string> = new Set(['COMPLETED', 'REFUNDED', 'PARTIALLY_REFUNDED']);
const BROUGHT_NOTHING: ReadonlySet<string> = new Set(['DECLINED', 'FAILED']);

/** @param order what is known of its order; `null` for a capture of whose order we know nothing */
export function evidenceOfCapture(
  capture: CaptureAnswer,
  order: OrderAnswer | null,
): PaymentEvidence | Unknown {
  if (BROUGHT_MONEY.has(capture.status)) return succeeded(capture, order) ?? UNREADABLE;
  if (BROUGHT_NOTHING.has(capture.status)) return { state: 'declined', ...CAPTURE_DECLINED };
  return capture.status === 'PENDING' ? { state: 'processing' } : UNEXPECTED;
}

function succeeded(capture: CaptureAnswer, order: OrderAnswer | null): Succeeded | null {
  const money = readMoney(capture.amount);
  const happenedAt = readInstant(capture.create_time ?? order?.update_time ?? order?.create_time);
  if (money === null || money.minor <= 0n || happenedAt === null) return null;
  return {
    state: 'succeeded',
    chargeRef: capture.id,
    money,
    happenedAt,
    payerCountry: order === null ? null : payerCountry(order),
    mandate: order === null ? null : mandateOf(order),
    fee: feeOf(capture),
  };
}

/** PayPal keeps its fee out of the capture itself, in no line of its own: the fee goes by the capture's id. */
function feeOf(capture: CaptureAnswer): Succeeded['fee'] {
  const told = capture.seller_receivable_breakdown?.paypal_fee;
  const money = told === undefined ? null : readMoney(told);
  return money === null || money.minor <= 0n ? null : { ref: capture.id, money };
}

function mandateOf(order: OrderAnswer): Succeeded['mandate'] {
  const vault = order.payment_source?.paypal?.attributes?.vault;
  // Without the token's id it is a promise of one: it is told by a message, or when the order is asked for again.
  if (vault?.id === undefined || vault.customer?.id === undefined) return null;
  return { customerRef: vault.customer.id, methodRef: vault.id, methodFingerprint: null };
}

/** Whether the order's payer agreed to be charged later and PayPal has not made the token yet. */
export function awaitedCustomer(order: OrderAnswer): string | null {
  const vault = order.payment_source?.paypal?.attributes?.vault;
  return vault !== undefined && vault.id === undefined ? (vault.customer?.id ?? null) : null;
}

/** Every country that an order's record names for its payer: account, wallet and card. */
export function payerCountries(order: OrderAnswer): readonly string[] {
  const told = [
    order.payment_source?.paypal?.address?.country_code,
    order.payer?.address?.country_code,
    order.payment_source?.card?.billing_address?.country_code,
  ];
  return [...new Set(told.map(readCountry).filter((country) => country !== null))];
}

function payerCountry(order: OrderAnswer): string | null {
  return payerCountries(order)[0] ?? null;
}

/** Why a payer of these countries is refused; `null`: they are not. Where countries are refused, an unknown one is too. */
export function countryRefusal(
  countries: readonly string[],
  refused: readonly string[],
): 'country_refused' | 'country_unknown' | null {
  if (refused.length === 0) return null;
  if (countries.length === 0) return 'country_unknown';
  return countries.some((country) => refused.includes(country)) ? 'country_refused' : null;
}

/** PayPal's page for the payer, `null` when the answer names none on PayPal's own host. */
export function approvalPage(order: OrderAnswer, pageOrigin: string): string | null {
  const link = order.links?.find(({ rel }) => rel === 'payer-action' || rel === 'approve');
  if (link === undefined || !URL.canParse(link.href)) return null;
  const url = new URL(link.href);
  return url.origin === pageOrigin && url.username === '' ? url.href : null;
}
