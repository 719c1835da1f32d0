/**
 * From the bank's answers to evidence: every status and state of the bank, and what it means for an attempt.
 *
 * Pure and total. What cannot be read is `unknown`, never a decline; only the bank's explicit word is a decline. Money is
 * what the bank says was charged, not what was asked for, so that a difference can be seen.
 */
import { Instant } from '../../calendar/index.ts';
import type {
  DeclineAdvice,
  MoneyFact,
  PaymentEvidence,
  ProcessorDay,
  Succeeded,
  Unknown,
} from '../../giving/processor.ts';
import { fromProcessorAmount, type Money } from '../../money/index.ts';
import { unreachable } from '../../problems/index.ts';
import type { BalanceLineAnswer, PaymentAnswer } from './wire.ts';

export const UNREADABLE: Unknown = { kind: 'unknown', reason: 'unreadable' };

/**
 * Decline codes and what to do after each. Retrying is only advised where the same card may well pay later.
 * Lost cards are never tried again (card networks fine retries of such codes).
 */
const ADVICE: Readonly<Record<string, DeclineAdvice>> = {
  card_declined: 'retry-later',
  issuer_unavailable: 'retry-later',
  insufficient_funds: 'retry-later',
  expired_card: 'retry-after-update',
  lost_card: 'stop',
  confirmation_refused: 'ask-for-another-method',
  country_refused: 'refused-country',
  country_unknown: 'refused-country',
  mandate_unknown: 'ask-for-another-method',
};

/** The advice for a decline code; a code we do not know yet is not retried by itself, a person is asked for another way. */
export function adviceFor(code: string): DeclineAdvice {
  return Object.hasOwn(ADVICE, code) ? (ADVICE[code] ?? 'stop') : 'ask-for-another-method';
}

/** Evidence of one payment, or `null` when the answer holds money or a time that cannot be read. */
export function evidenceOf(payment: PaymentAnswer, pageOrigin: string): PaymentEvidence | null {
  switch (payment.state) {
    case 'open':
      return { state: 'open', declinedCode: payment.decline_code };
    case 'needs_confirmation':
      // On a hosted page the payer is being asked right now, and may still take another card: the page is open.
      return payment.kind === 'hosted'
        ? { state: 'open' }
        : { state: 'needs_action', pageUrl: new URL(payment.page, pageOrigin).href };
    case 'paid':
      return succeeded(payment.charge);
    case 'declined':
      return {
        state: 'declined',
        code: payment.decline_code,
        advice: adviceFor(payment.decline_code),
      };
    case 'closed':
    case 'expired':
      return { state: 'expired' };
    default:
      return unreachable(payment, "a payment's state");
  }
}

function succeeded(charge: Extract<PaymentAnswer, { state: 'paid' }>['charge']): Succeeded | null {
  const charged = readMoney(charge);
  const fee = readMoney(charge.fee);
  const happenedAt = readInstant(charge.at);
  if (charged === null || fee === null || happenedAt === null) return null;
  return {
    state: 'succeeded',
    chargeRef: charge.id,
    money: charged,
    happenedAt,
    payerCountry: charge.country,
    mandate:
      charge.mandate === null
        ? null
        : {
            customerRef: charge.mandate.customer,
            methodRef: charge.mandate.method,
            methodFingerprint: charge.mandate.fingerprint,
          },
    fee: { ref: charge.fee.balance_transaction, money: fee },
  };
}

/** An amount of the bank in our money, or `null` when it is no amount or no currency of ours. */
export function readMoney(sent: {
  readonly amount: string;
  readonly currency: string;
}): Money | null {
  const received = fromProcessorAmount({
    received: sent.amount,
    currency: sent.currency,
    processor: 'sandbox',
  });
  return received.ok ? received.money : null;
}

/**
 * What a line of the balance says about money beside its charge. `nothing`: a charge without a fee; its money is told with
 * the payment. `null`: it cannot be read.
 */
export function moneyFactOf(line: BalanceLineAnswer): MoneyFact | 'nothing' | null {
  const { currency } = line;
  const happenedAt = readInstant(line.at);
  if (line.kind === 'charge' && line.fee === '0') return 'nothing';
  const moved = readMoney({ amount: factAmount(line), currency });
  if (moved === null || moved.minor <= 0n || happenedAt === null) return null;
  const kind = FACT_KINDS[line.kind];
  if (kind !== 'payout' && line.charge === null) return null;
  return {
    kind,
    ref: isBalanceTransaction(kind) ? line.id : line.source,
    money: moved,
    happenedAt,
    chargeRef: line.charge,
    // A charge goes out as what was set free of it, not as its fee.
    payoutRef: kind === 'fee' ? null : line.payout,
    ...(kind === 'refund' ? { refundKey: line.reference ?? null } : {}),
  };
}

const FACT_KINDS = {
  charge: 'fee',
  available: 'available',
  refund: 'refund',
  dispute_opened: 'dispute-opened',
  dispute_won: 'dispute-won',
  dispute_lost: 'dispute-lost',
  dispute_fee: 'dispute-fee',
  payout: 'payout',
} as const satisfies Record<BalanceLineAnswer['kind'], MoneyFact['kind']>;

/** Fees and what is set free are known by their balance transaction, all else by its own id, which answers name as well. */
function isBalanceTransaction(kind: MoneyFact['kind']): boolean {
  return kind === 'fee' || kind === 'available' || kind === 'dispute-fee';
}

function factAmount(line: BalanceLineAnswer): string {
  if (line.kind === 'charge') return line.fee;
  if (line.kind === 'dispute_lost') return line.disputed ?? '';
  return line.amount.replace('-', '');
}

/** A charge of a day's books, `null` when its line cannot be read. */
export function dayChargeOf(line: BalanceLineAnswer): ProcessorDay['charges'][number] | null {
  const { charge: chargeRef, payment: objectRef, attempt: attemptId } = line;
  const charged = readMoney(line);
  if (charged === null || chargeRef === null || objectRef === null) return null;
  return { objectRef, chargeRef, money: charged, attemptId };
}

export function readInstant(text: string): Instant | null {
  try {
    return Instant.from(text);
  } catch {
    return null;
  }
}

/**
 * What a status without a readable success means, by the table of outgoing charges: only 2xx and 402 say what became
 * of the money; all else is unknown. `null`: the status is a success and its body decides.
 */
export function unknownStatus(status: number, code: string | null): Unknown | null {
  if ((status >= 200 && status < 300) || status === 402) return null;
  if (status === 409) {
    return { kind: 'unknown', reason: code === 'key_in_use' ? 'busy' : 'conflict' };
  }
  if (status === 429) return { kind: 'unknown', reason: 'busy' };
  if (status >= 500) return { kind: 'unknown', reason: 'server-error' };
  return { kind: 'unknown', reason: 'unexpected' };
}
