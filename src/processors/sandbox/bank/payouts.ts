/**
 * Setting money free and paying it out. What a charge left after its fee is free two days later; what was free at the end
 * of a day is paid out on the next, one payout per currency, or earlier by hand. What was taken back goes off first: a
 * balance below nought waits until later charges have filled it.
 */
import type { Instant } from '../../../calendar/index.ts';
import type { Currency } from '../../../money/index.ts';
import { event } from './decisions.ts';
import type { Desk } from './desk.ts';
import type { Fact } from './facts.ts';
import type { BalanceLine } from './records.ts';
import { midnight } from './utc-days.ts';

/** Sets free what is due. */
export function releaseFunds(desk: Desk): readonly Fact[] {
  const released = desk.books.money.releasable(desk.now).map(
    ({ sourceId }): Fact => ({
      type: 'funds_released',
      chargeId: sourceId,
      balanceId: desk.newId('bal'),
    }),
  );
  return released.length === 0 ? [] : [...released, event(desk, null, 'balance.available')];
}

/** Pays out everything that can be, in every currency. @returns no facts when there is nothing to pay */
export function payOut(desk: Desk): readonly Fact[] {
  return perCurrency(desk.books.money.payable()).flatMap((lines) => payoutOf(desk, lines));
}

/** Pays out what was free yesterday, less what was taken back today. */
export function payOutDaily(desk: Desk): readonly Fact[] {
  if (!desk.books.isPayoutDay(desk.now)) return [];
  const today = midnight(desk.now);
  return perCurrency(desk.books.money.payable()).flatMap((lines) =>
    payoutOf(
      desk,
      lines.filter((line) => isBefore(line.at, today) || line.amountMinor < 0n),
    ),
  );
}

function payoutOf(desk: Desk, lines: readonly BalanceLine[]): readonly Fact[] {
  const amountMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0n);
  const [first] = lines;
  if (first === undefined || amountMinor <= 0n) return [];
  const payout: Fact = {
    type: 'payout_made',
    payoutId: desk.newId('po'),
    currency: first.currency,
    amountMinor,
    lineIds: lines.map(({ id }) => id),
    balanceId: desk.newId('bal'),
  };
  return [payout, event(desk, null, 'payout.paid')];
}

function perCurrency(lines: readonly BalanceLine[]): readonly (readonly BalanceLine[])[] {
  const groups = new Map<Currency, BalanceLine[]>();
  for (const line of lines) {
    const group = groups.get(line.currency);
    if (group === undefined) groups.set(line.currency, [line]);
    else group.push(line);
  }
  return [...groups.values()];
}

function isBefore(at: Instant, limit: Instant): boolean {
  return at.epochMilliseconds < limit.epochMilliseconds;
}
