/**
 * What a line of PayPal's reports says: which are charges, and what the others mean for the books. Pure.
 *
 * The codes are those of "Transaction event codes" of developer.paypal.com; the T00 codes were read there in November 2026,
 * the others still have to be read against that table before the first live account. A code that stands nowhere
 * here tells nothing about gifts (conversions between the newsroom's own balances, transfers to it, authorisations): it is passed
 * over, and `docs/processors/paypal.md` says so.
 *
 * PayPal has no balance transactions: a payment's fee stands in the payment's own line, what is left can be paid out at
 * once, and a withdrawal says nothing about what it is made of. So a fee and what was set free go by the payment's own id,
 * and no fact names a payout.
 */
import type { MoneyFact } from '../../giving/processor.ts';
import { type Money, money } from '../../money/index.ts';
import { readMoney } from './money.ts';
import { unpackReferences } from './references.ts';
import type { ReportLine } from './reports.ts';
import type { MoneyAnswer } from './wire.ts';

/** `S`: done. Pending, denied and reversed lines are told by the payment itself. */
const DONE = 'S';

/** Money received as a payment: the group T00. */
export function isCharge({ info }: ReportLine): boolean {
  if (!/^T00\d\d$/.test(info.transaction_event_code)) return false;
  if (isNegative(info.transaction_amount)) return false;
  const status = info.transaction_status ?? DONE;
  // V: paid, and given back later; the money came all the same.
  return status === DONE || status === 'V';
}

type FactKind = Extract<
  MoneyFact['kind'],
  'refund' | 'dispute-opened' | 'dispute-won' | 'dispute-lost' | 'dispute-fee' | 'fee' | 'payout'
>;

interface CodeMeaning {
  readonly kind: FactKind;
  /** Which way the money of such a line goes; a line that goes the other way means something else and is passed over. */
  readonly direction: 'in' | 'out';
}

const MEANINGS: Readonly<Record<string, CodeMeaning>> = {
  // Refunded by the newsroom, through us or on PayPal's pages.
  T1107: { kind: 'refund', direction: 'out' },
  // PayPal holds what is disputed, and lets it go again.
  T1110: { kind: 'dispute-opened', direction: 'out' },
  T1111: { kind: 'dispute-won', direction: 'in' },
  // PayPal took it back for good.
  T1106: { kind: 'dispute-lost', direction: 'out' },
  // The payer's bank took it back, and perhaps gives it again. No line says that it never will.
  T1201: { kind: 'dispute-opened', direction: 'out' },
  T1202: { kind: 'dispute-won', direction: 'in' },
  T1208: { kind: 'dispute-won', direction: 'in' },
  // What PayPal takes for a chargeback, and for a dispute.
  T0106: { kind: 'dispute-fee', direction: 'out' },
  T0114: { kind: 'dispute-fee', direction: 'out' },
  // Other fees that are no part of a payment.
  T0100: { kind: 'fee', direction: 'out' },
  T0101: { kind: 'fee', direction: 'out' },
  T0107: { kind: 'fee', direction: 'out' },
  T0113: { kind: 'fee', direction: 'out' },
  // To the newsroom's bank, by hand and by itself.
  T0400: { kind: 'payout', direction: 'out' },
  T0401: { kind: 'payout', direction: 'out' },
  T0403: { kind: 'payout', direction: 'out' },
};

export const KNOWN_CODES: readonly string[] = Object.freeze(Object.keys(MEANINGS));

/** What a line says about money beside its charge; `null` when it cannot be read. */
export function factsOf(line: ReportLine): readonly MoneyFact[] | null {
  if (isCharge(line)) return chargeFacts(line);
  const { info, happenedAt } = line;
  const meaning = Object.hasOwn(MEANINGS, info.transaction_event_code)
    ? MEANINGS[info.transaction_event_code]
    : undefined;
  if (meaning === undefined || (info.transaction_status ?? DONE) !== DONE) return [];
  if (isNegative(info.transaction_amount) !== (meaning.direction === 'out')) return [];
  const moved = readAbsolute(info.transaction_amount);
  if (moved === null) return null;
  if (moved.minor === 0n) return [];
  const chargeRef = chargeRefOf(line);
  const { kind } = meaning;
  const needsCharge = kind === 'refund' || isDispute(kind);
  // Of a payment that PayPal does not name: nothing of ours can be found by it.
  if (needsCharge && chargeRef === null) return [];
  return [
    {
      kind,
      ref: isDispute(kind) ? `dispute-of-${chargeRef}` : info.transaction_id,
      money: moved,
      happenedAt,
      chargeRef: kind === 'payout' ? null : chargeRef,
      payoutRef: null,
      ...(kind === 'refund' ? { refundKey: refundKeyOf(line) } : {}),
    },
  ];
}

/** All stages of one payment's dispute go by that payment: no line names the dispute itself. */
function isDispute(kind: FactKind): boolean {
  return kind === 'dispute-opened' || kind === 'dispute-won' || kind === 'dispute-lost';
}

function chargeFacts(line: ReportLine): readonly MoneyFact[] | null {
  const { info, happenedAt } = line;
  const gross = readMoney(info.transaction_amount);
  if (gross === null) return null;
  const about = { ref: info.transaction_id, happenedAt, chargeRef: info.transaction_id };
  const facts: MoneyFact[] = [];
  let net = gross;
  if (info.fee_amount !== undefined) {
    const fee = readAbsolute(info.fee_amount);
    if (fee === null) return null;
    // Written as what it does to the balance: below nought.
    const isKept = isNegative(info.fee_amount) && fee.minor > 0n;
    if (isKept) facts.push({ kind: 'fee', money: fee, payoutRef: null, ...about });
    if (isKept && fee.currency === gross.currency) {
      net = money(gross.minor - fee.minor, gross.currency);
    }
  }
  if (net.minor > 0n) facts.push({ kind: 'available', money: net, payoutRef: null, ...about });
  return facts;
}

function chargeRefOf({ info }: ReportLine): string | null {
  return info.paypal_reference_id_type === 'TXN' ? (info.paypal_reference_id ?? null) : null;
}

/** The key is the refund's own `custom_id`; a refund made on PayPal's pages may repeat the payment's. */
function refundKeyOf({ info }: ReportLine): string | null {
  const { custom_field: text } = info;
  return text === undefined || text === '' || unpackReferences(text) !== null ? null : text;
}

function isNegative(amount: MoneyAnswer): boolean {
  return amount.value.startsWith('-');
}

function readAbsolute(amount: MoneyAnswer): Money | null {
  return readMoney({ ...amount, value: amount.value.replace(/^-/, '') });
}
