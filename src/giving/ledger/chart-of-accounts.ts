/**
 * The chart of accounts, and which two accounts each posting touches.
 *
 * Accounts exist per currency and processor account. A posting is one transfer: one debit, one credit, one positive
 * amount and a code that says why (the shape is TigerBeetle's). Fees are what a processor reports, never computed.
 */
import { unreachable } from '../../problems/index.ts';

/** Every account and its kind; the kind only says on which side people expect the balance. */
export const ACCOUNT_KINDS = {
  processor_pending: 'asset',
  processor_available: 'asset',
  bank: 'asset',
  /** Money that a bank holds back while a dispute is open. */
  disputes_open: 'asset',
  gifts_once: 'income',
  gifts_recurring: 'income',
  fees: 'expense',
  dispute_fees: 'expense',
  /** Money we cannot explain: it is owed until a person accepts or returns it. */
  unmatched: 'liability',
} as const;

export type AccountName = keyof typeof ACCOUNT_KINDS;
export type AccountKind = (typeof ACCOUNT_KINDS)[AccountName];
export type IncomeAccount = 'gifts_once' | 'gifts_recurring';

export const TRANSFER_CODES = {
  giftSettled: 10,
  processorFee: 11,
  fundsAvailable: 12,
  payout: 13,
  refund: 20,
  unmatchedRefunded: 21,
  disputeOpened: 30,
  disputeWon: 31,
  disputeLost: 32,
  disputeFee: 33,
  /** Lost from money that was never a gift. */
  unmatchedLost: 34,
  unmatched: 90,
  unmatchedAccepted: 91,
  /** Mirrors the transfer it names, so it has no accounts of its own. */
  correction: 99,
} as const;

export type TransferCode = (typeof TRANSFER_CODES)[keyof typeof TRANSFER_CODES];
/** Codes whose accounts the chart decides. */
export type PostingCode = Exclude<TransferCode, 99>;

export interface AccountPair {
  readonly debit: AccountName;
  readonly credit: AccountName;
}

/** The accounts of a posting. `income` is the gift's own income account, for the codes that touch it. */
export function accountsOf(code: PostingCode, income: IncomeAccount): AccountPair {
  switch (code) {
    case 10:
      return { debit: 'processor_pending', credit: income };
    case 11:
      return { debit: 'fees', credit: 'processor_pending' };
    case 12:
      return { debit: 'processor_available', credit: 'processor_pending' };
    case 13:
      return { debit: 'bank', credit: 'processor_available' };
    case 20:
      return { debit: income, credit: 'processor_available' };
    case 21:
      return { debit: 'unmatched', credit: 'processor_available' };
    case 30:
      return { debit: 'disputes_open', credit: 'processor_available' };
    case 31:
      return { debit: 'processor_available', credit: 'disputes_open' };
    case 32:
      return { debit: income, credit: 'disputes_open' };
    case 33:
      return { debit: 'dispute_fees', credit: 'processor_available' };
    case 34:
      return { debit: 'unmatched', credit: 'disputes_open' };
    case 90:
      return { debit: 'processor_pending', credit: 'unmatched' };
    case 91:
      return { debit: 'unmatched', credit: income };
    default:
      return unreachable(code, 'accountsOf');
  }
}
