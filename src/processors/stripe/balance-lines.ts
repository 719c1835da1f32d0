/**
 * What a line of Stripe's balance says about money beside its charge. Pure.
 *
 * Every line brings its own fee with it, and every fact of a line goes by the line's id and the line's time, so that the same
 * is told whoever tells it. What is about a charge (a refund, a dispute) is told by its own object, in the currency of the
 * charge: where an account settles in another currency, the line itself is in that one.
 *
 * Lines of other types (transfers, top-ups, reserves, conversions of the newsroom's own balance), refunds and payouts that
 * failed and fees that are given back have no posting of ours. What came in by them is told to the nightly comparison as
 * money that we do not know ({@link unbookedOf}), so that a person hears of it; `docs/processors/stripe.md` says so.
 */
import type { MoneyFact, ProcessorDay } from '../../giving/processor.ts';
import { type Money, money } from '../../money/index.ts';
import { feeOfLine } from './map.ts';
import { readMoney, readTime } from './money.ts';
import { readReferences } from './references.ts';
import { REFUND_KEY } from './refund.ts';
import type { BalanceLineAnswer, LineSource } from './wire.ts';

/** Money received: `payment` is what Stripe calls a charge that is none of a card. */
export function isCharge({ type }: BalanceLineAnswer): boolean {
  return type === 'charge' || type === 'payment';
}

/** What a line says as soon as it is there; `null` when it cannot be read. What is set free later is in {@link freedFact}. */
export function factsOf(line: BalanceLineAnswer): readonly MoneyFact[] | null {
  const source = sourceOf(line);
  switch (line.type) {
    case 'charge':
    case 'payment':
      return withFee(line, 'fee', sourceId(line), []);
    case 'refund':
    case 'payment_refund':
      return refundFacts(line, source);
    case 'payout':
      return payoutFacts(line);
    case 'stripe_fee':
    case 'stripe_fx_fee':
    case 'tax_fee':
      return ownFeeFacts(line);
    default:
      return source?.object === 'dispute' ? disputeFacts(line, source) : [];
  }
}

function refundFacts(
  line: BalanceLineAnswer,
  source: LineSource | null,
): readonly MoneyFact[] | null {
  const chargeRef = source?.charge ?? null;
  const moved = source === null ? null : sourceMoney(source);
  if (source === null || chargeRef === null || moved === null) return null;
  return withFee(line, 'fee', chargeRef, [
    {
      kind: 'refund',
      ref: source.id,
      money: moved,
      happenedAt: readTime(line.created),
      chargeRef,
      payoutRef: null,
      refundKey: source.metadata?.[REFUND_KEY] ?? null,
    },
  ]);
}

/** Taken when it begins, given back when it is won; that it is lost moves nothing and stands in no line. */
function disputeFacts(line: BalanceLineAnswer, source: LineSource): readonly MoneyFact[] | null {
  const chargeRef = source.charge;
  const moved = sourceMoney(source);
  if (chargeRef === null || moved === null) return null;
  if (line.amount === 0) return withFee(line, 'dispute-fee', chargeRef, []);
  return withFee(line, 'dispute-fee', chargeRef, [
    {
      kind: line.amount < 0 ? 'dispute-opened' : 'dispute-won',
      ref: source.id,
      money: moved,
      happenedAt: readTime(line.created),
      chargeRef,
      payoutRef: null,
    },
  ]);
}

function payoutFacts(line: BalanceLineAnswer): readonly MoneyFact[] | null {
  const ref = sourceId(line);
  const moved = absolute(line.amount, line.currency);
  if (ref === null || moved === null) return null;
  // A payout that takes money from the bank covers a balance below nought.
  if (line.amount >= 0) return [];
  const happenedAt = readTime(line.created);
  const about = { happenedAt, chargeRef: null, payoutRef: null };
  return withFee(line, 'fee', null, [{ kind: 'payout', ref, money: moved, ...about }]);
}

/** A fee that is a line of its own, and part of no charge. */
function ownFeeFacts(line: BalanceLineAnswer): readonly MoneyFact[] | null {
  const taken = absolute(line.amount, line.currency);
  if (taken === null) return null;
  if (line.amount >= 0) return [];
  const happenedAt = readTime(line.created);
  const about = { happenedAt, chargeRef: null, payoutRef: null };
  return [{ kind: 'fee', ref: line.id, money: taken, ...about }];
}

function withFee(
  line: BalanceLineAnswer,
  kind: 'fee' | 'dispute-fee',
  chargeRef: string | null,
  facts: readonly MoneyFact[],
): readonly MoneyFact[] | null {
  if (readMoney(line.fee, line.currency) === null) return null;
  const fee = feeOfLine(line);
  if (fee === null) return facts;
  const happenedAt = readTime(line.created);
  return [
    ...facts,
    { kind, ref: fee.ref, money: fee.money, happenedAt, chargeRef, payoutRef: null },
  ];
}

/** Whether what a charge brought can be paid out by now. */
export function isFreed(line: BalanceLineAnswer, nowSeconds: number): boolean {
  return line.status === 'available' || line.available_on <= nowSeconds;
}

/**
 * What a charge brought without its fee, once it can be paid out; `'nothing'` for any other line, `null` when it cannot be
 * read. Its time is the line's, like that of every fact of a line; when it was told says when it was free.
 */
export function freedFact(line: BalanceLineAnswer): MoneyFact | 'nothing' | null {
  if (!isCharge(line)) return 'nothing';
  const net = readMoney(line.net, line.currency);
  if (net === null) return null;
  if (net.minor <= 0n) return 'nothing';
  return {
    kind: 'available',
    ref: line.id,
    money: net,
    happenedAt: readTime(line.created),
    chargeRef: sourceId(line),
    payoutRef: null,
  };
}

/** The facts of a line that went out with a payout, with that payout; a fee stays out, because what is paid out is net of it. */
export function paidOutFacts(
  line: BalanceLineAnswer,
  payoutRef: string,
): readonly MoneyFact[] | null {
  const facts = factsOf(line);
  const freed = freedFact(line);
  if (facts === null || freed === null) return null;
  return [...facts, ...(freed === 'nothing' ? [] : [freed])]
    .filter(({ kind }) => kind !== 'payout')
    .map((fact) => (fact.kind === 'fee' ? fact : { ...fact, payoutRef }));
}

/** A payout whose lines Stripe can name, by now or never. */
export function payoutToOpen(line: BalanceLineAnswer): 'ready' | 'not-yet' | 'never' {
  const source = sourceOf(line);
  if (line.type !== 'payout' || source === null || source.automatic !== true) return 'never';
  switch (source.reconciliation_status) {
    case 'completed':
      return 'ready';
    case 'in_progress':
      return 'not-yet';
    default:
      return 'never';
  }
}

/** The charge of a line as the books of a day list it; `null` when it cannot be read. */
export function dayChargeOf(line: BalanceLineAnswer): ProcessorDay['charges'][number] | null {
  const source = sourceOf(line);
  const moved = source === null ? null : sourceMoney(source);
  if (source === null || moved === null) return null;
  return {
    objectRef: source.payment_intent ?? source.id,
    chargeRef: source.id,
    money: moved,
    attemptId: readReferences(source.metadata)?.references.attemptId ?? null,
  };
}

/** When the charge of a line was made, which is the time its evidence tells. */
export function chargedAt(line: BalanceLineAnswer): number {
  return sourceOf(line)?.created ?? line.created;
}

/**
 * Money that a line brought in and that no fact of ours tells: a refund or a payout that came back, a top-up, a fee that was
 * returned. `'nothing'` for every other line, `null` when it cannot be read.
 */
export function unbookedOf(
  line: BalanceLineAnswer,
): { readonly ref: string; readonly money: Money } | 'nothing' | null {
  if (line.fee < 0) {
    const returned = absolute(line.fee, line.currency);
    return returned === null ? null : { ref: line.id, money: returned };
  }
  if (isCharge(line) || line.net <= 0 || factsOf(line)?.length !== 0) return 'nothing';
  const came = absolute(line.net, line.currency);
  return came === null ? null : { ref: sourceId(line) ?? line.id, money: came };
}

export function sourceId({ source }: BalanceLineAnswer): string | null {
  if (source === null) return null;
  return typeof source === 'string' ? source : source.id;
}

function sourceOf({ source }: BalanceLineAnswer): LineSource | null {
  return source === null || typeof source === 'string' ? null : source;
}

function sourceMoney(source: LineSource): Money | null {
  const amount = source.amount_captured ?? source.amount;
  if (amount === null || source.currency === null) return null;
  const read = absolute(amount, source.currency);
  return read !== null && read.minor > 0n ? read : null;
}

function absolute(amount: number, currency: string): Money | null {
  const read = readMoney(amount, currency);
  if (read === null) return null;
  return read.minor < 0n ? money(-read.minor, read.currency) : read;
}
