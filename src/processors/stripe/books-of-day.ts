/**
 * Stripe's own books of one day (UTC), whole, for the nightly comparison: the lines of its balance that were made on the day,
 * and the disputes that were lost on it. Money that came in by a line of which we have no posting stands among the charges,
 * because that is what it is to us: money of theirs that is not in our books. A charge belongs to the day on which it was made, which its evidence tells too; its
 * line may be made a moment later, so lines are read a little past midnight.
 */
import { Instant, type PlainDate } from '../../calendar/index.ts';
import type { MoneyFact, ProcessorDay, Unknown } from '../../giving/processor.ts';
import { NOT_YET, type StripeApi, UNREADABLE } from './api.ts';
import {
  chargedAt,
  dayChargeOf,
  freedFact,
  isCharge,
  isFreed,
  unbookedOf,
} from './balance-lines.ts';
import { allLines } from './line-lists.ts';
import { lostBetween } from './lost-disputes.ts';
import { wireTime } from './money.ts';
import { allFacts } from './money-listing.ts';
import type { BalanceLineAnswer } from './wire.ts';

const PAST_MIDNIGHT_SECONDS = 3_600;

export async function booksOfDay(api: StripeApi, day: PlainDate): Promise<ProcessorDay | Unknown> {
  const gte = wireTime(Instant.from(`${day.toString()}T00:00:00Z`));
  const lt = wireTime(Instant.from(`${day.add({ days: 1 }).toString()}T00:00:00Z`));
  const nowSeconds = wireTime(api.clock.now());
  if (nowSeconds < lt + PAST_MIDNIGHT_SECONDS) return NOT_YET;
  const lines = await allLines(api, { created: { gte, lt: lt + PAST_MIDNIGHT_SECONDS } });
  if ('kind' in lines) return lines;
  const lost = await lostBetween(api, { gte, lt });
  if ('kind' in lost) return lost;
  const ofDay = lines.filter(({ created }) => created < lt);
  const facts = allFacts(ofDay);
  const freed = freedOf(ofDay, nowSeconds);
  const charges = chargesOf(lines, { gte, lt });
  const unbooked = unbookedIn(ofDay);
  if (facts === null || freed === null || charges === null || unbooked === null) return UNREADABLE;
  return { charges: [...charges, ...unbooked], facts: [...facts, ...lost, ...freed] };
}

function freedOf(
  lines: readonly BalanceLineAnswer[],
  nowSeconds: number,
): readonly MoneyFact[] | null {
  const facts: MoneyFact[] = [];
  for (const line of lines) {
    if (!isFreed(line, nowSeconds)) continue;
    const fact = freedFact(line);
    if (fact === null) return null;
    if (fact !== 'nothing') facts.push(fact);
  }
  return facts;
}

function chargesOf(
  lines: readonly BalanceLineAnswer[],
  day: { readonly gte: number; readonly lt: number },
): ProcessorDay['charges'] | null {
  const charges: ProcessorDay['charges'][number][] = [];
  for (const line of lines) {
    if (!isCharge(line)) continue;
    const at = chargedAt(line);
    if (at < day.gte || at >= day.lt) continue;
    const charge = dayChargeOf(line);
    if (charge === null) return null;
    charges.push(charge);
  }
  return charges;
}

function unbookedIn(lines: readonly BalanceLineAnswer[]): ProcessorDay['charges'] | null {
  const unbooked: ProcessorDay['charges'][number][] = [];
  for (const line of lines) {
    const found = unbookedOf(line);
    if (found === null) return null;
    if (found === 'nothing') continue;
    const { ref, money } = found;
    unbooked.push({ objectRef: ref, chargeRef: ref, money, attemptId: null });
  }
  return unbooked;
}
